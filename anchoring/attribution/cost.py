"""What a method will cost on a finished answer, told before it runs."""

import math
from dataclasses import dataclass

from anchoring.attribution.attention import lacks_thought
from anchoring.attribution.batches import limits
from anchoring.attribution.masks import random_masks
from anchoring.attribution.removal import passes
from anchoring.attribution.surrogate import MASKS
from anchoring.attribution.targets import targets, thought_tokens
from anchoring.models.types import Generation

BACKWARD = 2  # a backward pass takes about as long as two forward ones
STEPS, STEPS_AT_ONCE = 20, 4  # of integrated gradients
FLOAT = 4  # bytes
WIDE = 14  # times a model's width: the numbers that a token has in one layer at once
KEPT = 27  # the same of what a backward pass needs of a layer
MAPS = 2  # attention maps of all heads of a layer at once


@dataclass(frozen=True)
class Cost:
    """`passes` over prompt and answer; `seconds` on the machine that answered, by the speed at which it read.

    `memory` is the bytes held beside the weights, 0 where the model's sizes are not known.
    """

    passes: int
    seconds: float
    memory: int = 0

    def __add__(self, other: "Cost") -> "Cost":
        """One after the other."""
        return Cost(self.passes + other.passes, self.seconds + other.seconds, max(self.memory, other.memory))

    def __str__(self) -> str:
        if not self.passes:
            return "nothing to compute"
        plural = "pass" if self.passes == 1 else "passes"
        return f"{self.passes} {plural}, {_duration(self.seconds)}{_size(self.memory)}"


def _duration(seconds: float) -> str:
    if seconds < 1:
        return "under a second"
    return f"about {seconds:.0f} s" if seconds < 90 else f"about {seconds / 60:.0f} minutes"


def _size(memory: int) -> str:
    if not memory:
        return ""
    megabytes = 10 * math.ceil(memory / 1e7)
    return f", about {megabytes} MB of memory" if megabytes < 1000 else f", about {memory / 1e9:.1f} GB of memory"


def cost(generation: Generation, method: str, unit: str = "sentence") -> Cost:
    """The forward passes (backward ones counted as two) and seconds that `attribute` takes for `method`.

    The speed is the one at which the prompt was read before the first token came.
    """
    number = _passes(generation, method, unit)
    tokens = len(generation.rendered.token_ids) + len(generation.token_ids)
    return Cost(number, number * tokens / _tokens_a_second(generation), _memory(generation, method) if number else 0)


def _tokens_a_second(generation: Generation) -> float:
    timing = generation.timing
    return timing.batch * len(generation.rendered.token_ids) / max(timing.first_token_seconds, 1e-3)


def _memory(generation: Generation, method: str) -> int:
    """Bytes beside the weights, roughly: on the bundled model peaks were within a factor of two of it."""
    model, answer = generation.model, len(generation.token_ids)
    length = len(generation.rendered.token_ids) + answer
    if not model.width:
        return 0
    if method in ("gradient", "integrated"):  # what the backward pass needs of every layer
        at_once = STEPS_AT_ONCE if method == "integrated" else 1
        return at_once * FLOAT * length * (KEPT * model.width * model.layers + 3 * model.vocabulary)
    rows = max(1, limits(model.device.split(":")[0]).run // length) if method in ("removal", "surrogate") else 1
    layer = rows * length * WIDE * model.width
    maps = MAPS * model.heads * length**2 if method in ("rollout", "value") else 0
    logits = 2 * rows * answer * model.vocabulary if method in ("removal", "surrogate", "contrast") else 0
    return FLOAT * (layer + maps + logits)


def _passes(generation: Generation, method: str, unit: str) -> int:
    if method == "attention" or method == "calibrated":
        lacks = generation.attention is None
        return lacks + (
            method == "attention" and bool(thought_tokens(generation) if lacks else lacks_thought(generation))
        )
    if method == "removal":
        return 0 if generation.removal is not None else passes(generation)
    if method == "surrogate":
        return len(random_masks(generation, MASKS))
    rows = len(targets(generation, unit))
    return {
        "rollout": 1,
        "value": 1,
        "contrast": 2,
        "gradient": rows * (1 + BACKWARD),
        "integrated": rows * STEPS * (1 + BACKWARD),
    }[method]
