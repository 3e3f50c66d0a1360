"""Text comes out of tokens whole: never half a character, never a command, every token with its place."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anchoring.models.commands import first_command
from anchoring.models.decoding import Decoder, opens_thought, split_thought, without_half_mark
from tests.models.made import MAKERS, TEMPLATES, byte_level, made
from tests.prompting.texts import texts

FAMILIES = list(MAKERS)


def stream(tokenizer, ids):
    """Everything that was shown, step by step, and the decoder."""
    decoder, shown = Decoder(tokenizer), []
    for token in ids:
        decoder.push(token)
        shown.append(decoder.text)
    return shown, decoder


@pytest.mark.parametrize("family", FAMILIES)
@given(words=texts())
def test_streamed_text_grows_and_ends_as_the_whole_decodes(family, words):
    tokenizer = made(family)
    if first_command(words, tokenizer) is not None or "\ufffd" in words:
        return
    ids = tokenizer(words, add_special_tokens=False).input_ids
    shown, decoder = stream(tokenizer, ids)
    silent = {tokenizer.unk_token_id}
    whole = tokenizer.decode([i for i in ids if i not in silent], clean_up_tokenization_spaces=False)
    assert decoder.text == whole
    assert all(after.startswith(before) for before, after in itertools.pairwise(shown))
    assert decoder.ends == [len(text) for text in shown]


@given(words=st.text(st.characters(min_codepoint=0x80, exclude_categories=["Cs"], exclude_characters="\ufffd")))
def test_no_half_character_shows_with_byte_level_tokens(words):
    tokenizer = made("byte-level")
    shown, _ = stream(tokenizer, tokenizer(words, add_special_tokens=False).input_ids)
    assert all("\ufffd" not in text and words.startswith(text) for text in shown)
    assert not shown or shown[-1] == words


@given(st.lists(st.integers(0, 426), max_size=60))
def test_any_tokens_at_all_give_growing_text_and_one_end_each(ids):
    shown, decoder = stream(made("byte-level"), ids)
    assert all(after.startswith(before) for before, after in itertools.pairwise(shown))
    assert len(decoder.ends) == len(ids)
    assert not decoder.text.endswith("\ufffd")


def test_commands_give_no_text_but_their_tokens_keep_their_place():
    tokenizer = made("byte-level")
    ids = tokenizer("hi<|end|>you<|assistant|></s>", add_special_tokens=False).input_ids
    _, decoder = stream(tokenizer, ids)
    assert decoder.text == "hiyou"
    assert len(decoder.ends) == len(ids)
    assert decoder.ends[-1] == 5


def test_the_unknown_token_gives_no_text():
    tokenizer = made("characters")
    _, decoder = stream(tokenizer, tokenizer("aツt", add_special_tokens=False).input_ids)
    assert decoder.text == "at"


def test_the_marks_of_a_thought_stay_where_they_are_tokens():
    tokenizer = byte_level(TEMPLATES["thinking"], think=True)
    _, decoder = stream(tokenizer, tokenizer("<think>so</think>hi", add_special_tokens=False).input_ids)
    assert decoder.text == "<think>so</think>hi"


def test_the_space_before_a_word_is_kept_where_a_tokenizer_writes_it_between_tokens():
    tokenizer = made("sentencepiece")
    ids = tokenizer("the cat and the hat", add_special_tokens=False).input_ids
    shown, _ = stream(tokenizer, ids)
    assert shown[-1] == "the cat and the hat"


@pytest.mark.parametrize(
    ("text", "opened", "thought", "answer"),
    [
        ("hello", False, None, "hello"),
        ("", False, None, ""),
        ("<think>a b</think>c", False, "a b", "c"),
        ("  \n<think>\na\n</think>\n\nc", False, "\na\n", "\n\nc"),
        ("<think>a", False, "a", ""),
        ("<think>", False, "", ""),
        ("<think></think>c", False, None, "c"),
        ("<think>\n\n</think>\n\nc", False, None, "\n\nc"),
        ("a</think>c", True, "a", "c"),
        ("a</think>c", False, "a", "c"),
        ("a and no end", True, "a and no end", ""),
        ("", True, "", ""),
        ("<think>a</think>c", True, "a", "c"),
        ("<think>a</think>b</think>c", False, "a", "b</think>c"),
        ("<think>a</think>say <think>b</think>", False, "a", "say <think>b</think>"),
        ("I like the tag <think> a lot", False, None, "I like the tag <think> a lot"),
        ("<think>a</thi", False, "a</thi", ""),
    ],
)
def test_thought_and_answer(text, opened, thought, answer):
    span, rest = split_thought(text, opened)
    assert (None if span is None else text[slice(*span)]) == thought
    assert text[slice(*rest)] == answer


@given(st.lists(st.sampled_from(["<think>", "</think>", "a", " ", "\n", "<", "/", "思"]), max_size=10), st.booleans())
def test_spans_lie_in_the_text_and_never_overlap(parts, opened):
    text = "".join(parts)
    thought, (start, end) = split_thought(text, opened)
    assert 0 <= start <= end == len(text)
    if thought is not None:
        assert 0 <= thought[0] <= thought[1] <= start


def test_whether_a_prompt_ends_inside_a_thought():
    assert opens_thought("hi<|assistant|><think>\n")
    assert not opens_thought("hi<|assistant|><think>\n\n</think>\n\n")
    assert not opens_thought("hi")


@pytest.mark.parametrize(
    ("text", "shown"),
    [("<thi", ""), ("Yes.</", "Yes."), ("a < b", "a < b"), ("a <", "a "), ("<think>", "<think>"), ("no", "no")],
)
def test_a_mark_half_written_does_not_show(text, shown):
    assert without_half_mark(text) == shown
