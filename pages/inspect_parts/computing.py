"""What is computed for this page on the model that answered: one work an answer and method, shared by all sessions."""

from typing import Any

import numpy as np

from anchoring.attribution import attribute
from anchoring.attribution.calibrations import kept
from anchoring.attribution.cost import cost
from anchoring.attribution.types import Attribution
from anchoring.models.types import Generation
from pages.inspect_parts.choosing import Choice
from pages.playground_parts.measuring import QUICK_SECONDS, model_of, priced, ready
from pages.playground_parts.methods import BY_ID, BY_TAP, METHODS, Method
from pages.playground_parts.views import captured
from pages.playground_parts.working import measured, works

INTEGRATED = Method(
    "integrated",
    "Integrated gradients",
    "what each piece adds to the log-probability on the way from nothing to the prompt as it is, in nats",
    "nats",
    "rests on, by integrated gradients",
)
TOKENS = "tokens"
_WATCHED = ("gradient", "integrated", "surrogate")


def methods(arm: Generation) -> tuple[Method, ...]:
    """Those of the Playground, integrated gradients beside gradients; calibrated attention where a model has it."""
    offered = [m for m in METHODS if m.id != "calibrated" or (captured(arm) and kept(arm.model) is not None)]
    offered = [m for m in offered if m.id not in BY_TAP or arm.model.tapped]
    offered.insert(offered.index(BY_ID["gradient"]) + 1, INTEGRATED)
    return tuple(offered)


def known(choice: Choice, method: str) -> Attribution | None:
    """The answer's scores by sentence, where they were kept with the run or computed, here or in the Playground."""
    arm = choice.arm
    if method == "attention" and captured(arm):
        return attribute(None, arm, "attention")
    if method == "removal":
        return attribute(None, arm, "removal") if arm.removal is not None else None
    if method == "calibrated":
        return attribute(None, arm, "calibrated")
    found = _result(choice.key(method))
    if found is None:
        whole = _result((choice.run.id, method, "sentence"))
        found = whole[choice.number] if whole is not None else None
    return found


def asked(choice: Choice, method: Method, at_once: bool) -> Attribution | None:
    """The scores by `method`, or None: then a button with the cost, or the progress, is drawn."""

    def task(work) -> Attribution:
        options = {"on_progress": work.progress, "stop": work.stop} if method.id in _WATCHED else {}
        return attribute(model_of(choice.arm), choice.arm, method.id, **options)

    price = priced(cost(choice.arm, method.id), choice.arm)
    return measured(choice.key(method.id), f"Compute: {method.name}", price, task, at_once)


def probabilities(choice: Choice) -> np.ndarray | None:
    """float32 [tokens]: how likely each token of the answer was to the model, after all that stands before it."""
    arm = choice.arm

    def task(work) -> np.ndarray:
        from anchoring.attribution.forcing import log_probabilities

        (row,) = log_probabilities(
            model_of(arm),
            [arm.rendered.token_ids],  # the very prompt that was answered
            arm.token_ids,
            on_progress=lambda done: work.progress(done, 1),
            stop=work.stop,
        )
        return np.exp(row)

    label = "Compute: how likely each token was"
    price = priced(cost(arm, "rollout"), arm)  # one pass, as rollout
    return measured(choice.key(TOKENS), label, price, task, at_once=ready(arm))


def next_quick(choice: Choice, missing: list[Method]) -> str | None:
    """The missing method to start unasked: the cheap ones (below QUICK_SECONDS in all) one after another.

    None while one is on its way, after a fault or a stop, and where the model would have to be loaded first.
    """
    lacking = [method.id for method in missing]
    quick = [method for method in _quick(choice.arm) if method in lacking]
    if not quick or not ready(choice.arm) or any(choice.key(method) in works() for method in quick):
        return None
    return quick[0]


def _quick(arm: Generation) -> list[str]:
    """The cheapest methods, as many as take less than QUICK_SECONDS in all; whether they were computed or not."""
    asked_for = [method.id for method in methods(arm) if method.id not in ("removal", "calibrated")]
    spent, quick = 0.0, []
    for seconds, method in sorted((cost(arm, method).seconds, method) for method in asked_for):
        spent += seconds
        if spent <= QUICK_SECONDS:
            quick.append(method)
    return quick


def _result(key: tuple) -> Any:
    work = works().get(key)
    return work.result if work is not None else None
