"""Loops: what goes round in circles is cut short, and nothing else is."""

from hypothesis import given
from hypothesis import strategies as st

from anchoring.models.generate import generate
from anchoring.models.loops import LEAST, LONGEST, TIMES, loops
from anchoring.prompting import compose
from tests.models.pairs import pair

pieces = st.lists(st.integers(0, 5), min_size=1, max_size=LONGEST)


@given(before=st.lists(st.integers(0, 5)), piece=pieces)
def test_a_piece_over_and_over_is_a_loop_as_soon_as_it_is_long_enough(before, piece):
    times = max(TIMES, -(-LEAST // len(piece)))
    assert loops([*before, *piece * times])


@given(before=st.lists(st.integers(0, 5), max_size=40), piece=pieces)
def test_a_new_token_after_a_loop_is_none(before, piece):
    assert not loops([*before, *piece * TIMES, 6])


@given(st.lists(st.integers(0, 1), max_size=LEAST - 1))
def test_a_few_tokens_are_no_loop(tokens):
    assert not loops(tokens)


def test_an_arm_that_repeats_itself_is_cut_short_and_the_one_beside_it_goes_on():
    model, prompts, steps = pair(), [compose("The parts are late."), compose("It is fine.")], []
    word = model.tokenizer("a").input_ids[-1]

    def insist(module, given, logits):
        logits = logits.clone()
        logits[0, :, word] += 1e4
        return logits

    hook = model.hf.get_output_embeddings().register_forward_hook(insist)
    try:
        stuck, free = generate(model, prompts, max_new_tokens=LEAST + 8, temperature=1.0, on_step=steps.append)
    finally:
        hook.remove()
    assert (stuck.finish, stuck.token_ids) == ("loop", (word,) * LEAST)
    assert (free.finish, len(free.token_ids)) == ("length", LEAST + 8)
    assert steps[LEAST - 1][0].finished
    assert [step[1].finished for step in steps[-2:]] == [False, True]  # its last token fills its room
    assert len(stuck.attention) == LEAST
    assert stuck.text == model.tokenizer.decode(stuck.token_ids)
    (alone,) = generate(model, prompts[1:], max_new_tokens=LEAST + 8, temperature=1.0)
    assert alone.token_ids == free.token_ids
