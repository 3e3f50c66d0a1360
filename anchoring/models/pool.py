"""The models in memory, shared by all sessions."""

import gc
import threading
from collections import OrderedDict

import torch

from anchoring.models.catalogue import BUNDLED
from anchoring.models.load import LanguageModel, load_model

KEPT = 2  # a bundled model and one other; more would fill a laptop


class ModelPool:
    """Loads each model once, however many ask for it at the same time, and forgets the one used longest ago, the
    bundled one last.

    A model that is forgotten while it generates stays alive until it has finished.
    """

    def __init__(self, kept: int = KEPT):
        self._kept = kept
        self._models: OrderedDict[str, LanguageModel] = OrderedDict()
        self._loading: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, name: str) -> LanguageModel:
        """The model of that name, loaded where it is not in memory. ModelError where it can't be."""
        with self._lock:
            lock = self._loading.setdefault(name, threading.Lock())
        with lock:
            with self._lock:
                if name in self._models:
                    self._models.move_to_end(name)
                    return self._models[name]
            model = load_model(name, make_room=lambda: self._forget_all_but(self._kept - 1))
            with self._lock:
                self._models[name] = model
            self._forget_all_but(self._kept)  # two may have been loaded at once
            return model

    def _forget_all_but(self, most: int) -> None:
        """Forgets models, those used longest ago first, until `most` are left. The bundled one is so small that it
        stays as long as there is another to forget."""
        with self._lock:
            names = sorted(self._models, key=BUNDLED.__eq__)
            forgotten = names[: max(0, len(names) - most)]
            for name in forgotten:
                del self._models[name]
        if forgotten:
            gc.collect()  # the weights of a model in a cycle of references would stay until a collection comes by
            if torch.cuda.is_available():
                torch.cuda.empty_cache()  # else what torch holds back for later counts as taken

    def has(self, name: str) -> bool:
        with self._lock:
            return name in self._models
