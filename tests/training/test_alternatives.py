"""What would do as well: any of the ways to say a sentence, token by token, and a loss that takes any of them."""

import math
import random
from dataclasses import replace
from itertools import islice

import pytest
import torch

from anchoring.models.align import token_spans
from tests.training.drawn import training_examples
from tests.training.tiny_model import model, tagger, tokenizer
from training.alternatives import lost, next_tokens, ways
from training.batches import padded
from training.rows import encoded
from training.train import losses_of

MANY = [e for e in training_examples()[:300] if any(len(ways(s, e.slots)) > 2 for s in e.answer)]
PAD = tokenizer().pad_token_id


def _next(example):
    answer, spans = token_spans(tokenizer(), example.target)
    return answer, next_tokens(tokenizer(), example, answer, spans)


def test_every_other_way_is_allowed_at_the_first_token_where_it_differs():
    rng, seen = random.Random(1), 0
    for example in MANY:
        answer, found = _next(example)
        assert len(found) == len(answer) + 1
        place = rng.randrange(len(example.answer))
        for way in ways(example.answer[place], example.slots):
            said = [*example.answer]
            said[place] = replace(said[place], text=way)
            other = tokenizer()(replace(example, answer=tuple(said)).target).input_ids
            at = next((n for n, pair in enumerate(zip(answer, other, strict=False)) if pair[0] != pair[1]), None)
            one, two = sorted((way, example.answer[place].text), key=len)
            if at is not None and not two.startswith(one):  # else they differ in what follows the sentence
                assert other[at] in found[at]
                seen += 1
    assert seen > 500


def test_nothing_is_allowed_that_no_way_goes_on_with():
    seen = 0
    for example in MANY[:60]:
        answer, found = _next(example)
        parts = (*example.thought, *example.answer)
        whole = [way for part in parts for way in ways(part, example.slots)]
        for at, others in enumerate(found):
            for other in others:
                told = tokenizer().decode([*answer[:at], other], clean_up_tokenization_spaces=False)
                begins = {0, *(told.rfind(part.text) + len(part.text) for part in parts if part.text in told)}
                going_on = told[max(begins) :].removeprefix("<think>").removeprefix("</think>").lstrip()
                assert any(way.startswith(going_on) for way in whole)
                seen += 1
    assert seen > 200


def test_a_sentence_with_one_way_leaves_one_token_everywhere():
    example = replace(MANY[0], answer=tuple(replace(s, texts=()) for s in MANY[0].answer), thought=())
    _, found = _next(example)
    assert not any(found)


def _batch():
    return padded([encoded(tokenizer(), (e, e)) for e in islice(MANY, 6)], PAD)


def test_the_loss_is_that_of_all_that_would_do_together():
    batch = _batch()
    logits = torch.randn(len(batch.wanted), len(tokenizer()), generator=torch.Generator().manual_seed(0))
    shares = logits.softmax(-1)
    found = lost(logits, batch)
    assert len(batch.others) > 20
    for n, wanted in enumerate(batch.wanted.tolist()):
        others = {o for at, o in zip(batch.instead.tolist(), batch.others.tolist(), strict=True) if at == n}
        whole = sum(shares[n, o].item() for o in others | {wanted})
        assert found[n].item() == pytest.approx(-math.log(whole), abs=1e-4)


def test_where_one_token_would_do_it_is_the_usual_loss():
    batch = replace(_batch(), instead=None, others=None)
    logits = torch.randn(len(batch.wanted), len(tokenizer()))
    usual = torch.nn.functional.cross_entropy(logits, batch.wanted, reduction="none")
    torch.testing.assert_close(lost(logits, batch), usual)


def test_the_model_is_drawn_to_what_would_do_and_to_nothing_else():
    net = model()
    batch = _batch()
    at, other = batch.instead[0], batch.others[0]
    logits = torch.zeros(len(batch.wanted), len(tokenizer()), requires_grad=True)
    lost(logits, batch)[at].backward()
    good = {batch.wanted[at].item(), *batch.others[batch.instead == at].tolist()}
    assert other.item() in good
    assert {n for n, slope in enumerate(logits.grad[at].tolist()) if slope < 0} == good
    loss, _ = losses_of(net, net.model, tagger(), batch)
    assert loss.item() < losses_of(net, net.model, tagger(), replace(batch, others=None, instead=None))[0].item()
