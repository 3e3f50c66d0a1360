"""Targets lie inside the parts of an answer, and each token belongs to the target that holds most of it."""

from dataclasses import replace
from itertools import cycle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anchoring.attribution.targets import UNITS, target_tokens, targets
from tests.attribution.runs import run


def cut(generation, unit: str) -> list[tuple[str, str, tuple[int, ...]]]:
    return [(t.text, t.part, target_tokens(generation, t)) for t in targets(generation, unit)]


def test_sentences_and_their_tokens():
    made = run(["Dear", " Tanaka", ".", " I", " am", " late", ".", "\n", ""])
    assert cut(made, "sentence") == [
        ("Dear Tanaka.", "answer", (0, 1, 2)),
        ("I am late.", "answer", (3, 4, 5, 6, 7)),
    ]


def test_a_token_of_one_letter_after_a_space_goes_with_its_letter():
    assert cut(run(["Yes.", " I", " do", "."]), "sentence")[1] == ("I do.", "answer", (1, 2, 3))


@pytest.mark.parametrize(
    ("pieces", "first", "second"),
    [
        (["好", "的。", "我来"], (0, 1), (2,)),
        (["好的", "。我", "来"], (0, 1), (2,)),  # one character each: the first on a tie
        (["好的", "。我来", "了"], (0,), (1, 2)),  # the second holds more
    ],
)
def test_a_token_across_two_sentences_goes_to_the_one_that_holds_more(pieces, first, second):
    assert [tokens for _, _, tokens in cut(run(pieces), "sentence")] == [first, second]


def test_markup_and_parts():
    pieces = ["<think>", "Two", " names", ".", "\n", "</think>", "\n\n", "Dear", " both", ".", ""]
    made = run(pieces, thought="Two names.\n", answer="\n\nDear both.")
    assert cut(made, "sentence") == [
        ("Two names.", "thought", (1, 2, 3, 4)),
        ("Dear both.", "answer", (6, 7, 8, 9)),
    ]
    assert cut(made, "thought") == [("Two names.", "thought", (1, 2, 3, 4))]
    assert cut(made, "answer") == [("Dear both.", "answer", (6, 7, 8, 9))]
    assert [t.text for t in targets(made, "token")] == ["Two", "names", ".", "Dear", "both", "."]


def test_a_token_that_ends_markup_and_begins_the_answer():
    mostly_markup = run(["ok", "</think>A", "h."], thought="ok", answer="Ah.")
    assert cut(mostly_markup, "answer") == [("Ah.", "answer", (2,))]
    mostly_answer = run(["ok", "</think", ">Ah", "."], thought="ok", answer="Ah.")
    assert cut(mostly_answer, "answer") == [("Ah.", "answer", (2, 3))]


def test_tokens_as_targets_with_white_space_and_split_characters():
    made = run([" ", "Hi", "  ", "", "", "🙏", "", "x", ""])
    assert cut(made, "token") == [
        ("Hi", "answer", (0, 1, 2)),
        ("🙏", "answer", (3, 4, 5)),
        ("x", "answer", (6, 7)),
    ]


def test_a_character_in_several_tokens_goes_where_it_ends_up():
    made = run(["Ja.", "", "", "🙏🙏", "", "", "。"])
    [(_, _, first), *rest] = cut(made, "sentence")
    assert first == (0,)
    assert [token for _, _, tokens in rest for token in tokens] == [1, 2, 3, 4, 5, 6]


def test_a_sentence_inside_one_token_shares_it():
    made = run(["Yes, that is it. Never", ". Fine then, go."])
    spans = cut(made, "sentence")
    assert [text for text, _, _ in spans] == ["Yes, that is it.", "Never.", "Fine then, go."]
    assert [tokens for _, _, tokens in spans] == [(0,), (0,), (1,)]


@pytest.mark.parametrize("unit", UNITS)
def test_an_empty_answer_has_no_targets(unit):
    assert targets(run([]), unit) == ()
    assert targets(run([" ", "\n"]), unit) == ()


def test_an_answer_without_a_thought_has_no_thought_target():
    assert targets(run(["Hi."]), "thought") == ()


def test_an_unknown_unit_is_named_with_the_known_ones():
    with pytest.raises(ValueError, match="'word': choose one of sentence, token"):
        targets(run(["Hi."]), "word")


@st.composite
def runs(draw):
    """Text of sentences in several scripts, cut into tokens of 0 to 3 characters, now and then with a thought."""
    sentence = st.sampled_from(
        ["Dear both. ", "I am late!\n", "نعم، شكرا. ", "好的，谢谢。", "ありがとう。", "धन्यवाद। ", "🙏🏽 yes. "]
    )
    text = "".join(draw(st.lists(sentence, min_size=1, max_size=5)))
    answer = "".join(draw(st.lists(sentence, min_size=1, max_size=5)))
    thinks = draw(st.booleans())
    whole = f"{text}</think>{answer}" if thinks else answer
    sizes = draw(st.lists(st.integers(0, 3), min_size=1, max_size=8).filter(any))
    pieces, at = [], 0
    for size in cycle(sizes):
        pieces.append(whole[at : at + size])
        at += size
        if at >= len(whole):
            break
    made = run([*pieces, ""])
    if not thinks:
        return made
    return replace(made, thought_span=(0, len(text)), answer_span=(len(text) + 8, len(whole)))


@given(runs(), st.sampled_from(["sentence", "answer", "thought"]))
@settings(max_examples=150, deadline=None)
def test_targets_partition_the_tokens_of_their_parts(made, unit):
    parts = {"answer": made.answer_span} | ({"thought": made.thought_span} if made.thought_span else {})
    found = targets(made, unit)
    for target in found:
        start, end = parts[target.part]
        assert start <= target.start < target.end <= end
        assert made.text[target.start : target.end] == target.text == target.text.strip()
    taken = [token for target in found for token in target_tokens(made, target)]
    assert len(taken) == len(set(taken))
    edges = (0, *made.token_ends)
    for part, (start, end) in parts.items():
        if unit in ("sentence", part):
            inside = {
                i for i in range(len(edges) - 1) if edges[i] < edges[i + 1] and start <= edges[i] <= edges[i + 1] <= end
            }
            assert inside <= set(taken)
    assert all(target_tokens(made, target) for target in targets(made, "token"))
