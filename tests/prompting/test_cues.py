"""Cues are found where a person would see them, at the right code points, and nowhere else."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anchoring.prompting.cues import OWN_CUE, find_cues, fold
from tests.prompting.cards import cue, scope
from tests.prompting.texts import PIECES, texts


def found(words: str, *phrases: str) -> list[tuple[str, int, int]]:
    card = scope(*(cue(f"c{n}", phrase) for n, phrase in enumerate(phrases)))
    return [(c.phrase, c.start, c.end) for c in find_cues(words, card)]


@given(texts(), st.lists(st.one_of(st.sampled_from(PIECES), texts(2)).filter(str.strip), max_size=4))
def test_offsets_are_code_points_of_the_words_and_spans_never_overlap(words, phrases):
    hits = found(words, *(p.strip() for p in phrases if p.strip()))
    assert all(words[start:end] == phrase and phrase for phrase, start, end in hits)
    assert all(a[2] <= b[1] for a, b in itertools.pairwise(hits))


@given(texts(), st.sampled_from([p for p in PIECES if any(c.isalpha() for c in p)]))
def test_a_phrase_between_spaces_is_found_whatever_surrounds_it(words, phrase):
    text = f"{words} | {phrase.strip()} | {words}"
    assert any(phrase.strip() in hit for hit, _, _ in found(text, phrase.strip()))


@given(texts())
def test_folding_keeps_one_origin_for_each_character_in_order(words):
    folded, origin = fold(words)
    assert len(folded) == len(origin)
    assert origin == sorted(origin)
    assert all(0 <= o < len(words) for o in origin)


@pytest.mark.parametrize(
    ("words", "phrase", "spans"),
    [
        ("Light a candle, you can. CAN you?", "can", [(20, 23), (25, 28)]),
        ("canned", "can", []),
        ("pecan", "can", []),
        ("can2", "can", []),
        ("彼は検討しますと言う", "検討します", [(2, 7)]),
        ("我们can明天", "can", [(2, 5)]),
        ("ขอบคุณมากครับ", "ขอบคุณ", [(0, 6)]),
        ("नमस्ते जी", "नमस्ते", [(0, 6)]),
        ("करेगा", "कर", []),
        ("السلام عليكم يا صديقي", "السلام عليكم", [(0, 12)]),
        ("Ｉｔ’ｓ　ｆｉｎｅ, ok", "it's fine", [(0, 9)]),
        ("she said “it’s fine”", "it's fine", [(10, 19)]),
        ("well‑known", "well-known", [(0, 10)]),
        ("die STRASSE hier", "Straße", [(4, 11)]),
        ("die straße hier", "STRASSE", [(4, 10)]),
        ("nach İstanbul fahren", "İSTANBUL".lower(), [(5, 13)]),
        ("cafe\u0301 noir", "café", [(0, 5)]),
        ("the  parts\r\nare\u00a0late", "parts are late", [(5, 20)]),
        ("I ❤️ it", "❤", [(2, 4)]),
        ("I ❤ it", "❤️", [(2, 3)]),
        ("👩‍👩‍👧 here", "👩", []),
        ("👍🏽 ok", "👍🏽", [(0, 2)]),
        ("it is ½ done", "2", []),
        ("กำ", "ก", []),
        ("𝕏 then can", "can", [(7, 10)]),
    ],
)
def test_where_a_phrase_is_found(words, phrase, spans):
    assert [hit[1:] for hit in found(words, phrase)] == spans


def test_the_longest_phrase_wins_and_frees_nothing_inside_it():
    hits = found("it is a little late today", "little", "a little late", "late today")
    assert hits == [("a little late", 6, 19)]


def test_a_tie_in_length_goes_to_the_earlier():
    assert found("aa bb cc", "aa bb", "bb cc") == [("aa bb", 0, 5)]


def test_phrases_of_any_language_of_the_card_count():
    card = scope(cue("late").model_copy(update={"phrases": {"ja": ("遅れ",), "en": ("late",)}}))
    assert [c.phrase for c in find_cues("late 遅れて", card)] == ["late", "遅れ"]


def test_a_mark_wins_over_a_longer_phrase_of_the_card():
    words = "it is a little late"
    hits = find_cues(words, scope(cue("late", "a little late")), marks=[(8, 14)])
    assert [(c.cue, c.phrase) for c in hits] == [(OWN_CUE, "little")]


@given(texts(), st.data())
def test_marks_are_kept_as_made(words, data):
    start = data.draw(st.integers(0, len(words) - 1))
    end = data.draw(st.integers(start + 1, len(words)))
    (hit,) = find_cues(words, None, [(start, end)])
    assert (hit.start, hit.end, hit.phrase) == (start, end, words[start:end])


@pytest.mark.parametrize("mark", [(0, 0), (3, 2), (-1, 2), (0, 6)])
def test_a_mark_outside_the_text_says_so(mark):
    with pytest.raises(ValueError, match=r"lies outside the text of 5 characters"):
        find_cues("hello", None, [mark])
