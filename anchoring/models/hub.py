"""A hub model before it is downloaded: is it there, may we have it, and how big is it.

Asked once and briefly, since loading itself repeats a failed request for half a minute.
"""

from huggingface_hub import HfApi, constants
from huggingface_hub.errors import (
    GatedRepoError,
    HFValidationError,
    LocalEntryNotFoundError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
)

from anchoring.models.catalogue import CATALOGUE

SECONDS = 8.0
"""How long the hub may take to answer."""


def download_bytes(model_id: str) -> int:
    """Size of a hub model's safetensors files, from the hub or else the catalogue; 0 where neither tells.

    Raises huggingface_hub's errors where the id is none, the model unknown or gated, or the hub out of reach.
    """
    if constants.HF_HUB_OFFLINE:
        raise OfflineModeIsEnabled(f"{model_id}: HF_HUB_OFFLINE is set")
    try:
        found = HfApi().model_info(model_id, files_metadata=True, timeout=SECONDS)
    except (GatedRepoError, RepositoryNotFoundError, HFValidationError):
        raise
    except Exception as error:  # no route, no name, a timeout, a mirror without this service
        if getattr(error, "response", None) is not None:  # an answer, if not the one we asked for
            return catalogue_bytes(model_id)
        raise LocalEntryNotFoundError(f"The hub can't be reached: {error}") from error
    files = [file for file in found.siblings or () if file.rfilename.startswith("model")]
    size = sum(file.size or 0 for file in files if file.rfilename.endswith(".safetensors"))
    return size or catalogue_bytes(model_id)


def catalogue_bytes(model_id: str) -> int:
    return next((entry.download_mb * 1_000_000 for entry in CATALOGUE if entry.id == model_id), 0)
