"""The command calibrate: fits one weight a layer and head to removal, once for a model."""

import sys
from argparse import Namespace
from collections.abc import Iterator

from anchoring.cli_complaints import complain
from anchoring.prompting import Framing, Prompt, compose
from anchoring.scope import load_scopes

BATCH = 4


def calibrate(chosen: Namespace) -> int:
    """Answers the scopes' starters, measures removal on every answer, fits and keeps; the exit status."""
    from anchoring.attribution.calibrated import fit
    from anchoring.attribution.calibrations import keep
    from anchoring.models.load import load_model

    try:
        model = load_model(chosen.model)
        if not model.tapped:
            return complain(f"the attention of {chosen.model} can't be read, so it has no heads to weigh.")
        prompts = starters()[: chosen.prompts]
        made = [answer for start in range(0, len(prompts), BATCH) for answer in _some(model, prompts, start, chosen)]
        found = fit(made)
        where = keep(found, chosen.out)
    except (ValueError, OSError) as fault:
        return complain(fault)
    print(f"{found.weights.size} heads weighed by {found.sentences} sentences of {len(made)} answers: {where}")
    return 0


def starters() -> list[Prompt]:
    """Every starter of every scope, framed by its card and, after those, with questions too."""
    scopes = load_scopes().values()
    return [
        compose(starter.prompt, scope=scope, framing=framing)
        for framing in (Framing.CARD, Framing.INTERPRETIVE)
        for scope in scopes
        for starter in scope.starters
    ]


def _some(model, prompts: list[Prompt], start: int, chosen: Namespace) -> Iterator:
    from anchoring.attribution import with_removal
    from anchoring.models.generate import generate

    some = generate(model, prompts[start : start + BATCH], max_new_tokens=chosen.max_new_tokens)
    for n, answer in enumerate(some):
        print(f"\r{start + n + 1} of {len(prompts)} answers", end="", file=sys.stderr, flush=True)
        yield with_removal(model, answer)
    print(file=sys.stderr) if start + BATCH >= len(prompts) else None
