"""The worked example of the Method page: a real run of the bundled model if there is one, else a pair of readings."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from anchoring.attribution import Attribution, attribute
from anchoring.models.catalogue import BUNDLED_FOLDER
from anchoring.models.types import Generation, Source
from anchoring.prompting import Kind
from anchoring.scope import WinkTwitch, load_scopes
from anchoring.studies.run import Run, RunError, from_document
from pages.scope_parts.draw import text
from pages.scope_parts.words import shown

KIND = {
    Kind.CUE: "Your cues",
    Kind.WORDS: "Your other words",
    Kind.FRAMING: "The framing",
    Kind.REASONING: "The request to think first",
    Kind.TEMPLATE: "The first piece and the model's markup",
    Kind.OWN: "What it had written so far",
}
_SCOPE = "japanese-b2b-decline"


def example_html(folder: Path = BUNDLED_FOLDER) -> str:
    """The example that comes with the model in `folder`; without one, an example in words, with no numbers."""
    run = _run(folder)
    if run is not None:
        return _section(_of_run(run))
    scope = load_scopes().get(_SCOPE)
    pairs = scope.wink_twitch if scope else ()
    return _section(_of_pair(pairs[0])) if pairs else ""


def _run(folder: Path) -> Run | None:
    """None where there is no example, or none that this version can read."""
    document, attention = folder / "example.json", folder / "example.npz"
    try:
        rows = attention.read_bytes() if attention.exists() else None
        return from_document(json.loads(document.read_text(encoding="utf-8")), rows)
    except (OSError, ValueError, RunError):
        return None


def _section(body: str) -> str:
    return f'<section class="pap-section"><h2>One example</h2>{body}</section>'


def _of_pair(pair: WinkTwitch) -> str:
    return (
        "<p>From the card about declining a request by e-mail in Japanese:</p>"
        f"{text(pair.act, css='pap-act')}"
        f'<div class="pap-pair"><div><span class="pap-label">It may be this</span>{text(pair.reading_a)}</div>'
        f'<div><span class="pap-label">or this</span>{text(pair.reading_b)}</div></div>'
        f"{text(pair.deciding_context)}"
        "<p>A thin answer takes the words as they stand. A thick one gives both readings and what decides between "
        "them. In the playground you can write such a mail, switch the framing, and see whether the answer looked at "
        "the words that decide.</p>"
    )


def _of_run(run: Run) -> str:
    """The unframed answer beside the framed one, then where the framed one looked."""
    framed = next((arm for arm in run.arms if arm.prompt.framing != "none"), run.arms[-1])
    plain = next((arm for arm in run.arms if arm.prompt.framing == "none" and arm is not framed), None)
    answers = [("Without framing", plain), ("With the card", framed)]
    cards = "".join(
        f'<div><span class="pap-label">{name}</span>{text(arm.answer)}</div>'
        for name, arm in answers
        if arm is not None
    )
    return (
        "<p>A real run of the model that comes with the program, made when the model was made. These words were "
        f'given:</p><blockquote class="pap-quote" dir="auto">{shown(run.words)}</blockquote>'
        f'<div class="pap-pair">{cards}</div>{_looked(framed)}'
    )


def _looked(arm: Generation) -> str:
    if arm.attention is None:
        return ""
    found = attribute(None, arm)
    rows = [i for i, target in enumerate(found.targets) if target.part == "answer"]
    if not rows:
        return ""
    return f"{_shares(found, rows)}{_sentence(found, rows)}"


def _shares(found: Attribution, rows: Sequence[int]) -> str:
    """The share of each kind of source, averaged over the answer's sentences."""
    mean = found.scores[list(rows)].mean(axis=0)
    sums = {
        kind: sum(float(s) for s, source in zip(mean, found.sources, strict=True) if source.kind == kind)
        for kind in KIND
    }
    lines = "".join(f"<dt>{_percent(sums[kind])}</dt><dd>{name}</dd>" for kind, name in KIND.items() if sums[kind])
    intro = "Where the framed answer looked, averaged over its sentences:"
    return f'<p>{intro}</p><dl class="pap-facts pap-shares">{lines}</dl>'


def _sentence(found: Attribution, rows: Sequence[int]) -> str:
    """The sentence that looked most at the user's cues, and its three largest sources among readable text."""
    readable = [i for i, s in enumerate(found.sources) if s.kind not in (Kind.TEMPLATE, Kind.OWN) and s.text.strip()]
    cues = [i for i in readable if found.sources[i].kind == Kind.CUE]
    if not cues:
        return ""
    row = max(rows, key=lambda i: float(found.scores[i][cues].sum()))
    top = sorted(readable, key=lambda i: -float(found.scores[row][i]))[:3]
    lines = "".join(_line(float(found.scores[row][i]), found.sources[i]) for i in top)
    quote = f'<blockquote class="pap-quote" dir="auto">{shown(found.targets[row].text.strip())}</blockquote>'
    return (
        f"<p>The sentence that looked most at the cues:</p>{quote}<p>Its three largest sources, markup left out:</p>"
        f'<dl class="pap-facts pap-shares">{lines}</dl>'
        "<p>These are weights, not reasons. To know whether a cue mattered, take it away and run it again.</p>"
    )


def _line(share: float, source: Source) -> str:
    said, kind = shown(" ".join(source.text.split())), KIND[source.kind].lower()
    return f'<dt>{_percent(share)}</dt><dd dir="auto">{said} <span class="pap-small">({kind})</span></dd>'


def _percent(share: float) -> str:
    return f"{np.round(100 * share):.0f}%" if share >= 0.005 else "under 1%"
