"""The check for broken, looping and cut answers, on good answers and on the same ones damaged."""

import random

import pytest

from anchoring.prompting import Framing
from training.corpus.examples import draw_example
from training.corpus.source import load_source, written_scopes
from training.evaluation.prompts import PLAIN
from training.evaluation.wellformed import checker

SCOPES = written_scopes()
COUNT = 80


def _good(scope: str):
    """(answer, details) of examples under several framings."""
    source, rng = load_source(scope), random.Random(scope)
    for number in range(COUNT):
        framing = (Framing.CARD, Framing.INTERPRETIVE, Framing.NONE)[number % 3]
        example = draw_example(source, rng, framing, held=PLAIN)
        yield " ".join(s.text for s in example.answer), {k: (v,) for k, v in example.slots}


def _caught(scope: str, damage) -> float:
    rng = random.Random(1)
    return sum(bool(checker(scope).faults(damage(text, rng), values)) for text, values in _good(scope)) / COUNT


def _doubled(text: str, rng) -> str:
    words = text.split()
    at = rng.randrange(2, len(words) - 10)
    return " ".join([*words[: at + 9], *words[at : at + 9], *words[at + 9 :]])


def _swapped(text: str, rng) -> str:
    words = text.split()
    at = rng.randrange(2, len(words) - 3)
    words[at], words[at + 1] = words[at + 1], words[at]
    return " ".join(words)


def _dropped(text: str, rng) -> str:
    words = text.split()
    del words[rng.randrange(2, len(words) - 3)]
    return " ".join(words)


def _garbled(text: str, rng) -> str:
    words = text.split()
    places = [n for n, w in enumerate(words) if w.isalpha() and w.islower() and len(w) > 5]
    at = rng.choice(places or [0])
    words[at] = words[at][:3] + "umi" + words[at][3:]
    return " ".join(words)


@pytest.mark.parametrize("scope", SCOPES)
def test_good_answers_pass(scope):
    assert _caught(scope, lambda text, rng: text) <= 0.02


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize(
    ("damage", "least"),
    [
        (lambda text, rng: text[: -rng.randrange(2, 20)].rstrip('.!?”"'), 1),
        (lambda text, rng: text + " " + text.split(". ")[0] + ".", 0.9),
        (_doubled, 0.95),  # a doubled name is hidden with the name
        (_swapped, 0.9),
        (_dropped, 0.7),  # a word too few often leaves good English
        (_garbled, 0.98),
        (lambda text, rng: text + " “and then he said.", 1),
    ],
    ids=["cut", "a sentence again", "looping", "words swapped", "a word lost", "a garbled word", "an open quote"],
)
def test_damage_is_caught(scope, damage, least):
    assert _caught(scope, damage) >= least


@pytest.mark.parametrize("scope", SCOPES)
def test_nothing_and_what_did_not_end_are_faults(scope):
    check = checker(scope)
    text, values = next(_good(scope))
    assert check.faults("  ", values) == ["empty"]
    assert check.faults(text, values, "length") == ["not ended"]


@pytest.mark.parametrize("scope", SCOPES)
def test_a_wrong_name_or_thing_is_no_fault_of_form(scope):
    source = load_source(scope)
    wrong, rng, faults = {"name": ("Qqq",), "item": (source.slots["item"][0],)}, random.Random(3), 0
    for _ in range(100):
        example = draw_example(source, rng, Framing.CARD, held=PLAIN)
        name = dict(example.slots).get("name", "")
        if not name[:1].isupper():  # nobody, or "your boss"
            continue
        text = " ".join(s.text for s in example.answer).replace(name, "Brulami-san")
        faults += bool(checker(scope).faults(text, wrong))
    assert faults <= 3  # "housewarming" and "housewarming gift" are both things there
