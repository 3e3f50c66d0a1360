"""How people really type: in lower case, in haste, with a slip here and there."""

import random
import re
from collections.abc import Callable

# Left out, one of these would turn what is said into its opposite.
_DECIDES = frozenset(
    "not never no none nothing without before after only until but first last once twice again".split()
)
_SMALL = frozenset(
    "a an the i we you he she they it its is was were are am be been have has had do did will would to of at in on for "
    "with by from and but so that this as my our me us them their just really there then".split()
)
_SIGNS = ".,;:!?'’\""
_APOSTROPHE = re.compile(r"(?<=\w)['’](?=(?:s|m|t|re|ve|ll|d)\b)")


def as_typed(rng: random.Random) -> Callable[..., str]:
    """A way of typing for one message: `typed(text, keep, less)`.

    The words in `keep` (names, amounts) stay as they are, but for an apostrophe of their own: "my friends mum". In
    haste only small words are left out; on top of that a share `less` of all the others is.
    """
    lower = rng.random() < 0.35
    bared = rng.random() < (0.5 if lower else 0.05)
    no_commas = rng.random() < (0.3 if lower else 0.05)
    plain_end = rng.random() < (0.4 if lower else 0.1)
    slips = rng.choices((0.0, 0.02, 0.06), weights=(5, 3, 2))[0]
    left_out = rng.choices((0.0, 0.1, 0.25), weights=(6, 3, 1))[0]

    def written(word: str, kept: set[str]) -> str:
        if _guarded(word, kept):
            return bare(word) if bared and word.strip(_SIGNS) in kept else word
        if rng.random() < slips and not _guarded(word.casefold(), kept):  # a kept word that begins a sentence
            word = _slip(word, rng)
        word = bare(word) if bared else word
        word = word.removesuffix(",") if no_commas else word
        return word.lower() if lower else word

    def stays(word: str, kept: set[str], less: float) -> bool:
        share = less + (left_out if word in _SMALL else 0.0)
        return rng.random() >= share or not word.islower() or word in _DECIDES or _guarded(word, kept)

    def typed(text: str, keep: tuple[str, ...], less: float = 0.0) -> str:
        kept = {word.strip(_SIGNS) for value in keep for word in value.split()}
        words = [w for w in text.split(" ") if stays(w, kept, less)] or text.split(" ")  # never all of them
        text = " ".join(written(w, kept) for w in words)
        return text[:-1] if plain_end and text.endswith(".") else text

    return typed


def bare(text: str) -> str:
    """The text as hasty people write it: "dont", "my friends mum"."""
    return _APOSTROPHE.sub("", text)


def _guarded(word: str, kept: set[str]) -> bool:
    """Whether it is a kept word, or one with an 's after it."""
    core = word.strip(_SIGNS)
    return core in kept or core.removesuffix("'s").removesuffix("’s") in kept


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
