"""Composes training examples: a person's words, a prompt from `compose` itself, an answer, and the links between them.

Every cue is present or absent independently of the others. Framed answers name what each cue signals; unframed ones
stay correct and thin. Each sentence of an answer knows which cue it answers to, so which sources it must lean on.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial

from anchoring.prompting import Framing, Prompt, Reasoning, compose, find_cues
from training.corpus.composed import wording
from training.corpus.grammar import sentence, slots_of
from training.corpus.message import TRAINING, Held, Message, Shown, write
from training.corpus.source import Source, is_held_out, load_source, side

FRAMED = (Framing.PERSPECTIVE, Framing.CARD, Framing.INTERPRETIVE)
MAX_CUES = 3
PAIRS = 0.3  # the share of wink/twitch examples
RECOGNISED_CUES = 8  # in one message


@dataclass(frozen=True)
class Sentence:
    """One sentence of a thought or an answer. `cue` is what it answers to, None for none; `role` its part in it.

    `texts` are the templates that would do in its place, its own among them; none where no other would.
    """

    text: str
    role: str
    cue: str | None = None
    texts: tuple[str, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True)
class Example:
    """`slots` are the details that the words give, as an answer says them; `pair` the letter of a wink/twitch side."""

    prompt: Prompt
    thought: tuple[Sentence, ...]
    answer: tuple[Sentence, ...]
    shown: tuple[Shown, ...]
    slots: tuple[tuple[str, str], ...]
    pair: str | None = None

    @property
    def target(self) -> str:
        """What the model is to write."""
        thought = "<think>" + "\n".join(s.text for s in self.thought) + "</think>" if self.thought else ""
        return thought + " ".join(s.text for s in self.answer)

    def links(self, cue: str) -> frozenset[str]:
        """Ids of the sources that carry a cue: pieces of the user's words and the framing line that names it."""
        ids, at = set(), 0
        for segment in self.prompt.messages[-1].segments:
            end = at + len(segment.text)
            if any(s.cue == cue and s.start < end and at < s.end for s in self.shown):
                ids.add(segment.id)
            at = end
        ids |= {s.id for s in self.prompt.sources if s.cue == cue and s.id.startswith("framing")}
        return frozenset(ids)


def combination_held_out(source: Source, cues: tuple[str, ...]) -> bool:
    """A fifth of the combinations of two cues or more is never in training; larger ones may hold them.

    What the card's own starters show is trained on, so it is not among them.
    """
    if len(cues) < 2 or frozenset(cues) in _in_starters(source.scope.id):
        return False
    return is_held_out("+".join(sorted(cues)), 5)


@cache
def _in_starters(scope_id: str) -> set[frozenset[str]]:
    scope = load_source(scope_id).scope
    return {frozenset(c.cue for c in find_cues(s.prompt, scope)) for s in scope.starters}


def draw_cues(source: Source, rng: random.Random, held: Held) -> tuple[str, ...]:
    """A random subset of the card's cues, at most three, in random order."""
    while True:
        size = rng.choices(range(MAX_CUES + 1), weights=(3, 7, 6, 2))[0]
        cues = tuple(rng.sample(sorted(source.cues), size))
        if combination_held_out(source, cues) == held.combinations:
            return cues


def draw_example(
    source: Source,
    rng: random.Random,
    framing: Framing,
    reasoning: Reasoning = Reasoning.OFF,
    held: Held = TRAINING,
    other=None,
    clean: bool = False,
) -> Example:
    """One example. `other` is the card that the control "swapped" shows; `clean` leaves the wordings as they are."""
    return draw_examples(source, rng, framing, reasoning, held, other, clean)[0]


def draw_examples(
    source, rng, framing, reasoning=Reasoning.OFF, held: Held = TRAINING, other=None, clean=False, count: int = 1
) -> tuple[Example, ...]:
    """`count` examples with one prompt, each with an answer of its own."""
    if source.pairs and not held.combinations and rng.random() < PAIRS:
        pair = rng.choice(source.pairs)
        reading = rng.choice(pair.readings)
        letter, texts = reading.letter, {pair.cue: (wording(reading, held, rng),)}
        signals = {pair.cue: reading.signals}
    else:
        letter, cues = None, draw_cues(source, rng, held)
        texts = {cue: side(source.cues[cue].wordings, held.wordings) for cue in cues}
        signals = {cue: source.cues[cue].signals for cue in cues}
    message = write(source, rng, texts, held, clean)
    return _examples(source, rng, message, signals, letter, framing, reasoning, other, count)


def draw_recognised(source: Source, rng: random.Random) -> Example:
    """A message that shows many cues and sides of pairs ("cue/a"), to tell them apart by; without an answer."""
    readings = {f"{p.cue}/{r.letter}": r for p in source.pairs for r in p.readings}
    drawn = rng.sample(sorted({**source.cues, **readings}), RECOGNISED_CUES)
    texts = {
        name: (wording(readings[name], TRAINING, rng),) if name in readings else side(source.cues[name].wordings, False)
        for name in drawn
    }
    message = write(source, rng, texts, TRAINING, thinned=True)
    framing = rng.choice((Framing.NONE, Framing.PERSPECTIVE, Framing.PERSPECTIVE))
    prompt = compose(message.words, scope=source.scope, framing=framing)
    return Example(prompt, (), (), message.shown, tuple(sorted(message.told.items())))


