"""The table of methods on the Method page: how often each finds the true cue, as measured on the bundled model."""

from html import escape

from anchoring.attribution.calibrated import from_json
from anchoring.attribution.calibrations import SHIPPED
from pages.playground_parts.methods import BY_ID
from pages.rates import NAMES, table

# Those that the switch “Highlights show” calls otherwise than the benchmark does.
ON_THE_SWITCH = {NAMES[method]: method for method in ("surrogate", "removal", "attention")}


def methods_html() -> str:
    """A section with the table that benchmarks/attribution.py kept; nothing where none is kept of the model that ships.

    That is the one whose heads were weighed: its calibration is made right after it.
    """
    kept = table()
    try:
        if kept is None or kept.revision != from_json(SHIPPED.read_text("utf-8")).revision:
            return ""
    except (OSError, ValueError):
        return ""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in kept.heads)
    body = "".join(f"<tr>{_cells(row)}</tr>" for row in kept.rows)
    return f"""
<section class="pap-section"><h2>How far each method can be trusted</h2>
<p>The sentences that the bundled model learned from were made by rules. So for each of them it is known which cue it
answers to, and every method can be put to the test. <strong>Known links</strong> is how often the piece that a method
puts first carries the true cue; “random” shows what luck would reach. Among all words a method may also name the piece
that tells who did what, and rightly: every sentence rests on that too. Where our framing repeats a cue, either of the
two may do for the model, and then taking one away shows little: so the share is given once more for cues that stand in
your words alone. And a later sentence on a cue can rest on the first one, which the model wrote itself: so the share is
given for first sentences too. Some sentences rest on no single cue at all: so the share is given once more for those
that are at most half as likely without one of them. Removal chose these, which favours it there. <strong>LDS</strong>
says how well a method foretells what happens when several pieces are taken away: 1 is always, 0 is never.
<strong>Fall</strong> is how much less likely the sentence becomes without the method's three strongest pieces. In
brackets stands where the figure would lie in 95 of 100 repetitions.</p>
<p class="pap-small pap-sideways">The table is wider than this screen: move it sideways. →</p>
<div class="pap-scroll" tabindex="0" role="group" aria-label="Methods by measured trust"><table class="pap-table">
<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>
<p class="pap-small">{escape(kept.note)} “Peer” marks other tools, asked the same question. On another model the figures
will differ.</p></section>
"""


def _cells(row: tuple[str, ...]) -> str:
    name, *rest = row
    name = name.strip("*")
    named = BY_ID[ON_THE_SWITCH[name]].name if name in ON_THE_SWITCH else ""
    shown = f"{escape(named)} <small>({escape(name)})</small>" if named else escape(name[:1].upper() + name[1:])
    return f'<th scope="row">{shown}</th>' + "".join(f"<td>{escape(cell)}</td>" for cell in rest)
