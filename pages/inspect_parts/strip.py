"""The answer as a strip of tokens, each underlined the more firmly the less likely it was. Makes HTML, draws nothing.

Every text of a model passes `escape`; nothing else makes markup.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

from anchoring.attribution.targets import target_tokens
from anchoring.models.types import Generation, Target

STEPS = (0.9, 0.5, 0.2, 0.05)
"""Below each of them the underline is a step firmer."""
UNLIKELY = 0.5
"""Below it a token can be reached with the Tab key; a stop at each of a thousand tokens would be a trap."""

THOUGHT, ANSWER = "Text the model wrote before answering", "Answer"


@dataclass(frozen=True)
class Token:
    """One generated token. `sentence` is its number, from 1, None for markup; `part` is THOUGHT or ANSWER."""

    text: str
    probability: float
    sentence: int | None
    part: str

    @property
    def shown(self) -> str:
        """Its text with the white space made visible, and a word for a token without any."""
        return self.text.replace("\n", "⏎").replace("\t", "⇥").replace(" ", "␣") or "(no text)"


def tokens_of(generation: Generation, targets: Sequence[Target], probabilities: Sequence[float]) -> list[Token]:
    """The tokens in order. One that holds a part of a character only has no text; the one that ends it has it all."""
    sentence = {i: n for n, target in enumerate(targets, 1) for i in target_tokens(generation, target)}
    thought_ends = generation.thought_span[1] if generation.thought_span else 0
    found, before = [], 0
    for i, end in enumerate(generation.token_ends):
        part = THOUGHT if before < thought_ends else ANSWER
        text = generation.text[before:end]
        found.append(Token(text, float(probabilities[i]), sentence.get(i), part))
        before = max(before, end)
    return found


def strip_html(tokens: Sequence[Token], chosen: int) -> str:
    """The whole strip; `chosen` is the number of the sentence that is marked."""
    blocks = [(part, list(group)) for part, group in groupby(tokens, lambda token: token.part)]
    body = "".join(_block(part, group, chosen, titled=len(blocks) > 1) for part, group in blocks)
    return f'<div class="pap-text pap-strip">{_key()}{body}</div>'


def _key() -> str:
    """What the underlines mean, in a line."""
    names = ["above 90%", "50 to 90%", "20 to 50%", "5 to 20%", "below 5%"]
    samples = " ".join(
        f'<span class="pap-sample"><span class="u{n}">{name}</span></span>' for n, name in enumerate(names)
    )
    return f'<p class="pap-small pap-key">How likely a token was: {samples}</p>'


def _block(part: str, tokens: list[Token], chosen: int, titled: bool) -> str:
    title = f'<h3 class="pap-label">{part}</h3>' if titled else ""
    return f'{title}<p class="pap-tokens" dir="auto">{"".join(_sentences(tokens, chosen))}</p>'


def _sentences(tokens: list[Token], chosen: int) -> Iterator[str]:
    for number, group in groupby(tokens, lambda token: token.sentence):
        css = ' class="pap-markup"' if number is None else ""
        css = ' class="pap-chosen" aria-current="true"' if number == chosen else css
        yield f"<span{css}>{''.join(map(_token, group))}</span>"


def _token(token: Token) -> str:
    """White space in front stays outside, so that the line under one word does not run into the next."""
    core = token.text.lstrip(" ")
    lead = token.text[: len(token.text) - len(core)]
    core = core if core.strip() else core.replace("\n", "⏎\n") or ("␣" if lead else "▢")
    stop = 0 if token.probability < UNLIKELY else -1
    says = escape(percent(token.probability))
    return f'{lead}<span class="t u{step(token.probability)}" tabindex="{stop}" data-p="{says}">{escape(core)}</span>'


def step(probability: float) -> int:
    """0 (likely, no line) to 4 (very unlikely, the firmest line)."""
    return len(STEPS) - bisect_right(sorted(STEPS), probability)


def percent(probability: float) -> str:
    """What is there is never shown as nothing, and what is not certain never as certain."""
    if probability < 0.001:
        return "<0.1%"
    if probability < 0.1:
        return f"{probability:.1%}"
    return ">99%" if 0.99 < probability < 1 else f"{probability:.0%}"
