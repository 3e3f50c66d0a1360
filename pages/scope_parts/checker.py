"""What the checker says of a card, in words: where, what, and what to write instead."""

from collections.abc import Sequence

import streamlit as st

from anchoring.scope import Finding
from pages.scope_parts.words import place, shown

_BARS = "What is to mend keeps the card from being marked reviewed. A draft may have it."
_SEVERITY = {"error": "To mend", "warning": "To consider"}


def findings_html(findings: Sequence[Finding]) -> str:
    """The findings as a list, errors first; one line where there are none."""
    if not findings:
        body = "<p>The checker has nothing to say against this card. That is no review: only people can give one.</p>"
        return f'<section class="pap-text pap-margin"><h2>Checked</h2>{body}</section>'
    ordered = sorted(findings, key=lambda finding: finding.severity != "error")
    lines = "".join(_line(finding) for finding in ordered)
    note = _BARS if ordered[0].severity == "error" else "Nothing here keeps the card from being marked reviewed."
    return (
        f'<section class="pap-text pap-margin"><h2>{summary(findings)}</h2>'
        f'<p class="pap-small">{note}</p>'
        f'<ul role="list">{lines}</ul></section>'
    )


def summary(findings: Sequence[Finding]) -> str:
    """ "2 things to mend, 1 to consider"."""
    mend = sum(finding.severity == "error" for finding in findings)
    consider = len(findings) - mend
    things = "thing" if (mend or consider) == 1 else "things"
    if not mend:
        return f"{consider} {things} to consider"
    return f"{mend} {things} to mend" + (f", {consider} to consider" if consider else "")


def show_findings(findings: Sequence[Finding]) -> None:
    st.html(findings_html(findings))


def _line(finding: Finding) -> str:
    return (
        f'<li><p class="pap-small"><span class="pap-severity {finding.severity}">{_SEVERITY[finding.severity]}</span>'
        f" · {shown(place(finding.place))}</p>"
        f'<p dir="auto">{shown(_sentence(finding.message))}</p>'
        f'<p dir="auto"><span class="pap-label">Write instead</span>{shown(_sentence(finding.instead))}</p></li>'
    )


def _sentence(text: str) -> str:
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?", "…", "”")) else text + "."
