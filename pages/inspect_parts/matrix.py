"""All methods side by side on one sentence, and how far each of them goes with removal."""

from html import escape

import numpy as np
import streamlit as st

from anchoring.attribution import Attribution, badges, removable
from anchoring.attribution.badge import Badge
from anchoring.attribution.faithfulness import rank_correlation
from pages.inspect_parts.choosing import Choice
from pages.inspect_parts.computing import asked, known, methods, next_quick
from pages.inspect_parts.figures import STILL, Column, number
from pages.inspect_parts.figures import matrix as drawn
from pages.playground_parts.measuring import removal_test
from pages.playground_parts.methods import Method
from pages.playground_parts.running import keeper, renew
from pages.playground_parts.views import source_name

SHORT = {
    "attention": "Atten-<br>tion",
    "calibrated": "Cali-<br>brated",
    "rollout": "Roll-<br>out",
    "value": "Value-<br>weigh.",
    "gradient": "Grad.<br>× input",
    "integrated": "Integr.<br>grad.",
    "removal": "Re-<br>moval",
    "surrogate": "Rand.<br>rem.",
}
MARKS = {Badge.BACKED: "✓", Badge.PARTLY: "◐", Badge.NOT: "✕", Badge.FEW: "?"}


def matrix(choice: Choice) -> None:
    """The second tab."""
    said(choice)
    which = list(removable(choice.arm))
    if not which:
        st.info("The prompt has no piece that can be told apart, so there is nothing to compare.")
        return
    offered = methods(choice.arm)
    found = {method.id: known(choice, method.id) for method in offered}
    columns = [_column(choice, method, found[method.id], which) for method in offered]
    _figure(choice, columns, which)
    _numbers(choice, columns, which)
    st.html(_table_html(choice, offered, found, which))
    st.caption(
        "Backed: the piece that the method puts first is one that this sentence rests on, by removal; partly: another "
        "of its first pieces is (of three at most, and of no more than half of all). The rank correlation compares the "
        "method's order of the pieces with that of removal: +1 is the same order, 0 no relation, −1 the reverse."
    )
    _missing(choice, [method for method in offered if found[method.id] is None])


def said(choice: Choice) -> None:
    """The sentence that all numbers are about, in full."""
    text = escape(choice.target.text)
    st.html(f'<div class="pap-text"><p class="pap-said" dir="auto">{text}</p></div>')


def _column(choice: Choice, method: Method, scores: Attribution | None, which: list[int]) -> Column:
    row = None if scores is None else scores.scores[choice.sentence, which].astype(np.float64)
    return Column(method.name, SHORT[method.id], method.unit, row)


def _names(choice: Choice, which: list[int]) -> tuple[list[str], list[str]]:
    sources = [choice.arm.rendered.sources[n] for n in which]
    return [source_name(s.text, s.kind.value) for s in sources], [s.kind.value for s in sources]


def _figure(choice: Choice, columns: list[Column], which: list[int]) -> None:
    names, kinds = _names(choice, which)
    figure = drawn(columns, names, kinds, "What it rests on, by method")
    key = f"inspect-matrix-{choice.run.id}-{choice.number}-{choice.sentence}"
    alt = f"The pieces of the prompt by {len(columns)} methods; the same numbers stand in the table below"
    st.plotly_chart(figure, theme=None, key=key, config=STILL, alt=alt)
    st.caption(
        "Each column is coloured by its own largest number, so compare colours down a column, not across. Shares in "
        "per cent of the attention, which also goes to the template and to the answer's own words; numbers with a "
        "sign in nats (calibrated attention has no unit): + made the sentence likelier, − stood in its way, in the "
        "warmer colour. A dot is not computed yet."
    )


def _numbers(choice: Choice, columns: list[Column], which: list[int]) -> None:
    """The same as a table, to be sorted, copied and read aloud."""
    names, _ = _names(choice, which)
    table = {"Piece of the prompt": names}
    table |= {
        c.name: [None if np.isnan(s) else round(float(s), 4) for s in c.scores] for c in columns if c.scores is not None
    }
    with st.expander("The same as a table"):
        st.dataframe(table, hide_index=True, alt="The pieces of the prompt with each method's number")


def _table_html(choice: Choice, offered: tuple[Method, ...], found: dict, which: list[int]) -> str:
    """One line a method: whether removal backs its first piece, and how alike the two orders are."""
    lines = "".join(_line(choice, method, found[method.id], found["removal"], which) for method in offered)
    heads = (("", "Method"), ("", "By removal"), (' class="n"', "Rank correlation"))
    head = "".join(f'<th scope="col"{css}>{name}</th>' for css, name in heads)
    lines = f"<thead><tr>{head}</tr></thead><tbody>{lines}</tbody>"
    return f'<div class="pap-text"><table class="pap-methods">{lines}</table></div>'


def _line(choice: Choice, method: Method, scores: Attribution | None, removal: Attribution | None, which) -> str:
    badge, rank = _against(choice, method, scores, removal, which)
    return f'<tr><th scope="row">{method.name}</th><td>{badge}</td><td class="n">{rank}</td></tr>'


def _against(choice: Choice, method: Method, scores, removal, which: list[int]) -> tuple[str, str]:
    """(badge, rank correlation) in words and figures."""
    if scores is None:
        return '<span class="none">not computed yet</span>', ""
    if removal is None:
        return '<span class="none">removal was not measured</span>', ""
    if method.id == "removal":
        return "what the others are held against", ""
    badge = badges(scores, removal, choice.arm)[choice.sentence]
    rank = rank_correlation(scores.scores[choice.sentence, which], removal.scores[choice.sentence, which])
    return f"{MARKS[badge]} {badge.value}", "cannot be told" if np.isnan(rank) else number(rank, "")


def _missing(choice: Choice, missing: list[Method]) -> None:
    """A button with its cost for each method that is not computed yet; the quick ones start by themselves."""
    if not missing:
        return
    st.subheader("Not computed yet")
    quick = next_quick(choice, missing)
    for method in missing:
        if method.id == "removal":
            removal_test(choice.run, None if choice.example else keeper(renew))
        else:
            asked(choice, method, at_once=method.id == quick)
