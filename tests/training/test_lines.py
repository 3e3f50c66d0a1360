"""Framing lines: one less or one too many, and nothing else of the example is other than it was."""

import random
from itertools import islice

import pytest

from anchoring.models.render import render
from anchoring.prompting import Framing, find_cues
from tests.training.drawn import SOURCES, training_examples
from tests.training.tiny_model import tokenizer
from training.corpus import lines
from training.corpus.examples import combination_held_out, draw_examples
from training.corpus.lines import with_other_lines
from training.corpus.mixture import tellings
from training.corpus.phrasings import few
from training.corpus.source import written_scopes
from training.evaluation.prompts import ask


def cue_lines(prompt) -> dict[str, str]:
    return {s.cue: s.text for s in prompt.sources if s.id.startswith("framing:cue:")}


@pytest.mark.parametrize("framing", [Framing.CARD, Framing.INTERPRETIVE])
def test_one_line_is_missing_or_one_is_there_that_the_words_do_not_show(framing, monkeypatch):
    monkeypatch.setattr(lines, "SHARE", 1.0)
    rng, less, more, same = random.Random(4), 0, 0, 0
    for source in SOURCES.values():
        for _ in range(8):
            drawn = draw_examples(source, rng, framing, count=2)
            made = with_other_lines(drawn, source, rng)
            if made is drawn:  # every other cue would complete a combination that is held out
                same += 1
                continue
            assert [(e.answer, e.thought, e.shown, e.slots) for e in made] == [
                (e.answer, e.thought, e.shown, e.slots) for e in drawn
            ]
            assert len({e.prompt for e in made}) == 1
            before, after = cue_lines(drawn[0].prompt), cue_lines(made[0].prompt)
            assert len(before.keys() ^ after.keys()) == 1
            assert made[0].prompt.messages[-1] == drawn[0].prompt.messages[-1]
            assert not (after and any(s.id == "framing:cues" for s in made[0].prompt.sources))
            for cue in after.keys() - before.keys():
                assert cue not in {s.cue for s in drawn[0].shown}
                quoted = after[cue].split("“")[1].split("”")[0]
                assert cue in {c.cue for c in find_cues(quoted, source.scope)}
                assert not any(combination_held_out(source, (cue, one)) for one in before)
                assert not combination_held_out(source, tuple(after))
            less, more = less + (len(after) < len(before)), more + (len(after) > len(before))
            rendered = render(made[0].prompt, tokenizer())
            assert [s.id for s in rendered.sources if s.id.startswith("framing")] == [
                s.id for s in made[0].prompt.sources if s.id.startswith("framing")
            ]
    assert less > 4
    assert more > 10
    assert same < 4


def test_other_framings_stay_as_they_are(monkeypatch):
    monkeypatch.setattr(lines, "SHARE", 1.0)
    rng = random.Random(4)
    for framing in (Framing.NONE, Framing.LABEL, Framing.PERSPECTIVE):
        for source in SOURCES.values():
            drawn = draw_examples(source, rng, framing)
            assert with_other_lines(drawn, source, rng) is drawn


def agree(example) -> bool:
    """Whether the card has a line for every cue that it finds in the words, and for no other."""
    found = {c.cue for c in find_cues(example.prompt.words, SOURCES[example.prompt.scope].scope)}
    return cue_lines(example.prompt).keys() == found


def with_card(told) -> bool:
    return told.prompt.framing in (Framing.CARD, Framing.INTERPRETIVE) and bool(told.answer and told.shown)


def test_training_alone_has_them_and_seldom():
    told = [t[0] for t in islice(tellings(5, written_scopes(), 1, few), 1500) if with_card(t[0])]
    other = sum(not agree(e) for e in told) / len(told)
    assert abs(other - lines.SHARE) < 0.06
    asked = [a.example for source in SOURCES.values() for a in ask(source, 2)]
    assert all(agree(e) for e in (*training_examples(), *asked) if with_card(e))
