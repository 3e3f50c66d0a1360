"""The hand-written sources and what of them is held out."""

import dataclasses

import pytest

from anchoring.prompting import find_cues
from tests.training.drawn import sources
from training.corpus import source as module
from training.corpus.source import SITUATIONS, is_held_out, load_source, side, written_scopes
from training.evaluation.masking import masked_variants


def test_every_source_has_its_card_and_all_the_cards_cues():
    assert len(written_scopes()) >= 3
    assert "general" not in written_scopes()
    for source in sources():
        assert set(source.cues) == {cue.id for cue in source.scope.cues}
        assert {p.cue for p in source.pairs} <= set(source.cues)


@pytest.mark.parametrize("scope", written_scopes())
def test_an_unknown_slot_is_refused_by_name(scope):
    source = load_source(scope)
    lists = source.lists | {"limits": (*source.lists["limits"], "nobody knows the {colour}")}
    with pytest.raises(ValueError, match="colour"):
        module._check(dataclasses.replace(source, lists=lists))


@pytest.mark.parametrize("scope", written_scopes())
def test_a_cue_that_the_card_lacks_is_refused_by_name(scope):
    source = load_source(scope)
    cues = source.cues | {"winking": next(iter(source.cues.values()))}
    with pytest.raises(ValueError, match="winking"):
        module._check(dataclasses.replace(source, cues=cues))


def test_the_two_sides_are_apart_and_together_all():
    texts = tuple(f"text {n}" for n in range(400))
    kept, held = side(texts, False), side(texts, True)
    assert set(kept) | set(held) == set(texts)
    assert not set(kept) & set(held)
    assert 0.15 < len(held) / len(texts) < 0.35
    assert side((*texts, "one more"), True)[: len(held)] == held


@pytest.mark.parametrize("scope", written_scopes())
def test_every_cue_has_wordings_on_both_sides(scope):
    for text in load_source(scope).cues.values():
        held = [is_held_out(w, 4) for w in text.wordings]
        assert any(held)
        assert not all(held)


@pytest.mark.parametrize("scope", written_scopes())
def test_a_wording_shows_its_own_cue_alone(scope):
    source = load_source(scope)
    for cue, text in source.cues.items():
        for wording in text.wordings:
            found = {f.cue for v in masked_variants(wording) for f in find_cues(v, source.scope)}
            assert found <= {cue}, wording


@pytest.mark.parametrize("scope", written_scopes())
def test_situations_and_questions_show_no_cue(scope):
    source = load_source(scope)
    for text in (t for name in (*SITUATIONS, "asks", "people") for t in source.lists[name]):
        assert not any(find_cues(v, source.scope) for v in masked_variants(text) if v), text


@pytest.mark.parametrize("scope", written_scopes())
def test_every_reading_of_a_cue_has_a_letter_of_its_own_and_most_have_wordings_held_out(scope):
    readings = [(p.cue, r) for p in load_source(scope).pairs for r in p.readings]
    assert len({(cue, r.letter) for cue, r in readings}) == len(readings) >= 8
    held = [[is_held_out(w, 4) for w in r.wordings] for _, r in readings]
    assert not any(map(all, held))
    assert sum(map(any, held)) >= 0.8 * len(held)  # by their letters: a side may have none
