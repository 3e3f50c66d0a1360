"""What would do as well: every text that may stand in a sentence's place, and every token that may come next.

An answer could be written in many ways, and the loss of a language model asks for all of them, each in its share. That
costs a small model dear: it parts what it knows of the right cue among the ways to begin, and a wrong cue that has one
way to begin may then stand first. So where the generator knows several tokens that would do, the model is asked that
one of them comes next, whichever it likes: the loss is -log of their probabilities' sum (the marginal likelihood of a
set of answers, as in Clark & Gardner 2018 for several spans that answer a question).
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache

import torch

from training.corpus.examples import Example, Sentence
from training.corpus.grammar import ended, variants

LINE = "- "  # of a grounded thought
Spans = Sequence[tuple[int, int]]


def ways(planned: Sentence, slots: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """All texts that would do in the sentence's place, its own among them."""
    line = LINE if planned.text.startswith(LINE) and planned.texts else ""
    found = (line + way for t in planned.texts for way in _filled(t, tuple(slots)))
    return tuple(dict.fromkeys((planned.text, *found)))


@lru_cache(100_000)
def _filled(template: str, slots: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    return tuple(ended(v) for v in variants(template, dict(slots)))


def next_tokens(tokenizer, telling: Example, answer: Sequence[int], spans: Spans) -> list[tuple[int, ...]]:
    """For each token of the answer, and for its end, the other tokens that would do there; none for most.

    `answer` are the tokens of `telling.target` and `spans` their code points in it. Whatever follows the first token
    that differs would differ too, so only ways that agree with the answer up to there are looked at.
    """
    found: list[tuple[int, ...]] = [()] * (len(answer) + 1)
    for part, gap, start in _begun(telling, spans):
        others = [_tokens(tokenizer, gap + way) for way in ways(part, telling.slots) if way != part.text]
        for at in range(start, len(answer)):
            others = [ids for ids in others if len(ids) > at - start]
            if not others:
                break
            found[at] = tuple(sorted({ids[at - start] for ids in others} - {answer[at]}))
            others = [ids for ids in others if ids[at - start] == answer[at]]
    return found


def lost(logits: torch.Tensor, batch) -> torch.Tensor:
    """-log of the probability that one of the tokens comes that would do, [n], of `logits` [n, vocabulary]."""
    foretold = torch.log_softmax(logits, -1)
    wanted = foretold.gather(1, batch.wanted[:, None])[:, 0]
    if batch.others is None or not len(batch.others):
        return -wanted
    may = torch.full_like(logits, -torch.inf)
    may[torch.arange(len(wanted)), batch.wanted] = 0
    may[batch.instead, batch.others] = 0
    return -torch.logsumexp(foretold + may, -1)


def _begun(telling: Example, spans: Spans) -> Iterator[tuple[Sentence, str, int]]:
    """The sentences that others would do for, each with the white space before it, which may be a part of its first
    token or one of its own, and the token with which that begins."""
    at = 0
    for part in (*telling.thought, *telling.answer):
        begin = telling.target.index(part.text, at)
        gap = telling.target[at:begin]
        gap = "" if gap.strip() else gap  # a mark of the thought stands between
        if part.texts:
            yield part, gap, next(n for n, (_, end) in enumerate(spans) if end > begin - len(gap))
        at = begin + len(part.text)


@lru_cache(200_000)
def _tokens(tokenizer, text: str) -> tuple[int, ...]:
    return tuple(tokenizer(text, add_special_tokens=False).input_ids)
