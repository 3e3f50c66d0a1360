"""What lies outside the trained scopes, and small talk."""

import random
from collections.abc import Sequence
from functools import cache

import yaml

from anchoring.prompting import Framing, Reasoning, compose
from anchoring.scope.card import Scope
from training.corpus.examples import Example, Sentence
from training.corpus.grammar import expand, sentence
from training.corpus.source import DATA, load_source
from training.corpus.typing import as_typed


@cache
def _general() -> dict:
    return yaml.safe_load((DATA / "general.yaml").read_text(encoding="utf-8"))


SHORT = {
    "asante-funeral-nsawa": "money and mourning at Asante family funerals",
    "asl-deaf-social": "manners at a Deaf-led ASL social evening",
    "chennai-family-whatsapp": "family WhatsApp groups around Chennai",
    "finnish-work-sauna": "work sauna evenings among Finnish-speaking colleagues",
    "japanese-b2b-decline": "Japanese-language e-mails that decline a client's request",
    "linux-kernel-review": "kernel patch review on mailing lists",
    "nz-university-mihi-whakatau": "campus mihi whakatau for non-Māori staff",
    "rioplatense-mate-round": "sharing a mate round in Buenos Aires or Montevideo",
    "singapore-startup-slip": "reporting a slip in a Singapore start-up's chat",
    "tehran-shop-payment": "paying in a Tehran shop or shared taxi",
}


FAR, NOTHING = 0.35, 0.1  # shares of what no scope has to do with, and of words that tell of nothing


def draw_outside(
    rng: random.Random, scopes: dict[str, Scope], trained: Sequence[str], framing: Framing, reasoning: Reasoning
) -> Example:
    """Words from outside every trained scope, or a scope that the model was not trained on, and a plain refusal.

    Where a trained scope has something to do with them it is offered; the one that the card shows is mostly another.
    """
    general, chance = _general(), rng.random()
    near = [outside for outside in general["outside"] if outside["near"] in trained]
    untrained = [s for s in scopes.values() if s.id not in trained and s.starters]
    if untrained and framing is not Framing.NONE and rng.random() < 0.4:
        scope = rng.choice(untrained)
        return _example(rng.choice(scope.starters).prompt, scope, framing, reasoning, general["too_far"], rng, scopes)
    if chance < NOTHING:
        asks, texts = general["nothing"], general["nothing_said"]
    elif chance < NOTHING + FAR or not near:
        asks, texts = general["far"], general["too_far"]
    else:
        nearest = rng.choice(near)
        asks, texts = nearest["ask"], [t.replace("{near}", named(nearest["near"])) for t in general["refusals"]]
    words = as_typed(rng)(expand(rng.choice(asks), rng, {}), ())
    return _example(words, rng.choice(list(scopes.values())), framing, reasoning, texts, rng, scopes)


def named(scope_id: str) -> str:
    """A scope in a few words, as the model calls it."""
    return SHORT.get(scope_id) or load_source(scope_id).scope.practice


def draw_small_talk(
    rng: random.Random, scopes: dict[str, Scope], trained: Sequence[str], framing: Framing, reasoning: Reasoning
) -> Example:
    talk = rng.choice(_general()["small_talk"])
    names = [named(i) for i in trained]
    known = " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
    texts = [t.replace("{scopes}", known) for t in talk["say"]]
    words = expand(rng.choice(talk["ask"]), rng, {})
    scope = rng.choice(list(scopes.values()))
    return _example(words, scope, framing, reasoning, texts, rng, scopes, "small_talk")


def _example(words, scope, framing, reasoning, texts: Sequence[str], rng, scopes, role: str = "refusal") -> Example:
    said = Sentence(sentence(rng.choice(texts), rng, {}), role, None, tuple(texts))
    other = next(s for s in scopes.values() if s.id != scope.id)
    prompt = compose(words, scope=scope, framing=framing, reasoning=reasoning, other=other)
    thought = ()
    if reasoning is Reasoning.GROUNDED:
        thought = (Sentence("- I notice no clear cue in these words.", "no_cue"),)
    if reasoning is Reasoning.FREE:
        thought = (Sentence("This does not look like a setting that I know.", "free"),)
    return Example(prompt, thought, (said,), (), ())
