"""Rules 11 to 15: warnings about how a card explains. Words in quotation marks are mentioned, not used, and pass."""

import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from anchoring.scope.card import Scope
from anchoring.scope.nations import country_name, language_names
from anchoring.scope.rules.finding import Found, rule
from anchoring.scope.rules.labels import Kind, Label, find_labels
from anchoring.scope.rules.text import Word, any_of, definitions, explanations, margins, normal, unquoted, words

MAX_SOURCE_AGE = 15

_WHOLLY = any_of("always, all, naturally, inherently, invariably, by nature")
_UNIVERSAL = re.compile(rf"\b{_WHOLLY}\b", re.IGNORECASE)
_DENIED = re.compile(rf"(?:n't|\b{any_of('not, nor, hardly, rarely, nearly, almost')})\s+{_WHOLLY}\b", re.IGNORECASE)
_IDIOM = any_of(
    "at all, after all, above all, first of all, once and for all, all right, all but, all the same, all at once, "
    "all in all, all over, all along, all alone, all too, all day, all night, all evening, all morning, all week, "
    "all hands, all clear, all set, all of a sudden, reply all, reply to all, copy all, all-staff"
)
_IDIOMS = re.compile(rf"\b{_IDIOM}\b", re.IGNORECASE)
_PEOPLE = frozenset("people folk folks women men persons families culture society".split())
_ARE = frozenset(
    "are is tend do dont love hate like cannot cant never avoid say prefer expect believe think know hide accept "
    "refuse dislike consider have feel see speak follow treat".split()
)
_DO = frozenset("value respect want need show use fear trust".split())  # nouns too: "the Korean respect form"
_OF = frozenset("of for that is are form forms word words starts".split())  # what comes after such a noun
_SOME = frozenset("some many few several certain two three four five six these those both not if".split())
_IN = frozenset("in within".split())
_WIDE = frozenset("culture society".split())
_EVERY = frozenset("every any each".split())


@rule(11, "universal", "warning")
def universal(scope: Scope, today: date) -> Iterator[Found]:
    """ "always", "all", "naturally" or "X people are" makes a habit of some into the nature of everyone."""
    instead = "who does so and when: 'often', 'in this team', 'older members', 'unless ...'"
    for place, text in (*definitions(scope), *explanations(scope)):
        plain = unquoted(text)
        found = _UNIVERSAL.search(_IDIOMS.sub(" ", _DENIED.sub(" ", plain)))
        said = found.group() if found else _people_are(plain)
        if said:
            yield place, f"{said!r} speaks for everyone", instead


def _people_are(text: str) -> str | None:
    """`Germans are`, `Tamil people are`: a label, perhaps a word for people, and a verb that says what they are."""
    tokens = words(text)
    for label in find_labels(tokens):
        end = label.end
        before = tokens[label.start - 1].folded if label.start else ""
        if before in _SOME:
            continue
        if _for_a_nation(before, tokens, label) and _joined(text, tokens[label.start - 1 : end + 1]):
            return text[tokens[label.start - 1].start : tokens[end].end]
        plain_word = label.kind is Kind.GENERATION or not tokens[label.start].capital
        if end < len(tokens) and tokens[end].folded in _PEOPLE:
            end += 1
        elif plain_word or not _plural(tokens[label.start : end], tokens, label):
            continue
        noun = end == label.end and not _plural_noun(tokens[end - 1]) and end + 1 < len(tokens)
        theirs = _ARE if noun and tokens[end + 1].folded in _OF else _ARE | _DO
        if end < len(tokens) and tokens[end].folded in theirs and _joined(text, tokens[label.start : end + 1]):
            return text[tokens[label.start].start : tokens[end].end]
    return None


def _for_a_nation(before: str, tokens: list[Word], label: Label) -> bool:
    """`In Japanese culture`, `Every Japanese knows`: the nation itself is said to do so."""
    after = tokens[label.end].folded if label.end < len(tokens) else ""
    tongue = tokens[label.start].text in language_names()  # “in Japanese” alone is a language
    if before in _IN:
        return after in _WIDE and (tongue or label.kind in (Kind.NATION, Kind.REGION))
    return before in _EVERY and label.kind is Kind.NATION and after in ("knows", "is", "has", "does", "says", "will")


def _plural_noun(word: Word) -> bool:
    return word.folded.endswith("s") and not word.text.casefold().endswith("'s")


def _plural(run: list[Word], tokens: list[Word], label: Label) -> bool:
    """`Germans`, `Westerners` or `the Japanese` is a people; `Japanese` alone is more likely a language."""
    if _plural_noun(run[-1]) or run[-1].folded in ("women", "men"):
        return True
    return label.kind is not Kind.REGION and label.start > 0 and tokens[label.start - 1].folded == "the"


def _joined(text: str, run: list[Word]) -> bool:
    """Whether only blanks and hyphens stand between the words, so that no sentence ends among them."""
    gaps = (text[a.end : b.start] for a, b in pairwise(run))
    return all(not gap.strip(" \n-") for gap in gaps)


_DIMENSIONS = any_of(
    "hofstede, hofstede's, power distance, uncertainty avoidance, long term orientation, cultural dimensions?, "
    "inglehart, globe study, globe scores?, individualism collectivism, masculinity femininity"
)
_SCORED = any_of("individualism, collectivism, masculinity, femininity, indulgence, tightness")
_MEASURE = any_of("index, scores?, dimension, ranking, versus, vs")
_CONTEXT = any_of("high context, low context, collectivist, collectivistic, individualist, individualistic")
_NATIONAL = any_of("culture, cultures, society, societies, country, countries, nation, nations")
_DIMENSION = re.compile(
    rf"\b(?:{_DIMENSIONS}|{_SCORED}[- ]{_MEASURE}|{_CONTEXT}[- ]{_NATIONAL}|(?-i:PDI|UAI|IDV|LTO|IVR))\b", re.IGNORECASE
)


