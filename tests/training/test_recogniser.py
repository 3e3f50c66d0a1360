"""The recogniser, tried on the corpus itself, whole and damaged."""

import random

import pytest

from anchoring.prompting import Framing
from training.corpus.examples import draw_example
from training.corpus.grammar import sentence, slots_of
from training.corpus.source import DAYS, load_source, written_scopes
from training.evaluation.bank import templates
from training.evaluation.judging import hider
from training.evaluation.prompts import PLAIN
from training.evaluation.recogniser import recogniser
from training.evaluation.wellformed import checker

SCOPES = written_scopes()
THIN = ("thin", "thin_openings")


def _slots(source, rng) -> dict[str, str]:
    return {"name": "Ms. Halvorsen", "day": rng.choice(DAYS)} | {k: rng.choice(v) for k, v in source.slots.items()}


def _recognised(scope: str, damage=lambda text, rng: text, keep=lambda entry: True) -> list[tuple]:
    """(cue wanted, cue found, reading wanted, reading found, text) for the scope's sentences, filled and damaged."""
    source, rng, known = load_source(scope), random.Random(scope), recogniser(scope)
    out = []
    for entry in filter(keep, templates(source)):
        slots = _slots(source, rng)
        text = damage(sentence(entry.text, rng, slots), rng)
        match = known.match(hider(source, {k: (v,) for k, v in slots.items()})(text))
        out.append((entry.cue, match.cue, entry.reading, match.entry.reading, text))
    return out


def _share(rows) -> float:
    return sum(r[0] == r[1] for r in rows) / len(rows)


def _without_a_word(text: str, rng) -> str:
    words = text.split()
    del words[rng.randrange(1, len(words) - 1)]
    return " ".join(words)


@pytest.mark.parametrize("scope", SCOPES)
def test_each_sentence_is_recognised_as_its_own_cue(scope):
    rows = _recognised(scope, keep=lambda e: e.cue)
    assert len(rows) > 100
    assert _share(rows) >= 0.99
    assert all(r[2] == r[3] for r in rows)


@pytest.mark.parametrize("scope", SCOPES)
def test_thin_sentences_are_nobodys(scope):
    rows = _recognised(scope, keep=lambda e: e.role in THIN)
    assert len(rows) > 25
    assert _share(rows) == 1


@pytest.mark.parametrize("scope", SCOPES)
def test_a_lost_word_or_a_wrong_name_changes_little(scope):
    assert _share(_recognised(scope, _without_a_word, lambda e: e.cue)) >= 0.99
    wrong_name = _recognised(scope, lambda text, rng: text.replace("Ms. Halvorsen", "Harlvo"), lambda e: e.cue)
    assert _share(wrong_name) >= 0.99


@pytest.mark.parametrize("scope", SCOPES)
def test_half_of_one_cues_sentence_and_half_of_anothers_is_not_taken_for_a_third(scope):
    source, rng, known = load_source(scope), random.Random(1), recogniser(scope)
    entries = [e for e in templates(source) if e.cue and e.role == "signals"]
    hide = hider(source, {"name": ("Ito",)})
    for _ in range(100):
        one, two = rng.sample(entries, 2)
        first, second = (sentence(e.text, rng, _slots(source, rng) | {"name": "Ito"}).split() for e in (one, two))
        text = " ".join([*first[: len(first) // 2], *second[len(second) // 2 :]])
        assert known.match(hide(text)).cue in {one.cue, two.cue, None}


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("text", ["", "Yes.", "The weather in June is mild and the river is low.", "@name @item @day"])
def test_what_is_of_no_cue_is_nobodys(scope, text):
    assert recogniser(scope).match(text).cue is None


@pytest.mark.parametrize("scope", SCOPES)
def test_another_scopes_sentences_are_seldom_recognised(scope):
    known = recogniser(scope)
    others = [e.text for other in SCOPES if other != scope for e in templates(load_source(other)) if e.cue]
    assert sum(known.match(text).cue is not None for text in others) <= 0.02 * len(others)


@pytest.mark.parametrize("scope", SCOPES)
def test_reference_answers_score_as_perfect(scope):
    source, rng, known = load_source(scope), random.Random(2), recogniser(scope)
    for framing in (Framing.CARD, Framing.INTERPRETIVE, Framing.NONE):
        for _ in range(20):
            example = draw_example(source, rng, framing, held=PLAIN)
            hide = hider(source, {k: (v,) for k, v in example.slots})
            assert {known.match(hide(s.text)).cue for s in example.answer} - {None} == {
                s.cue for s in example.answer if s.cue
            }


@pytest.mark.parametrize("scope", SCOPES[:3])
def test_an_unframed_answer_may_be_thin_in_the_words_of_any_scope(scope):
    other = load_source(next(s for s in SCOPES if s != scope))
    said = [text for role in THIN for text in other.lists[role] if not slots_of(text)]
    assert len(said) > 20
    strict, known = checker(scope), recogniser(scope, unframed=True)
    text = " ".join(dict.fromkeys(sentence(t, random.Random(0), {}) for t in said))
    assert strict.faults(text, {})
    assert not checker(scope, unframed=True).faults(text, {})
    assert not any(known.match(sentence(t, random.Random(0), {})).cue for t in said)
