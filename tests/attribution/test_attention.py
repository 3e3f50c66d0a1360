"""Attention as an attribution: the rows are those that the model computed, averaged as the docstring says."""

import sys
import threading
from dataclasses import replace

import numpy as np
import pytest
import torch
from transformers import BertConfig, BertLMHeadModel, GenerationConfig

from anchoring import compose, generate, load_model
from anchoring.attribution import METHODS, attend, attention, attribute, with_thought
from anchoring.attribution.attention import with_attention
from anchoring.attribution.calibrated import Calibration
from anchoring.attribution.targets import thought_tokens
from anchoring.models.interface import install
from anchoring.models.load import LanguageModel
from anchoring.models.tap import Tap, TapError, TapSilent
from anchoring.models.types import OWN, THOUGHT
from anchoring.scope.library import load_scopes
from tests.attribution.runs import SOURCES, run
from tests.models.pairs import pair
from tests.models.tiny import tiny, tokens

PIECES = ["Dear", " both", ".", " I", " am", " late", "."]


def shares(layers: int = 2, heads: int = 3) -> np.ndarray:
    """float16 [7, layers, heads, 4] with rows that sum to 1."""
    rows = np.random.default_rng(2).dirichlet([0.5] * 4, (7, layers, heads))
    return rows.astype(np.float16)


def test_mean_is_over_tokens_then_layers_and_heads():
    rows = shares()
    made = attention(run(PIECES, attention=rows))
    assert made.sources == (*SOURCES, OWN)
    assert [target.text for target in made.targets] == ["Dear both.", "I am late."]
    assert made.scores.dtype == np.float32
    assert (made.method, made.signed) == ("attention", False)
    np.testing.assert_allclose(made.scores[0], rows[:3].astype(float).mean((0, 1, 2)), atol=1e-3)
    np.testing.assert_allclose(made.scores[1], rows[3:].astype(float).mean((0, 1, 2)), atol=1e-3)
    np.testing.assert_allclose(made.scores.sum(1), 1, atol=1e-6)


def test_chosen_layers_and_heads():
    rows = shares()
    made = attention(run(PIECES, attention=rows), layers=[1], heads=[0, 2], unit="answer")
    np.testing.assert_allclose(made.scores[0], rows[:, 1][:, [0, 2]].astype(float).mean((0, 1)), atol=1e-3)


def test_maximum_over_layers_and_heads_is_rescaled_and_says_so():
    rows = shares()
    made = attention(run(PIECES, attention=rows), reduce="max", unit="answer")
    largest = rows.astype(float).mean(0).max((0, 1))
    assert largest.sum() > 1.1
    np.testing.assert_allclose(made.scores[0], largest / largest.sum(), atol=1e-3)
    assert "rescaled" in made.unit
    assert "mean over tokens, layers and heads" in attention(run(PIECES, attention=rows)).unit


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"layers": [2]}, "There is no layer 2: this answer has layers 0 to 1"),
        ({"heads": [-1]}, "There is no head -1"),
        ({"heads": []}, "at least one head"),
        ({"reduce": "median"}, "choose mean or max"),
        ({"unit": "word"}, "no unit 'word'"),
    ],
)
def test_a_choice_that_cannot_be_is_an_error(options, message):
    with pytest.raises(ValueError, match=message):
        attention(run(PIECES, attention=shares()), **options)


def test_attention_that_does_not_fit_or_does_not_sum_to_1_is_an_error():
    with pytest.raises(ValueError, match="3 columns for 4 sources"):
        attention(run(PIECES, attention=shares()[..., :3]))
    with pytest.raises(ValueError, match="not to 1"):
        attention(run(PIECES, attention=shares() * np.float16(0.9)))
    with pytest.raises(ValueError, match="not captured"):
        attention(run(PIECES))


@pytest.mark.parametrize("kind", ["llama", "gemma3", "gemma2", "gpt2"])
def test_attend_equals_what_was_captured_while_generating(kind):
    model = tiny(kind)
    install(model)
    ids, groups = tokens(1, 12), torch.tensor([[0, 0, 0, 1, 1, 2, 2, 1, 1, 3, 3, 0]])
    config = GenerationConfig(max_new_tokens=15, do_sample=False, pad_token_id=0)
    with Tap(groups, 4) as tap:
        written = model.generate(ids, attention_mask=torch.ones_like(ids), generation_config=config)
    rows = attend(model, ids[0].tolist(), written[0, 12:].tolist(), groups[0].tolist(), 4)
    assert rows.shape == (15, 3, 4, 5)
    np.testing.assert_allclose(rows, tap.rows()[0], atol=1e-4)


def test_attribute_runs_the_model_only_without_captured_attention():
    made = run(PIECES)
    model = pair()
    read = attribute(model, made)
    rows = attend(model.hf, made.rendered.token_ids, made.token_ids, made.rendered.token_source, len(SOURCES))
    stored = replace(made, attention=rows.astype(np.float16))
    np.testing.assert_allclose(attribute(None, stored).scores, read.scores, atol=1e-3)
    np.testing.assert_allclose(read.scores.sum(1), 1, atol=1e-5)
    np.testing.assert_array_equal(
        attribute(None, stored, unit="token", layers=[0]).scores, attention(stored, unit="token", layers=[0]).scores
    )
    with pytest.raises(ValueError, match="give the model"):
        attribute(None, made)


