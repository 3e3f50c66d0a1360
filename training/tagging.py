"""Five aids while training: linear layers that must tell what a word of the user's shows, and what is being answered.

One reads the middle of the model at the user's words: where a cue stands is known here, so the model need not find it
out from far away, through the answer alone. One reads there too, and tells which words name what an answer takes up:
the person is not always the first noun. One reads the model's end before each sentence of an answer: most cues have
many sentences with like beginnings, so that the text alone says little about which cue was meant. One reads there
which kinds of detail the user gave: where nobody was named, a sentence that names somebody invents them. One reads
two thirds up at every token of an answer, so that a sentence that began for one cue does not slip into another's. All
are thrown away afterwards: what ships is a plain language model.
"""

from collections.abc import Iterator, Sequence
from functools import cache

import torch

from anchoring.models.types import Rendered
from anchoring.prompting.segments import Kind
from training.corpus.examples import Example, Sentence
from training.corpus.people import by_role, in_words
from training.corpus.slips import SLIP
from training.corpus.source import COMMON_SLOTS, load_source, written_scopes

IGNORED = -100  # what cross_entropy leaves out
WEIGHT = 0.5  # of the tags' loss beside the text's
_USERS = (Kind.CUE, Kind.WORDS)


@cache
def labels() -> dict[tuple[str, str], int]:
    """Each cue of each trained scope, and each side of a pair ("cue/a"), with its number; 0 is for no cue."""
    names = []
    for scope in written_scopes():
        source = load_source(scope)
        names += [(scope, cue) for cue in sorted(source.cues)]
        names += [(scope, f"{pair.cue}/{r.letter}") for pair in source.pairs for r in pair.readings]
    return {name: number for number, name in enumerate(dict.fromkeys(names), 1)}


@cache
def slot_labels() -> dict[str, int]:
    """Each kind of detail ("name", "item", …) with its number; 0 is for none."""
    names = {name for scope in written_scopes() for name in load_source(scope).slots} | COMMON_SLOTS
    return {name: number for number, name in enumerate(sorted(names), 1)}


def begin_of_words(rendered: Rendered) -> int:
    """The code point of the rendered text at which the user's words begin."""
    return next(source.start for source in rendered.sources if source.kind in _USERS)


def named(example: Example, rendered: Rendered, spans: list[tuple[int, int]]) -> list[int]:
    """A label for each token of the prompt: the kind of detail that a user's word names, or 0; all else ignored."""
    begin, found = begin_of_words(rendered), _blank(rendered)
    for slot, value in example.slots:
        for start, end in in_words(value, example.prompt.words)[1]:
            for at, (first, last) in enumerate(spans):
                if first < begin + end and begin + start < last:
                    found[at] = slot_labels()[slot]
    return found


def given(example: Example) -> int:
    """The kinds of detail that the user's words give, a bit for each label; bit 0 for a person with no name."""
    bits = {slot_labels()[slot] for slot, _ in example.slots}
    if by_role(dict(example.slots).get("name", "")):
        bits.add(0)
    return sum(1 << bit for bit in bits)


def _blank(rendered: Rendered) -> list[int]:
    """0 for each token of the user's words, all else ignored."""
    users = [source.kind in _USERS for source in rendered.sources]
    return [0 if users[source] else IGNORED for source in rendered.token_source]


def tags(example: Example, rendered: Rendered, spans: list[tuple[int, int]]) -> list[int]:
    """A label for each token of the prompt: the user's words that show a cue, those that don't, all else ignored.

    `spans` are the tokens' code points in the rendered text. The first half of a cue's words is ignored as well:
    reading on from there, nobody could know yet.
    """
    begin, found = begin_of_words(rendered), _blank(rendered)
    for shown in example.shown:
        name = f"{shown.cue}/{example.pair}" if example.pair else shown.cue
        start, end = begin + shown.start, begin + shown.end
        for at, (first, last) in enumerate(spans):
            if first < end and start < last:
                late = last > (start + end) / 2
                found[at] = labels()[example.prompt.scope, name] if late else IGNORED
    return found


def answers_to(example: Example, spans: list[tuple[int, int]]) -> tuple[list[int], list[bool]]:
    """For each token of the answer the label of the cue that its sentence answers to, and whether it begins one.

    `spans` are the tokens' code points in `example.target`. What stands before the first sentence is ignored, and a
    slip is.
    """
    found, begins = [IGNORED] * len(spans), [False] * len(spans)
    for part, token in sentences_at(example, spans):
        found[token:] = [_label(example, part)] * (len(spans) - token)
        begins[token] = part.role != SLIP
    return found, begins


def sentences_at(example: Example, spans: list[tuple[int, int]]) -> Iterator[tuple[Sentence, int]]:
    """The sentences of the thought and the answer, each with the token of `example.target` that it begins in."""
    at = 0
    for part in (*example.thought, *example.answer):
        at = example.target.index(part.text, at)
        yield part, next(n for n, (_, end) in enumerate(spans) if end > at)
        at += len(part.text)


def _label(example: Example, part: Sentence) -> int:
    if part.role == SLIP:
        return IGNORED
    if part.cue is None:
        return 0
    return labels()[example.prompt.scope, f"{part.cue}/{example.pair}" if example.pair else part.cue]


class Tagger(torch.nn.Module):
    """All five layers; `hidden` is the model's width."""

    def __init__(self, hidden: int):
        super().__init__()
        self.reads = torch.nn.Linear(hidden, len(labels()) + 1)
        self.plans = torch.nn.Linear(hidden, len(labels()) + 1)
        self.holds = torch.nn.Linear(hidden, len(labels()) + 1)
        self.names = torch.nn.Linear(hidden, len(slot_labels()) + 1)
        self.tells = torch.nn.Linear(hidden, len(slot_labels()) + 1)

    def forward(self, states: Sequence[torch.Tensor], last: torch.Tensor, batch) -> torch.Tensor:
        """The sum of the mean losses. `states` are the inputs of each layer, [rows, tokens, width]; `last` the end."""
        layers = len(states) - 1
        middle = states[layers // 2].flatten(0, 1)
        read = self.reads(middle), batch.tags.flatten()
        name = self.names(middle), batch.named.flatten()
        hold = self.holds(states[2 * layers // 3].flatten(0, 1)[batch.at]), batch.cues
        ends = last.flatten(0, 1)[batch.at]
        plan = self.plans(ends), batch.cues.where(batch.begins, IGNORED)
        tell = self.tells(ends[batch.begins]), batch.given[batch.begins]
        return sum(_loss(*pair) for pair in (read, name, hold, plan)) + _bits_loss(*tell)


def _loss(logits: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    """The mean over what has a label; 0 where nothing has."""
    total = torch.nn.functional.cross_entropy(logits.float(), wanted, ignore_index=IGNORED, reduction="sum")
    return total / (wanted != IGNORED).sum().clamp(min=1)


def _bits_loss(logits: torch.Tensor, given: torch.Tensor) -> torch.Tensor:
    """The mean over bits and sentences, logits [n, bits] against given [n]; 0 for no sentence."""
    wanted = given[:, None] >> torch.arange(logits.shape[1], device=given.device) & 1
    total = torch.nn.functional.binary_cross_entropy_with_logits(logits.float(), wanted.float(), reduction="sum")
    return total / max(1, wanted.numel())
