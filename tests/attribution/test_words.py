"""The words that two texts don't share."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anchoring.attribution.words import _words, differing

TEXTS = st.text(st.sampled_from("ab cd.,'’-\n「検討します」สวัที่नमस्ते👩‍👩‍👧é\u0301\u200d\ufe0f1"), max_size=40) | st.text(
    max_size=30
)


def marked(text: str, spans: list[tuple[int, int]]) -> list[str]:
    return [text[start:end] for start, end in spans]


def words(text: str) -> list[str]:
    return marked(text, _words(text))


def left(text: str, spans: list[tuple[int, int]]) -> list[str]:
    """The words of a text once the spans are taken out."""
    for start, end in reversed(spans):
        text = text[:start] + " " + text[end:]
    return words(text)


@given(TEXTS, TEXTS)
def test_without_the_marked_spans_both_have_the_same_words(old, new):
    gone, come = differing(old, new)
    assert left(old, gone) == left(new, come)


@given(TEXTS, TEXTS)
def test_spans_are_words_in_order_with_a_shared_word_between_them(old, new):
    for text, spans in zip((old, new), differing(old, new), strict=True):
        starts, ends = ({place[side] for place in _words(text)} for side in (0, 1))
        assert all(start < end and start in starts and end in ends for start, end in spans)
        assert all(before[1] <= after[0] for before, after in pairwise(spans))


@given(TEXTS)
def test_equal_texts_give_no_span(text):
    assert differing(text, text) == ([], [])


@given(TEXTS)
def test_white_space_makes_no_difference(text):
    assert differing(text, text.replace(" ", "\n ") + "  ") == ([], [])


@given(TEXTS)
def test_against_nothing_all_is_one_span(text):
    gone, come = differing(text, "")
    assert come == []
    assert marked(text, gone) == ([text[slice(_words(text)[0][0], _words(text)[-1][1])]] if words(text) else [])


@pytest.mark.parametrize(
    ("old", "new", "gone", "come"),
    [
        ("It is a soft no.", "It is a plain yes.", ["soft no"], ["plain yes"]),
        ("Ask Tanaka-san first.", "Ask Tanaka first.", ["Tanaka-san"], ["Tanaka"]),
        ("Don't wait.", "Do wait.", ["Don't"], ["Do"]),
        ("Wait a day. Then reply.", "Then reply.", ["Wait a day."], []),
        ("It is. Wait a day. Go.", "It is. Go.", ["Wait a day."], []),
        ("検討します。", "確認します。", ["検討"], ["確認"]),
        ("I see 👩‍👩‍👧 there", "I see 👩‍👩‍👦 there", ["👩‍👩‍👧"], ["👩‍👩‍👦"]),
        ("a b c", "a x b c", [], ["x"]),
    ],
)
def test_what_is_marked(old, new, gone, come):
    before, after = differing(old, new)
    assert (marked(old, before), marked(new, after)) == (gone, come)
