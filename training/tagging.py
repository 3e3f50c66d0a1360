"""Two aids while training: linear layers that must tell which cue a word shows, and which one comes next.

One reads the middle of the model at the user's words: where a cue stands is known here, so the model need not find it
out from far away, through the answer alone. The other reads the model's end before each sentence of an answer: most
cues have many sentences with like beginnings, so that the text alone says little about which cue was meant. Both are
thrown away afterwards: what ships is a plain language model.
"""

from functools import cache

import torch

from anchoring.models.types import Rendered
from anchoring.prompting.segments import Kind
from training.corpus.examples import Example
from training.corpus.source import load_source, written_scopes

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


def tags(example: Example, rendered: Rendered, spans: list[tuple[int, int]]) -> list[int]:
    """A label for each token of the prompt: the user's words that show a cue, those that don't, all else ignored.

    `spans` are the tokens' code points in the rendered text. The first half of a cue's words is ignored as well:
    reading on from there, nobody could know yet.
    """
    users = [source.kind in _USERS for source in rendered.sources]
    begin = next(source.start for source, is_users in zip(rendered.sources, users, strict=True) if is_users)
    found = [0 if users[source] else IGNORED for source in rendered.token_source]
    for shown in example.shown:
        name = f"{shown.cue}/{example.pair}" if example.pair else shown.cue
        start, end = begin + shown.start, begin + shown.end
        for at, (first, last) in enumerate(spans):
            if first < end and start < last:
                late = last > (start + end) / 2
                found[at] = labels()[example.prompt.scope, name] if late else IGNORED
    return found


def plans(example: Example, spans: list[tuple[int, int]]) -> list[int]:
    """A label for each token of the answer but the first, moved to the token before it, where it is to be foretold.

    `spans` are the tokens' code points in `example.target`. Only what comes right before a sentence has a label: the
    cue that the sentence answers to. The first sentence's stands on the prompt's last token: position 0 here.
    """
    found, at = [IGNORED] * len(spans), 0
    for part in (*example.thought, *example.answer):
        at = example.target.index(part.text, at)
        token = next(n for n, (_, end) in enumerate(spans) if end > at)
        name = f"{part.cue}/{example.pair}" if example.pair and part.cue else part.cue
        found[token] = labels()[example.prompt.scope, name] if part.cue else 0
        at += len(part.text)
    return found


class Tagger(torch.nn.Module):
    """Both layers; `hidden` is the model's width."""

    def __init__(self, hidden: int):
        super().__init__()
        self.reads = torch.nn.Linear(hidden, len(labels()) + 1)
        self.plans = torch.nn.Linear(hidden, len(labels()) + 1)

    def forward(self, middle: torch.Tensor, last: torch.Tensor, tags, plans) -> torch.Tensor:
        """The sum of both mean losses; `middle` and `last` are [rows, tokens, width], their labels [rows, tokens]."""
        return _loss(self.reads, middle, tags) + _loss(self.plans, last, plans)


def _loss(layer: torch.nn.Linear, hidden: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    kept = wanted != IGNORED
    return torch.nn.functional.cross_entropy(layer(hidden[kept]).float(), wanted[kept])
