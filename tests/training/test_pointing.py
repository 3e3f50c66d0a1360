"""Where a copied detail comes from, and the attention that is to rest there."""

import random
from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from anchoring.models.align import token_spans
from anchoring.models.render import render
from anchoring.prompting import Framing, Reasoning
from tests.training.tiny_model import model, tokenizer
from training import pointing
from training.batches import padded
from training.corpus.examples import draw_example
from training.corpus.grammar import places
from training.corpus.people import in_words
from training.corpus.source import load_source, written_scopes
from training.rows import encoded
from training.tagging import begin_of_words


def _drawn(seed, scope):
    example = draw_example(load_source(scope), random.Random(seed), Framing.CARD)
    prompt = render(example.prompt, tokenizer())
    return example, prompt, token_spans(tokenizer(), prompt.text)[1], token_spans(tokenizer(), example.target)[1]


@given(seed=st.integers(0, 10**6), scope=st.sampled_from(written_scopes()))
@settings(max_examples=40, deadline=None)
def test_a_copied_token_points_at_the_tokens_that_hold_its_letter(seed, scope):
    example, prompt, prompt_spans, spans = _drawn(seed, scope)
    begin = begin_of_words(prompt)
    found = pointing.copied_from(example, spans, prompt_spans, begin)
    assert len(found) == len(spans)
    copied = set()
    for _, value in example.slots:
        tail, stands = in_words(value, example.prompt.words)
        for _, end in places(value, example.target):
            copied |= set(range(end - len(tail), end)) if stands else set()
    for sources, (start, end) in zip(found, spans, strict=True):
        letters = [n for n in range(start, end) if n in copied and not example.target[n].isspace()]
        assert bool(sources) == bool(letters)
        for source in sources:
            held = prompt.text[slice(*prompt_spans[source])].casefold()
            assert example.target[letters[0]].casefold() in held
            assert begin <= prompt_spans[source][1] - 1 < begin + len(example.prompt.words)


def _batch():
    rows = []
    for seed in range(4):
        example = draw_example(load_source("tehran-shop-payment"), random.Random(seed), Framing.CARD)
        rows.append(encoded(tokenizer(), (example, example)))
    return padded(rows, tokenizer().pad_token_id)


def _run(net, batch):
    return net.model(
        input_ids=batch.ids,
        position_ids=batch.positions,
        attention_mask=batch.mask(),
        output_hidden_states=True,
        output_attentions=True,
    )


def test_the_attention_worked_out_anew_is_the_models_own():
    net, batch = model().eval(), _batch()
    net.set_attn_implementation("eager")
    with torch.no_grad():
        out = _run(net, batch)
        asked = batch.copying.unique()
        row, token = batch.at[asked] // batch.ids.shape[1], batch.at[asked] % batch.ids.shape[1]
        for layer in range(2):
            for head in range(2):
                ours = pointing.attention(net, out.hidden_states[layer], batch, asked, layer, head)
                assert torch.allclose(ours, out.attentions[layer][row, head, token], atol=1e-5)


def test_the_loss_is_the_mean_of_minus_log_of_what_rests_on_the_sources():
    net, batch = model().eval(), _batch()
    net.set_attn_implementation("eager")
    with torch.no_grad():
        out = _run(net, batch)
        wanted = 0.0
        for back, head in pointing.HEADS:
            lost = []
            for number in batch.copying.unique().tolist():
                row, token = divmod(batch.at[number].item(), batch.ids.shape[1])
                sources = batch.copied[batch.copying == number]
                lost.append(-out.attentions[2 + back][row, head % 2, token, sources].sum().log().item())
            wanted += sum(lost) / len(lost)
        assert pointing.loss(net, out.hidden_states, batch).item() == pytest.approx(wanted, rel=1e-3)


def test_the_heads_learn_to_look_at_what_is_copied():
    net, batch = model(), _batch()
    net.set_attn_implementation("eager")
    optimiser = torch.optim.AdamW(net.parameters(), lr=1e-2)
    lost = []
    for _ in range(20):
        loss = pointing.loss(net, _run(net, batch).hidden_states, batch)
        loss.backward()
        optimiser.step()
        optimiser.zero_grad()
        lost.append(loss.item())
    assert lost[-1] < 0.8 * lost[0]


def test_a_batch_that_copies_nothing_has_no_such_loss():
    net, batch = model(), _batch()
    nothing = torch.zeros(0, dtype=torch.long)
    batch = replace(batch, copying=nothing, copied=nothing)
    assert pointing.loss(net, _run(net, batch).hidden_states, batch).item() == 0


def test_what_a_thought_quotes_points_at_the_words_it_was_taken_from():
    seen = 0
    for seed in range(40):
        rng = random.Random(seed)
        source = load_source(rng.choice(written_scopes()))
        example = draw_example(source, rng, Framing.NONE, Reasoning.GROUNDED)
        if not example.shown:
            continue
        prompt = render(example.prompt, tokenizer())
        prompt_spans = token_spans(tokenizer(), prompt.text)[1]
        spans = token_spans(tokenizer(), example.target)[1]
        found = pointing.copied_from(example, spans, prompt_spans, begin_of_words(prompt))
        for shown, part in zip(example.shown, example.thought, strict=True):
            at = example.target.index(part.text) + part.text.index("“") + 1
            first = next(n for n, (_, end) in enumerate(spans) if end > at)
            stands = begin_of_words(prompt) + shown.start
            assert any(prompt_spans[source][0] <= stands < prompt_spans[source][1] for source in found[first])
            seen += 1
    assert seen > 20
