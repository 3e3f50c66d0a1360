"""The command calibrate: fits one weight a layer and head to removal, once for a model."""

from argparse import Namespace

from anchoring.attribution.calibrations import keep, make_ready
from anchoring.cli_complaints import complain
from anchoring.cli_output import counting, say_line, tell
from anchoring.models.types import Generation, Settings
from anchoring.prompting import Framing, Prompt, compose
from anchoring.scope import load_scopes

BATCH = 4


def calibrate(chosen: Namespace) -> int:
    """Answers the scopes' starters, measures removal on every answer, fits and keeps; the exit status."""
    try:
        # What is quick to refuse is refused before torch is loaded.
        settings = Settings(chosen.max_new_tokens)
        make_ready(chosen.out)
        prompts = starters()[: chosen.prompts]
    except ValueError as fault:
        return complain(fault)
    return _calibrated(chosen, prompts, settings)


def starters() -> list[Prompt]:
    """Every starter of every scope, framed by its card and, after those, with questions too."""
    scopes = load_scopes().values()
    return [
        compose(starter.prompt, scope=scope, framing=framing)
        for framing in (Framing.CARD, Framing.INTERPRETIVE)
        for scope in scopes
        for starter in scope.starters
    ]


def _calibrated(chosen: Namespace, prompts: list[Prompt], settings: Settings) -> int:
    from anchoring.attribution.calibrated import fit
    from anchoring.models.load import load_model
    from anchoring.models.tap import TapError

    try:
        model = load_model(chosen.model)
        tell(_cost(model, prompts, settings))
        made = _answers(model, prompts, settings)
        found = fit(made)
        where = keep(found, chosen.out)
    except TapError as fault:
        return complain(f"the attention of {chosen.model} can't be read, so it has no heads to weigh. {fault}")
    except (ValueError, OSError) as fault:
        return complain(fault)
    say_line(f"{found.weights.size} heads weighed by {found.sentences} sentences of {len(made)} answers: {where}")
    return 0


def _cost(model, prompts: list[Prompt], settings: Settings) -> str:
    """Roughly: which pieces a model's template leaves to be taken away shows only once it has answered."""
    each = sum(len(prompt.sources) + 1 for prompt in prompts) + (0 if model.tapped else len(prompts))
    return (
        f"{len(prompts)} answers of up to {settings.max_new_tokens} tokens, "
        f"then about {each} passes over prompts and answers"
    )


def _answers(model, prompts: list[Prompt], settings: Settings) -> list[Generation]:
    """Each prompt's answer, with its attention and with removal measured."""
    from anchoring.attribution import with_attention, with_removal
    from anchoring.models.generate import generate

    made: list[Generation] = []
    with counting(len(prompts), "answers") as told:
        for start in range(0, len(prompts), BATCH):
            for answer in generate(model, prompts[start : start + BATCH], max_new_tokens=settings.max_new_tokens):
                made.append(with_removal(model, with_attention(model, answer)))
                told(len(made))
    return made