@rule(12, "dimension-scores", "warning")
def dimensions(scope: Scope, today: date) -> Iterator[Found]:
    """A national average (Hofstede's dimensions and the like) is given as the reason for what people do here."""
    cited = ((f"cues[{i}].source", cue.source) for i, cue in enumerate(scope.cues))
    for place, text in (*definitions(scope), *explanations(scope), *cited):
        found = _DIMENSION.search(unquoted(text))
        if found:
            instead = "what is at stake between these people here; an average of a nation explains no single act"
            yield place, f"{found.group()!r} gives a national average as a reason", instead


@rule(13, "distant-sources", "warning")
def sources(scope: Scope, today: date) -> Iterator[Found]:
    """Each source is by an outsider or older than fifteen years; authorship that is not known counts for neither."""
    instead = "a recent source by people of this practice, or a reviewer who knows it"
    if not scope.sources:
        yield "sources", "the card has no sources", instead
    elif all(s.insider_authored is False or _aged(s.year, today) for s in scope.sources):
        yield "sources", f"every source is by an outsider or more than {MAX_SOURCE_AGE} years old", instead


def _aged(year: int | None, today: date) -> bool:
    return year is not None and today.year - year > MAX_SOURCE_AGE


_RANKING = any_of(
    "uncivili[sz]ed, savages?, underdeveloped, under developed, unsophisticated, barbaric, barbarous, barbarians?, "
    "heathens?, superstitious, backwardness, third world, less advanced, less developed, less civili[sz]ed, "
    "simple minded, childlike, inferior, uneducated, illiterate, ignorant, exotic, broken english, deaf and dumb, "
    "deaf mutes?, lags? behind the west, lags? behind the world, lagging behind the west, lagging behind the world"
)
# These two also have plain senses, so they count only before a word for people and their ways, or as a verdict.
_PEOPLES = any_of(
    "culture, society, societies, country, countries, community, communities, people, custom, practice, belief, "
    "village, tribe, tradition, ritual, region, religion, caste, mindset, mind, attitude, group, way"
)
_VERDICT = rf"(?:backward|primitive)(?=[- ](?:\w+ )?{_PEOPLES}s?\b|\s*(?:[.,;:!?]|$)|\s(?:and|or)\s)"
_DEFICIT = re.compile(rf"\b(?:{_RANKING}\b|{_VERDICT})", re.IGNORECASE)
_MOVES = any_of("lean, step, look, walk, bend, move, fall, read, work, roll, count, tilt, turn")
_PARTS = any_of("lock, locking, synchroni[sz]ation, atomic, data, crypto, cryptographic, kernel, sync, concurrency")
_PLAIN_SENSE = re.compile(rf"\b(?:{_MOVES}\w*(?: \w+)? backward|{_PARTS} primitive)", re.IGNORECASE)


@rule(14, "deficit-words", "warning")
def deficit(scope: Scope, today: date) -> Iterator[Found]:
    """Words such as "backward" and "primitive" rank people; a step backward and a locking primitive pass."""
    for place, text in (*definitions(scope), *explanations(scope), *margins(scope)):
        found = _DEFICIT.search(_PLAIN_SENSE.sub(" ", unquoted(text)))
        if found:
            instead = "what people do, in words that they would use of themselves"
            yield place, f"{found.group()!r} measures people by a lack", instead


@rule(15, "country-as-reason", "warning")
def countries(scope: Scope, today: date) -> Iterator[Found]:
    """The same country is named to explain more than one cue or paired reading: it begins to do the explaining."""
    named: dict[str, list[tuple[str, str]]] = {}
    for what, texts in _explained(scope):
        for code, place in _countries_of(texts).items():
            named.setdefault(code, []).append((place, what))
    for code, uses in named.items():
        if len(uses) > 1:
            what = ", ".join(what for _, what in uses)
            instead = "what the sign does between these people; name the country once, in the setting, if at all"
            yield uses[1][0], f"{country_name(code)} is named to explain {len(uses)} things: {what}", instead


def _explained(scope: Scope) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """What is explained, and (place, text) of what explains it."""
    for i, cue in enumerate(scope.cues):
        yield cue.id, [(f"cues[{i}].{field}", getattr(cue, field)) for field in ("subtext", "flips_when")]
    for i, pair in enumerate(scope.wink_twitch):
        fields = ("reading_a", "reading_b", "deciding_context")
        yield f"paired reading {i + 1}", [(f"wink_twitch[{i}].{field}", getattr(pair, field)) for field in fields]


def _countries_of(texts: list[tuple[str, str]]) -> dict[str, str]:
    """Territory code → the first place that names the country or its people."""
    found: dict[str, str] = {}
    for place, text in texts:
        tokens = words(normal(text))
        for label in find_labels(tokens):
            if _is_country(label, tokens):
                found.setdefault(label.country, place)
    return found


def _is_country(label: Label, tokens: list[Word]) -> bool:
    """Written as a name: `Turkey` and `Polish` are countries, `turkey` and `polish` are not."""
    return label.kind is Kind.NATION and tokens[label.start].capital
