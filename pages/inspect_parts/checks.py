"""What stands behind the highlights of one sentence: LDS, falls, agreement, and pairs that stand for each other."""

import numpy as np
import streamlit as st

from anchoring.attribution import removable
from anchoring.attribution.checks import Check, check, most_passes, top_count
from anchoring.attribution.cost import Cost, cost
from anchoring.attribution.faithfulness import Redundant
from pages.inspect_parts.choosing import Choice
from pages.inspect_parts.computing import known, methods
from pages.inspect_parts.matrix import said
from pages.plain import plain
from pages.playground_parts.measuring import QUICK_SECONDS, model_of, ready, removal_test
from pages.playground_parts.running import keeper, renew
from pages.playground_parts.views import source_name
from pages.playground_parts.working import measured

HELP = {
    "LDS": "Linear datamodelling score: over up to 32 random selections of the pieces, the rank correlation between "
    "what the method's scores foretell and the log-probability measured. 1 is perfect, 0 is none.",
    "without its top {k}": "By how many nats the sentence's log-probability falls without the pieces that the "
    "method puts first, as many as the number says.",
    "without {k} at random": "The same for as many pieces drawn at random, the mean of five draws: the control.",
    "same first piece": "Whether the method and removal put the same piece first.",
    "order like removal": "Rank correlation between the method's scores and those of removal: +1 is the same order.",
}

PAIRS = (
    "Of the pieces that a method puts among its first: without both the sentence is at most half as likely, without "
    "either alone it is not, and what the two do alone adds up to no more than half of what they do together. No test "
    "of one piece at a time can see such a pair."
)


def checks(choice: Choice, offered_above: bool = False) -> None:
    """The tab: measured once an answer, shown for one sentence.

    `offered_above` says that the page has the button for the test by removal already.
    """
    said(choice)
    arm = choice.arm
    if len(removable(arm)) < 2:
        st.info("The prompt has too few pieces that can be taken away, so there is nothing to check by.")
        return
    removal = known(choice, "removal")
    if removal is None:
        st.caption("The checks stand on the test by removal, which this answer does not have yet.")
        if offered_above:
            st.caption("Press “Test the highlights by removal” above.")
        else:
            removal_test(choice.run, None if choice.example else keeper(renew))
        return
    offered = [(m, found) for m in methods(arm) if (found := known(choice, m.id)) is not None]
    ids = tuple(method.id for method, _ in offered)

    def task(work):
        scores = [found for _, found in offered]
        return check(model_of(arm), arm, removal, scores, on_progress=work.progress, stop=work.stop)

    number = most_passes(arm, len(removal.targets), len(offered))
    price = Cost(number, number * _seconds_a_pass(choice), cost(arm, "surrogate").memory)
    st.caption(
        f"This checks the methods computed so far: {', '.join(m.name for m, _ in offered)}. More join once they are "
        "computed, by “Highlights show” in the Playground or by “All methods” on Inspect."
    )
    quick = ready(arm) and price.seconds <= QUICK_SECONDS
    key = (*choice.key("checks"), *ids)
    found = measured(key, "Check these methods", f"at most {price}", task, at_once=quick)
    if found is not None:
        _table(choice, [method.name for method, _ in offered], found[0])
        _pairs(choice, found[1][choice.sentence])


def _seconds_a_pass(choice: Choice) -> float:
    one = cost(choice.arm, "rollout")  # a single pass
    return one.seconds / max(one.passes, 1)


def _table(choice: Choice, names: list[str], found: tuple[Check, ...]) -> None:
    n, k = choice.sentence, top_count(choice.arm)
    columns = {
        "method": names,
        "LDS": [_rounded(each.lds[n]) for each in found],
        "without its top {k}": [_rounded(each.drops[n].fall) if each.drops else None for each in found],
        "without {k} at random": [_rounded(each.drops[n].random) if each.drops else None for each in found],
        "same first piece": ["yes" if each.same_top[n] else "no" for each in found],
        "order like removal": [_rounded(each.ranks[n]) for each in found],
    }
    helped = {name.format(k=k): st.column_config.Column(help=text) for name, text in HELP.items()}
    st.dataframe({name.format(k=k): cells for name, cells in columns.items()}, hide_index=True, column_config=helped)
    st.caption("For this sentence alone. Point at a column's name for what it means; an empty cell can't be computed.")


def _pairs(choice: Choice, pairs: list[Redundant]) -> None:
    if not pairs:
        st.markdown("**Pieces that stand for each other:** none found among the strongest.", help=PAIRS)
        return
    st.markdown("**Pieces that stand for each other:** either can go, both can't.", help=PAIRS)
    for pair in pairs:
        one, other = (choice.arm.rendered.sources[at] for at in pair.pair)
        names = " and ".join(f"“{plain(source_name(s.text, s.kind.value))}”" for s in (one, other))
        st.markdown(
            f"- {names}: alone {pair.alone[0]:+.1f} and {pair.alone[1]:+.1f} nats, together {pair.together:+.1f}"
        )


def _rounded(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 2)
