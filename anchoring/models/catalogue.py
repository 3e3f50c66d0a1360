"""The models that the picker offers. Sizes are those of the hub's safetensors files, rounded."""

import os
from dataclasses import dataclass
from pathlib import Path

BUNDLED = "bundled"
BUNDLED_FOLDER = Path(__file__).resolve().parents[2] / "models" / "bundled"


@dataclass(frozen=True)
class Entry:
    """`download_mb` is 0 for what comes with the project."""

    id: str
    title: str
    parameters: str
    download_mb: int
    licence: str
    note: str = ""


CATALOGUE = (
    Entry(BUNDLED, "Bundled", "", 0, "Apache-2.0", "Works at once, offline. Very small: knows a few scopes, no more."),
    Entry("HuggingFaceTB/SmolLM2-135M-Instruct", "SmolLM2 135M Instruct", "135M", 270, "Apache-2.0"),
    Entry("HuggingFaceTB/SmolLM2-360M-Instruct", "SmolLM2 360M Instruct", "362M", 724, "Apache-2.0"),
    Entry("Qwen/Qwen2.5-0.5B-Instruct", "Qwen2.5 0.5B Instruct", "494M", 988, "Apache-2.0"),
    Entry("Qwen/Qwen3-0.6B", "Qwen3 0.6B", "596M", 1500, "Apache-2.0", "Has a thinking mode."),
    Entry("TinyLlama/TinyLlama-1.1B-Chat-v1.0", "TinyLlama 1.1B Chat", "1.1B", 2200, "Apache-2.0"),
    Entry("Qwen/Qwen2.5-1.5B-Instruct", "Qwen2.5 1.5B Instruct", "1.5B", 3090, "Apache-2.0"),
    Entry("microsoft/Phi-3.5-mini-instruct", "Phi-3.5 mini Instruct", "3.8B", 7640, "MIT"),
)


def is_here(model_id: str) -> bool:
    """Whether the model's files are on this machine already. Looks at folders only; asks no network."""
    if model_id == BUNDLED:
        return (BUNDLED_FOLDER / "config.json").exists()
    return snapshot(model_id) is not None


def snapshot(model_id: str) -> Path | None:
    """The folder of a hub model's files on this machine, the newest of several; None where none is here."""
    snapshots = _hub_cache() / f"models--{model_id.replace('/', '--')}" / "snapshots"
    found = {file.parent for file in snapshots.glob("*/*.safetensors")} if snapshots.is_dir() else set()
    return max(found, key=lambda folder: folder.stat().st_mtime, default=None)


def downloaded_mb(model_id: str) -> float:
    """Megabytes of the model that have come to this machine so far, unfinished files counted."""
    blobs = _hub_cache() / f"models--{model_id.replace('/', '--')}" / "blobs"
    return sum(file.stat().st_size for file in blobs.glob("*") if file.is_file()) / 1e6


def _hub_cache() -> Path:
    """Where the hub's files are cached, by the same variables that huggingface_hub reads."""
    if cache := os.environ.get("HF_HUB_CACHE"):
        return Path(cache)
    home = os.environ.get("HF_HOME") or Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")) / "huggingface"
    return Path(home).expanduser() / "hub"
