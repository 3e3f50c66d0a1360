"""Below the answers: which cues, where, in which layers and heads, and the prompt as the model saw it."""

from dataclasses import replace

import numpy as np
import streamlit as st

from anchoring.attribution import targets
from anchoring.attribution.removal import HALVED, SHARE_OF_LARGEST
from anchoring.attribution.telling import told
from anchoring.attribution.types import Attribution
from anchoring.models.types import Generation
from anchoring.studies.run import Run
from pages import figures
from pages.components.prompt_view import PieceView, prompt_diff, prompt_view
from pages.inspect_parts.checks import checks
from pages.inspect_parts.choosing import Choice, pick_sentence
from pages.playground_parts.changing import changing
from pages.playground_parts.choosing import choices, largest, measure
from pages.playground_parts.keeping import keeping
from pages.playground_parts.lifting import framed, lifting
from pages.playground_parts.measuring import measured_run
from pages.playground_parts.methods import LARGEST
from pages.playground_parts.running import Shown
from pages.playground_parts.views import arm_label, attributions, layers_told, source_name, tested

PROMPT, CUES, LIFT, CHANGE = "The prompt as the model saw it", "Cues", "What framing changed", "Take away or swap"
CHECKS = "Checks"
HEATMAP, HEADS = "Heatmap", "Layers and heads"
NO_ATTENTION = (
    "No attention was kept for these answers, so there is none to show here. Removal needs none: choose it under "
    "“Highlights show”, above the answers."
)


def tabs(shown: Shown) -> None:
    """Only the open tab is drawn. The first one needs no figure: the figures' script is 4.7 MB, and a first visit
    should not wait for it."""
    if shown.run is None or shown.running:
        return
    run = measured_run(shown.run)
    keeping(replace(shown, run=run))
    names = [PROMPT, CUES, LIFT, CHANGE, CHECKS, HEATMAP, HEADS]
    prompt, cues, lift, change, checked, heat, heads = st.tabs(names, key="tab", on_change="rerun")
    captured = [n for n, arm in enumerate(run.arms) if arm.attention is not None and arm.attention.size]
    if prompt.open:
        with prompt:
            _prompt(run)
    if lift.open:
        with lift:
            _lift(run)
    if change.open:
        with change:
            _change(run)
    if checked.open:
        with checked:
            _checks(replace(shown, run=run))
    for tab, draw in ((cues, _ranked), (heat, _heatmap), (heads, _layers_and_heads)):
        if tab.open:
            with tab:
                if captured:
                    draw(run, captured)
                else:
                    st.caption(NO_ATTENTION)
                if tab is heads:
                    _unit()


def _lift(run: Run) -> None:
    numbers = [number for number, arm in enumerate(run.arms) if framed(arm)]
    if not numbers:
        st.caption("No answer of this run was framed. Switch “Cultural framing” to On or Compare and run again.")
        return
    lifting(run, _pick(run, numbers, "lift-arm"))


def _change(run: Run) -> None:
    numbers = [number for number, arm in enumerate(run.arms) if arm.token_ids]
    if not numbers:
        st.caption("This run has no answer to change the prompt of.")
        return
    changing(run, _pick(run, numbers, "change-arm"))


def _checks(shown: Shown) -> None:
    """What stands behind the highlights of one sentence, as on Inspect."""
    numbers = [number for number, arm in enumerate(shown.run.arms) if targets(arm, "sentence")]
    if not numbers:
        st.caption("This run has no answer to check.")
        return
    number = _pick(shown.run, numbers, "checks-arm")
    arm = shown.run.arms[number]
    found = targets(arm, "sentence")
    st.caption("Are the highlights to be believed? Each method's scores beside what taking pieces away really does.")
    checks(
        Choice(shown.run, number, arm, found, pick_sentence(shown.run, number, found), shown.example),
        offered_above=True,
    )


def _pick(run: Run, numbers: list[int], key: str) -> int:
    """Which arm a figure is about."""
    if len(numbers) == 1:
        return numbers[0]
    picked = st.segmented_control(
        "Answer",
        numbers,
        default=numbers[-1],
        format_func=lambda n: arm_label(run.arms[n]),
        key=f"{key}-{run.id}",
        required=True,
    )
    return numbers[-1] if picked is None else picked


