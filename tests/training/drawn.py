"""Examples drawn as in training, a fixed number of them."""

from functools import cache
from itertools import islice

from training.corpus.examples import Example
from training.corpus.mixture import examples
from training.corpus.source import Source, load_source, written_scopes

COUNT = 2000


@cache
def training_examples() -> tuple[Example, ...]:
    return tuple(islice(examples(seed=11), COUNT))


def sources() -> list[Source]:
    return [load_source(scope) for scope in written_scopes()]
