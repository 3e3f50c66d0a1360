"""What the model costs here: seconds to load, tokens a second, memory."""

import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from anchoring.models.generate import generate
from anchoring.models.load import LanguageModel, load_model
from anchoring.prompting import Prompt


@dataclass(frozen=True)
class Speed:
    """Seconds to load; tokens a second for one prompt and for four in a batch; peak memory of the process in MB."""

    load_seconds: float
    one: float
    four: float
    peak_mb: float


def loaded(name: str) -> tuple[LanguageModel, float]:
    """The model and the seconds that loading took, libraries apart."""
    began = time.perf_counter()
    model = load_model(name)
    return model, time.perf_counter() - began


def speed(model: LanguageModel, prompts: Sequence[Prompt], load_seconds: float) -> Speed:
    """Measured on the first prompts given, at least four, after one answer that warms up."""
    generate(model, prompts[:1], max_new_tokens=8, capture=False)
    return Speed(load_seconds, _rate(model, prompts[:1]), _rate(model, prompts[:4]), peak_mb())


def _rate(model: LanguageModel, prompts: Sequence[Prompt]) -> float:
    made = generate(model, prompts, capture=False)
    return sum(len(g.token_ids) for g in made) / made[0].timing.seconds


def peak_mb() -> float:
    """The most memory that this process has held."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6