AVERAGED = "What each answer looked at: the share of the model's attention that went to each piece of the prompt"


def _ranked(run: Run, captured: list[int]) -> None:
    """The ranked list: each piece's share of the attention of the whole answer."""
    what = f"What each answer looked at: {LARGEST}" if largest() else AVERAGED
    st.caption(
        f"{what}, averaged over the answer's sentences. Some always goes to the template, which means little. Where a "
        "removal test was made, “without it 10× less likely” is what became of the whole answer without the piece. "
        "More likely means that the piece spoke against it."
    )
    columns = st.columns(2)
    found = attributions(run, "sentence", *choices())
    shares = {number: _mean_shares(found[number]) for number in captured if len(found[number].targets)}
    # One scale for all, to compare.
    longest = max((float(s[: _pieces(run, n)].max()) for n, s in shares.items()), default=1.0)
    for place, number in enumerate(shares):
        with columns[place % 2]:
            _ranking(run, number, found[number], shares[number], longest)


def _mean_shares(attribution: Attribution):
    """Each source's share [sources], averaged over the answer's sentences (the thought's where there is no answer)."""
    kept = [n for n, target in enumerate(attribution.targets) if target.part == "answer"]
    return attribution.scores[kept or slice(None)].mean(0)


def _ranking(run: Run, number: int, attribution: Attribution, shares, longest: float) -> None:
    """One answer's list. Its own earlier words take most: told in words, so that the bars stay legible."""
    label = arm_label(run.arms[number])
    st.markdown(f"**{label}**")
    falls, pieces = _falls(run.arms[number]), _pieces(run, number)
    if whereto := _whereto(shares, falls, pieces):
        st.caption(whereto)
    names = [source_name(s.text, s.kind.value) for s in attribution.sources[:pieces]]
    kinds = [s.kind.value for s in attribution.sources[:pieces]]
    shares, falls = shares[:pieces], None if falls is None else falls[:pieces]
    st.plotly_chart(
        figures.ranked(shares, names, kinds, longest, falls=falls, measure=measure()),
        theme=None,
        key=f"ranked-{run.id}-{number}",
        config=figures.CONFIG,
        alt=f"{label}: the pieces of the prompt by {measure()}",
    )
    if falls is not None:
        st.plotly_chart(
            figures.scatter(shares, falls, names, kinds, _matters(falls), measure()),
            theme=None,
            key=f"scatter-{run.id}-{number}",
            config=figures.CONFIG,
            alt=f"{label}: each piece by {measure()} and by what its removal does",
        )
        st.caption(
            "Low on the right: looked at, but idle. High on the left: hardly looked at, yet the answer rests on it. "
            "Above the dashed line stands what counts as a piece that the answer rests on: without it the answer would "
            "be at most half as likely, and no other piece matters over four times as much."
        )


def _pieces(run: Run, number: int) -> int:
    """The pieces of the prompt: the first sources of every method."""
    return len(run.arms[number].rendered.sources)


def _whereto(shares, falls, pieces: int) -> str:
    """How much went to the prompt, to the thought where it was told apart, and to the answer's own words; nothing where
    the shares are largest ones, which add up to nothing."""
    if largest():
        return ""
    removed = "" if falls is None else "".join(f" (without it {told(fall)})" for fall in falls[pieces:])
    thought = "".join(f"{share:.0%} to the text before the answer{removed}, " for share in shares[pieces:-1])
    before, own = float(shares[:pieces].sum()), float(shares[-1])
    return f"{own:.0%} went to the answer's own words so far, {thought}and {before:.0%} to the prompt:"


def _matters(falls) -> float:
    """The fall from which on a piece counts as one that the answer rests on, in nats."""
    return max(HALVED, SHARE_OF_LARGEST * float(np.nanmax(falls, initial=0)))


def _falls(arm: Generation):
    """By how much the whole answer's log-probability falls without each source, the thought last where there is one.

    None where it was not measured.
    """
    found = tested(arm, "answer")
    answers = [n for n, target in enumerate(found.targets) if target.part == "answer"] if found else []
    return found.scores[answers[0]] if answers else None


