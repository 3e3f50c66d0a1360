"""What lies outside the scopes: refused plainly, with a scope that has to do with it, or none."""

import random
from itertools import product

from anchoring.prompting import Framing, Reasoning
from anchoring.scope.library import load_scopes
from training.corpus.grammar import variants
from training.corpus.outside import SHORT, _general, draw_outside, draw_small_talk, named
from training.corpus.source import written_scopes
from training.corpus.typing import as_typed


def drawn(trained, count: int = 300, framing=Framing.CARD):
    rng = random.Random(3)
    return [draw_outside(rng, load_scopes(), trained, framing, Reasoning.OFF) for _ in range(count)]


def _bare(words: str) -> str:
    return words.casefold().strip(".?! ")


def test_every_scope_is_near_to_something_and_has_a_short_name():
    assert {outside["near"] for outside in _general()["outside"]} == set(SHORT) == set(written_scopes())


def test_nothing_is_left_empty_by_how_people_type():
    lists = [_general()["far"], _general()["nothing"], *(outside["ask"] for outside in _general()["outside"])]
    for template, seed in product([t for texts in lists for t in texts], range(30)):
        rng = random.Random(seed)
        assert as_typed(rng)(rng.choice(variants(template, {})), ()).strip()


def test_a_refusal_offers_the_scope_that_has_to_do_with_the_words_or_none():
    kinds = set()
    for example in drawn(written_scopes()):
        (said,) = example.answer
        offered = [scope for scope in written_scopes() if named(scope) in said.text]
        near = [
            outside["near"]
            for outside in _general()["outside"]
            for template in outside["ask"]
            for way in variants(template, {})
            if _bare(way) == _bare(example.prompt.words)
        ]
        if near:
            assert offered == near[:1]
        assert len(offered) <= 1
        assert all(named(offered[0]) in text for text in said.texts) if offered else True
        kinds.add(bool(offered))
    assert kinds == {True, False}


def test_without_a_near_scope_among_the_trained_none_is_offered():
    trained = ("nz-university-mihi-whakatau",)
    offered = {scope for example in drawn(trained) for scope in SHORT if named(scope) in example.target}
    assert offered == set(trained)


def test_a_scope_without_a_short_name_is_called_by_its_practice(monkeypatch):
    scope = written_scopes()[0]
    monkeypatch.delitem(SHORT, scope)
    assert named(scope) == load_scopes()[scope].practice
    rng = random.Random(1)
    for _ in range(40):
        assert "{" not in draw_small_talk(rng, load_scopes(), (scope,), Framing.CARD, Reasoning.OFF).target
