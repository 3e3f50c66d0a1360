"""The framing ladder: what a model is told about the setting, from nothing to the card with a scaffold.

Each rung is a function that returns the lines of the system message, each line a source of its own. Two rungs are
controls that tell framing from mere length: text about something else, and another scope's card.
"""

from enum import StrEnum

from babel import Locale, UnknownLocaleError
from babel.core import get_global

from anchoring.prompting.segments import FoundCue, Kind, Segment
from anchoring.scope.card import Cue, Scope, Voice


class Framing(StrEnum):
    NONE = "none"
    LABEL = "label"
    PERSPECTIVE = "perspective"
    CARD = "card"
    INTERPRETIVE = "interpretive"
    IRRELEVANT = "irrelevant"
    SWAPPED = "swapped"


CONTROLS = frozenset({Framing.LABEL, Framing.IRRELEVANT, Framing.SWAPPED})

_SCAFFOLD = (
    "Say what an insider and an observer would each read.",
    "Say who risks what with whom.",
    "Say what would flip the meaning.",
    "Say who here would disagree.",
    "Quote the user's words you rely on.",
)
_VOICE = {
    Voice.EXPLAIN_ONLY: "Explain what the cues may mean to people here; never speak as one of them.",
    Voice.MAY_DRAFT: (
        "Explain what the cues may mean to people here, then suggest wording; never claim to be one of them."
    ),
}
# Plain facts about bicycles: nobody's community, so the control says nothing about any.
_FILLER = (
    "A chain that is wiped and oiled after rain lasts longer than one that is left wet overnight.",
    "Tyres lose a little air each week, so a quick press with the thumb before a ride is a useful habit.",
    "The saddle is at a good height when the leg is almost straight at the bottom of the stroke.",
    "Brake pads wear thin slowly, and a grinding sound means that metal has begun to touch the rim.",
    "Gears shift more smoothly when the rider eases off the pedals for a moment.",
    "A loose spoke makes the wheel wobble, and a small key turned a quarter at a time brings it true.",
)


def _line(name: str, text: str, cue: str | None = None) -> Segment:
    return Segment(f"framing:{name}", Kind.FRAMING, text.strip() + "\n", cue)


def _stop(text: str) -> str:
    return text if text.endswith((".", "!", "?", "。", "…")) else text + "."


def _joined(between: str, *parts: str) -> str:
    """The parts that are there: a draft's fields may be empty."""
    return between.join(part for part in parts if part)


def likely_region(language: str) -> str:
    """The English name of the region that CLDR holds likeliest for a language: the crudest proxy there is."""
    tag = language.replace("-", "_")
    try:
        territory = Locale.parse(tag).territory
        likely = get_global("likely_subtags").get(tag) or get_global("likely_subtags").get(tag.split("_")[0])
        territory = territory or (Locale.parse(likely).territory if likely else None)
    except (UnknownLocaleError, ValueError):
        territory = None
    name = Locale("en").territories.get(territory or "US", "United States")
    return f"the {name}" if name.startswith("United") else name


def label(scope: Scope) -> list[Segment]:
    place = likely_region(scope.language)
    return [_line("label", f"You are an average human being born in {place} and living in {place}.")]


def perspective(scope: Scope) -> list[Segment]:
    where = _joined(", ", scope.practice, scope.setting)
    view = _joined("; ", scope.domain, scope.community, where) or scope.title
    return [_line("perspective", _stop(f"Answer with this in view: {view}"))]


def card(scope: Scope, cues: tuple[FoundCue, ...]) -> list[Segment]:
    setting = _joined("; ", scope.community, _joined(", ", scope.practice, scope.setting)) or scope.title
    lines = [_line("setting", _stop(f"Setting: {setting}"))]
    for number, role in enumerate(scope.roles, 1):
        toward = f" toward {role.stands_toward}" if role.stands_toward else ""
        lines.append(_line(f"role:{number}", _stop("Role: " + _joined(": ", f"{role.role}{toward}", role.stakes))))
    lines += _cue_lines(scope, cues)
    if scope.limits.stops_applying:
        lines.append(_line("limits", _stop(f"Stops applying: {scope.limits.stops_applying[0]}")))
    return [*lines, _line("voice", _VOICE[scope.voice])]


def _cue_lines(scope: Scope, cues: tuple[FoundCue, ...]) -> list[Segment]:
    named = {cue.id for cue in scope.cues}
    found = {c.cue: c.phrase for c in reversed(cues) if c.cue in named}  # the first phrase of each cue, below
    lines = []
    for cue_id in dict.fromkeys(c.cue for c in cues if c.cue in named):
        cue = scope.cue(cue_id)
        flips = f" Reads otherwise when {_stop(cue.flips_when)}" if cue.flips_when else ""
        text = f"Cue “{found[cue_id]}”: {_stop(cue.surface)} It may mean: {_stop(cue.subtext)}{flips}"
        lines.append(_line(f"cue:{cue_id}", text, cue_id))
    return lines or [_line("cues", "Cue: no phrase of the card was found in the user's words.")]


def interpretive(scope: Scope, cues: tuple[FoundCue, ...]) -> list[Segment]:
    scaffold = [_line(f"scaffold:{number}", text) for number, text in enumerate(_SCAFFOLD, 1)]
    return [*card(scope, cues), *scaffold]


def swapped(other: Scope, cues: tuple[FoundCue, ...]) -> list[Segment]:
    """Another scope's card, with as many of its cues as were found in the user's words by their own card."""
    count = len(dict.fromkeys(c.cue for c in cues))
    shown = (FoundCue(c.id, _first_phrase(c), 0, 0) for c in other.cues[:count])
    return card(other, tuple(shown))


def _first_phrase(cue: Cue) -> str:
    """A draft's cue may have no phrase yet; then what is said or done stands for it."""
    return next((phrase for phrases in cue.phrases.values() for phrase in phrases), cue.surface)


def irrelevant(scope: Scope, cues: tuple[FoundCue, ...]) -> list[Segment]:
    """As many lines as the card's, each about as long in characters, cut at a word."""
    return [_line(f"irrelevant:{n}", _filler(len(s.text), n)) for n, s in enumerate(card(scope, cues))]


def _filler(length: int, start: int) -> str:
    text = " ".join(_FILLER[(start + k) % len(_FILLER)] for k in range(1 + length // 60))
    return _stop(text[:length].rsplit(" ", 1)[0].rstrip(",."))
