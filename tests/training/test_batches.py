"""Rows and batches: a prompt with several answers, each learned as if it stood alone."""

import re
from dataclasses import replace
from itertools import islice

import pytest
import torch

from anchoring.models.render import render
from tests.training.tiny_model import model, tagger, tokenizer
from training.batches import ahead, padded, plain, scopes
from training.corpus.grammar import stands_in
from training.corpus.mixture import tellings
from training.corpus.phrasings import few
from training.corpus.slips import SLIP
from training.corpus.source import written_scopes
from training.rows import DETAIL, TURN, TURN_TOKENS, encoded
from training.tagging import IGNORED
from training.train import losses_of

PAD = tokenizer().pad_token_id


def _decoded(ids) -> str:
    return tokenizer().decode(ids, skip_special_tokens=False, clean_up_tokenization_spaces=False)


def _told(count: int = 3):
    drawn = tellings(5, written_scopes(), count, few)
    learned = (told for told in drawn if not any(s.role == SLIP for one in told for s in one.answer))
    return list(islice((told for told in learned if told[0].answer and len(told) == count), 6))


def test_a_row_is_the_prompt_once_and_then_its_answers():
    for told in _told():
        row = encoded(tokenizer(), told)
        prompt = len(row.tags)
        assert tuple(row.ids[:prompt]) == render(told[0].prompt, tokenizer()).token_ids
        assert len({one.prompt for one in told}) == 1
        for number, one in enumerate(told, 1):
            answer = [i for i, branch in zip(row.ids, row.branches, strict=True) if branch == number]
            assert _decoded(answer) == one.target
            places = [p for p, branch in zip(row.positions, row.branches, strict=True) if branch == number]
            assert places == list(range(prompt, prompt + len(answer)))
        ends = [token for token in row.wanted if token == tokenizer().eos_token_id]
        assert len(ends) == len(told)


def test_loss_counts_on_the_answers_and_their_ends_alone():
    told = _told()[:3]
    batch = padded([encoded(tokenizer(), some) for some in told], PAD)
    targets = "".join(one.target + tokenizer().eos_token for some in told for one in some)
    assert _decoded(batch.wanted) == targets
    assert len(batch.at) == len(batch.cues) == len(batch.begins) == len(batch.wanted)
    assert (batch.branches.flatten()[batch.at] >= 0).all()


def test_answers_in_one_row_are_learned_as_if_each_stood_alone():
    net = model().eval()
    for told in _told():
        together = losses_of(net, net.model, tagger(), padded([encoded(tokenizer(), told)], PAD))
        apart = [encoded(tokenizer(), (one,)) for one in told]
        each = [losses_of(net, net.model, tagger(), padded([row], PAD)) for row in apart]
        counts = [sum(row.counts) for row in apart]
        mean = sum(loss.item() * n for (loss, _), n in zip(each, counts, strict=True)) / sum(counts)
        assert together[0].item() == pytest.approx(mean, abs=1e-5)


def test_padding_changes_no_loss():
    net = model().eval()
    rows = sorted((encoded(tokenizer(), told) for told in _told()), key=lambda row: len(row.ids))
    short, long = rows[0], rows[-1]
    assert len(short.ids) < len(long.ids)
    both = losses_of(net, net.model, tagger(), padded([short, long], PAD))[0].item()
    each = [
        losses_of(net, net.model, tagger(), padded([row], PAD))[0].item() * sum(row.counts) for row in (short, long)
    ]
    assert both == pytest.approx(sum(each) / (sum(short.counts) + sum(long.counts)), abs=1e-5)


def test_a_copied_detail_counts_more_than_other_words():
    seen = 0
    for told in _told():
        row, at = encoded(tokenizer(), told), 0
        for one in told:
            ids = tokenizer()(one.target).input_ids
            words, heavy = row.wanted[at : at + len(ids)], row.counts[at : at + len(ids)]
            assert words == ids
            copied = _decoded([i for i, count in zip(words, heavy, strict=True) if count == DETAIL])
            assert set(heavy) <= {1.0, TURN, DETAIL}
            named = sorted((v for _, v in one.slots if stands_in(v, one.target)), key=len, reverse=True)
            assert all(value.casefold() in copied.casefold() for value in named)
            for value in named:
                copied = re.sub(re.escape(value), "", copied, flags=re.IGNORECASE)
            assert not re.search(r"\w\w", copied)  # a token may hold a sign or an ending with the detail
            at, seen = at + len(ids) + 1, seen + len(named)
    assert seen > 3


