"""Words of a card's text, compared without case, width, accents or plural."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from anchoring.scope.card import Scope

_WORD = re.compile(r"[^\W_]+(?:[\u0300-\u036f'’.](?=[^\W_])[^\W_]+|[\u0300-\u036f])*")
_QUOTED = re.compile(r"[\"“„«「『][^\"“”„«»「」『』]*[\"”“»」』]|(?<!\w)['‘][^'‘’]*['’](?!\w)")
# Scripts written without spaces, in which a run of letters is no word: kana, Han, Thai, Lao, Myanmar, Khmer.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_EMPTY = frozenset(
    "a an the and or of to in on at by for from with as is are be been being was were it its this that these those "
    "they them their he she his her who whom which what when where while if so than then also just very one some any "
    "someone somebody person people here there has have had do does did can may might will would could should must "
    "says say said saying tells means mean meaning meant signals signal shows show reads read sign writer speaker "
    "often sometimes usually commonly commonly into about over up out".split()
)


@dataclass(frozen=True)
class Word:
    """A word as written, its folded form, and where it stands in the NFKC text."""

    text: str
    folded: str
    start: int
    end: int

    @property
    def capital(self) -> bool:
        return self.text[:1].isupper()


def any_of(phrases: str) -> str:
    """A pattern for any of the comma-separated phrases; a space in a phrase stands for a space or a hyphen."""
    return "(?:" + "|".join(phrase.strip().replace(" ", "[- ]") for phrase in phrases.split(",")) + ")"


def normal(text: str) -> str:
    """NFKC, with typographic apostrophes made plain."""
    return unicodedata.normalize("NFKC", text).replace("’", "'")


def fold(text: str) -> str:
    """NFKC and casefold, Latin accents dropped (`Māori` as `maori`); marks of other scripts are letters and stay."""
    apart = unicodedata.normalize("NFD", normal(text).casefold())
    bare = re.sub("[\u0300-\u036f]", "", apart)
    return unicodedata.normalize("NFC", bare).replace("'", "").replace(".", "")


def words(text: str) -> list[Word]:
    """The words in order; hyphens part words (`Deaf-led` is two), apostrophes and inner stops do not (`U.S.`)."""
    plain = normal(text)
    return [Word(m.group(), fold(m.group()), m.start(), m.end()) for m in _WORD.finditer(plain)]


def unquoted(text: str) -> str:
    """The text without what stands in quotation marks: a word that is mentioned is not a word that is used."""
    return _QUOTED.sub(" ", normal(text))


def content(text: str) -> set[str]:
    """The words that carry meaning, without endings; pairs of letters where a script has no spaces."""
    found: set[str] = set()
    for word in words(text):
        if _UNSPACED.search(word.folded):
            found |= {word.folded[i : i + 2] for i in range(max(1, len(word.folded) - 1))}
        elif word.folded not in _EMPTY:
            found.add(_stem(word.folded))
    return found


def _stem(word: str) -> str:
    """English endings cut off, enough for `declines` and `declined` to be one word."""
    for ending in ("ing", "ed", "es", "s", "ly", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending)
    return word


def definitions(scope: Scope) -> Iterator[tuple[str, str]]:
    """(place, text) of the fields that say who and where."""
    for field in ("title", "domain", "community", "practice", "setting", "medium"):
        yield field, getattr(scope, field)
    for i, role in enumerate(scope.roles):
        yield f"roles[{i}].role", role.role
        yield f"roles[{i}].stands_toward", role.stands_toward
        yield f"roles[{i}].stakes", role.stakes


def explanations(scope: Scope) -> Iterator[tuple[str, str]]:
    """(place, text) of the fields that say what something means here."""
    for i, cue in enumerate(scope.cues):
        yield f"cues[{i}].surface", cue.surface
        yield f"cues[{i}].subtext", cue.subtext
        yield f"cues[{i}].flips_when", cue.flips_when
    for i, pair in enumerate(scope.wink_twitch):
        for field in ("act", "reading_a", "reading_b", "deciding_context"):
            yield f"wink_twitch[{i}].{field}", getattr(pair, field)


def margins(scope: Scope) -> Iterator[tuple[str, str]]:
    """(place, text) of dissent, limits and the rest. A contested claim is somebody else's, so it is not among them."""
    for i, point in enumerate(scope.contested):
        yield f"contested[{i}].who_says", point.who_says
        yield f"contested[{i}].who_disputes", point.who_disputes
    for field in ("stops_applying", "not_for"):
        for i, text in enumerate(getattr(scope.limits, field)):
            yield f"limits.{field}[{i}]", text
    for i, text in enumerate(scope.broader):
        yield f"broader[{i}]", text
    for i, starter in enumerate(scope.starters):
        yield f"starters[{i}].note", starter.note