def test_an_unknown_method_is_named_with_the_known_ones():
    with pytest.raises(ValueError, match="'horoscope': choose one of attention"):
        attribute(None, run(PIECES, attention=shares()), "horoscope")
    assert "attention" in METHODS


def test_attend_needs_a_response_and_a_model_that_can_be_read():
    with pytest.raises(ValueError, match="no response"):
        attend(tiny("llama"), [1, 2], [], [0, 0], 1)
    with pytest.raises(TapSilent, match="cannot be read"):
        attend(tiny("mamba"), [1, 2], [3], [0, 0], 1)


def test_an_empty_answer_gives_an_empty_matrix():
    made = attention(run([], attention=np.zeros((0, 2, 3, 4), np.float16)))
    assert made.scores.shape == (0, 4)


@pytest.fixture(scope="module")
def thoughtful():
    """The bundled model and an answer of its own, after a thought."""
    model, scope = load_model("bundled"), load_scopes()["tehran-shop-payment"]
    prompt = compose(scope.starters[0].prompt, scope=scope, framing="card", reasoning="grounded")
    (made,) = generate(model, [prompt], max_new_tokens=90)
    return model, with_thought(model, made)


def test_the_thought_is_a_source_of_the_answer_by_attention(thoughtful):
    model, made = thoughtful
    thought = thought_tokens(made)
    ids = torch.tensor([[*made.rendered.token_ids, *made.token_ids]])
    before = model.hf.config._attn_implementation
    model.hf.set_attn_implementation("eager")
    try:
        with torch.inference_mode():
            maps = torch.stack(model.hf(input_ids=ids, output_attentions=True).attentions)[:, 0]
    finally:
        model.hf.set_attn_implementation(before)
    prompt = len(made.rendered.token_ids)
    rows = maps[:, :, prompt - 1 : -1, [prompt + n for n in thought]].sum(-1).permute(2, 0, 1).numpy()
    after = max(thought) + 1
    assert after < len(made.token_ids)
    np.testing.assert_allclose(made.thought_attention[after:], rows[after:], atol=2e-3)
    assert not made.thought_attention[:after].any()
    assert rows[after:].mean() > 0.01


def test_what_falls_on_the_thought_is_told_apart_from_the_own_words(thoughtful):
    model, made = thoughtful
    told, whole = attribute(None, made), attribute(None, replace(made, thought_attention=None))
    assert told.sources == (*made.rendered.sources, THOUGHT, OWN)
    np.testing.assert_allclose(told.scores[:, :-2], whole.scores[:, :-1], atol=2e-3)
    np.testing.assert_allclose(told.scores[:, -2:].sum(1), whole.scores[:, -1], atol=2e-3)
    answers = [n for n, target in enumerate(told.targets) if target.part == "answer"]
    assert (told.scores[answers, -2] > 0).all()
    assert with_thought(model, made) is made


def test_a_model_that_the_tap_cannot_read_is_read_by_an_eager_pass_and_from_then_on_by_one_thread(monkeypatch):
    model = LanguageModel(pair("llama").hf, pair("llama").tokenizer)
    (made,) = generate(model, [compose("The parts are late.")], max_new_tokens=6)
    tapped = made.attention

    def silent(*_):
        raise TapSilent("not to be read")

    monkeypatch.setattr(sys.modules["anchoring.attribution.attention"], "attend", silent)
    read = with_attention(model, replace(made, attention=None))
    np.testing.assert_allclose(read.attention, tapped, atol=2e-3)
    inside, other = threading.Event(), threading.Event()

    def later():
        inside.wait()
        with model.running():
            other.set()

    thread = threading.Thread(target=later)
    thread.start()
    with model.running():
        inside.set()
        assert not other.wait(0.2)
    thread.join()
    assert other.is_set()


def test_a_model_that_looks_ahead_is_not_read_anew():
    config = BertConfig(
        vocab_size=427, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=32
    )
    model = LanguageModel(BertLMHeadModel(config), pair().tokenizer)
    assert not model.causal
    (made,) = generate(LanguageModel(pair().hf, pair().tokenizer), [compose("The parts are late.")], max_new_tokens=4)
    with pytest.raises(TapError, match="attend to later ones"):
        with_attention(model, replace(made, attention=None))


def test_how_attention_was_read_is_told():
    model = LanguageModel(tiny("bloom", vocab_size=427), pair().tokenizer)
    (made,) = generate(model, [compose("The parts are late.")], max_new_tokens=4)
    assert "a pass of its own" in attribute(model, made).unit
    (tapped,) = generate(pair(), [compose("The parts are late.")], max_new_tokens=4)
    assert "a pass of its own" not in attribute(None, tapped).unit


def test_calibrated_attention_and_gradients_tell_the_thought_apart_too(thoughtful):
    model, made = thoughtful
    shape = made.attention.shape[1:3]
    even = Calibration(made.model.id, made.model.revision, np.full(shape, 1 / np.prod(shape), np.float32), 1)
    plain, weighed = attribute(None, made), attribute(None, made, "calibrated", calibration=even)
    assert weighed.sources == plain.sources == (*made.rendered.sources, THOUGHT, OWN)
    np.testing.assert_allclose(weighed.scores, plain.scores, atol=2e-3)
    slopes = attribute(model, made, "gradient")
    assert slopes.sources == plain.sources
    of_answer = np.array([target.part == "answer" for target in slopes.targets])
    assert (slopes.scores[of_answer, -2] != 0).all()
    assert (slopes.scores[~of_answer, -2] == 0).all()
