"""People who are named by what they are to the user: "my boss", "the driver", "someone".

An answer calls them from its own side: "your boss", "the driver", and "that person" for "someone from the office".
Most people who type a situation in give no name at all.
"""

import random
import re
from collections.abc import Sequence

from training.corpus.grammar import places

OF_MINE = 0.15
_OWNERS = """friend girlfriend boyfriend wife husband partner flatmate roommate boss neighbour cousin colleague teacher
landlord son daughter brother sister""".split()
_KIN = """dad mum mom father mother brother sister aunt uncle cousin son daughter friend wife husband nephew niece
grandma grandpa grandmother grandfather boss colleague nanny""".split()
_KINDS = """older younger new old senior junior former retired quiet friendly visiting assistant associate deputy
local tall nice head second foreign shy busy young regular""".split()
_ROLES = """colleague coworker teacher doctor nurse engineer driver manager assistant tutor organiser designer writer
baker clerk guard cleaner student professor intern lead partner contact rep host guest member singer cook accountant
librarian admin owner florist barber painter planner trainer maintainer lawyer buddy newcomer""".split()
_FIELDS = """shop group bus project lab office team choir club kitchen sales garden product hotel school account course
list street library market desk dance phone backend weekend""".split()
_WHO = "man woman guy lady person girl boy".split()
_WHERE = """next door|from work|at the door|in the office|on our street|at the next table|from the club|from upstairs|
beside me|behind the counter|from sales|on the team|with the keys|by the window|running the shop|from my course|
who drove us|in charge|at the supplier|from induction""".replace("\n", "").split("|")
_LEAD = {"my": "your", "our": "your", "a": "the", "an": "the", "the": "the"}
_SOMEONE = "that person"
_OWN = re.compile(r"\b(my|our|me|us|i|we)\b", re.IGNORECASE)
_ONE_OF = "|".join
_SPOKEN_OF = re.compile(
    rf"\b(?:my|our|the|an?) (?:(?:{_ONE_OF((*_KINDS, *_FIELDS))}) )?(?:{_ONE_OF((*_OWNERS, *_KIN, *_ROLES, *_WHO))})"
    rf"(?:['’]?s (?:{_ONE_OF(_KIN)}))?(?: of mine)?\b|\bsome(?:one|body)\b",
    re.IGNORECASE,
)
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


def spoken_of(words: str, people: Sequence[str] = ()) -> tuple[str, ...]:
    """Whom the words call by what they are, as an answer calls them: of the `people` of a list and most others."""
    called = [m.group() for m in _SPOKEN_OF.finditer(words)] + [p for p in people if places(p, words)]
    return tuple(dict.fromkeys(echoed(person.lower()) for person in called))


def anybody(rng: random.Random) -> str:
    """Somebody as a user may call them, put together from parts: the scopes' own lists are few and known by heart."""
    if rng.random() < 0.35:
        return f"my {rng.choice(_OWNERS)}'s {rng.choice(_KIN)}"
    whose, role = rng.choice("my our the a".split()), rng.choice((*_ROLES, *_KIN, *_ROLES))
    match rng.randrange(4):
        case 0:
            called = f"{rng.choice(_KINDS)} {role}"
        case 1:
            called = f"{rng.choice(_FIELDS)} {rng.choice(_ROLES)}"
        case 2:
            called = role
        case _:
            whose, called = rng.choice("the a".split()), f"{rng.choice(_WHO)} {rng.choice(_WHERE)}"
    return f"{'an' if whose == 'a' and called[0] in 'aeiou' else whose} {called}"


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
