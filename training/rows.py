"""One row of a training batch: a prompt and several answers to it, each blind to the others."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from anchoring.models.align import token_spans
from anchoring.models.render import render
from training.alternatives import next_tokens
from training.corpus.examples import Example
from training.corpus.grammar import places
from training.corpus.slips import SLIP
from training.pointing import Spans, copied_from
from training.tagging import IGNORED, answers_to, begin_of_words, given, named, sentences_at, tags

DETAIL = 4.0  # what a token of a copied detail counts: copying is learned last, and few tokens teach it
TURN = 3.0  # what each of the first tokens of a sentence on a cue counts: there it is chosen which cue that is
TURN_TOKENS = 3


@dataclass(frozen=True)
class Row:
    """Tokens of a prompt and of its answers, one after another.

    `branches` is 0 for the prompt's tokens and the answer's number for the others, `positions` goes on from the prompt
    in each answer. `tags` and `named` have a label for each of the prompt's tokens. The rest is as long as the answers:
    the token `wanted`, `at` which token of the row it is to be foretold, the label of the cue that its sentence answers
    to, whether it begins a sentence, which kinds of detail the user had given, how much it `counts` in the loss, which
    of the prompt's tokens are `copied`, and which `others` would do as well.
    """

    ids: list[int]
    positions: list[int]
    branches: list[int]
    tags: list[int]
    named: list[int]
    at: list[int] = field(default_factory=list)
    wanted: list[int] = field(default_factory=list)
    cues: list[int] = field(default_factory=list)
    begins: list[bool] = field(default_factory=list)
    given: list[int] = field(default_factory=list)
    counts: list[float] = field(default_factory=list)
    copied: list[tuple[int, ...]] = field(default_factory=list)
    others: list[tuple[int, ...]] = field(default_factory=list)


def encoded(tokenizer, tellings: Sequence[Example]) -> Row:
    """The row of examples that have the same prompt. The prompt is worked through once, which is most of the work.

    An example without an answer teaches by its tags alone.
    """
    rendered = render(tellings[0].prompt, tokenizer)
    _, spans = token_spans(tokenizer, rendered.text)
    prompt = len(rendered.token_ids)
    told = tags(tellings[0], rendered, spans), named(tellings[0], rendered, spans)
    row = Row(list(rendered.token_ids), list(range(prompt)), [0] * prompt, *told)
    for number, telling in enumerate(tellings, 1):
        if telling.answer:
            _add(row, tokenizer, telling, number, spans, begin_of_words(rendered))
    return row


def _add(row: Row, tokenizer, telling: Example, number: int, prompt_spans: Spans, begin: int) -> None:
    answer, spans = token_spans(tokenizer, telling.target)
    cues, begins = answers_to(telling, spans)
    prompt, start = len(row.tags), len(row.ids)
    row.wanted.extend([*answer, tokenizer.eos_token_id])
    row.cues.extend([*cues, IGNORED])
    row.begins.extend([*begins, False])
    row.given.extend([given(telling)] * (len(answer) + 1))
    row.counts.extend([*_counts(telling, spans), 1.0])
    row.copied.extend([*copied_from(telling, spans, prompt_spans, begin), ()])
    row.others.extend(next_tokens(tokenizer, telling, answer, spans))
    row.at.extend([prompt - 1, *range(start, start + len(answer))])
    row.ids.extend(answer)  # nothing follows the end of an answer, so that token is foretold and never read
    row.positions.extend(range(prompt, prompt + len(answer)))
    row.branches.extend([number] * len(answer))


def _counts(telling: Example, spans: Spans) -> list[float]:
    """How much each token of the answer counts, given by its code points in the target: DETAIL in a copied detail,
    TURN where a sentence on a cue begins."""
    copied = [place for _, value in telling.slots for place in places(value, telling.target)]
    found = [DETAIL if any(first < end and start < last for start, end in copied) else 1.0 for first, last in spans]
    begun = [*sentences_at(telling, spans), (None, len(spans))]
    for (part, start), (_, end) in pairwise(begun):
        if part.cue:
            turn = range(start, min(end, start + TURN_TOKENS))
            found[turn.start : turn.stop] = [max(TURN, found[at]) for at in turn]
        if part.role == SLIP:  # read, never learned
            found[start:end] = [0.0] * (end - start)
    return found