def _heatmap(run: Run, captured: list[int]) -> None:
    number = _pick(run, captured, "heat-arm")
    attribution = attributions(run, "sentence", *choices())[number]
    names = [source_name(s.text, s.kind.value, s.id) for s in attribution.sources]
    targets = [source_name(t.text, "answer") for t in attribution.targets]
    if not targets:
        st.caption("This answer has no sentence to draw.")
        return
    figure = figures.heatmap(attribution.scores, names, targets, _pieces(run, number))
    st.caption(
        f"How much attention each sentence gave to each piece ({measure()}). Across: the sentences in their order, a "
        "thought's first. Point at a cell, or tap it, for the words."
    )
    alt = f"{measure().capitalize()}: sentences across, pieces of the prompt down; Inspect has the numbers"
    st.plotly_chart(figure, theme=None, key=f"heat-{run.id}-{number}", config=figures.CONFIG, alt=alt)


def _layers_and_heads(run: Run, captured: list[int]) -> None:
    number = _pick(run, captured, "heads-arm")
    arm = run.arms[number]
    _, layers, heads, _ = arm.attention.shape
    left, middle, right = st.columns(3)
    left.multiselect("Layers", range(layers), key="layers", placeholder="all", persist_state="session")
    middle.multiselect("Heads", range(heads), key="heads", placeholder="all", persist_state="session")
    right.segmented_control(
        "Over them take the",
        ["mean", "max"],
        default="mean",
        key="reduce",
        required=True,
        format_func={"mean": "Mean", "max": "Maximum"}.get,
        persist_state="session",
    )
    st.caption("These choices hold for the highlights above and for all figures.")
    layers_told(arm)
    options = range(len(arm.rendered.sources))
    source = st.selectbox(
        "Share on",
        options,
        index=_first_cue(arm),
        format_func=lambda n: (  # numbered, for a cue may stand in the words twice
            f"{n + 1} · {source_name(arm.rendered.sources[n].text, arm.rendered.sources[n].kind.value)}"
        ),
        key=f"share-on-{run.id}-{number}",
    )
    shares = arm.attention[..., source].astype("float32").mean(0)
    figure = figures.grid(shares, "Share of attention on this piece, by layer and head")
    alt = "Share of the answer's attention on the chosen piece: layers down, heads across"
    st.plotly_chart(figure, theme=None, key=f"grid-{run.id}-{number}", config=figures.CONFIG, alt=alt)


def _unit() -> None:
    st.segmented_control(
        "Highlight by",
        ["sentence", "token"],
        default="sentence",
        key="unit",
        required=True,
        format_func={"sentence": "Sentence", "token": "Token"}.get,
        persist_state="session",
    )


def _first_cue(arm: Generation) -> int:
    kinds = [s.kind.value for s in arm.rendered.sources]
    return kinds.index("cue") if "cue" in kinds else kinds.index("words") if "words" in kinds else 0


def _prompt(run: Run) -> None:
    """One arm's prompt with its sources, or the difference between two."""
    numbers = list(range(len(run.arms)))
    number = _pick(run, numbers, "prompt-arm")
    arm = run.arms[number]
    st.caption(
        f"{len(arm.rendered.token_ids)} tokens for {arm.model.id} (revision {arm.model.revision[:12]}, "
        f"{arm.model.dtype} on {arm.model.device}), seed {arm.settings.seed}, temperature {arm.settings.temperature:g}"
    )
    pieces = [
        PieceView(id=s.id, kind=s.kind.value, label=s.cue or "", start=s.start, end=s.end) for s in arm.rendered.sources
    ]
    diff = None
    if len(numbers) > 1:
        others = [n for n in numbers if n != number]
        other = st.selectbox(
            "Compare with",
            [None, *others],
            format_func=lambda n: "nothing: show the sources" if n is None else arm_label(run.arms[n]),
            key=f"diff-{run.id}-{number}",
        )
        diff = prompt_diff(run.arms[other].rendered.text, arm.rendered.text) if other is not None else None
    prompt_view(arm.rendered.text, pieces, key=f"prompt-{run.id}-{number}", diff=diff)
