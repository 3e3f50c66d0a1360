"""The models in memory: each is loaded once, and one that is forgotten leaves at once."""

import gc
import threading
import weakref

import pytest

from anchoring.models import pool
from anchoring.models.catalogue import BUNDLED
from anchoring.models.faults import ModelError
from anchoring.models.pool import ModelPool


class Model:
    """As a module with hooks may: it refers to itself, so that only a collection frees it."""

    def __init__(self, name: str):
        self.name, self.itself = name, self


class Loaded(list):
    """Names, and how many models were in memory when each began to be read."""


@pytest.fixture
def loaded(monkeypatch) -> list[str]:
    """The names that were loaded, in their order."""
    asked, alive = Loaded(), weakref.WeakSet()
    asked.in_memory = []

    def load(name: str, make_room) -> Model:
        if name == "missing":
            raise ModelError("There is no such model.")
        make_room()
        asked.append(name)
        asked.in_memory.append(len(alive))
        model = Model(name)
        alive.add(model)
        return model

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


def test_room_is_made_before_the_next_model_is_read(loaded):
    models = ModelPool(kept=2)
    for name in "abcd":
        models.get(name)
    assert loaded.in_memory == [0, 1, 1, 1]


def test_the_bundled_model_stays_while_there_is_another_to_forget(loaded):
    models = ModelPool(kept=2)
    for name in (BUNDLED, "a", "b"):
        models.get(name)
    assert models.has(BUNDLED)
    assert not models.has("a")


def test_a_model_that_is_not_found_drives_none_out(loaded):
    models = ModelPool(kept=1)
    models.get("a")
    with pytest.raises(ModelError):
        models.get("missing")
    assert models.has("a")
