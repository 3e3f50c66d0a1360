"""Methods that run the model: each beside what it must equal, on tiny random models."""

import threading

import numpy as np
import pytest
import torch

from anchoring import compose, generate, load_model
from anchoring.attribution import METHODS, attribute, removable, target_tokens, targets
from anchoring.attribution.calibrated import Calibration, fit, from_json
from anchoring.attribution.cost import cost
from anchoring.attribution.gradients import integrated
from anchoring.models.faults import Cancelled, ModelError
from anchoring.models.tap import TapError
from anchoring.models.types import OWN
from anchoring.prompting.segments import Kind
from anchoring.scope.library import load_scopes
from tests.tiny_chat import save

SCOPE = "tehran-shop-payment"


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    made = load_model(str(save(tmp_path_factory.mktemp("tiny"))))
    made.hf.double()  # so that differences of nearly equal numbers mean something
    return made


@pytest.fixture(scope="module")
def answer(model):
    scope = load_scopes()[SCOPE]
    prompt = compose("Grandma said qabel nadare. Do I pay?", scope=scope, framing="label", marks=[(0, 7)])
    return generate(model, [prompt], max_new_tokens=12)[0]


def chance(model, answer, embeddings, target) -> float:
    """log p of the target's tokens after these embeddings, by one plain pass."""
    at = len(answer.rendered.token_ids) + np.array(target_tokens(answer, target))
    with torch.no_grad():
        steps = model.hf(inputs_embeds=embeddings).logits[0].log_softmax(-1)
    ids = torch.tensor([*answer.rendered.token_ids, *answer.token_ids])
    return sum(float(steps[place - 1, ids[place]]) for place in at)


def embedded(model, answer):
    ids = torch.tensor([[*answer.rendered.token_ids, *answer.token_ids]])
    return model.hf.get_input_embeddings()(ids).detach()


def places(answer, source: int) -> list[int]:
    return [n for n, s in enumerate(answer.rendered.token_source) if s == source]


def test_gradient_is_what_a_finite_difference_measures(model, answer):
    found = attribute(model, answer, "gradient", unit="answer")
    (target,) = found.targets
    for source in range(len(answer.rendered.sources)):
        low, high = embedded(model, answer), embedded(model, answer)
        low[0, places(answer, source)] *= 1 - 1e-3
        high[0, places(answer, source)] *= 1 + 1e-3
        slope = (chance(model, answer, high, target) - chance(model, answer, low, target)) / 2e-3
        assert found.scores[0, source] == pytest.approx(slope, rel=1e-2, abs=5e-3)
    assert (found.sources[-1], found.signed) == (OWN, True)


@pytest.mark.parametrize("method", ["gradient", "integrated"])
def test_gradients_tell_how_far_they_are_and_stop_between_passes(model, answer, method):
    told, stop = [], threading.Event()
    found = attribute(model, answer, method, on_progress=lambda done, of: told.append((done, of)))
    assert told == sorted(told)
    assert {of for _, of in told} == {cost(answer, method).passes} == {told[-1][0]}
    assert len(told) > len(found.targets) or method == "gradient"

    def stopping(done, of):
        stop.set()

    before = len(told)
    with pytest.raises(Cancelled):
        attribute(model, answer, "integrated", on_progress=stopping, stop=stop)
    assert before == len(told)


def test_a_model_that_reads_more_than_embeddings_is_refused(model, answer, monkeypatch):
    table = model.hf.get_input_embeddings()
    monkeypatch.setattr(model.hf, "get_input_embeddings", lambda: lambda ids: table(ids) / 2)
    for method in ("gradient", "integrated"):
        with pytest.raises(ModelError, match="more of a token than its embedding"):
            attribute(model, answer, method)


def test_integrated_gradients_sum_to_the_whole_change(model, answer):
    found = integrated(model, answer, unit="answer", steps=200)
    given = list(removable(answer))
    start = embedded(model, answer)
    for source in given:
        start[0, places(answer, source)] = 0
    (target,) = found.targets
    change = chance(model, answer, embedded(model, answer), target) - chance(model, answer, start, target)
    assert found.scores[0, given].sum() == pytest.approx(change, rel=0.02, abs=0.02)
    template = [n for n, source in enumerate(found.sources) if source.kind is Kind.TEMPLATE]
    assert np.isnan(found.scores[:, template]).all()


def eager_maps(model, answer) -> np.ndarray:
    """float64 [layers, heads, tokens, tokens] by transformers' own eager attention, without the last token."""
    ids = torch.tensor([[*answer.rendered.token_ids, *answer.token_ids[:-1]]])
    before = model.hf.config._attn_implementation
    model.hf.set_attn_implementation("eager")
    try:
        with torch.no_grad():
            return torch.stack(model.hf(input_ids=ids, output_attentions=True).attentions)[:, 0].numpy()
    finally:
        model.hf.set_attn_implementation(before)


def pooled(rows: np.ndarray, answer) -> np.ndarray:
    """[..., sources + 1] of [..., tokens]."""
    column = [*answer.rendered.token_source, *[len(answer.rendered.sources)] * len(answer.token_ids)]
    sums = np.zeros((*rows.shape[:-1], len(answer.rendered.sources) + 1))
    for n in range(rows.shape[-1]):
        sums[..., column[n]] += rows[..., n]
    return sums


def rows_of(answer, by_token: np.ndarray) -> np.ndarray:
    """[targets, sources + 1]: the mean over each target's tokens."""
    return np.stack([by_token[list(target_tokens(answer, target))].mean(0) for target in targets(answer)])


