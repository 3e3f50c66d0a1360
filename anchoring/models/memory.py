"""Whether a model's weights fit, asked before they are read."""

from pathlib import Path

import psutil
import torch

from anchoring.models.faults import ModelError

HEADROOM = 1.2  # working memory beside the weights


def free_bytes(device: str) -> int:
    if device.startswith("cuda"):
        return torch.cuda.mem_get_info()[0]
    return psutil.virtual_memory().available


def weight_bytes(where: str, config, dtype: torch.dtype) -> int:
    """Bytes that the weights take once loaded, from the folder's files; 0 where there is no folder to look at."""
    files = list(Path(where).glob("*.safetensors")) if Path(where).is_dir() else []
    stored = getattr(config, "dtype", None) or torch.float32
    width = stored.itemsize if isinstance(stored, torch.dtype) else 4
    return sum(f.stat().st_size for f in files) * dtype.itemsize // width


def check_fits(where: str, config, dtype: torch.dtype, device: str) -> None:
    """ModelError where the weights in a folder need more memory than is free."""
    needed, free = weight_bytes(where, config, dtype) * HEADROOM, free_bytes(device)
    if needed > free:
        raise ModelError(
            f"{where} needs about {needed / 1e9:.1f} GB of memory and {free / 1e9:.1f} GB is free on {device}: "
            "close other programs or choose a smaller model."
        )
