"""What a method will cost on a finished answer, told before it runs."""

from dataclasses import dataclass

from anchoring.attribution.removal import passes
from anchoring.attribution.surrogate import MASKS
from anchoring.attribution.targets import targets
from anchoring.models.types import Generation

BACKWARD = 2  # a backward pass takes about as long as two forward ones
STEPS = 20  # of integrated gradients


@dataclass(frozen=True)
class Cost:
    """`passes` over prompt and answer; `seconds` on the machine that answered, by the speed at which it read."""

    passes: int
    seconds: float

    def __str__(self) -> str:
        if not self.passes:
            return "nothing to compute"
        plural = "pass" if self.passes == 1 else "passes"
        if self.seconds < 1:
            return f"{self.passes} {plural}, under a second"
        if self.seconds < 90:
            return f"{self.passes} {plural}, about {self.seconds:.0f} s"
        return f"{self.passes} {plural}, about {self.seconds / 60:.0f} minutes"


def cost(generation: Generation, method: str, unit: str = "sentence") -> Cost:
    """The forward passes (backward ones counted as two) and seconds that `attribute` takes for `method`.

    The speed is the one at which the prompt was read before the first token came.
    """
    number = _passes(generation, method, unit)
    tokens = len(generation.rendered.token_ids) + len(generation.token_ids)
    return Cost(number, number * tokens / _tokens_a_second(generation))


def _tokens_a_second(generation: Generation) -> float:
    timing = generation.timing
    return timing.batch * len(generation.rendered.token_ids) / max(timing.first_token_seconds, 1e-3)


def _passes(generation: Generation, method: str, unit: str) -> int:
    if method == "attention" or method == "calibrated":
        return 0 if generation.attention is not None else 1
    if method == "removal":
        return 0 if generation.removal is not None else passes(generation)
    rows = len(targets(generation, unit))
    return {
        "rollout": 1,
        "value": 1,
        "contrast": 2,
        "surrogate": MASKS,
        "gradient": rows * (1 + BACKWARD),
        "integrated": rows * STEPS * (1 + BACKWARD),
    }[method]
