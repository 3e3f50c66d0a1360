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


def scope_names(rng: random.Random, trained: Sequence[str]) -> str:
    """The trained scopes in a phrase, in random order: "paying in a shop, chat slips and e-mail refusals"."""
    names = [SHORT.get(i, load_source(i).scope.practice) for i in trained]
    rng.shuffle(names)
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


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


def draw_outside(
    rng: random.Random, scopes: dict[str, Scope], trained: Sequence[str], framing: Framing, reasoning: Reasoning
) -> Example:
    """Words from outside every trained scope, or a scope that the model was not trained on, and a plain refusal."""
    slots = {"scopes": scope_names(rng, trained)}
    untrained = [s for s in scopes.values() if s.id not in trained and s.starters]
    scope = rng.choice(list(scopes.values()))
    if untrained and framing is not Framing.NONE and rng.random() < 0.4:
        scope = rng.choice(untrained)
        words = rng.choice(scope.starters).prompt
    else:
        words = as_typed(rng)(expand(rng.choice(_general()["outside"]), rng, slots), ())
    said = Sentence(sentence(rng.choice(_general()["refusals"]), rng, slots), "refusal")
    return _example(words, scope, framing, reasoning, said, scopes)


def draw_small_talk(
    rng: random.Random, scopes: dict[str, Scope], trained: Sequence[str], framing: Framing, reasoning: Reasoning
) -> Example:
    talk = rng.choice(_general()["small_talk"])
    slots = {"scopes": scope_names(rng, trained)}
    said = Sentence(sentence(rng.choice(talk["say"]), rng, slots), "small_talk")
    words = expand(rng.choice(talk["ask"]), rng, slots)
    return _example(words, rng.choice(list(scopes.values())), framing, reasoning, said, scopes)


def _example(words, scope, framing, reasoning, said: Sentence, scopes) -> Example:
    other = next(s for s in scopes.values() if s.id != scope.id)
    prompt = compose(words, scope=scope, framing=framing, reasoning=reasoning, other=other)
    thought = ()
    if reasoning is Reasoning.GROUNDED:
        thought = (Sentence("- I notice no clear cue in these words.", "no_cue"),)
    if reasoning is Reasoning.FREE:
        thought = (Sentence("This does not look like a setting that I know.", "free"),)
    return Example(prompt, thought, (said,), (), (), None)
