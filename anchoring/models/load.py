"""Loading a causal language model: the bundled one, a local folder, or a hub id.

Safetensors only and no remote code, whatever a repository asks for. Every way in which loading can fail ends in one
`ModelError` whose message says what to do.
"""

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import torch
from huggingface_hub import try_to_load_from_cache
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

from anchoring.models.catalogue import BUNDLED, BUNDLED_FOLDER, is_here
from anchoring.models.faults import ModelError, explained
from anchoring.models.hub import download_bytes
from anchoring.models.interface import install
from anchoring.models.memory import check_fits
from anchoring.models.types import ModelInfo

_SIZES = ("hidden_size", "num_hidden_layers", "num_attention_heads", "vocab_size")


@dataclass(eq=False)
class LanguageModel:
    """A model and its tokenizer. Several threads may generate from it at once.

    `hf` is a transformers causal LM, `tokenizer` its tokenizer. A notebook may wrap a pair that it has loaded itself.
    """

    hf: torch.nn.Module
    tokenizer: object
    id: str = "notebook"
    revision: str = ""
    tapped: bool = field(init=False)
    _stateful: bool = field(init=False, repr=False)
    _alone: threading.RLock = field(init=False, repr=False, default_factory=threading.RLock)

    def __post_init__(self):
        self.hf.eval()
        self.tapped = install(self.hf)
        self._stateful = any(hasattr(module, "recurrent_states") for module in self.hf.modules())  # RecurrentGemma
        # The first call sets a fast tokenizer's truncation; done here, since two threads at once would collide in it.
        self.tokenizer("a")

    @contextmanager
    def running(self) -> Iterator[None]:
        """Around every run of the model. One whose attention has to be read by an eager pass runs in one thread at a
        time, since for that pass its way of computing is changed; so does one that keeps its state on its modules."""
        with nullcontext() if self.tapped and not self._stateful else self._alone:
            yield

    @cached_property
    def pad_id(self) -> int:
        """The token that fills up shorter prompts of a batch; it is never attended to."""
        ids = (self.tokenizer.pad_token_id, self.tokenizer.eos_token_id, 0)
        return next(token for token in ids if token is not None)

    @cached_property
    def causal(self) -> bool:
        """Whether what a token foretells hangs on no later token. Where it does (XLNet), a pass over a whole answer
        scores what the model never said."""
        with self.running(), torch.inference_mode():
            one, other = (
                self.hf(input_ids=torch.tensor([[1, 2, last]], device=self.hf.device)).logits[0, 1].float()
                for last in (1, 2)
            )
        return torch.allclose(one, other, atol=1e-3)

    @cached_property
    def context(self) -> int:
        """The most tokens that prompt and answer may have together."""
        config = self.hf.config.get_text_config(decoder=True)
        for name in ("max_position_embeddings", "n_positions", "max_seq_len", "seq_length"):
            if isinstance(getattr(config, name, None), int):
                return getattr(config, name)
        return 2048

    @property
    def info(self) -> ModelInfo:
        return replace(self._sizes, tapped=self.tapped)  # which may show only while it runs

    @cached_property
    def _sizes(self) -> ModelInfo:
        parameter = next(self.hf.parameters())
        count = sum(p.numel() for p in self.hf.parameters())
        dtype = str(parameter.dtype).removeprefix("torch.")
        config = self.hf.config.get_text_config(decoder=True)
        sizes = (getattr(config, name, 0) or 0 for name in _SIZES)
        return ModelInfo(self.id, self.revision, dtype, str(parameter.device), count, self.context, *sizes)


