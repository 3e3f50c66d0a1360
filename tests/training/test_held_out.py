"""Nothing that is held out ever reaches training, and the evaluation asks about nothing else."""

from functools import cache
from itertools import chain, islice

import pytest

from tests.training.drawn import SOURCES, by_role, called, role
from training.corpus.examples import combination_held_out
from training.corpus.mixture import tellings
from training.corpus.names import is_held_out as name_held_out
from training.corpus.people import echoed
from training.corpus.phrasings import few
from training.corpus.source import COMMON_SLOTS, is_held_out, load_source, side, written_scopes
from training.corpus.typing import bare
from training.evaluation.masking import masked_variants, masker
from training.evaluation.prompts import ask

COUNT = 2500


@cache
def trained_on() -> tuple:
    """Composed examples as training draws them, those to be recognised alone among them; the starters apart."""
    drawn = (islice(tellings(13, written_scopes(), 1, sources), COUNT // 2) for sources in (few, load_source))
    starters = {starter.prompt for source in SOURCES.values() for starter in source.scope.starters}
    return tuple(
        e
        for (e,) in chain(*drawn)
        if e.prompt.scope in SOURCES and not role(e) & {"refusal", "small_talk"} and e.prompt.words not in starters
    )


@cache
def asked() -> tuple:
    return tuple(a for source in SOURCES.values() for a in ask(source, 6))


def _spoken(example):
    """The texts of an example's cues in the user's words, details masked."""
    hide = masker({name: (value,) for name, value in example.slots} | called(example))
    words = example.prompt.words
    return [(s.cue, hide(words[s.start : s.end])) for s in example.shown]


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum() or c == "@")


def _bare(name: str) -> str:
    bare = name.removesuffix("-san").removesuffix("-sama").removesuffix(" khanom")
    for title in ("Agha ", "Don ", "Doña ", "Mr. ", "Ms. ", "Dr. "):
        bare = bare.removeprefix(title)
    return bare


@cache
def _listed() -> dict[str, str]:
    """The people of the scopes' lists by what an answer calls them where the user's keys have no apostrophe."""
    called = [echoed(p) for source in SOURCES.values() for p in source.lists["people"]]
    return {bare(name): name for name in called}


def _name_is_held_out(name: str) -> bool:
    return is_held_out(_listed().get(name, name), 6) if by_role_name(name) else name_held_out(_bare(name))


def by_role_name(name: str) -> bool:
    return name.startswith(("your ", "the ", "that person"))


def test_no_held_out_name_or_value_is_in_training():
    seen = 0
    for example in trained_on():
        slots, source = dict(example.slots), SOURCES[example.prompt.scope]
        for slot in set(slots) & set(source.slots):
            assert not is_held_out(slots[slot], 6), slots[slot]
        if "name" in slots:
            seen += by_role(example)
            assert not _name_is_held_out(slots["name"]), slots["name"]
    assert seen > 100


def test_no_held_out_combination_is_in_training():
    examples = [e for e in trained_on() if e.shown and e.answer]
    seen = {(e.prompt.scope, tuple(sorted({s.cue for s in e.shown}))) for e in examples}
    assert len(seen) > 250
    assert not any(combination_held_out(SOURCES[scope], cues) for scope, cues in seen)


def _held_out_wordings() -> set:
    cues = [(scope, cue, w) for scope, s in SOURCES.items() for cue, t in s.cues.items() for w in t.wordings]
    sides = [(scope, p.cue, w) for scope, s in SOURCES.items() for p in s.pairs for r in p.readings for w in r.wordings]
    return {
        (scope, cue, _letters(v)) for scope, cue, w in (*cues, *sides) if is_held_out(w, 4) for v in masked_variants(w)
    }


def test_no_held_out_wording_is_in_training():
    """Those of the cues and of the sides of pairs; a cue to be recognised alone goes by "cue/side".

    Words are left out of those, so that two or three which remain may by chance be another wording.
    """
    said = [(e, cue, text) for e in trained_on() for cue, text in _spoken(e) if e.answer or len(text.split()) > 3]
    met = {(e.prompt.scope, cue.split("/")[0], _letters(text)) for e, cue, text in said}
    assert len(met) > 1500
    assert not _held_out_wordings() & met


@pytest.mark.parametrize("kind", ["combinations", "none", "grounded"])
def test_the_evaluation_asks_about_combinations_that_are_held_out(kind):
    some = [a for a in asked() if a.kind == kind]
    assert len(some) == 6 * len(SOURCES)
    assert all(combination_held_out(SOURCES[a.scope], tuple({s.cue for s in a.example.shown})) for a in some)


def test_the_evaluation_asks_about_people_and_things_that_are_held_out():
    seen = 0
    for a in asked():
        slots = dict(a.example.slots)
        if "name" in slots:
            seen += 1
            assert _name_is_held_out(slots["name"]), slots["name"]
        for slot in set(slots) - COMMON_SLOTS:
            assert is_held_out(slots[slot], 6), slots[slot]
    assert seen > 100


def test_the_evaluation_asks_about_no_detail_of_a_starter():
    for a in asked():
        known = {v for details in SOURCES[a.scope].starters for v in details.values()}
        assert not known & {v for slot, v in a.example.slots if slot != "day"}


@pytest.mark.parametrize("kind", ["wordings", "pairs, unseen"])
def test_the_evaluation_of_unseen_wordings_shows_each_cue_by_one(kind):
    found = [(a.scope, cue, _letters(text)) for a in asked() if a.kind == kind for cue, text in _spoken(a.example)]
    trained = _trained_wordings()
    assert len(found) > 50
    assert not set(found) & trained


def _trained_wordings() -> set:
    cues = [(scope, cue, w) for scope, s in SOURCES.items() for cue, t in s.cues.items() for w in t.wordings]
    sides = [(scope, p.cue, w) for scope, s in SOURCES.items() for p in s.pairs for r in p.readings for w in r.wordings]
    trained = {(scope, cue, w) for scope, cue, w in (*cues, *sides) if not is_held_out(w, 4)}
    return {(scope, cue, _letters(v)) for scope, cue, w in trained for v in masked_variants(w)}


def test_a_list_that_lacks_a_side_is_refused():
    texts = tuple(f"text {n}" for n in range(40))
    assert set(side(texts, True)) | set(side(texts, False)) == set(texts)
    with pytest.raises(ValueError, match="held out"):
        side(side(texts, False), True)


def test_every_way_to_call_somebody_has_both_sides():
    for source in SOURCES.values():
        held = {is_held_out(echoed(p), 6) for p in source.lists["people"]}
        assert held == {True, False}
