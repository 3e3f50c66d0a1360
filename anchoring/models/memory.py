"""Whether a model's weights fit, asked before they are read."""

from pathlib import Path

import psutil
import torch

from anchoring.models.catalogue import snapshot
from anchoring.models.faults import ModelError

HEADROOM = 1.2  # working memory beside the weights


def free_bytes(device: str) -> int:
    if device.startswith("cuda"):
        return torch.cuda.mem_get_info()[0]
    return psutil.virtual_memory().available


def weight_bytes(where: str, config, dtype: torch.dtype) -> int:
    """Bytes that the weights take once loaded, by the files of the folder, or of the hub model that was downloaded; 0
    where neither is there."""
    folder = Path(where) if Path(where).is_dir() else snapshot(where)
    files = list(folder.glob("model*.safetensors")) if folder else []  # others hold the same weights again
    return loaded_bytes(sum(f.stat().st_size for f in files), getattr(config, "dtype", None), dtype)


def loaded_bytes(stored: int, stored_as: torch.dtype | None, dtype: torch.dtype) -> int:
    """Bytes in memory as `dtype` of weights that take `stored` bytes as files."""
    width = stored_as.itemsize if isinstance(stored_as, torch.dtype) else torch.float32.itemsize
    return stored * dtype.itemsize // width


def check_fits(where: str, config, dtype: torch.dtype, device: str, download: int = 0) -> None:
    """ModelError where the weights, in a folder or about to be downloaded, need more memory than is free.

    `download` is the size in bytes of the files on the hub, 0 where `where` is a folder.
    """
    weights = loaded_bytes(download, getattr(config, "dtype", None), dtype) or weight_bytes(where, config, dtype)
    needed, free = weights * HEADROOM, free_bytes(device)
    if needed > free:
        raise ModelError(
            f"{where} needs about {needed / 1e9:.1f} GB of memory and {free / 1e9:.1f} GB is free on {device}: "
            "close other programs or choose a smaller model."
        )