def test_the_first_tokens_of_a_sentence_on_a_cue_count_more():
    seen = 0
    for told in _told(1):
        row = encoded(tokenizer(), told)
        first = {n + k for n, b in enumerate(row.begins) if b and row.cues[n] > 0 for k in range(TURN_TOKENS)}
        assert all(row.counts[n] in (TURN, DETAIL) for n in first)
        assert all(row.counts[n] in (1.0, DETAIL) for n in range(len(row.counts)) if n not in first)
        seen += len(first)
    assert seen > 10


def test_a_heavier_token_weighs_more_in_the_loss():
    net = model().eval()
    batch = padded([encoded(tokenizer(), _told()[0])], PAD)
    single = [
        losses_of(net, net.model, None, replace(batch, tags=None, counts=torch.eye(len(batch.wanted))[n]))[0].item()
        for n in range(2)
    ]
    counts = torch.zeros(len(batch.wanted))
    counts[:2] = torch.tensor([3.0, 1.0])
    both = losses_of(net, net.model, None, replace(batch, tags=None, counts=counts))[0].item()
    assert both == pytest.approx((3 * single[0] + single[1]) / 4, abs=1e-5)


def test_a_message_that_is_recognised_only_teaches_by_its_tags():
    drawn = tellings(5, written_scopes(), 3, few)
    one = next(told for told in drawn if not told[0].answer)
    batch = padded([encoded(tokenizer(), one)], PAD)
    assert len(one[0].shown) == 8 == len({s.cue for s in one[0].shown})
    assert len(set(batch.tags.flatten().tolist()) - {IGNORED, 0}) == 8
    net, head = model(), tagger()
    loss, tags = losses_of(net, net.model, head, batch)
    assert loss.item() == 0
    (loss + tags).backward()
    assert head.reads.weight.grad.abs().sum() > 0


def test_running_text_foretells_every_token_but_the_first():
    ids = torch.arange(20).reshape(2, 10)
    batch = plain(ids)
    assert batch.wanted.tolist() == [*range(1, 10), *range(11, 20)]
    assert ids.flatten()[batch.at].tolist() == [*range(9), *range(10, 19)]
    seen = batch.mask()[0, 0] == 0
    assert torch.equal(seen, torch.ones(10, 10, dtype=torch.bool).tril())


def test_a_stream_keeps_to_its_size_and_repeats_itself():
    first, again = (list(islice(scopes(tokenizer(), written_scopes()[:2], None, 4000, 3, few), 60)) for _ in range(2))
    assert all(batch.ids.numel() <= 4000 or len(batch.ids) == 1 for batch in first)
    assert all(torch.equal(a.ids, b.ids) and torch.equal(a.wanted, b.wanted) for a, b in zip(first, again, strict=True))


def test_batches_drawn_ahead_are_the_same_in_the_same_order():
    here, ahead_of_time = (scopes(tokenizer(), written_scopes()[:2], None, 4000, 3, few) for _ in range(2))
    for one, other in islice(zip(here, ahead(ahead_of_time), strict=False), 30):
        assert torch.equal(one.ids, other.ids)
        assert torch.equal(one.counts, other.counts)
        assert torch.equal(one.tags, other.tags)


def test_from_aids_that_settle_the_model_learns_nothing():
    net, batch = model(), padded([encoded(tokenizer(), told) for told in _told()], PAD)
    for settling in (True, False):
        head = tagger()
        net.zero_grad()
        losses_of(net, net.model, head, replace(batch, copying=batch.copying[:0]), settling)[1].backward()
        learned = [p for p in net.parameters() if p.grad is not None and p.grad.any()]
        assert bool(learned) != settling
        assert head.plans.weight.grad.any()
