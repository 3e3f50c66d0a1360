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
