"""The user's message: what is going on, a sentence for each cue, and what they ask; with names or without."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain

from training.corpus.grammar import expand, sentence, slots_of, stands_in
from training.corpus.names import draw_name
from training.corpus.openset import HELD_OUT_ONE_IN, SHARE, drawn, loosened
from training.corpus.otherwords import with_other_words
from training.corpus.people import anybody, as_told, echoed, fits
from training.corpus.source import DAYS, SITUATIONS, Source, is_held_out, side
from training.corpus.typing import as_typed, bare

HONORIFICS = {"ja": ("*-san", "*-sama"), "fa": ("Agha *", "* khanom"), "es": ("Don *", "Doña *")}
NAMED, ROLE, PLAIN = SITUATIONS
_KINDS = {NAMED: 40, ROLE: 33, PLAIN: 27}
NO_SITUATION = 0.2  # the share of messages with a cue that begin with it
NO_ASK = 0.1
OPEN_PEOPLE = 0.8  # the share of people in training who are not of the scope's list
THINNED = (0.0, 0.1, 0.2, 0.3)  # shares of words left out, for recognising alone
MIXED = 0.4  # the share of cues, for recognising alone, that are shown by the mixed words of two wordings


@dataclass(frozen=True)
class Held:
    """What an example may use: `wordings`, `combinations` and `slots` of training (False) or held out (True)."""

    wordings: bool = False
    combinations: bool = False
    slots: bool = False


TRAINING = Held()


@dataclass(frozen=True)
class Shown:
    """A cue as it stands in the user's words: its span there in code points."""

    cue: str
    start: int
    end: int


@dataclass(frozen=True)
class Message:
    """`told` holds the details that the words give, by slot, each as an answer says it.

    `by_name` is False where the other person is called "my boss" or the like.
    """

    words: str
    shown: tuple[Shown, ...]
    told: Mapping[str, str]
    by_name: bool = True

    def allows(self, template: str) -> bool:
        """Whether an answer may say it: a detail that wasn't given would be invented."""
        return slots_of(template) <= set(self.told) and (self.by_name or fits(template))


def draw_slots(source: Source, rng: random.Random, held: Held, kind: str) -> dict[str, str]:
    """A value for every slot, as the user says it; none for `name` where nobody is named."""
    slots = {name: rng.choice(side(values, held.slots, HELD_OUT_ONE_IN)) for name, values in source.slots.items()}
    if not held.slots and rng.random() < SHARE:
        slots = {name: loosened(value, rng, _typed) for name, value in slots.items()}
    slots["day"] = rng.choice(DAYS)
    if kind == NAMED:
        honorifics = HONORIFICS.get(source.scope.language.split("-")[0], ())
        slots["name"] = draw_name(rng, held.slots, honorifics)
    if kind == ROLE:
        slots["name"] = as_told(_person(source, rng, held.slots), rng)
    return slots


def _person(source: Source, rng: random.Random, held_out: bool) -> str:
    """One of the scope's people; in training mostly one of other words, or anybody."""
    person, chance = rng.choice(_people(source, held_out)), rng.random()
    if held_out or chance > OPEN_PEOPLE:
        return person
    if chance > OPEN_PEOPLE / 2:
        return loosened(person, rng, _called)
    return drawn(lambda: anybody(rng), _called)


def _called(person: str) -> tuple[str, ...]:
    """What an answer calls the person, by how the words are typed."""
    return _typed(echoed(person))


def _typed(value: str) -> tuple[str, ...]:
    """With its apostrophe and without."""
    return value, bare(value)


def _people(source: Source, held_out: bool) -> list[str]:
    """Those of training or those held out of it, told apart by what an answer calls them."""
    people = source.lists["people"]
    return [p for p in people if is_held_out(echoed(p), HELD_OUT_ONE_IN) == held_out]


def write(
    source: Source,
    rng: random.Random,
    wordings: Mapping[str, tuple[str, ...]],
    held: Held,
    clean: bool = False,
    thinned: bool = False,
) -> Message:
    """A message that shows the cues of `wordings`, in its order, each by one.

    `clean` leaves the wordings as they are, without slips of typing. `thinned` leaves out more words of the cues, so
    that none is known by a single word, and mixes others; the sides of a pair ("cue/a"), which a word may tell apart,
    stay as usual.
    """
    cues = {cue: _drawn(cue, texts, rng, thinned) for cue, texts in wordings.items()}
    if held == TRAINING and not clean:
        cues = {cue: [with_other_words(source.scope.id, t, rng) for t in texts] for cue, texts in cues.items()}
    ask = "" if cues and rng.random() < NO_ASK else rng.choice(source.lists["asks"])
    kind = _kind(rng, [t for t in (*chain(*cues.values()), ask) if "name" in slots_of(t)])
    slots = draw_slots(source, rng, held, kind)
    fitting = [text for text in source.lists[kind] if kind != ROLE or fits(text)]
    situation = "" if cues and rng.random() < NO_SITUATION else rng.choice(fitting)
    parts = [(None, expand(situation, rng, slots))]
    parts += [(cue, _mixed([sentence(text, rng, slots) for text in texts], rng)) for cue, texts in cues.items()]
    parts.append((None, expand(ask, rng, slots)))
    typed = (lambda text, keep, _: text) if clean else as_typed(rng)
    keep = tuple(slots.values())
    less = rng.choice(THINNED) if thinned else 0.0
    words, shown = _joined(
        [(cue, typed(text, keep, less if cue and "/" not in cue else 0.0)) for cue, text in parts if text]
    )
    return Message(words, shown, _told(slots, words, kind), kind != ROLE)


def _drawn(cue: str, texts: tuple[str, ...], rng: random.Random, thinned: bool) -> list[str]:
    """One wording; where it is to be recognised alone, now and then two, to be mixed. A pair's side stays as it is."""
    mixed = thinned and "/" not in cue and rng.random() < MIXED
    return rng.sample(texts, min(2, len(texts))) if mixed else [rng.choice(texts)]


def _mixed(texts: list[str], rng: random.Random) -> str:
    """Words of both in any order, as many as the longer has: no turn of phrase to know the cue by, only its words."""
    if len(texts) == 1:
        return texts[0]
    words = [text.split() for text in texts]
    return " ".join(rng.sample([*words[0], *words[1]], max(map(len, words))))


def _kind(rng: random.Random, naming: list[str]) -> str:
    """How people are called: as the drawn texts that call somebody (`naming`) allow."""
    kind = rng.choices(list(_KINDS), weights=list(_KINDS.values()))[0]
    if kind == PLAIN and naming:
        kind = ROLE
    return NAMED if kind == ROLE and not all(map(fits, naming)) else kind


def _joined(parts: list[tuple[str | None, str]]) -> tuple[str, tuple[Shown, ...]]:
    words, shown = "", []
    for cue, text in parts:
        start = len(words) + (1 if words else 0)
        words = f"{words} {text}" if words else text
        if cue:
            shown.append(Shown(cue, start, len(words)))
    return words, tuple(shown)


def _told(slots: Mapping[str, str], words: str, kind: str) -> dict[str, str]:
    """Who types "my friends mum" is answered so."""
    typed = {name: next((v for v in _typed(value) if stands_in(v, words)), "") for name, value in slots.items()}
    told = {name: value for name, value in typed.items() if value}
    if kind == ROLE and "name" in told:
        told["name"] = echoed(told["name"])
    return told
