"""Attribution: every part of an answer traced back to the sources of its prompt, one file a method."""

from dataclasses import replace

from anchoring.attribution.attention import attend, attention
from anchoring.attribution.removal import matters, removable, removal, with_removal
from anchoring.attribution.targets import UNITS, target_tokens, targets
from anchoring.attribution.types import Attribution
from anchoring.models.types import Generation

__all__ = [
    "METHODS",
    "UNITS",
    "Attribution",
    "attend",
    "attention",
    "attribute",
    "matters",
    "removable",
    "removal",
    "target_tokens",
    "targets",
    "with_removal",
]


def attribute(
    model, generation: Generation, method: str = "attention", *, unit: str = "sentence", **options
) -> Attribution:
    """Scores of a generation's targets (`unit`: one of UNITS) over its prompt's sources, by one of METHODS.

    `model` is the LanguageModel that answered; it runs only where the generation lacks what the method reads
    (`attention` or `removal`), and None will do otherwise. `options` go to the method. Raises ValueError
    for an unknown method.
    """
    if method not in METHODS:
        raise ValueError(f"There is no method {method!r}: choose one of {', '.join(METHODS)}.")
    return METHODS[method](model, generation, unit=unit, **options)


def _attention(model, generation: Generation, **options) -> Attribution:
    if generation.attention is None:
        if model is None:
            raise ValueError("The attention of this answer was not captured: give the model, to read it anew.")
        rendered = generation.rendered
        n = len(rendered.sources)
        rows = attend(model.hf, rendered.token_ids, generation.token_ids, rendered.token_source, n)
        generation = replace(generation, attention=rows)
    return attention(generation, **options)


def _removal(model, generation: Generation, **options) -> Attribution:
    if generation.removal is None:
        if model is None:
            raise ValueError("Removal was not measured for this answer: give the model, to measure it.")
        generation = with_removal(model, generation)
    return removal(generation, **options)


METHODS = {"attention": _attention, "removal": _removal}
