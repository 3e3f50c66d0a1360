"""An aid while training: a linear layer that must tell, from the middle of the model, which cue each word shows.

Where a cue stands is known here, so the model need not find it out from far away, through the answer alone. The layer
is thrown away afterwards: what ships is a plain language model.
"""

from functools import cache

import torch

from anchoring.models.types import Rendered
from anchoring.prompting.segments import Kind
from training.corpus.examples import Example
from training.corpus.source import load_source, trained_scopes

IGNORED = -100  # what cross_entropy leaves out
WEIGHT = 0.3  # of the tags' loss beside the text's
_USERS = (Kind.CUE, Kind.WORDS)


@cache
def labels() -> dict[tuple[str, str], int]:
    """Each cue of each trained scope, and each side of a pair ("cue/a"), with its number; 0 is for no cue."""
    names = []
    for scope in trained_scopes():
        source = load_source(scope)
        names += [(scope, cue) for cue in sorted(source.cues)]
        names += [(scope, f"{pair.cue}/{letter}") for pair in source.pairs for letter in "ab"]
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


def new_tagger(hidden: int) -> torch.nn.Linear:
    return torch.nn.Linear(hidden, len(labels()) + 1)


def tag_loss(tagger: torch.nn.Linear, hidden: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    """Mean loss of the tags; `hidden` [rows, tokens, width] is the middle layer's, `wanted` [rows, tokens]."""
    kept = wanted != IGNORED
    return torch.nn.functional.cross_entropy(tagger(hidden[kept]).float(), wanted[kept])
