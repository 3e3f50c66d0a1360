"""Slips: a sentence on a cue that nobody showed is read and never learned, and stands in training alone."""

import random
from itertools import islice

import pytest

from anchoring.prompting import Framing, Reasoning
from tests.training.drawn import SOURCES, training_examples
from tests.training.tiny_model import tokenizer
from training.corpus.examples import draw_example
from training.corpus.mixture import tellings
from training.corpus.phrasings import few
from training.corpus.slips import SLIP, slipped
from training.corpus.source import written_scopes
from training.evaluation.masking import masker
from training.evaluation.recogniser import recogniser
from training.rows import DETAIL, TURN, encoded
from training.tagging import IGNORED


def drawn(framing: Framing, reasoning: Reasoning = Reasoning.OFF, count: int = 6):
    rng = random.Random(3)
    for source in SOURCES.values():
        for _ in range(count):
            yield source, draw_example(source, rng, framing, reasoning), rng


@pytest.mark.parametrize("framing", [Framing.PERSPECTIVE, Framing.CARD, Framing.INTERPRETIVE])
def test_a_slip_says_what_is_said_of_a_cue_that_is_not_shown_and_changes_nothing_else(framing):
    seen = 0
    for source, example, rng in drawn(framing):
        made = slipped(example, source, rng)
        slips = [s for s in made.answer if s.role == SLIP]
        assert tuple(s for s in made.answer if s.role != SLIP) == example.answer
        assert (made.prompt, made.thought, made.shown, made.slots) == (
            example.prompt,
            example.thought,
            example.shown,
            example.slots,
        )
        assert bool(slips) == bool(example.shown)
        first = made.answer.index(slips[0]) if slips else 1
        assert made.answer[first - 1].role != "signal" or len(slips) == 1  # a cue's sentences stay together
        known, hide = recogniser(source.scope.id), masker({name: (value,) for name, value in example.slots})
        cues = {known.match(hide(s.text)).cue for s in slips}
        assert not cues & {s.cue for s in example.shown}
        seen += len(slips)
    assert seen > 30


def test_a_slip_invents_no_detail():
    for source, example, rng in drawn(Framing.CARD):
        for part in slipped(example, source, rng).answer:
            assert "{" not in part.text
            if part.role == SLIP and "name" not in dict(example.slots):
                assert "{name}" not in part.text


@pytest.mark.parametrize(("framing", "reasoning"), [(Framing.NONE, Reasoning.OFF), (Framing.CARD, Reasoning.GROUNDED)])
def test_a_thin_answer_and_one_after_a_grounded_thought_have_none(framing, reasoning):
    for source, example, rng in drawn(framing, reasoning):
        if framing is Framing.NONE or example.shown:
            assert slipped(example, source, rng) is example


def test_a_slip_is_read_and_never_learned():
    seen = 0
    for told in islice(tellings(5, written_scopes(), 2, few), 300):
        row, at = encoded(tokenizer(), told), 0
        for one in told if told[0].answer else ():
            end = at + len(tokenizer()(one.target).input_ids)
            slips = [n for n in range(at, end) if row.counts[n] == 0]
            text = tokenizer().decode([row.wanted[n] for n in slips]).strip()
            assert text == " ".join(s.text for s in one.answer if s.role == SLIP)
            assert all(row.cues[n] == IGNORED and not row.begins[n] for n in slips)
            assert {row.counts[n] for n in range(at, end) if n not in slips} <= {1.0, TURN, DETAIL}
            at, seen = end + 1, seen + bool(slips)
    assert seen > 20


def test_training_alone_has_slips():
    assert not any(s.role == SLIP for e in training_examples() for s in e.answer)
