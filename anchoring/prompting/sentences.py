"""Sentences in any script, as spans that join back to the text (sentencex, kept by the Wikimedia Foundation)."""

import re
from collections.abc import Iterator

import regex
import sentencex

# What the splitter passes over: a full stop that ends a quotation, and “no.”, which it takes for “number” (and so it is
# before “INV-204”, “IV” or “B”).
_CODE = r"\S*\d|[IVXLCDM]{2,}\b|[B-HJ-Z](?![\w'’-])|\p{Lu}{2,}-"
_ENDS = regex.compile(rf"(?:(?<=\p{{Ll}}{{2}})(?<!\betc)\.[\"”]|(?<=\b[Nn]o)\.(?!\s+(?:{_CODE})))\s+(?=[\"“]?\p{{Lu}})")
# What it leaves to the next sentence: the end of a quotation, a bracket or an emphasis.
_CLOSES = re.compile(r"(?<!\s)(?:[」』】〉》）)”]+|[\"'*_]+(?=\s))")
# A Japanese quotation goes on with the word for “says”; other words begin alike.
_SAID = re.compile("[」』】](?=と(?!ても|ころ|にかく|りあえず|もかく|もあれ|はいえ|はいうものの|き)|って)")
# What the splitter takes for the end of a sentence: titles, and short forms that something always follows.
_GOES_ON = re.compile(r"\b(?:Ms|Mx|Messrs|Mmes|(?i:incl|excl|approx|attn|abt|resp))\.\s*$")


def sentence_spans(text: str, language: str = "en") -> list[tuple[int, int]]:
    """Spans (start, end) in code points that partition `text`; a span of white space alone joins the one before it.

    Thai and its like mark no sentence ends: there a text may stay one sentence.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for piece in _pieces(language, text):
        end = start + len(piece)
        if spans and (closing := _CLOSES.match(text, start, end)):
            start = closing.end()
            spans[-1] = (spans[-1][0], start)
        if spans and (not text[start:end].strip() or _goes_on(text, *spans[-1])):
            spans[-1] = (spans[-1][0], end)
        elif piece:
            spans.append((start, end))
        start = end
    if start < len(text):  # a splitter that lost the end of a text would break the partition
        spans = [*spans, (start, len(text))]
    if len(spans) > 1 and not text[slice(*spans[0])].strip():
        spans = [(0, spans[1][1]), *spans[2:]]
    return spans


def _goes_on(text: str, start: int, end: int) -> bool:
    """Whether the sentence that seems to end at `end` goes on there."""
    return bool(_GOES_ON.search(text, start, end) or _SAID.match(text, end - 1))


def _pieces(language: str, text: str) -> Iterator[str]:
    """The splitter's pieces, cut once more after an end that it often passes over."""
    for piece in sentencex.segment(language.split("-")[0], text):
        start = 0
        for end in _ENDS.finditer(piece):
            yield piece[start : end.end()]
            start = end.end()
        yield piece[start:]
