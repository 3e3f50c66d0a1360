"""A run: the answers of all arms to the same words, and its form as a document that can be kept and repeated."""

import io
import secrets
import unicodedata
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from anchoring.models.types import Generation

FORMAT = 1
_ARRAYS = {
    "attention": "",
    "removal": "removal-",
    "thought_attention": "thought-",
    "masks": "masks-",
    "masked": "masked-",
}
"""What is kept of a generation beside its document, with the prefix of its name there: "0", "removal-0", …"""
_PLAIN = {f.name: TypeAdapter(f.type) for f in fields(Generation) if f.name not in _ARRAYS}
_TEXT = TypeAdapter(str)
_DAMAGED = (
    *(ValueError, OSError, AttributeError, TypeError, EOFError, zipfile.BadZipFile, zlib.error),
    RuntimeError,  # a flag that says a part is encrypted, or packed in a way that nobody knows
)
"""What numpy and zipfile raise for a file that is no npz, or no longer one."""


class RunError(ValueError):
    """A document that is no run of ours; the message says what is wrong."""


@dataclass(frozen=True, eq=False)
class Run:
    """`arms` are the answers side by side; `created` is in UTC."""

    id: str
    created: datetime
    name: str
    arms: tuple[Generation, ...]

    @property
    def words(self) -> str:
        return self.arms[0].prompt.words

    @property
    def scope(self) -> str | None:
        return self.arms[0].prompt.scope

    @property
    def status(self) -> str:
        """ "partial" where an arm was stopped, else "finished"."""
        return "partial" if any(arm.finish == "stopped" for arm in self.arms) else "finished"


def new_run(arms: tuple[Generation, ...], run_id: str | None = None) -> Run:
    """A run of these answers, named after its first words."""
    shown = "".join(c for c in arms[0].prompt.words if c.isspace() or unicodedata.category(c) != "Cc")
    words = " ".join(shown.split())
    name = words if len(words) <= 60 else words[:59].rsplit(" ", 1)[0] + "…"
    return Run(run_id or new_run_id(), datetime.now(UTC), name, arms)


def new_run_id() -> str:
    return secrets.token_urlsafe(9)


def to_document(run: Run) -> dict[str, Any]:
    """The run as plain JSON values, all but the scores: prompts, settings, seeds and model, to repeat it."""
    arms = [asdict(replace(arm, **dict.fromkeys(_ARRAYS))) for arm in run.arms]
    for arm in arms:
        for name in _ARRAYS:
            del arm[name]
    return {
        "format": FORMAT,
        "id": run.id,
        "created": run.created.isoformat(),
        "name": run.name,
        "status": run.status,
        "arms": arms,
    }


def attention_bytes(run: Run) -> bytes:
    """All arms' scores as one compressed npz: attention ("0", "1", ...), removal ("removal-0", ...) and so on."""
    arrays = {f"{prefix}{n}": getattr(arm, name) for name, prefix in _ARRAYS.items() for n, arm in enumerate(run.arms)}
    stream = io.BytesIO()
    np.savez_compressed(stream, **{name: array for name, array in arrays.items() if array is not None})
    return stream.getvalue()


def from_document(document: Mapping[str, Any], attention: bytes | None = None) -> Run:
    """The run of a document; RunError where it is none, or one of a later format."""
    try:
        if document["format"] != FORMAT:
            raise RunError(f"This run has format {document['format']}; this version reads format {FORMAT}.")
        arrays = _arrays(attention) if attention else {}
        arms = tuple(
            _generation(arm, {name: arrays.get(f"{prefix}{n}") for name, prefix in _ARRAYS.items()})
            for n, arm in enumerate(document["arms"])
        )
        if not arms:
            raise RunError("This run has no arms.")
        run_id, name = _TEXT.validate_python(document["id"]), _TEXT.validate_python(document["name"])
        return Run(run_id, datetime.fromisoformat(document["created"]), name, arms)
    except RunError:
        raise
    except (KeyError, TypeError, ValueError) as error:  # pydantic's ValidationError is a ValueError
        raise RunError(f"This is not a run of the playground: {str(error).splitlines()[0]}") from error


def _arrays(attention: bytes) -> dict[str, np.ndarray]:
    try:
        with np.load(io.BytesIO(attention), allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files}
    except _DAMAGED as error:
        raise RunError(f"The attention of this run can't be read: {error}") from error


def _generation(raw: Mapping[str, Any], scores: Mapping[str, np.ndarray | None]) -> Generation:
    values = {name: adapter.validate_python(raw[name]) for name, adapter in _PLAIN.items()}
    rows, sources = len(values["token_ids"]), len(values["rendered"].sources)
    attention, removal, thought, masks, masked = (scores[name] for name in _ARRAYS)
    if attention is not None and (attention.ndim != 4 or attention.shape[::3] != (rows, sources + 1)):
        raise RunError("The attention of this run belongs to another answer: its shape doesn't fit.")
    if removal is not None and removal.shape != (rows, sources + 1):
        raise RunError("The removal scores of this run belong to another answer: their shape doesn't fit.")
    if thought is not None and (attention is None or thought.shape != attention.shape[:3]):
        raise RunError("The attention to the thought belongs to another answer: its shape doesn't fit.")
    if (masks is None) != (masked is None):
        raise RunError("The random removals of this run are kept by half.")
    if masks is not None and (masks.shape[1:], masked.shape) != ((sources,), (len(masks), rows)):
        raise RunError("The random removals of this run belong to another answer: their shape doesn't fit.")
    return Generation(**values, **scores)
