"""Known links: hit rates on planted attention, removal against a plain forward pass."""

import random
from dataclasses import replace

import numpy as np
import pytest
import torch

from anchoring.attribution.removal import HALVED
from anchoring.models.generate import generate
from anchoring.models.render import render
from anchoring.prompting import Framing
from tests.training.tiny_model import language_model
from training.corpus.examples import draw_example
from training.corpus.source import load_source, written_scopes
from training.evaluate import ALL, link_lines
from training.evaluation.cue_sentences import CueSentence, cue_sentences
from training.evaluation.language import perplexity_of
from training.evaluation.links import best_head, hit, links, removal
from training.evaluation.prompts import COMBINATIONS, Asked

SCOPE = written_scopes()[0]


@pytest.fixture(scope="module")
def run():
    """(model, example, a generation of six tokens with its attention)."""
    model = language_model()
    source = load_source(SCOPE)
    drawn = (draw_example(source, random.Random(n), Framing.CARD, held=COMBINATIONS) for n in range(99))
    example = next(e for e in drawn if len(e.shown) == 2 and len(e.prompt.messages[-1].segments) > 2)
    return model, example, generate(model, [example.prompt], max_new_tokens=6)[0]


def _sentence(run, true, tokens=(1, 2)) -> CueSentence:
    _, example, generation = run
    words = tuple(s.id for s in example.prompt.messages[-1].segments)
    every = tuple(s.id for s in example.prompt.sources)
    return CueSentence(generation, None, tokens, "signals", True, frozenset(true), words, every, words[:2])


def test_removal_is_the_fall_of_the_log_probability(run):
    model, example, generation = run
    sentence = _sentence(run, ())
    (scores,) = removal(model, [sentence])
    assert set(scores) == set(sentence.all)

    def log_probability(prompt) -> float:
        ids = torch.tensor([[*render(prompt, model.tokenizer).token_ids, *generation.token_ids]])
        with torch.inference_mode():
            steps = model.hf(input_ids=ids).logits[0, -len(generation.token_ids) - 1 : -1].log_softmax(-1)
        return sum(steps[t, generation.token_ids[t]].item() for t in sentence.tokens)

    for source in (sentence.all[0], sentence.words[-1]):
        fall = log_probability(example.prompt) - log_probability(example.prompt.without({source}))
        assert abs(scores[source] - fall) < 1e-3


def test_planted_attention_is_found_and_chance_counted(run):
    generation = run[2]
    ids = [s.id for s in generation.rendered.sources]
    plain = _sentence(run, ())
    target = plain.words[0]
    planted = np.full_like(generation.attention, 0.001)
    planted[:, :, :, ids.index(target)] = 0.9
    sentences = [
        replace(plain, generation=replace(generation, attention=planted), true=frozenset({target})) for _ in range(4)
    ]
    found = links(sentences, [dict.fromkeys(plain.all, 0.0) | {plain.words[1]: 1.0}] * 4, "words")
    assert found.count == 4
    assert found.chance == pytest.approx(1 / len(plain.words))
    assert (found.attention, found.best_head, found.removal) == (1, 1, 0)
    assert links(sentences, [dict.fromkeys(plain.all, 0.0)] * 4, "cues").chance == 0.5
    no_choice = [replace(sentence, cues=(target,)) for sentence in sentences]
    assert links(no_choice, [dict.fromkeys(plain.all, 0.0)] * 4, "cues") is None


def test_the_best_head_is_measured_on_the_other_half():
    lucky = np.array([[True, False], [False, True], [True, False], [False, True]])
    assert best_head(lucky, [1, 2, 3, 4]) == 0
    always = np.array([[False, True]] * 4)
    assert best_head(always, [1, 1, 2, 2]) == 1
    assert np.isnan(best_head(always, [1, 1, 1, 1]))


def test_a_hit_is_a_true_source_among_those_offered(run):
    sentence = _sentence(run, {"cue:x"})
    scores = {"cue:x": 1.0, "framing:y": 2.0}
    assert hit(sentence, scores, ("cue:x",))
    assert not hit(sentence, scores, ("cue:x", "framing:y"))


def test_sentences_of_a_reference_answer_lead_to_their_own_cues(run):
    model, example, generation = run
    text = " ".join(s.text for s in example.answer)
    ids = model.tokenizer(text, add_special_tokens=False).input_ids
    ends = tuple(len(model.tokenizer.decode(ids[: n + 1])) for n in range(len(ids)))
    said = replace(
        generation, text=text, token_ids=tuple(ids), token_ends=ends, thought_span=None, answer_span=(0, len(text))
    )
    found = cue_sentences(Asked(SCOPE, "combinations", example), said)
    assert [s.true for s in found] == [example.links(s.cue) for s in example.answer if s.cue]
    assert all(s.true & set(s.words) for s in found)
    cues = [s.cue for s in example.answer if s.cue]
    assert [s.first for s in found] == [cue not in cues[:n] for n, cue in enumerate(cues)]
    assert {s.first for s in found} == {True, False}


def test_perplexity_of_a_new_model_is_near_its_vocabulary():
    model = language_model()
    a_token, a_byte = perplexity_of(model, ["The parts are late, and nobody wrote.", "So we wait."])
    assert 0.5 * len(model.tokenizer) < a_token < 2 * len(model.tokenizer)
    assert a_byte > 1


def test_first_sentences_on_a_cue_are_counted_apart(run):
    cue, other = _sentence(run, ()).cues
    plain = replace(_sentence(run, {cue}), words=(cue, other), all=(cue, other))
    hit_, missed = {cue: 2.0, other: 1.0}, {cue: 1.0, other: 2.0}
    found = [(SCOPE, plain, hit_), (SCOPE, replace(plain, first=False), missed)]
    lines = {title: values[ALL] for title, _, values in link_lines(found)}
    assert lines["known links, among cues: leave-one-out removal"] == 0.5
    assert lines["known links, among cues, a cue's first sentence: leave-one-out removal"] == 1


def test_sentences_that_rest_on_a_cue_are_counted_apart(run):
    cue, other = _sentence(run, ()).cues
    plain = replace(_sentence(run, {cue}), words=(cue, other), all=(cue, other))
    firm, faint = {cue: HALVED, other: 0.1}, {cue: 0.1, other: HALVED - 0.01}
    found = links([plain, plain], [firm, faint], "cues")
    assert (found.removal, found.rests, found.rests_share) == (0.5, 1, 0.5)
    assert links([plain], [faint], "cues").rests is None
    lines = {title: values[ALL] for title, _, values in link_lines([(SCOPE, plain, firm), (SCOPE, plain, faint)])}
    rest = "known links, among cues, sentences that rest on a cue by removal"
    assert lines[f"{rest}: their share"] == 0.5
    assert lines[f"{rest}: leave-one-out removal"] == 1
