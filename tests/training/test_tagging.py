"""The labels of a training example: which cue a token of the user's words shows, which one a sentence answers to."""

import random

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from anchoring.models.align import token_spans
from anchoring.models.render import render
from anchoring.prompting import Framing, Reasoning
from tests.training.tiny_model import model, tagger, tokenizer
from training import tagging
from training.batches import padded
from training.corpus.examples import draw_example
from training.corpus.people import by_role, in_words
from training.corpus.source import load_source, written_scopes
from training.rows import encoded
from training.tagging import IGNORED, labels, named, slot_labels, tags
from training.train import losses_of


@pytest.mark.parametrize("framing", [Framing.NONE, Framing.CARD])
@given(seed=st.integers(0, 10**6), scope=st.sampled_from(written_scopes()))
@settings(max_examples=40, deadline=None)
def test_tags_lie_on_the_cues_own_words_and_name_each_cue(framing, seed, scope):
    example = draw_example(load_source(scope), random.Random(seed), framing)
    prompt = render(example.prompt, tokenizer())
    spans = token_spans(tokenizer(), prompt.text)[1]
    found = tags(example, prompt, spans)
    assert len(found) == len(prompt.token_ids)
    side = f"/{example.pair}" if example.pair else ""
    names = {number: name for name, number in labels().items()}
    assert {names[tag] for tag in found if tag > 0} == {(scope, s.cue + side) for s in example.shown}
    begin = prompt.text.index(example.prompt.words)
    wanted = {(s.cue + side): example.prompt.words[s.start : s.end] for s in example.shown}
    for tag, (start, end), source in zip(found, spans, prompt.token_source, strict=True):
        in_words = begin < end and start < begin + len(example.prompt.words)
        assert in_words or tag == IGNORED
        if tag > 0:
            assert prompt.text[start:end].strip() in wanted[names[tag][1]]
        if tag == 0:
            assert prompt.sources[source].kind.value in ("cue", "words")


@given(seed=st.integers(0, 10**6), scope=st.sampled_from(written_scopes()))
@settings(max_examples=40, deadline=None)
def test_what_is_named_is_marked_wherever_it_stands_and_nothing_else_is(seed, scope):
    example = draw_example(load_source(scope), random.Random(seed), Framing.CARD)
    prompt = render(example.prompt, tokenizer())
    spans = token_spans(tokenizer(), prompt.text)[1]
    found = named(example, prompt, spans)
    begin = prompt.text.index(example.prompt.words)
    letters = {n for _, value in example.slots for at in in_words(value, example.prompt.words)[1] for n in range(*at)}
    kinds = {number: name for name, number in slot_labels().items()}
    for label, (start, end) in zip(found, spans, strict=True):
        in_users = begin < end and start < begin + len(example.prompt.words)
        assert (label != IGNORED) == in_users
        if in_users:
            assert (label > 0) == any(n - begin in letters for n in range(start, end))
        if label > 0:
            assert kinds[label] in dict(example.slots)


@given(seed=st.integers(0, 10**6), scope=st.sampled_from(written_scopes()), reasoning=st.sampled_from(Reasoning))
@settings(max_examples=40, deadline=None)
def test_each_token_of_a_sentence_has_its_cue(seed, scope, reasoning):
    example = draw_example(load_source(scope), random.Random(seed), Framing.CARD, reasoning)
    row = encoded(tokenizer(), (example,))
    names = {number: name for name, number in labels().items()}
    starts = [at for at, begins in enumerate(row.begins) if begins]
    parts = [*example.thought, *example.answer]
    assert len(starts) == len(parts)
    assert all(cue == IGNORED for cue in row.cues[: starts[0]])
    for at, end, part in zip(starts, [*starts[1:], -1], parts, strict=True):
        (label,) = set(row.cues[at:end])
        assert tokenizer().decode(row.wanted[at:]).strip().startswith(part.text[:12])
        side = f"/{example.pair}" if example.pair else ""
        assert (names[label] == (scope, part.cue + side)) if part.cue else label == 0


@given(seed=st.integers(0, 10**6), scope=st.sampled_from(written_scopes()))
@settings(max_examples=40, deadline=None)
def test_the_kinds_of_detail_that_the_user_gave_have_a_bit_each(seed, scope):
    example = draw_example(load_source(scope), random.Random(seed), Framing.CARD)
    slots, bits = dict(example.slots), tagging.given(example)
    assert {name for name, label in slot_labels().items() if bits >> label & 1} == set(slots)
    assert bits & 1 == by_role(slots.get("name", ""))


def test_whoever_tells_wrongly_what_the_user_gave_loses():
    example = draw_example(load_source(written_scopes()[0]), random.Random(3), Framing.CARD)
    batch = padded([encoded(tokenizer(), (example,))], tokenizer().pad_token_id)
    net, head, losses = model(), tagger(), []
    right = torch.tensor([1.0 if tagging.given(example) >> bit & 1 else -1.0 for bit in range(len(slot_labels()) + 1)])
    with torch.no_grad():
        head.tells.weight.zero_()
        for sure in (10 * right, -10 * right):
            head.tells.bias.copy_(sure)
            losses.append(losses_of(net, net.model, head, batch)[1].item())
    assert losses[1] - losses[0] == pytest.approx(10 * tagging.WEIGHT, rel=0.01)
