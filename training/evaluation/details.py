"""Are the details of an answer (names, things, days, amounts) those that the person gave?"""

from dataclasses import dataclass

from training.evaluation.masking import marks_of, masker, sentences
from training.evaluation.recogniser import Recogniser

_FAMILIAR = 0.35  # below this likeness a sentence is not of the corpus, and what it should name is unknown


@dataclass(frozen=True)
class Details:
    """`named` details that the corpus' sentence would give here, `exact` those given to the letter, by slot."""

    named: tuple[str, ...]
    exact: tuple[str, ...]

    @property
    def right(self) -> bool:
        return len(self.exact) == len(self.named)


def details(text: str, slots: tuple[tuple[str, str], ...], known: Recogniser) -> Details:
    """Compares each sentence with the nearest one of the corpus: where that has a slot, the given value must stand.

    `slots` are the values that the person gave, to the letter but for a capital at a sentence's beginning. A detail
    they didn't give cannot be right, where the corpus' sentence has one; elsewhere an invented one goes unseen.
    """
    hide = masker({name: (value,) for name, value in slots}, exact=True)
    named: list[str] = []
    exact: list[str] = []
    for masked in sentences(hide(text)):
        match = known.match(masked)
        if match.like < _FAMILIAR:
            continue
        wanted, there = marks_of(match.entry.text), list(marks_of(masked))
        named += wanted
        for slot in wanted:
            if slot in there:
                there.remove(slot)
                exact.append(slot)
    return Details(tuple(named), tuple(exact))
