"""What the framing changed: every word of a framed answer with its rise in likelihood through the framing."""

from html import escape
from itertools import pairwise

import streamlit as st

from anchoring.attribution import Attribution, attribute
from anchoring.attribution.cost import cost
from anchoring.attribution.removal import HALVED
from anchoring.attribution.words import unspaced
from anchoring.models.types import Generation
from anchoring.prompting.segments import Kind
from anchoring.studies.run import Run
from pages.components.palette import DARK, LIGHT, SERIF
from pages.playground_parts.measuring import QUICK_SECONDS, model_of, priced, ready
from pages.playground_parts.working import measured

FULL = 4.0  # nats at which a word is painted at full strength: 55 times as likely
LISTED = 8
_STYLE = f"""<style>
.pap-lift {{ font: 400 1.1rem/2 {SERIF}; max-inline-size: 44rem; white-space: pre-wrap; overflow-wrap: anywhere; }}
.pap-lift span {{ border-block-end: 2px solid transparent; border-radius: 3px; padding-block: 0.1em;
  --fill: light-dark({LIGHT.fill["framing"]}, {DARK.fill["framing"]});
  --line: light-dark({LIGHT.line["framing"]}, {DARK.line["framing"]});
  background: color-mix(in srgb, var(--fill) calc(var(--s) * 100%), transparent); }}
.pap-lift .up {{ border-block-end: 2px dashed var(--line); }}
.pap-lift .down {{ text-decoration: line-through 1px; text-decoration-color: light-dark({LIGHT.soft}, {DARK.soft}); }}
</style>"""


def framed(arm: Generation) -> bool:
    return any(source.kind is Kind.FRAMING for source in arm.rendered.sources) and bool(arm.token_ids)


def lifting(run: Run, number: int) -> None:
    """Draws one framed answer; measured at once where it takes a moment."""
    arm = run.arms[number]
    price = cost(arm, "contrast", "token")

    def task(work):
        return attribute(model_of(arm), arm, "contrast", unit="token", on_progress=work.progress, stop=work.stop)

    quick = price.seconds <= QUICK_SECONDS and ready(arm)
    found = measured((run.id, number, "contrast"), "Measure the lift", priced(price, arm), task, at_once=quick)
    if found is None:
        return
    words = lifted(arm, found)
    st.caption(
        "How much likelier each word is with the framing than without it, the words before it being the same. Dashed "
        "and coloured: at least twice as likely. Struck through: at least twice as likely without. Point at a word for "
        "its number, in nats: 0.7 is twice as likely, 2.3 ten times."
    )
    st.html(_STYLE + f'<div class="pap-lift" dir="auto">{"".join(_word(text, lift) for text, lift in words)}</div>')
    most = sorted(((t.strip(), v) for t, v in words if t.strip()), key=lambda word: -word[1])[:LISTED]
    st.markdown("**Lifted most**")
    st.dataframe(
        {"word": [text for text, _ in most], "nats": [round(lift, 2) for _, lift in most]},
        hide_index=True,
        width=320,
    )


def lifted(arm: Generation, found: Attribution) -> list[tuple[str, float]]:
    """(text, sum of its tokens' lift) of each word of the answer, its white space with it: joined, the answer.

    In a script without spaces between words each token is one.
    """
    start, end = arm.answer_span
    tokens = [(t.start, float(s)) for t, s in zip(found.targets, found.scores[:, 0], strict=True) if t.part == "answer"]
    text, begins = arm.text, {at for at, _ in tokens}
    edges = [
        n
        for n in range(start + 1, end)
        if not text[n].isspace()
        and (text[n - 1].isspace() or (n in begins and (unspaced(text[n]) or unspaced(text[n - 1]))))
    ]
    return [
        (text[a:b], sum(lift for at, lift in tokens if a <= at < b)) for a, b in pairwise([start, *edges, end]) if a < b
    ]


def _word(text: str, lift: float) -> str:
    """One word as HTML. Its white space stays outside of the paint."""
    bare = text.strip()
    if not bare:
        return escape(text)
    before, after = text[: text.index(bare)], text[text.index(bare) + len(bare) :]
    sign = "up" if lift >= HALVED else "down" if lift <= -HALVED else ""
    strength = min(1.0, max(0.0, lift / FULL)) if sign == "up" else 0
    told = f'title="{lift:+.1f} nats" style="--s: {strength:.2f}"'
    return f'{escape(before)}<span class="{sign}" {told}>{escape(bare)}</span>{escape(after)}'
