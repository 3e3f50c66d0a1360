"""The stages that a model went through, and how much of each one's weights is in it."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

FILE = "stages.json"
MISTAKES = "mistakes.jsonl"  # in a run's folder: what it learned from


@dataclass(frozen=True)
class Stage:
    """`share` is that of the weights which the stage ended with; 0 for one that was only trained on from.

    `mistakes` is the number of answers put right that it learned from (`training/mistakes.py`).
    """

    name: str
    steps: int
    minutes: float
    share: float = 1.0
    mistakes: int = 0


def stages_of(folder: Path) -> tuple[Stage, ...]:
    """Those of a checkpoint: of a run those before it, and itself. FileNotFoundError: `folder` holds neither."""
    noted, state = folder / FILE, folder / "state.json"
    if not noted.exists() and not state.exists():
        raise FileNotFoundError(f"{folder} holds no finished stage: neither {FILE} nor state.json is there.")
    before = tuple(Stage(**s) for s in json.loads(noted.read_text("utf-8"))) if noted.exists() else ()
    if not state.exists():
        return before
    run = json.loads(state.read_text("utf-8"))
    righted = (folder / MISTAKES).read_bytes().count(b"\n") if (folder / MISTAKES).exists() else 0
    return (*before, Stage(folder.name, run["step"], round(run["seconds"] / 60, 1), mistakes=righted))


def note(folder: Path, stages: Sequence[Stage]) -> None:
    (folder / FILE).write_text(json.dumps([asdict(s) for s in stages], indent=1) + "\n", encoding="utf-8")


def trained_from(stages: Sequence[Stage]) -> tuple[Stage, ...]:
    """The stages as those of a run that goes on from there: nothing of their weights is left as it was."""
    return tuple(replace(s, share=0.0) for s in stages)


def mixed(models: Sequence[Sequence[Stage]], shares: Sequence[float]) -> tuple[Stage, ...]:
    """The stages of a mean of models, each model with its share; one that several went through comes once."""
    found: dict[str, Stage] = {}
    for stages, share in zip(models, shares, strict=True):
        for stage in stages:
            so_far = found[stage.name].share if stage.name in found else 0.0
            found[stage.name] = replace(stage, share=round(so_far + share * stage.share, 6))
    return tuple(found.values())
