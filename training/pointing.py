"""An aid while training: two heads must look where a detail is copied from.

A model of this size finds out slowly, through the text alone, that a name is to be taken from the user's words and
which of them it is; here both are known. So before each token of a copied detail, or of what a thought quotes, the
attention of these heads is to rest on the token of the user's words that holds the same letter of it. Nothing is said
of the sentences that answer to cues, by whose links the highlights are measured.
"""

from collections.abc import Iterator, Sequence

import torch
from transformers.models.llama.modeling_llama import apply_rotary_pos_emb

from training.corpus.examples import Example
from training.corpus.grammar import places
from training.corpus.people import in_words

WEIGHT = 0.2  # of each head's loss beside the text's
HEADS = ((-2, 1), (-1, 2))  # layer and head: those of the small preset that copied most before they were told to
_LEAST = 1e-4  # an attention below this counts as this, so that no single token rules the mean
Spans = Sequence[tuple[int, int]]


def copied_from(telling: Example, spans: Spans, prompt_spans: Spans, begin: int) -> list[tuple[int, ...]]:
    """For each token of the answer the tokens of the prompt that it copies; none for most.

    `spans` are the answer's tokens in code points of its text, `prompt_spans` the prompt's, in which the user's words
    begin at code point `begin`.
    """
    found: list[set[int]] = [set() for _ in spans]
    for _, value in telling.slots:
        tail, stands = in_words(value, telling.prompt.words)
        for _, end in places(value, telling.target):
            for number, letter in _letters(spans, telling.target, end - len(tail), end):
                found[number] |= {_token_at(prompt_spans, begin + start + letter) for start, _ in stands}
    for start, end, stands in _quoted(telling):
        for number, letter in _letters(spans, telling.target, start, end):
            found[number].add(_token_at(prompt_spans, begin + stands + letter))
    return [tuple(sorted(f)) for f in found]


def _quoted(telling: Example) -> Iterator[tuple[int, int, int]]:
    """Where a quotation stands in the target, from and to, and where in the user's words it was taken from."""
    at = 0
    for shown, part in zip(telling.shown, telling.thought, strict=False):
        if part.role != "quote":
            return
        at = telling.target.index(part.text, at) + part.text.index("“") + 1
        end = telling.target.index("”", at)
        stands = telling.prompt.words.find(telling.target[at:end], shown.start)
        if stands >= 0:  # else white space was made even
            yield at, end, stands


def _letters(spans: Spans, text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Each token that holds letters of text[start:end], and how far behind `start` the first of them stands."""
    for number, (first, last) in enumerate(spans):
        held = text[max(first, start) : min(last, end)]
        if held.strip():
            yield number, max(first, start) - start + len(held) - len(held.lstrip())


def _token_at(spans: Spans, at: int) -> int:
    return next(n for n, (first, last) in enumerate(spans) if first <= at < last)


def loss(model, states: Sequence[torch.Tensor], batch) -> torch.Tensor:
    """Summed over the heads, the mean over the copied tokens of -log of the attention given to what they copy.

    `states` are the inputs of each layer, [rows, tokens, width]. 0 for a batch that copies nothing.
    """
    if not len(batch.copying):
        return states[0].new_zeros(())
    asked, which = batch.copying.unique(return_inverse=True)
    total = 0.0
    for back, head in HEADS:
        layer = len(states) - 1 + back
        weights = attention(model, states[layer], batch, asked, layer, head % model.config.num_attention_heads)
        share = weights.new_zeros(len(asked)).index_add(0, which, weights[which, batch.copied])
        total = total - share.clamp(min=_LEAST).log().mean()
    return total


def attention(model, state: torch.Tensor, batch, asked: torch.Tensor, layer: int, head: int) -> torch.Tensor:
    """A head's attention, float32 [asked, tokens], from its layer's input `state`; the compiled model shows none.

    `asked` are indices into the batch's wanted tokens.
    """
    block, size = model.model.layers[layer], model.config.hidden_size // model.config.num_attention_heads
    state = block.input_layernorm(state)
    queries, keys = (
        torch.nn.functional.linear(state, projection.weight[head * size : (head + 1) * size])[:, None]
        for projection in (block.self_attn.q_proj, block.self_attn.k_proj)
    )
    cos, sin = model.model.rotary_emb(state, position_ids=batch.positions)
    queries, keys = apply_rotary_pos_emb(queries, keys, cos, sin)
    scores = (queries @ keys.transpose(-1, -2)).float() * size**-0.5 + batch.mask()
    return scores.flatten(0, 2)[batch.at[asked]].softmax(-1)
