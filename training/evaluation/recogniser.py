"""Which cue does a sentence answer to? Told by likeness to the sentences of the corpus, details masked.

Likeness is the cosine of tf-idf vectors over words and their groups of four letters, so that a slip of the pen or a
wrong name changes little. A sentence is recognised only where it is close to one cue and clearly closer than to all
others: what lies between two is nobody's. The sides of a wink/twitch pair are told apart in the same way.
"""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache

import numpy as np

from training.corpus.source import Source, load_source
from training.evaluation.bank import Entry, bank

LIKE = 0.5
AHEAD = 0.05
_WORD = re.compile(r"@[a-z_]+|\w+")


@dataclass(frozen=True)
class Match:
    """The nearest entry, its likeness (0 to 1), and by how much it leads over the best of another cue (or of none).

    `apart` is its lead over the best of the other readings of its cue.
    """

    entry: Entry
    like: float
    ahead: float
    apart: float

    @property
    def known(self) -> bool:
        return self.like >= LIKE and self.ahead >= AHEAD

    @property
    def cue(self) -> str | None:
        return self.entry.cue if self.known else None

    @property
    def reading(self) -> str | None:
        return self.entry.reading if self.known and self.apart >= AHEAD else None


class Recogniser:
    """Matches masked sentences against a scope's bank."""

    def __init__(self, source: Source, unframed: bool):
        self.source = source
        self.entries = bank(source, unframed)
        self._cues = np.array([e.cue or "" for e in self.entries])
        self._readings = np.array([e.reading or "" for e in self.entries])
        counts = [_features(e.text) for e in self.entries]
        seen = Counter(f for c in counts for f in c)
        self._column = {feature: number for number, feature in enumerate(seen)}
        self._weight = np.log(len(counts) / np.array([*seen.values()], np.float32)) + 1
        self._rows = np.stack([self._vector(c) for c in counts])

    def match(self, masked: str) -> Match:
        likeness = self._rows @ self._vector(_features(masked))
        best = int(likeness.argmax())
        cue = self._cues == self._cues[best]
        reads = cue & (self._readings != "") & (self._readings != self._readings[best])
        leads = (float(likeness[best] - likeness[others].max(initial=0)) for others in (~cue, reads))
        return Match(self.entries[best], float(likeness[best]), *leads)

    def _vector(self, counts: Counter) -> np.ndarray:
        """float32 [features] of length 1; features that no entry has count for nothing."""
        vector = np.zeros(len(self._column), np.float32)
        for feature, count in counts.items():
            if (column := self._column.get(feature)) is not None:
                vector[column] = (1 + np.log(count)) * self._weight[column]
        return vector / max(float(np.linalg.norm(vector)), 1e-9)


def _features(text: str) -> Counter:
    found: Counter = Counter()
    for word in _WORD.findall(text.casefold()):
        found[word] += 1
        if not word.startswith("@"):
            padded = f" {word} "
            found.update(padded[i : i + 4] for i in range(len(padded) - 3))
    return found


@cache
def recogniser(scope_id: str, unframed: bool = False) -> Recogniser:
    return Recogniser(load_source(scope_id), unframed)
