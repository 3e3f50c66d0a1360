"""One scope's hand-written source, and what of it is held out of training."""

import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import ascii_lowercase

import yaml

from anchoring.scope.card import Scope
from anchoring.scope.library import load_scopes
from training.corpus.grammar import slots_of

TRAINED_ON = "trained_on.json"
DATA = Path(__file__).resolve().parents[1] / "data"
SITUATIONS = ("situations", "role_situations", "plain_situations")  # with a name, with "my boss", with nobody
LISTS = (*SITUATIONS, "asks", "people", "thin", "no_cue", "limits", "observer", "risks", "disagree", "free_thoughts")
CUE_LISTS = ("wordings", "signals", "moves", "flips", "thoughts")
COMMON_SLOTS = {"name", "day"}
DAYS = """Monday Tuesday Wednesday Thursday Friday Saturday Sunday tomorrow tonight""".split()
DAYS += ["the 3rd", "the 8th", "the 14th", "the 21st", "the 30th", "next week", "next month", "noon tomorrow", "May 5"]
DAYS += ["Monday morning", "Thursday afternoon", "the end of June", "the end of March", "Friday night", "10 October"]


@dataclass(frozen=True)
class CueText:
    wordings: tuple[str, ...]
    signals: tuple[str, ...]
    moves: tuple[str, ...]
    flips: tuple[str, ...]
    thoughts: tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """One side of a wink/twitch pair: the act with a detail that decides, and the sentences that answer it.

    `letter` tells it from all other readings of its cue: "a" and "b" in the cue's first pair, "c" and "d" in the next.
    `acts` tell the act alone, `details` are what decides for this side; they are put together in training.
    """

    letter: str
    wordings: tuple[str, ...]
    signals: tuple[str, ...]
    acts: tuple[str, ...] = ()
    details: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pair:
    cue: str
    a: Reading
    b: Reading

    @property
    def readings(self) -> tuple[Reading, Reading]:
        return self.a, self.b


@dataclass(frozen=True)
class Source:
    """A scope's whole source. `lists` holds the sentence lists by name, openings as "thick" and "thin_openings".

    `starters` are the details named in each of the card's own starters.
    """

    scope: Scope
    slots: dict[str, tuple[str, ...]]
    cues: dict[str, CueText]
    pairs: tuple[Pair, ...]
    lists: dict[str, tuple[str, ...]]
    starters: tuple[dict[str, str], ...] = ()


def is_held_out(text: str, share: int) -> bool:
    """One in `share` of all texts, by their letters, so that adding a line moves no other between the two sides."""
    return zlib.crc32(text.encode()) % share == 0


def side(texts: tuple[str, ...], held_out: bool, share: int = 4) -> tuple[str, ...]:
    """The texts of training, or those held out of it. ValueError: none is."""
    kept = tuple(t for t in texts if is_held_out(t, share) == held_out)
    if not kept:
        raise ValueError(f"no text is {'held out' if held_out else 'trained on'} of {texts[:3]}")
    return kept


@cache
def load_source(scope_id: str) -> Source:
    """Reads training/data/ID.yaml. ValueError: a cue that the card lacks or the file lacks, an unknown slot."""
    raw = yaml.safe_load((DATA / f"{scope_id}.yaml").read_text(encoding="utf-8"))
    scope = load_scopes()[scope_id]
    cues = {c: CueText(*(tuple(text[key]) for key in CUE_LISTS)) for c, text in raw["cues"].items()}
    pairs = tuple(_pairs(raw["pairs"]))
    lists = {name: tuple(raw[name]) for name in LISTS}
    lists |= {"thick": tuple(raw["openings"]["thick"]), "thin_openings": tuple(raw["openings"]["thin"])}
    details = yaml.safe_load((DATA / "starters.yaml").read_text(encoding="utf-8")).get(scope_id, ())
    slots = {k: tuple(map(str, v)) for k, v in raw["slots"].items()}
    source = Source(scope, slots, cues, pairs, lists, tuple(details))
    _check(source)
    return source


def _pairs(raw: list[dict]) -> Iterator[Pair]:
    letters: dict[str, Iterator[str]] = {}
    for pair in raw:
        left, acts = letters.setdefault(pair["cue"], iter(ascii_lowercase)), tuple(pair.get("acts", ()))
        sides = ([tuple(pair[s].get(key, ())) for key in ("wordings", "signals", "details")] for s in "ab")
        yield Pair(
            pair["cue"],
            *(Reading(next(left), wordings, signals, acts, details) for wordings, signals, details in sides),
        )


def _check(source: Source) -> None:
    named = {cue.id for cue in source.scope.cues}
    if wrong := named ^ set(source.cues):
        raise ValueError(f"{source.scope.id}: cues that the card or the source lacks: {sorted(wrong)}")
    known = COMMON_SLOTS | set(source.slots)
    texts = [t for cue in source.cues.values() for key in CUE_LISTS for t in getattr(cue, key)]
    texts += [t for texts in source.lists.values() for t in texts]
    texts += [t for p in source.pairs for r in p.readings for t in (*r.wordings, *r.signals, *r.acts, *r.details)]
    if named := [t for t in source.lists["plain_situations"] if "name" in slots_of(t)]:
        raise ValueError(f"{source.scope.id}: a plain situation names somebody: {named[0]!r}")
    if bad := [p.cue for p in source.pairs for r in p.readings if r.details and not r.acts]:
        raise ValueError(f"{source.scope.id}: details without an act: {bad[0]}")
    for text in texts:
        if wrong := slots_of(text) - known:
            raise ValueError(f"{source.scope.id}: unknown slot {sorted(wrong)} in {text!r}")


def written_scopes() -> tuple[str, ...]:
    """The ids of the scopes that have a source, in order."""
    return tuple(sorted(f.stem for f in DATA.glob("*.yaml") if f.stem not in ("general", "starters")))


def trained_on(folder: Path) -> tuple[str, ...]:
    """The ids of the scopes that the model in `folder` has learned; all that have a source where it names none."""
    file = folder / TRAINED_ON
    return tuple(json.loads(file.read_text(encoding="utf-8"))["scopes"]) if file.exists() else written_scopes()


def note_trained_on(folder: Path, scope_ids: Sequence[str]) -> None:
    (folder / TRAINED_ON).write_text(json.dumps({"scopes": sorted(scope_ids)}, indent=1) + "\n", encoding="utf-8")
