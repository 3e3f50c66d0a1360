"""Which method the highlights show, and measuring it on the model that answered."""

import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import streamlit as st

from anchoring.attribution import attribute
from anchoring.attribution.attention import lacks_thought
from anchoring.attribution.calibrations import kept
from anchoring.attribution.checks import HELD_OUT, with_held_out
from anchoring.attribution.cost import Cost, cost
from anchoring.models.catalogue import BUNDLED, is_here
from anchoring.models.types import Generation
from anchoring.studies.run import Run
from pages.plain import plain
from pages.playground_parts.methods import BY_ATTENTION, BY_ID, BY_TAP, METHODS, Method
from pages.playground_parts.shared import models
from pages.playground_parts.views import captured, key
from pages.playground_parts.working import measured, works

QUICK_SECONDS = 3.0


def model_of(generation: Generation):
    """The LanguageModel that gave this answer; ValueError where its weights are no longer the same."""
    model = models().get(generation.model.id)
    if model.revision != generation.model.revision:
        raise ValueError(
            f"{generation.model.id} has changed since this run (revision {generation.model.revision[:12]} then, "
            f"{model.revision[:12]} now): run your words again to measure them."
        )
    return model


def ready(*arms: Generation) -> bool:
    """Whether the models are at hand: bundled, or in memory. Before the first run none is, and torch stays unread."""
    return all(_at_hand(name) for name in {arm.model.id for arm in arms})


def _at_hand(name: str) -> bool:
    if name == BUNDLED:
        return is_here(name)
    return "anchoring.models.pool" in sys.modules and models().has(name)


def priced(price: Cost, arm: Generation) -> str:
    """A cost in words, with what has to be loaded before."""
    return f"{price}{'' if ready(arm) else f', once {plain(arm.model.id)} is loaded'}"


def chosen_method(run: Run) -> Method:
    """The switch. Methods by attention are offered where there is any, calibrated attention where the heads of this
    model were weighed. Where there is none, removal comes first: it needs none."""
    offered = [method.id for method in METHODS if method.id != "calibrated" or kept(run.arms[0].model) is not None]
    if not any(captured(arm) for arm in run.arms):
        offered = ["removal", *(name for name in offered if name not in BY_ATTENTION | {"removal"})]
    elif not all(arm.model.tapped for arm in run.arms if captured(arm)):
        offered = [name for name in offered if name not in BY_TAP]
    chosen = st.selectbox(
        "Highlights show",
        offered,
        format_func=lambda name: BY_ID[name].name,
        key="method",
        width=280,
        persist_state="session",
    )
    return BY_ID[chosen if chosen in offered else offered[0]]


def asked_for(run: Run, method: Method, unit: str, keep: Callable[[Run], None] | None = None):
    """Attributions by a method that runs the model: at once where it takes a moment, else after a click."""
    if method.id == "removal":
        removal_test(run, keep)
        return None
    total = Cost(0, 0.0)
    for arm in run.arms:
        total += cost(arm, method.id, unit)

    def task(work):
        return [_one(work, total.passes, arm, method.id, unit) for arm in run.arms]

    quick = total.seconds <= QUICK_SECONDS and ready(*run.arms)  # to read on is no reason to load a model
    price = priced(total, run.arms[0])
    return measured(key(run, method.id, unit), f"Compute: {method.name}", price, task, at_once=quick)


def _one(work, passes: int, arm: Generation, method: str, unit: str):
    if work.stop.is_set():
        from anchoring.models.faults import Cancelled

        raise Cancelled
    if not arm.token_ids:
        return None
    watching = {"on_progress": work.part(passes), "stop": work.stop} if method in ("gradient", "surrogate") else {}
    return attribute(model_of(arm), arm, method, unit=unit, **watching)


def _quick_masks(arm: Generation) -> bool:
    """Whether the random removals that LDS stands on take no more than a moment."""
    return HELD_OUT * cost(arm, "rollout").seconds <= QUICK_SECONDS  # a pass each, as rollout takes


def _test_cost(arm: Generation) -> Cost:
    more = lacks_thought(arm) + HELD_OUT * _quick_masks(arm)
    return cost(arm, "removal") + Cost(more, more * cost(arm, "rollout").seconds)


def _tested(work, passes: int, arm: Generation) -> Generation:
    """The answer tested as quick ones are when they end: the thought told apart, random removals if they are quick."""
    from anchoring.attribution import with_removal, with_thought
    from anchoring.models.faults import Cancelled

    model = model_of(arm)
    with suppress(RuntimeError, ValueError):  # removal needs no attention
        arm = with_thought(model, arm)
    arm = with_removal(model, arm, on_progress=work.part(passes), stop=work.stop)
    with suppress(Cancelled):  # what was measured stays
        return with_held_out(model, arm, on_progress=work.part(passes), stop=work.stop) if _quick_masks(arm) else arm
    return arm


def measured_run(run: Run) -> Run:
    """The run with the removal that was measured on request, where it had none."""
    work = works().get(key(run, "removal", ""))
    return replace(work.result, name=run.name) if work is not None and work.result is not None else run


def removal_test(run: Run, keep: Callable[[Run], None] | None = None) -> None:
    """The button for a run without removal: too slow to be done unasked, or kept by an earlier version.

    `keep` saves the run with its removal. Drawn once a page: a second button would be the same one.
    """
    lacking = [arm for arm in run.arms if arm.removal is None and arm.token_ids]
    if not lacking:
        return
    total = sum(map(_test_cost, lacking), Cost(0, 0.0))

    def task(work):
        arms = (_tested(work, total.passes, arm) if arm in lacking else arm for arm in run.arms)
        whole = replace(run, arms=tuple(arms))
        if keep is not None:
            keep(whole)
        return whole

    if measured(key(run, "removal", ""), "Test the highlights by removal", priced(total, lacking[0]), task) is not None:
        st.rerun()
