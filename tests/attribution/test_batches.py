"""Batches: every sequence once, in the room there is, and what is shared is shared indeed."""

from hypothesis import given
from hypothesis import strategies as st

from anchoring.attribution.batches import CPU, LEAST_SHARED, OTHER, Limits, batches

LIMITS = st.builds(Limits, st.integers(1, 400), st.integers(1, 2000), st.integers(0, 100))
TOKENS = st.lists(st.integers(0, 2), min_size=1, max_size=40)


@st.composite
def prompts(draw) -> list[list[int]]:
    """Some with a beginning in common, as prompts with pieces left out have."""
    begin = draw(st.lists(st.integers(0, 9), max_size=60))
    cut = draw(st.lists(st.integers(0, 60), min_size=1, max_size=12))
    return [[*begin[:n], *draw(TOKENS)] for n in cut]


@given(prompts(), st.integers(1, 30), LIMITS, st.booleans())
def test_each_prompt_is_in_one_batch_that_fits_and_shares_what_it_says(texts, response, within, sharing):
    made = batches(texts, response, within, sharing)
    assert sorted(n for batch in made for n in batch.rows) == list(range(len(texts)))
    for batch in made:
        rows = [texts[n] for n in batch.rows]
        assert len(rows) == 1 or len(rows) * batch.width <= within.run
        assert len(rows) == 1 or len(rows) * (batch.shared + batch.width) <= within.held
        assert len({tuple(row[: batch.shared]) for row in rows}) == 1
        assert all(len(row) > batch.shared for row in rows)  # its last token foretells the response
        assert batch.width == max(map(len, rows)) + response - batch.shared
        assert batch.shared == 0 or (sharing and batch.shared >= LEAST_SHARED and len(rows) > 1)


@given(prompts(), st.integers(1, 30), LIMITS)
def test_sharing_is_never_more_work(texts, response, within):
    made = [batches(texts, response, within, sharing) for sharing in (False, True)]
    work = [sum(b.cost(within.overhead) for b in each) for each in made]
    assert work[1] <= work[0]


def test_a_long_beginning_is_run_once():
    begin = list(range(300))
    texts = [[*begin, n, n + 1] for n in range(6)]
    (batch,) = batches(texts, 20, CPU, True)
    assert (len(batch.rows), batch.shared, batch.width) == (6, 300, 22)
    assert all(b.shared == 0 for b in batches(texts, 20, CPU, False))


def test_where_a_pass_is_dear_there_are_few():
    texts = [list(range(n)) for n in range(40, 400, 20)]
    assert len(batches(texts, 20, OTHER, True)) == 1
    assert len(batches(texts, 20, CPU, True)) > 2
