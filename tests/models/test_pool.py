"""The models in memory: each is loaded once, and one that is forgotten leaves at once."""

import gc
import threading
import weakref

import pytest

from anchoring.models import pool
from anchoring.models.pool import ModelPool


class Model:
    """As a module with hooks may: it refers to itself, so that only a collection frees it."""

    def __init__(self, name: str):
        self.name, self.itself = name, self


@pytest.fixture
def loaded(monkeypatch) -> list[str]:
    """The names that were loaded, in their order."""
    asked = []

    def load(name: str) -> Model:
        asked.append(name)
        return Model(name)

    monkeypatch.setattr(pool, "load_model", load)
    return asked


def test_a_model_is_loaded_once_however_many_ask_at_the_same_time(loaded):
    models, found = ModelPool(), []
    threads = [threading.Thread(target=lambda: found.append(models.get("a"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert loaded == ["a"]
    assert len(found) == 8
    assert len(set(map(id, found))) == 1


def test_the_model_used_longest_ago_is_forgotten_and_its_memory_is_free_at_once(loaded):
    models = ModelPool(kept=2)
    first, second = (weakref.ref(models.get(name)) for name in "ab")
    models.get("a")
    gc.disable()
    try:
        models.get("c")
        assert second() is None
    finally:
        gc.enable()
    assert first() is models.get("a")
    assert models.has("c")
    assert not models.has("b")
    assert loaded == ["a", "b", "c"]
