"""Nothing that is held out ever reaches training."""

import random

from tests.training.drawn import SOURCES, by_role, called, of_scopes, training_examples
from training.corpus.examples import combination_held_out, draw_cues
from training.corpus.message import Held
from training.corpus.names import is_held_out as name_held_out
from training.corpus.people import echoed
from training.corpus.source import is_held_out
from training.evaluation.masking import masker, variants


def _spoken(example):
    """The texts of an example's cues in the user's words, details masked."""
    hide = masker({name: (value,) for name, value in example.slots} | called(example))
    words = example.prompt.words
    return [(s.cue, hide(words[s.start : s.end])) for s in example.shown]


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum() or c == "@")


def test_no_held_out_name_or_value_is_in_training():
    for example in of_scopes():
        slots, source = dict(example.slots), SOURCES[example.prompt.scope]
        for slot in set(slots) & set(source.slots):
            assert not is_held_out(slots[slot], 6), slots[slot]
        if "name" not in slots or by_role(example):
            continue
        bare = slots["name"].removesuffix("-san").removesuffix("-sama").removesuffix(" khanom")
        for title in ("Agha ", "Don ", "Doña ", "Mr. ", "Ms. ", "Dr. "):
            bare = bare.removeprefix(title)
        assert not name_held_out(bare), slots["name"]


def test_no_held_out_way_to_call_a_person_is_in_training():
    for source in SOURCES.values():
        held = {echoed(p) for p in source.lists["people"] if is_held_out(echoed(p), 6)}
        assert held
        for example in of_scopes():
            if example.prompt.scope == source.scope.id:
                assert dict(example.slots).get("name") not in held


def test_no_held_out_combination_is_in_training():
    """Nor in the starters, which are trained on too."""
    examples = [e for e in training_examples() if e.shown]
    seen = {(e.prompt.scope, tuple(sorted({s.cue for s in e.shown}))) for e in examples}
    assert len(seen) > 300
    assert not any(combination_held_out(SOURCES[scope], cues) for scope, cues in seen)


def test_no_held_out_wording_is_in_training():
    held = {
        (scope, cue, _letters(v))
        for scope, source in SOURCES.items()
        for cue, text in source.cues.items()
        for wording in text.wordings
        if is_held_out(wording, 4)
        for v in variants(wording)
    }
    met = {(e.prompt.scope, cue, _letters(text)) for e in of_scopes() for cue, text in _spoken(e)}
    assert len(met) > 500
    assert not held & met


def test_the_evaluations_prompts_are_all_held_out():
    rng = random.Random(5)
    for source in SOURCES.values():
        for _ in range(40):
            cues = draw_cues(source, rng, Held(combinations=True))
            assert combination_held_out(source, cues)
