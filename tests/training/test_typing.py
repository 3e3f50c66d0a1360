"""How people type: slips and lower case, but never in a name or an amount."""

import random

from hypothesis import given
from hypothesis import strategies as st

from training.corpus.names import draw_name
from training.corpus.typing import _slip, as_typed

TEXT = "Yesterday {name} promised the Remaining Parts for {amount}, and {name}'s colleague agreed Wholeheartedly."


@given(st.integers(0, 10**6))
def test_names_and_amounts_are_never_altered(seed):
    rng = random.Random(seed)
    name, amount = draw_name(rng, held_out=False, honorifics=("*-san", "Agha *")), "S$1,250"
    typed = as_typed(rng)(TEXT.format(name=name, amount=amount), (name, amount))
    assert typed.count(name) == 2
    assert amount in typed


def test_a_kept_words_own_apostrophe_may_be_missed_but_not_that_of_one_which_stands_behind_it():
    text = "My friend's mum Keep and Kofi's brother were there."
    typed = [as_typed(random.Random(seed))(text, ("my friend's mum Keep", "Kofi")) for seed in range(300)]
    assert all("friend's mum Keep" in t or "friends mum Keep" in t for t in typed)
    assert {"friends mum" in t for t in typed} == {True, False}
    assert all("Kofi's" in t for t in typed)


@given(st.integers(0, 10**6))
def test_words_keep_their_order_and_change_by_one_letter_at_most(seed):
    text = "remaining parts were promised yesterday without any further question"
    typed = as_typed(random.Random(seed))(text, ()).split(" ")
    left = iter(text.split(" "))
    for after in typed:  # each is a word of the text, further on, as it was or with one slip
        assert any(_alike(before, after) for before in left)
    assert len(typed) > 3


def _alike(before: str, after: str) -> bool:
    ends = before[0] == after[0] and (before[-1] == after[-1] or sorted(before) == sorted(after))
    return before == after or (ends and abs(len(before) - len(after)) <= 1)


def test_words_are_left_out_in_some_messages_and_in_most_not():
    text = "the remaining parts were promised yesterday without any further question at all"
    counts = [len(as_typed(random.Random(seed))(text, ()).split(" ")) for seed in range(300)]
    whole = sum(count == len(text.split(" ")) for count in counts)
    assert 180 < whole < 285


def test_less_leaves_out_more_but_never_what_decides():
    text = "the remaining parts were not promised yesterday without any further question at all by {name}"
    counts = {0.0: 0, 0.3: 0}
    for less in counts:
        for seed in range(200):
            words = as_typed(random.Random(seed))(text, ("{name}",), less).casefold().split(" ")
            counts[less] += len(words)
            assert len(words) > 3
            assert "{name}" in words
    assert counts[0.3] < 0.85 * counts[0.0]
    for seed in range(200):
        assert "not" in as_typed(random.Random(seed))("it is not only late", (), 0.9).casefold().split()


def test_all_kinds_of_typing_occur():
    text = "Remaining Parts were promised yesterday without any further question."
    typed = [as_typed(random.Random(seed))(text, ()) for seed in range(300)]
    assert text in typed
    assert text.lower() in typed
    assert text[:-1] in typed
    assert any(t.lower().rstrip(".") != text.lower().rstrip(".") for t in typed)


def test_short_words_and_words_with_signs_have_no_slip():
    assert all(_slip(word, random.Random(n)) == word for n in range(30) for word in ("can", "e-mail", "4.30pm"))


@given(st.integers(0, 10_000), st.sampled_from(["weather?", "thanks", "a b"]))
def test_a_short_message_is_never_left_out_whole(seed, text):
    assert as_typed(random.Random(seed))(text, ()).strip()


def test_in_haste_only_small_words_are_left_out():
    text = "the remaining parts were promised on the phone without any further question"
    found = [set(as_typed(random.Random(seed))(text, tuple(text.split())[1:3]).split(" ")) for seed in range(300)]
    assert all({"remaining", "parts"} <= words for words in found)
    kept = [len(words & {"promised", "phone", "without", "further", "question"}) for words in found]
    slips = sum(count < 5 for count in kept)  # a slip makes another word of it
    assert slips < 90
    lengths = [len(as_typed(random.Random(seed))(text, ()).split(" ")) for seed in range(300)]
    assert min(lengths) >= len(text.split()) - 4  # four of them are small
    assert min(lengths) < len(text.split())