def _examples(source, rng, message: Message, signals, letter, framing, reasoning, other, count) -> tuple[Example, ...]:
    prompt = compose(message.words, scope=source.scope, framing=framing, reasoning=reasoning, other=other)
    say = partial(_say, rng=rng, message=message)
    framed = framing in FRAMED
    told = tuple(sorted(message.told.items()))
    made = []
    for _ in range(count):
        answer = _framed(source, say, framing, message, signals, letter) if framed else _thin(source, say, message)
        thought = _thought(source, say, reasoning, message, framed, signals if letter else None)
        made.append(Example(prompt, thought, answer, message.shown, told, letter))
    return tuple(made)


def draw_starters(
    source: Source, rng: random.Random, framing: Framing, reasoning: Reasoning, other=None, count: int = 1
) -> tuple[Example, ...]:
    """One of the card's own starters, which is what most people press first, with `count` answers."""
    number = rng.randrange(len(source.starters))
    words, slots = source.scope.starters[number].prompt, source.starters[number]
    found = {c.cue: Shown(c.cue, c.start, c.end) for c in reversed(find_cues(words, source.scope))}
    shown = tuple(sorted(found.values(), key=lambda s: s.start))
    signals = {s.cue: source.cues[s.cue].signals for s in shown}
    return _examples(source, rng, Message(words, shown, slots), signals, None, framing, reasoning, other, count)


def _say(texts: Sequence[str], role: str, cue: str | None = None, *, rng: random.Random, message) -> Sentence:
    """One of the texts that name no detail which the user didn't give: the model must not learn to invent."""
    allowed = tuple(t for t in texts if message.allows(t))
    return Sentence(sentence(rng.choice(allowed), rng, message.told), role, cue, allowed)


def _opened(texts: Sequence[str], say: Callable, message: Message) -> Sentence:
    """An opening takes up as many details as it can: it shows whom and what the answer is about."""
    most = max(len(slots_of(t)) for t in texts if message.allows(t))
    return say([t for t in texts if len(slots_of(t)) == most], "opening")


def _framed(source, say: Callable, framing, message: Message, signals, letter) -> tuple[Sentence, ...]:
    """An opening, what each cue signals (and, as room allows, what to do or what would change it), and the limits.

    Cues are taken up in the message's order. In any order, tried on one stage, a model of this size recognised fewer of
    them and no removal showed its links better.
    """
    said, cues = [_opened(source.lists["thick"], say, message)], [s.cue for s in message.shown]
    if not cues:
        said.append(say(source.lists["no_cue"], "no_cue"))
    for cue in cues:
        said.append(say(signals[cue], "signal", cue))
        if letter or len(cues) == MAX_CUES:
            continue
        if framing is Framing.CARD:
            said.append(say(source.cues[cue].moves, "move", cue))
        if framing is Framing.INTERPRETIVE:
            said.append(say(source.cues[cue].flips, "flip", cue))
    if framing is Framing.CARD:
        said.append(say(source.lists["limits"], "limit"))
    if framing is Framing.INTERPRETIVE:
        said += [say(source.lists[name], name) for name in ("observer", "risks", "disagree")]
    return tuple(said)


def _thin(source, say: Callable, message: Message) -> tuple[Sentence, ...]:
    """Right and thin: two different sentences of general courtesy, whatever the cues."""
    return (_opened(source.lists["thin_openings"], say, message), *_two(source.lists["thin"], "thin", say))


def _two(texts: Sequence[str], role: str, say: Callable) -> tuple[Sentence, ...]:
    """Two sentences of a list, each from a half of its own: a small model then never says one twice."""
    plain = [t for t in texts if not slots_of(t)]
    naming = [t for t in texts if slots_of(t)]
    return say([*plain[::2], *naming[::2]], role), say([*plain[1::2], *naming[1::2]], role)


def _thought(source, say, reasoning, message: Message, framed, pair_signals) -> tuple[Sentence, ...]:
    if reasoning is Reasoning.OFF:
        return ()
    if reasoning is Reasoning.FREE:
        return _two(source.lists["free_thoughts"], "free", say)
    if not message.shown:
        return (Sentence("- I notice no clear cue in these words.", "no_cue"),)
    if not framed:
        return tuple(_quoted(message, shown) for shown in message.shown)
    return tuple(_noticed(source, say, s.cue, pair_signals) for s in message.shown)


def _noticed(source, say, cue: str, pair_signals) -> Sentence:
    """One line of a grounded thought: what the cue signals."""
    line = say(pair_signals[cue] if pair_signals else source.cues[cue].thoughts, "thought", cue)
    return replace(line, text="- " + line.text)


def _quoted(message: Message, shown: Shown) -> Sentence:
    """Where there is no card, a quotation and no more: as few words, from six on, as tell the cue from the others."""
    words = message.words[shown.start : shown.end].split()
    others = [message.words[s.start : s.end].split() for s in message.shown if s != shown]
    lengths = (length for length in range(6, len(words)) if words[:length] not in [other[:length] for other in others])
    quoted = " ".join(words[: next(lengths, None)]).rstrip(".,;:!?")
    return Sentence(f"- They wrote “{quoted}”; without a setting I read it plainly.", "quote", None)
