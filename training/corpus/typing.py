"""How people really type: in lower case, in haste, with a slip here and there."""

import random
from collections.abc import Callable

# Left out, one of these would turn what is said into its opposite.
_DECIDES = frozenset(
    "not never no none nothing without before after only until but first last once twice again".split()
)


def as_typed(rng: random.Random) -> Callable[[str, tuple[str, ...]], str]:
    """A way of typing for one message: `typed(text, keep)`; the words in `keep` (names, amounts) stay as they are."""
    lower, plain_end = rng.random() < 0.2, rng.random() < 0.15
    slips = rng.choices((0.0, 0.02, 0.06), weights=(6, 3, 1))[0]
    left_out = rng.choices((0.0, 0.07, 0.14), weights=(5, 3, 2))[0]

    def typed(text: str, keep: tuple[str, ...]) -> str:
        kept = {word.strip(".,;:!?'’\"") for value in keep for word in value.split()}
        words = [
            w
            for w in text.split(" ")
            if rng.random() >= left_out or not w.islower() or w in _DECIDES or _guarded(w, kept)
        ] or text.split(" ")  # a message of one word is not left out
        words = [_slip(w, rng) if rng.random() < slips and not _guarded(w, kept) else w for w in words]
        if lower:
            words = [w if _guarded(w, kept) else w.lower() for w in words]
        text = " ".join(words)
        return text[:-1] if plain_end and text.endswith(".") else text

    return typed


def _weighs(word: str) -> bool:
    return not word.islower() or word.strip(".,;:!?") in _DECIDES


def _guarded(word: str, kept: set[str]) -> bool:
    bare = word.strip(".,;:!?'’\"").removesuffix("'s").removesuffix("’s")
    return bare in kept


def _slip(word: str, rng: random.Random) -> str:
    """One everyday slip: a letter dropped, doubled or swapped with the next; short words stay."""
    if len(word) < 4 or not word.isalpha():
        return word
    at = rng.randrange(1, len(word) - 1)
    match rng.randrange(3):
        case 0:
            return word[:at] + word[at + 1 :]
        case 1:
            return word[:at] + word[at] + word[at:]
        case _:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
