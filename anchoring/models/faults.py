"""Loading faults, each in words that say what to do."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from huggingface_hub.errors import (
    EntryNotFoundError,
    GatedRepoError,
    HFValidationError,
    LocalEntryNotFoundError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
)

from anchoring.models.tap import TapError


class ModelError(ValueError):
    """A model that can't be loaded or can't take a prompt; the message says why and what to do."""


class Cancelled(Exception):
    """Whoever asked no longer wants the result."""


_HUB = (
    (GatedRepoError, "{name} is gated: accept its licence on the hub, then set HF_TOKEN to your access token."),
    (RepositoryNotFoundError, "The hub knows no model {name}, or it is private: check the spelling of the id."),
    (HFValidationError, "{name!r} is not a hub id. An id looks like org/model."),
    (OfflineModeIsEnabled, "{name} is not on this machine, and the hub is switched off (HF_HUB_OFFLINE)."),
    (LocalEntryNotFoundError, "{name} is not on this machine, and the hub can't be reached: check the network."),
    (ConnectionError, "The hub can't be reached: check the network, or choose the bundled model or a folder."),
    (EntryNotFoundError, "{name} lacks a file that is needed; it may hold no transformers model."),
    (MemoryError, "There is not enough memory for {name}: choose a smaller model."),
    (torch.OutOfMemoryError, "There is not enough memory on the device for {name}: choose a smaller model."),
)
_DAMAGED = ("deserializing header", "incomplete metadata", "header too", "invalidheader")
# transformers wraps most faults in OSError or ValueError: their words tell them apart.
_WORDS = (
    ("gated repo", "{name} is gated: accept its licence on the hub, then set HF_TOKEN to your access token."),
    ("trust_remote_code", "{name} needs code of its own to run, and this app runs none from a model's repository."),
    ("custom code", "{name} needs code of its own to run, and this app runs none from a model's repository."),
    ("safetensors", "{name} has no weights as safetensors, the only format that is loaded here."),
    ("is not a local folder and is not a valid model identifier", "The hub knows no model {name}: check the spelling."),
    ("couldn't connect", "{name} is not on this machine, and the hub can't be reached: check the network."),
    ("cannot find the requested files", "{name} is not on this machine, and the hub can't be reached."),
    ("unrecognized configuration class", "{name} is not a causal language model."),
    (
        "does not recognize this architecture",
        "{name} has an architecture that the installed transformers doesn't know.",
    ),
    ("unrecognized model", "{name} is not a model that transformers knows: its config.json names no known type."),
    ("tokenizer", "{name} has no tokenizer that can be read: it needs a tokenizer.json beside its weights."),
)


@contextmanager
def explained(name: str) -> Iterator[None]:
    """Turns what loading raises into one ModelError about `name`; the original stays as its cause."""
    try:
        yield
    except ModelError:
        raise
    except Exception as error:
        raise ModelError(_message(error, name)) from error


@contextmanager
def answering(name: str) -> Iterator[None]:
    """Turns what a model raises while it answers into one ModelError; the original stays as its cause.

    What already says what it is goes through: ModelError, TapError, Cancelled.
    """
    try:
        yield
    except (ModelError, TapError, Cancelled):
        raise
    except Exception as error:
        if _out_of_memory(error):
            message = f"There was not enough memory for {name} to answer: ask for less, or run fewer arms at once."
        else:
            message = f"{name} failed while answering: {_first_line(error)}"
        raise ModelError(message) from error


def _out_of_memory(error: Exception) -> bool:
    if isinstance(error, (MemoryError, torch.OutOfMemoryError)):
        return True
    return "can't allocate memory" in str(error).lower()  # PyTorch's own on a CPU is a plain RuntimeError


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:200] if lines else type(error).__name__


def _message(error: Exception, name: str) -> str:
    for fault in _causes(error):
        for kind, text in _HUB:
            if isinstance(fault, kind):
                return text.format(name=name)
    if _out_of_memory(error):
        return f"There is not enough memory for {name}: choose a smaller model."
    for fault in _causes(error):
        if isinstance(fault, ModuleNotFoundError) and fault.name:  # what a quantised model is read with, say
            return f"{name} needs the Python module {fault.name}: install what brings it, and start again."
    words = str(error).replace(name, "").lower()  # a folder may be called anything
    if any(part in words for part in _DAMAGED):
        return f"The weights of {name} are damaged: download or copy them again."
    for part, text in _WORDS:
        if part in words:
            return text.format(name=name)
    if isinstance(error, json.JSONDecodeError) or "valid json" in words:
        return f"A settings file of {name} is not valid JSON."
    return f"{name} can't be loaded: {_first_line(error)}"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
