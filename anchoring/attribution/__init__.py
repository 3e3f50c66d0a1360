"""Attribution: every part of an answer traced back to the sources of its prompt, one file a method."""

from anchoring.attribution.attention import attend, attention, with_attention, with_thought
from anchoring.attribution.badge import Badge, badges
from anchoring.attribution.calibrated import Calibration, calibrated
from anchoring.attribution.calibrations import kept
from anchoring.attribution.masks import Masked, measure, random_masks, removable
from anchoring.attribution.removal import matters, removal, with_removal
from anchoring.attribution.surrogate import MASKS, surrogate
from anchoring.attribution.targets import UNITS, target_tokens, targets
from anchoring.attribution.types import Attribution
from anchoring.models.types import Generation

# What needs torch is imported where it runs: pages that draw a stored run start without it.

__all__ = [
    "METHODS",
    "UNITS",
    "Attribution",
    "Badge",
    "Calibration",
    "Masked",
    "attend",
    "attention",
    "attribute",
    "badges",
    "calibrated",
    "matters",
    "measure",
    "random_masks",
    "removable",
    "removal",
    "surrogate",
    "target_tokens",
    "targets",
    "with_attention",
    "with_removal",
    "with_thought",
]


def attribute(
    model, generation: Generation, method: str = "attention", *, unit: str = "sentence", **options
) -> Attribution:
    """Scores of a generation's targets (`unit`: one of UNITS) over its prompt's sources, by one of METHODS.

    `model` is the LanguageModel that answered. Attention, removal and calibrated attention run it only where the
    generation lacks what they read, and None will do otherwise. `options` go to the method: `masked` (a Masked,
    measured before) for the surrogate, `calibration` for calibrated attention (else the one that is kept),
    `on_progress` and `stop` for what takes many passes. Raises ValueError for an unknown method, and where a model or
    a calibration is needed and there is none.
    """
    if method not in METHODS:
        raise ValueError(f"There is no method {method!r}: choose one of {', '.join(METHODS)}.")
    return METHODS[method](model, generation, unit=unit, **options)


def _attention(model, generation: Generation, **options) -> Attribution:
    generation = _captured(model, generation)
    return attention(generation if model is None else with_thought(model, generation), **options)


def _captured(model, generation: Generation) -> Generation:
    if generation.attention is not None:
        return generation
    _needed(model, "The attention of this answer was not captured: give the model, to read it anew.")
    return with_attention(model, generation)


def _removal(model, generation: Generation, *, on_progress=None, stop=None, **options) -> Attribution:
    if generation.removal is None:
        _needed(model, "Removal was not measured for this answer: give the model, to measure it.")
        generation = with_removal(model, generation, on_progress=on_progress, stop=stop)
    return removal(generation, **options)


def _surrogate(model, generation, *, masked=None, seed=0, on_progress=None, stop=None, **options) -> Attribution:
    if masked is None:
        _needed(model, "No random removals were measured for this answer: give the model, to measure them.")
        masked = measure(model, generation, random_masks(generation, MASKS, seed), on_progress=on_progress, stop=stop)
    return surrogate(generation, masked, **options)


def _calibrated(model, generation: Generation, *, calibration: Calibration | None = None, **options) -> Attribution:
    calibration = calibration or kept(generation.model)
    if calibration is None:
        name = generation.model.id
        raise ValueError(f"No calibration of {name} is kept: `python -m anchoring calibrate {name}` makes one.")
    return calibrated(_captured(model, generation), calibration, **options)


def _rollout(model, generation: Generation, **options) -> Attribution:
    from anchoring.attribution.rollout import rollout

    return rollout(_needed(model), generation, **options)


def _value(model, generation: Generation, **options) -> Attribution:
    from anchoring.attribution.value import value_weighted

    return value_weighted(_needed(model), generation, **options)


def _gradient(model, generation: Generation, **options) -> Attribution:
    from anchoring.attribution.gradients import gradient

    return gradient(_needed(model), generation, **options)


def _integrated(model, generation: Generation, **options) -> Attribution:
    from anchoring.attribution.gradients import integrated

    return integrated(_needed(model), generation, **options)


def _contrast(model, generation: Generation, **options) -> Attribution:
    from anchoring.attribution.contrast import contrast

    return contrast(_needed(model), generation, **options)


def _needed(model, message: str = "This method runs the model: give the one that answered."):
    if model is None:
        raise ValueError(message)
    return model


METHODS = {
    "attention": _attention,
    "rollout": _rollout,
    "value": _value,
    "calibrated": _calibrated,
    "gradient": _gradient,
    "integrated": _integrated,
    "removal": _removal,
    "surrogate": _surrogate,
    "contrast": _contrast,
}
