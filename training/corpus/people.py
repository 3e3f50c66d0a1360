"""People who are named by what they are to the user: "my boss", "the driver", "someone".

An answer calls them from its own side: "your boss", "the driver", and "that person" for "someone from the office".
Most people who type a situation in give no name at all.
"""

import random
import re

from training.corpus.grammar import places

OF_MINE = 0.15
_LEAD = {"my": "your", "our": "your", "a": "the", "an": "the", "the": "the"}
_SOMEONE = "that person"
_OWN = re.compile(r"\b(my|our|me|us|i|we)\b", re.IGNORECASE)
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|‘[^’]*’|«[^»]*»|(?<!\w)'[^']*'(?!\w)")
# Where only a proper name reads well: as an address, beside a title, explained by what comes before or after it.
_NAME_ALONE = re.compile(
    r"Dear \{name\}|\{name\}-|, \{name\}[,.?!]|\{name\}, (?!and|but|so|who)|^\{name\},|\{name\} from\b|"
    r"\b(?:the|my|our|your|an?|name|named|called|ask for|Mr|Ms|Dr|Agha|Don|Doña|uncle|aunt|friend|colleague|"
    r"classmate|neighbour|cousin|driver|maintainer|elder|host|boss|lead|manager)[.,]? \{name\}"
)


def echoed(person: str) -> str:
    """How an answer calls whom the user called `person`."""
    if mine := re.fullmatch(r"(?:an?|the) (.+) of mine", person):
        return f"your {mine.group(1)}"
    first, _, rest = person.partition(" ")
    if first in ("someone", "somebody"):
        return _SOMEONE
    return _OWN.sub(_yours, f"{_LEAD[first]} {rest}")


def as_told(person: str, rng: random.Random) -> str:
    """The same person, now and then in another way of saying whose: "my boss" as "a boss of mine"."""
    whose = re.fullmatch(r"my (\w+)", person)
    if not whose or rng.random() > OF_MINE:
        return person
    return f"{'an' if whose.group(1)[0] in 'aeiou' else 'a'} {whose.group(1)} of mine"


def _yours(word: re.Match) -> str:
    return "your" if word.group().lower() in ("my", "our") else "you"


def by_role(called: str) -> bool:
    """Whether an answer that calls somebody so calls them by what they are, and by no name."""
    return called == _SOMEONE or called.partition(" ")[0] in _LEAD.values()


def in_words(value: str, words: str) -> tuple[str, list[tuple[int, int]]]:
    """The longest end of what an answer says that the user's words hold, and where: of "your boss" that is "boss".

    An answer's "you" is never the user's.
    """
    tail = value
    while tail and not (stands := places(tail, words)):
        tail = tail.partition(" ")[2]
    return (tail, stands) if tail not in ("", "you", "your") else ("", [])


def fits(template: str) -> bool:
    """Whether "my boss" may stand for {name} in a template as well as "Kofi"."""
    if any("{name}" in quoted for quoted in _QUOTED.findall(template)):
        return False
    return not _NAME_ALONE.search(template)