def test_rollout_is_the_product_of_the_layers(model, answer):
    maps = eager_maps(model, answer).mean(1)
    product = np.eye(maps.shape[-1])
    for layer in maps:
        product = (layer + np.eye(len(layer))) / 2 @ product
    expected = rows_of(answer, pooled(product, answer)[len(answer.rendered.token_ids) - 1 :])
    found = attribute(model, answer, "rollout")
    np.testing.assert_allclose(found.scores, expected, atol=1e-5)
    np.testing.assert_allclose(found.scores.sum(1), 1, atol=1e-5)


def test_value_weighted_attention_weighs_by_the_projected_values(model, answer):
    seen = {}
    layers = model.hf.model.layers
    hooks = [
        layer.self_attn.v_proj.register_forward_hook(lambda m, i, out, n=n: seen.update({n: out[0].detach()}))
        for n, layer in enumerate(layers)
    ]
    maps = eager_maps(model, answer)
    for hook in hooks:
        hook.remove()
    heads, size = maps.shape[1], layers[0].self_attn.head_dim
    weighed = np.empty_like(maps)
    for n, layer in enumerate(layers):
        values = seen[n].view(len(seen[n]), -1, size).repeat_interleave(heads // (seen[n].shape[1] // size), 1)
        for head in range(heads):
            part = layer.self_attn.o_proj.weight[:, head * size : (head + 1) * size].detach()
            weighed[n, head] = maps[n, head] * (values[:, head] @ part.T).norm(dim=-1).numpy()
    weighed /= weighed.sum(-1, keepdims=True)
    rows = pooled(weighed, answer)[:, :, len(answer.rendered.token_ids) - 1 :].mean((0, 1))
    found = attribute(model, answer, "value")
    np.testing.assert_allclose(found.scores, rows_of(answer, rows), atol=1e-5)


def test_values_are_not_weighed_without_a_projection(model, answer, monkeypatch):
    monkeypatch.setattr("anchoring.attribution.value._OUT", ("no_such_layer",))
    with pytest.raises(TapError, match="output projection"):
        attribute(model, answer, "value")


def test_contrast_is_the_difference_to_the_unframed_prompt(model, answer):
    unframed = compose(answer.prompt.words, scope=None, framing="none", marks=[(0, 7)])
    from anchoring.attribution.forcing import log_probabilities
    from anchoring.models.render import render

    ids = [answer.rendered.token_ids, render(unframed, model.tokenizer).token_ids]
    framed, plain = log_probabilities(model, ids, answer.token_ids)
    found = attribute(model, answer, "contrast", unit="token")
    assert found.scores.shape == (len(found.targets), 1)
    for target, score in zip(found.targets, found.scores[:, 0], strict=True):
        assert score == pytest.approx((framed - plain)[list(target_tokens(answer, target))].sum(), abs=1e-4)
    assert abs(found.scores).max() > 1e-3


def test_contrast_of_an_unframed_prompt_is_unknown(model):
    (plain,) = generate(model, [compose("Hello.", scope=None, framing="none")], max_new_tokens=4)
    assert np.isnan(attribute(model, plain, "contrast").scores).all()


def planted_heads(answer, rng):
    """The answer with random attention, and falls that go with one head's attention alone."""
    from dataclasses import replace

    n = len(answer.rendered.sources)
    rows = rng.dirichlet([0.5] * (n + 1), (len(answer.token_ids), 3, 4)).astype(np.float16)
    falls = np.full((len(answer.token_ids), n + 1), np.nan, np.float32)
    which = list(removable(answer))
    falls[:, which] = 5 * rows[:, 1, 2][:, which]
    return replace(answer, attention=rows, removal=falls)


def test_calibration_finds_the_head_that_goes_with_removal(answer):
    rng = np.random.default_rng(0)
    made = fit([planted_heads(answer, rng) for _ in range(30)])
    assert np.unravel_index(made.weights.argmax(), made.weights.shape) == (1, 2)
    fresh = planted_heads(answer, rng)
    found, falls = attribute(None, fresh, "calibrated", calibration=made), attribute(None, fresh, "removal")
    which = list(removable(answer))
    assert (found.scores[:, which].argmax(1) == falls.scores[:, which].argmax(1)).all()


def test_a_calibration_is_kept_as_json_and_belongs_to_one_model(answer):
    made = Calibration("a/b", "r1", np.array([[0.5, -1]], np.float32), 7)
    read = from_json(made.to_json())
    assert (read.model, read.revision, read.sentences) == ("a/b", "r1", 7)
    np.testing.assert_array_equal(read.weights, made.weights)
    with pytest.raises(ValueError, match="another model"):
        attribute(None, answer, "calibrated", calibration=read)
    for broken in ("", "{}", '{"model": "a", "revision": "b", "sentences": 1, "weights": [NaN]}'):
        with pytest.raises(ValueError, match="no calibration"):
            from_json(broken)


def test_there_is_nothing_to_fit_where_nothing_was_measured(answer):
    with pytest.raises(ValueError, match="nothing to fit"):
        fit([answer])


@pytest.mark.parametrize("method", ["rollout", "value", "gradient", "integrated", "contrast", "surrogate", "removal"])
def test_a_method_that_needs_the_model_says_so(answer, method):
    assert method in METHODS
    with pytest.raises(ValueError, match="give the"):
        attribute(None, answer, method)
