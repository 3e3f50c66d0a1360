"""Few phrasings: each list is cut short, and there is still something to say whoever and whatever is named."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.corpus.examples import _two
from training.corpus.grammar import slots_of
from training.corpus.phrasings import OF_A_CUE, OF_A_READING, OF_A_SCOPE, chosen, few
from training.corpus.source import load_source, written_scopes

TEMPLATES = st.lists(
    st.tuples(
        st.sampled_from(["Plain", "Ask {name}", "Dear {name}", "The {item}", "{name} and {item}"]), st.integers(0, 99)
    ).map(lambda t: f"{t[0]} {t[1]}."),
    unique=True,
)


@pytest.mark.parametrize("scope", written_scopes())
def test_each_list_of_an_answer_is_cut_to_its_number_and_the_users_words_are_all_kept(scope):
    whole, cut = load_source(scope), few(scope)
    lists = [(whole.lists[name], cut.lists[name], count) for name, count in OF_A_SCOPE.items()]
    for cue, text in whole.cues.items():
        lists += [(getattr(text, name), getattr(cut.cues[cue], name), count) for name, count in OF_A_CUE.items()]
        assert cut.cues[cue].wordings == text.wordings
    for pair, shorter in zip(whole.pairs, cut.pairs, strict=True):
        for reading, kept in zip(pair.readings, shorter.readings, strict=True):
            lists.append((reading.signals, kept.signals, OF_A_READING))
            assert replace(kept, signals=reading.signals) == reading
    for before, after, count in lists:
        assert len(after) == min(count, len(before))
        assert set(after) <= set(before)
        assert any(not slots_of(text) for text in after)
    for name in ("thin", "free_thoughts"):  # said two at a time
        assert sum(not slots_of(text) for text in cut.lists[name]) > 1
    for name in set(whole.lists) - set(OF_A_SCOPE):
        assert cut.lists[name] == whole.lists[name]


@given(TEMPLATES, st.integers(1, 12))
def test_what_is_chosen_is_of_every_kind_that_there_is(texts, count):
    found = chosen(texts, count)
    assert len(found) == len(set(found)) == min(count, len(texts))
    kinds = {_kind(t) for t in texts}
    assert count < len(kinds) or {_kind(t) for t in found} == kinds


def _kind(text: str) -> str:
    slots = slots_of(text)
    return "plain" if not slots else "person" if slots == {"name"} and "Dear" not in text else "more"


@given(TEMPLATES)
def test_two_sentences_of_a_list_are_of_two_halves_that_name_nothing_alike_often(texts):
    halves = []
    _two(texts, "thin", lambda half, role: halves.append(set(half)))
    assert halves[0] | halves[1] == set(texts)
    assert not halves[0] & halves[1]
    plain = sum(not slots_of(t) for t in texts)
    assert abs(sum(not slots_of(t) for t in halves[0]) - plain / 2) <= 0.5
