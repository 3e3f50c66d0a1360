"""Examples drawn as in training, a fixed number of them."""

from functools import cache
from itertools import chain, islice

from training.corpus.examples import Example
from training.corpus.mixture import examples
from training.corpus.phrasings import few
from training.corpus.source import Source, load_source, written_scopes

COUNT = 2000


@cache
def training_examples() -> tuple[Example, ...]:
    """Half of them with few phrasings, half with all."""
    drawn = [islice(examples(11 + number, sources), COUNT // 2) for number, sources in enumerate((few, load_source))]
    return tuple(chain.from_iterable(drawn))


def sources() -> list[Source]:
    return [load_source(scope) for scope in written_scopes()]


SOURCES = {source.scope.id: source for source in sources()}
STARTERS = {starter.prompt for source in sources() for starter in source.scope.starters}


def of_scopes():
    """Examples that were composed. The cards' own starters stand in training, never in evaluation."""
    return [
        e for e in training_examples() if not role(e) & {"refusal", "small_talk"} and e.prompt.words not in STARTERS
    ]


def role(example) -> set[str]:
    return {s.role for s in example.answer}


def by_role(example) -> bool:
    """Whether the answer is to call the other person "your boss" or the like."""
    return dict(example.slots).get("name", "").startswith(("your ", "the ", "that person"))


def called(example) -> dict[str, tuple[str, ...]]:
    """Whoever the message may call: the name, and every "my boss" of its scope."""
    name = dict(example.slots).get("name")
    people = SOURCES[example.prompt.scope].lists["people"]
    return {"name": (*people, *((name, *callings(name)) if name else ()))}


def callings(name: str) -> list[str]:
    """What a user may have called whom the answer calls `name`, in small letters."""
    lead, _, rest = name.casefold().partition(" ")
    if lead == "that":
        return [name, "someone", "somebody"]
    ways = {"your": ("my {}", "our {}", "a {} of mine", "an {} of mine"), "the": ("the {}", "a {}", "an {}")}
    mine = ({"your": "my", "you": "me"}, {"your": "our", "you": "us"})
    rests = [" ".join(own.get(word, word) for word in rest.split()) for own in mine]
    return [way.format(r) for way in ways.get(lead, ()) for r in rests]
