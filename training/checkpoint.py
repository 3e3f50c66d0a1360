"""Checkpoints in safetensors: weights as a plain Hugging Face folder, the optimisers' state beside it."""

import json
import os
import tempfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

OPTIMISER = "optimiser.safetensors"


@dataclass(frozen=True)
class State:
    """How far a run has come; `batches` are those drawn from the stream, so that none is seen twice."""

    step: int = 0
    batches: int = 0
    seconds: float = 0.0

    def onward(self) -> "State":
        return replace(self, step=self.step + 1, batches=self.batches + 1)

    def after(self, seconds: float) -> "State":
        return replace(self, seconds=seconds)


def save(out: Path, model, tagger, optimisers, state: State) -> None:
    """Writes beside and renames, so that a run killed while saving finds whole files. `tagger` None: it has learned
    nothing yet, so none is kept.

    Killed between two renames it goes on with weights a few minutes newer than the optimisers and the count of steps.
    """
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out) as beside:
        model.save_pretrained(beside)
        for file in Path(beside).iterdir():
            os.replace(file, out / file.name)
    aids = tagger.state_dict() if tagger else {}
    tensors = {f"tagger.{name}": value.contiguous() for name, value in aids.items()}
    for number, optimiser in enumerate(optimisers):
        for index, slots in optimiser.state_dict()["state"].items():
            for name, value in slots.items():
                tensors[f"{number}.{index}.{name}"] = torch.as_tensor(value).contiguous()
    save_file(tensors, out / "optimiser.tmp")
    os.replace(out / "optimiser.tmp", out / OPTIMISER)
    (out / "state.tmp").write_text(json.dumps(asdict(state)))
    os.replace(out / "state.tmp", out / "state.json")


def resume(out: Path, model, tagger, optimisers) -> State | None:
    """Loads the checkpoint in `out` into model, tagger and optimisers; None where there is none."""
    if not (out / "state.json").exists():
        return None
    model.load_state_dict(load_file(out / "model.safetensors"), strict=False)  # a tied head is stored once
    model.tie_weights()
    _load(out, tagger, optimisers)
    return State(**json.loads((out / "state.json").read_text()))


def begin(init: Path | None, tagger, optimisers) -> State:
    """A new State; tagger and optimisers go on from the finished stage `init`, where that is one with the same aids."""
    if init and (init / OPTIMISER).exists() and _aids_of(init) in ({}, _shapes(tagger)):
        _load(init, tagger, optimisers)
    return State()


def keep_aids(checkpoint: Path, out: Path) -> None:
    """Writes the checkpoint's tagger, without the optimisers' state, which fits no other model; nothing without one."""
    if (checkpoint / OPTIMISER).exists():
        tensors = load_file(checkpoint / OPTIMISER)
        save_file({name: value for name, value in tensors.items() if name.startswith("tagger.")}, out / OPTIMISER)


def has_aids(folder: Path, tagger) -> bool:
    """Whether a tagger like this one, that has learned, is kept in the folder."""
    return (folder / OPTIMISER).exists() and _aids_of(folder) == _shapes(tagger)


def _aids_of(folder: Path) -> dict[str, tuple[int, ...]]:
    with safe_open(folder / OPTIMISER, "pt") as file:
        names = [name for name in file.keys() if name.startswith("tagger.")]  # noqa: SIM118, it is no dict
        return {name: tuple(file.get_slice(name).get_shape()) for name in names}


def _shapes(tagger) -> dict[str, tuple[int, ...]]:
    return {f"tagger.{name}": tuple(value.shape) for name, value in tagger.state_dict().items()}


def _load(folder: Path, tagger, optimisers) -> None:
    tensors = load_file(folder / OPTIMISER)
    aids = {name: tensors.pop(name) for name in _shapes(tagger) if name in tensors}
    if aids:
        tagger.load_state_dict({name.removeprefix("tagger."): value for name, value in aids.items()})
    for number, optimiser in enumerate(optimisers):
        whole = optimiser.state_dict()
        for key, value in tensors.items():
            owner, index, name = key.split(".", 2)
            if int(owner) == number:
                whole["state"].setdefault(int(index), {})[name] = value
        optimiser.load_state_dict(whole)
