"""Is an answer well-formed? A check for broken, looping and cut text.

A sentence counts as broken where it puts side by side two words that no sentence of the scope's corpus puts so. A good
sentence of the model's own making may fail it. One that begins as one sentence of the corpus and goes on as another,
from a word that stands in both, passes.
"""

import re
from functools import cache
from itertools import pairwise

from training.corpus.source import load_source
from training.evaluation.bank import bank
from training.evaluation.masking import every_value, masker, sentences

_TOKEN = re.compile(r"@[a-z_]+|\w+(?:-\w+)*|[^\w\s]")
_PAIRS = {"“": "”", "(": ")", "「": "」"}
_ENDS = (".", "!", "?", "”", '"', "。", "」")
_RUN = 8
_EDGE, _NAME = ".", "?name"


class Checker:
    """Checks answers of one scope."""

    def __init__(self, scope_id: str, unframed: bool):
        source = load_source(scope_id)
        texts = [entry.text for entry in bank(source, unframed)]
        self._words = {t for text in texts for t in _tokens(text)}
        self._beside = {pair for text in texts for pair in pairwise([_EDGE, *_tokens(text)])}
        self._hide = masker(every_value(source))

    def faults(self, answer: str, values: dict[str, tuple[str, ...]], finish: str = "end") -> list[str]:
        """What is wrong with an answer, one phrase a fault; empty for a well-formed one.

        `values` are the details that the prompt gave, `finish` how generation ended (`Generation.finish`).
        """
        text = answer.strip()
        if not text:
            return ["empty"]
        found = [] if finish == "end" else ["not ended"]
        if not text.endswith(_ENDS):
            found.append("cut")
        if any(text.count(a) != text.count(b) for a, b in _PAIRS.items()) or text.count('"') % 2:
            found.append("unbalanced")
        hidden = masker(values)(text)
        parts = sentences(hidden)
        if len(set(parts)) < len(parts) or _loops(hidden):
            found.append("loops")
        return [*found, *(f"broken: {a} {b}" for s in parts for a, b in self._broken(s))]

    def _broken(self, masked: str) -> list[tuple[str, str]]:
        """Strange pairs; a word that is also some slot's value ("food delivery") is taken either way."""
        return min(self._strange(masked), self._strange(self._hide(masked)), key=len)

    def _strange(self, masked: str) -> list[tuple[str, str]]:
        tokens = [_EDGE, *(self._known(t) for t in _TOKEN.findall(masked))]
        joined = [t for before, t in pairwise([None, *tokens]) if not before == t == _NAME]
        return [pair for pair in pairwise(joined) if pair not in self._beside and _NAME not in pair]

    def _known(self, token: str) -> str:
        """An unknown word in capitals is taken for a name: whether it is the right one is counted elsewhere."""
        small = token.casefold()
        return small if small in self._words or not token[:1].isupper() else _NAME


def _tokens(text: str) -> list[str]:
    return [t.casefold() for t in _TOKEN.findall(text)]


def _loops(text: str) -> bool:
    """Whether eight words in a row come twice, or one word three times in a row."""
    words = text.casefold().split()
    runs = [tuple(words[i : i + _RUN]) for i in range(len(words) - _RUN + 1)]
    return len(set(runs)) < len(runs) or any(a == b == c for a, b, c in zip(words, words[1:], words[2:], strict=False))


@cache
def checker(scope_id: str, unframed: bool = False) -> Checker:
    return Checker(scope_id, unframed)
