"""Fewer ways to say each thing.

The files hold far more sentences than a model of a few million parameters learns in hours: it then begins one and ends
in another. So the small preset answers in a few of each list, those that name nothing first, so that there is one to
say whoever and whatever the user names. The user's own words are not thinned out: the more of those, the better.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import chain, zip_longest

from training.corpus.grammar import slots_of
from training.corpus.people import fits
from training.corpus.source import Source, load_source

OF_A_CUE = {"signals": 4, "moves": 3, "flips": 2, "thoughts": 2}
OF_A_READING = 3
OF_A_SCOPE = {"thick": 8, "thin_openings": 8, "thin": 12, "no_cue": 4, "limits": 4}
OF_A_SCOPE |= {"observer": 3, "risks": 3, "disagree": 3, "free_thoughts": 8}


@cache
def few(scope_id: str) -> Source:
    """The scope's source with few phrasings of all that an answer or a thought says."""
    source = load_source(scope_id)
    cues = {
        cue: replace(text, **{name: chosen(getattr(text, name), count) for name, count in OF_A_CUE.items()})
        for cue, text in source.cues.items()
    }
    pairs = tuple(replace(p, a=_fewer(p.a), b=_fewer(p.b)) for p in source.pairs)
    lists = source.lists | {name: chosen(source.lists[name], count) for name, count in OF_A_SCOPE.items()}
    return replace(source, cues=cues, pairs=pairs, lists=lists)


def _fewer(reading):
    return replace(reading, signals=chosen(reading.signals, OF_A_READING))


def chosen(texts: Sequence[str], count: int) -> tuple[str, ...]:
    """`count` of the texts, by turns one that names nothing, one that names a person only, and one that names more."""
    plain = [t for t in texts if not slots_of(t)]
    person = [t for t in texts if slots_of(t) == {"name"} and fits(t)]
    rest = [t for t in texts if t not in plain and t not in person]
    turns = chain.from_iterable(zip_longest(plain, person, rest))
    return tuple(t for t in turns if t is not None)[:count]
