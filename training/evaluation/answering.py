"""Answers to many prompts, greedy, in batches of like length."""

import sys
from collections.abc import Sequence

from anchoring.models.generate import generate
from anchoring.models.load import LanguageModel
from anchoring.models.types import Generation
from anchoring.prompting import Prompt

BATCH = 24
MOST_TOKENS = 320


def answers(model: LanguageModel, prompts: Sequence[Prompt], *, capture: bool = False) -> list[Generation]:
    """One greedy answer for each prompt, in the prompts' order; says on stderr how far it is."""
    order = sorted(range(len(prompts)), key=lambda i: sum(len(s.text) for s in prompts[i].sources))
    made: dict[int, Generation] = {}
    for start in range(0, len(order), BATCH):
        some = order[start : start + BATCH]
        batch = [prompts[i] for i in some]
        made |= zip(some, generate(model, batch, max_new_tokens=MOST_TOKENS, capture=capture), strict=True)
        print(f"\r{len(made)} of {len(prompts)} answers", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return [made[i] for i in range(len(prompts))]
