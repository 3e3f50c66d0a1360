"""Sample answers for the model card: drawn by seed, never by hand."""

import random
from collections.abc import Sequence

from anchoring.models.load import LanguageModel
from anchoring.models.types import Generation
from training.corpus.source import load_source
from training.evaluation.answering import answers
from training.evaluation.prompts import Asked, ask

SEED = 2024  # not the evaluation's own


def samples(model: LanguageModel, scopes: Sequence[str], count: int) -> str:
    """`count` prompts of all kinds and scopes with their greedy answers, as Markdown that shows every character."""
    asked = [a for scope in scopes for a in ask(load_source(scope), 10, SEED)]
    chosen = random.Random(SEED).sample(asked, count)
    made = answers(model, [a.example.prompt for a in chosen])
    return "\n\n".join(_sample(n, a, g) for n, (a, g) in enumerate(zip(chosen, made, strict=True), 1))


def _sample(number: int, asked: Asked, generation: Generation) -> str:
    prompt = asked.example.prompt
    head = f"{number}. `{asked.scope}`, framing {prompt.framing}, reasoning {prompt.reasoning}"
    ended = "" if generation.finish == "end" else "\n(cut: it did not end)"
    return f"{head}\n\n{_fenced('> ' + prompt.words)}\n\n{_fenced(generation.text + ended)}"


def _fenced(text: str) -> str:
    """Indented by the list, and in a fence of its own: a model's text is never markup."""
    fence = "~~~~"
    while fence in text:
        fence += "~"
    return "\n".join("   " + line for line in (f"{fence}text", *text.splitlines(), fence))
