"""From runs to what the reading room draws."""

from collections.abc import Sequence

import streamlit as st

from anchoring.attribution import attribute
from anchoring.attribution.types import Attribution
from anchoring.models.types import THOUGHT, Generation
from anchoring.prompting import Framing, Reasoning
from anchoring.studies.arms import Arm
from anchoring.studies.run import Run
from pages import rates
from pages.components.reading_room import View, arm_of
from pages.playground_parts.methods import BY_ATTENTION, DEFAULT, LARGEST, Method, titles
from pages.playground_parts.shared import library
from pages.playground_parts.working import works

LDS = (
    " LDS says how well the colours foretell what happens when several pieces are taken away at random: 1 is perfect, "
    "0 is chance."
)
READ_AFTER = (
    "This model's attention was read by a pass of its own after the answer; what a learned sink takes, where a model "
    "has one, is left out. "
)
NOT_CAPTURED = "There are no highlights by this method for these answers yet. Test them by removal, or choose another."


def arm_label(generation: Generation) -> str:
    return Arm(Framing(generation.prompt.framing), Reasoning(generation.prompt.reasoning)).label


def attributions(run: Run, unit: str, layers, heads, reduce: str) -> list[Attribution | None]:
    """One attribution an arm; None for an arm without attention.

    Layers and heads chosen on another model's run count as far as this run's model has them.
    """
    found = []
    for arm in run.arms:
        if not captured(arm):
            found.append(None)
            continue
        _, has_layers, has_heads, _ = arm.attention.shape
        chosen = {"layers": _there(layers, has_layers), "heads": _there(heads, has_heads)}
        found.append(attribute(None, arm, "attention", unit=unit, reduce=reduce, **chosen))
    return found


def tested(arm: Generation, unit: str) -> Attribution | None:
    """The arm's removal scores; None where removal was not measured."""
    return None if arm.removal is None else attribute(None, arm, "removal", unit=unit)


def _there(chosen: Sequence[int] | None, count: int) -> list[int] | None:
    return [number for number in chosen or () if number < count] or None


def highlights(run: Run, method: Method, unit: str, choices: tuple) -> list[Attribution | None] | None:
    """One attribution an arm by `method`; None where it has to be computed first."""
    if method is DEFAULT:
        return attributions(run, unit, *choices)
    if method.id == "removal":
        found = [tested(arm, unit) for arm in run.arms]
        return found if any(found) else None
    if method.id == "calibrated":
        return [attribute(None, arm, "calibrated", unit=unit) if captured(arm) else None for arm in run.arms]
    work = works().get(key(run, method.id, unit))
    return work.result if work is not None else None


def captured(arm: Generation) -> bool:
    return arm.attention is not None and bool(arm.attention.size)


def layers_told(arm: Generation) -> None:
    """Says so where the layers that are numbered are not all of the model's: others mix tokens without attention."""
    numbered = arm.attention.shape[1]
    if numbered < arm.model.layers:
        st.caption(
            f"{numbered} of this model's {arm.model.layers} layers have attention; they are numbered here from 0 on, "
            "in their order."
        )


def key(run: Run, method: str, unit: str) -> tuple:
    """What a measurement of a whole run is kept by."""
    return (run.id, method, unit)


def finished_view(
    run: Run,
    found: list[Attribution | None],
    unit: str,
    method: Method = DEFAULT,
    measured: bool = False,
    reduce: str = "mean",
) -> View:
    """`measured`: the benchmark has measured the method as it is shown here, so its figures may stand beside it.

    `reduce` is how attention's layers and heads were put together.
    """
    scope = library().scopes.get(run.scope or "")
    names = {cue.id: cue.id.replace("-", " ") for cue in scope.cues} if scope else {}
    arms = [
        arm_of(arm_label(arm), arm, attribution, tested(arm, unit), cue_labels=names, lang="en", unit=method.unit)
        | {"id": str(n), "run": f"{run.id}-{unit}-{method.id}", "words_lang": ""}
        for n, (arm, attribution) in enumerate(zip(run.arms, found, strict=True))
    ]
    shown = any(attribution is not None for attribution in found)
    caption = _caption(run, method, unit, measured, reduce) if shown else NOT_CAPTURED
    return View(arms=arms, caption=caption, target_name=unit, titles=titles(method, unit, reduce))


def _caption(run: Run, method: Method, unit: str, measured: bool, reduce: str) -> str:
    says = f"Colour says {LARGEST if method is DEFAULT and reduce == 'max' else method.says}. "
    if method.id in BY_ATTENTION and not all(arm.model.tapped for arm in run.arms if captured(arm)):
        says += READ_AFTER
    if measured:
        says += rates.told(method.id, method.name, run.arms[0].model.revision)
    if any(arm.removal is not None for arm in run.arms):
        lds = LDS if any(arm.masks is not None for arm in run.arms) else ""
        return says + (
            f"A firm frame says that the piece was taken away and the {unit} missed it: without it the {unit} would be "
            "at most half as likely, and no other piece matters far more. A highlight without a frame is not backed. "
            "More likely without a piece: it spoke against the sentence." + lds
        )
    return says + "A highlight shows where to ask, not why it answered so: test it by removal, with the button below."


def streaming_view(job, broken: bool = False) -> View:
    """What there is of the answers: on their way, or `broken` off by a fault."""
    status = "stopped" if broken else "streaming"
    partials = job.partials or (None,) * len(job.prompts)
    arms = []
    for number, (prompt, partial) in enumerate(zip(job.prompts, partials, strict=True)):
        label = Arm(Framing(prompt.framing), Reasoning(prompt.reasoning)).label
        arm = {"label": label, "status": status, "thought": "", "answer": "", "id": str(number), "run": job.id}
        most = job.settings.max_new_tokens
        arm["meta"] = f"{partial.tokens} of at most {most} tokens" if partial else "reading the prompt…"
        if partial is not None:
            arm["thought"] = partial.text[slice(*partial.thought_span)].strip() if partial.thought_span else ""
            arm["answer"] = partial.text[slice(*partial.answer_span)].lstrip()
        arms.append(arm)
    if job.waiting:
        caption = "Others are running a model on this machine. Your run is next in line and begins by itself."
        return View(arms=[arm | {"meta": "waiting for its turn…"} for arm in arms], caption=caption)
    if broken:
        return View(arms=arms, caption="The answers end where the fault came, so there are no highlights.")
    if job.checking:
        caption = (
            "The answers are kept. Pieces of the prompt are now taken away, one by one and at random, to test them."
        )
        return View(arms=arms, caption=caption)
    return View(arms=arms, caption="The answers are being written; the highlights come when they are done.")


@st.cache_data(max_entries=64, show_spinner=False)
def source_name(text: str, kind: str, source_id: str = "") -> str:
    """A short name for a source in a figure."""
    if source_id == THOUGHT.id:
        return "the text before the answer"
    short = " ".join(text.split())
    short = short if len(short) <= 48 else short[:47].rstrip() + "…"
    return "the answer's own words so far" if kind == "own" else short