def load_model(
    name: str = BUNDLED,
    *,
    device: str | None = None,
    dtype: str | None = None,
    make_room: Callable[[], None] = lambda: None,
) -> LanguageModel:
    """The model called `name`: "bundled", a folder, or a hub id such as "org/model".

    `device` is chosen where none is given (cuda, mps, cpu), `dtype` likewise (float32 on a CPU, else bfloat16).
    `make_room` is called once the model is found, before it is asked whether its weights fit into memory.
    ModelError, with what to do, where it can't be loaded.
    """
    where, name = _place(name), name.strip()
    device = _device(device)
    chosen = _dtype(dtype, device)
    with explained(name):
        if is_here(name):  # no request to the hub: loading is quick and works without a network
            try:
                return _load(where, name, device, chosen, make_room, local_files_only=True)
            except OSError:  # a download that was broken off: go on with it below
                pass
        download = 0 if Path(where).is_dir() else download_bytes(where)
        return _load(where, name, device, chosen, make_room, download)


def _load(where: str, name: str, device: str, dtype: torch.dtype, make_room, download: int = 0, **how) -> LanguageModel:
    config = AutoConfig.from_pretrained(where, trust_remote_code=False, **how)
    make_room()
    check_fits(where, config, dtype, device, download)
    tokenizer = AutoTokenizer.from_pretrained(where, trust_remote_code=False, **how)
    _check_shards(where, name)
    hf, found = AutoModelForCausalLM.from_pretrained(
        where,
        config=config,
        dtype=dtype,
        use_safetensors=True,
        trust_remote_code=False,
        output_loading_info=True,
        **how,
    )
    if found["missing_keys"]:  # transformers makes up random numbers for them, and warns
        raise ModelError(f"The weights of {name} lack {min(found['missing_keys'])}: download or copy them again.")
    return LanguageModel(hf.to(device), tokenizer, name, _revision(where))


def _check_shards(where: str, name: str) -> None:
    """ModelError where a folder's index of weights names a file elsewhere."""
    index = Path(where) / "model.safetensors.index.json"
    if not index.is_file():
        return
    named = json.loads(index.read_text("utf-8"))["weight_map"].values()
    if any(Path(file).name != file for file in named):
        raise ModelError(f"{name} names weights outside its own folder, and those are not read.")


def _place(name: str) -> str:
    if name == BUNDLED:
        if not (BUNDLED_FOLDER / "config.json").exists():
            raise ModelError("The bundled model's files are missing: install the project again, or choose a folder.")
        return str(BUNDLED_FOLDER)
    name = name.strip()
    if not name:
        raise ModelError("Give a model: a hub id such as org/model, or a folder.")
    try:
        folder = Path(name).expanduser()
        is_folder = folder.is_dir()
    except (OSError, RuntimeError, ValueError):  # a name too long for a path, a home that nobody has, a null
        raise ModelError(f"{name[:80]!r} is neither a folder nor a hub id.") from None
    if is_folder:
        if not (folder / "config.json").exists():
            raise ModelError(f"The folder {name} holds no config.json, so it is not a model's folder.")
        return str(folder)
    if name.startswith((".", "/", "~")) or name.count("/") > 1 or "\\" in name:
        raise ModelError(f"There is no folder {name}.")
    return name


def _device(name: str | None) -> str:
    try:
        return str(torch.device(name)) if name else _best_device()
    except RuntimeError:
        raise ModelError(f"Unknown device {name!r}: use cpu, cuda or mps.") from None


def _best_device() -> str:
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def _dtype(name: str | None, device: str) -> torch.dtype:
    if name is None:
        return torch.float32 if device == "cpu" else torch.bfloat16
    dtype = getattr(torch, name, None)
    if dtype not in (torch.float32, torch.bfloat16, torch.float16):
        raise ModelError(f"Unknown dtype {name!r}: use float32, bfloat16 or float16.")
    return dtype


def _revision(where: str) -> str:
    """The hub's commit, or the first 12 hex digits of a hash over the folder's weight files."""
    if not Path(where).is_dir():
        cached = try_to_load_from_cache(where, "config.json")  # …/snapshots/COMMIT/config.json
        return Path(cached).parent.name if isinstance(cached, str) else ""
    digest = hashlib.sha256()
    for file in sorted(Path(where).glob("*.safetensors")):
        with file.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()[:12]
