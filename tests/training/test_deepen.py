"""Deepening: more layers in the middle, and nothing computed otherwise until they have learned."""

import sys

import pytest
import torch
from transformers import LlamaForCausalLM

from tests.training.tiny_model import PRESET, batch, model, tagger, tokenizer
from training import checkpoint, deepen
from training.checkpoint import State
from training.corpus.source import note_trained_on, trained_on, written_scopes
from training.deepen import deepened
from training.stages import Stage, note, stages_of
from training.tagging import Tagger
from training.train import losses_of, optimisers


def _six() -> LlamaForCausalLM:
    config = model().config
    config.num_hidden_layers = 6
    torch.manual_seed(1)
    return LlamaForCausalLM(config)


@pytest.mark.parametrize("layers", [6, 7, 8, 9])
def test_a_deepened_model_says_what_it_said_and_its_new_layers_can_learn(layers):
    ids = torch.arange(24)[None] % PRESET.vocabulary
    said = _six()(ids).logits
    deep = deepened(_six(), layers)
    assert deep.config.num_hidden_layers == len(deep.model.layers) == layers
    torch.testing.assert_close(deep(ids).logits, said, rtol=0, atol=1e-6)
    assert [layer.self_attn.layer_idx for layer in deep.model.layers] == list(range(layers))  # one cache for each
    deep(ids, labels=ids).loss.backward()
    assert all(layer.mlp.down_proj.weight.grad.abs().sum() > 0 for layer in deep.model.layers)


@pytest.mark.parametrize(("layers", "idle"), [(7, [3]), (8, [3, 5]), (9, [2, 4, 6])])
def test_new_layers_stand_in_the_middle(layers, idle):
    made = deepened(_six(), layers).model.layers
    assert [n for n, layer in enumerate(made) if not layer.mlp.down_proj.weight.any()] == idle


@pytest.mark.parametrize("layers", [5, 10, 12])
def test_a_number_of_layers_that_it_cannot_have_is_refused(layers):
    with pytest.raises(ValueError, match="6 layers cannot become"):
        deepened(_six(), layers)


def test_a_run_goes_on_from_a_deepened_checkpoint_with_its_aids(tmp_path, monkeypatch):
    old, out = tmp_path / "old", tmp_path / "out"
    net, head = _six(), tagger()
    opts = optimisers(net, head, PRESET)
    for losses in losses_of(net, net.model, head, batch(1)):
        losses.backward(retain_graph=True)
    for opt in opts:
        opt.step()
    checkpoint.save(old, net, head, opts, State(step=3))
    tokenizer().save_pretrained(old)
    note_trained_on(old, written_scopes()[:2])
    note(old, [Stage("first", 9, 1.0)])
    monkeypatch.setattr(sys, "argv", ["deepen", "--checkpoint", str(old), "--layers", "8", "--out", str(out)])
    deepen.main()

    deep = LlamaForCausalLM.from_pretrained(out)
    fresh = Tagger(deep.config.hidden_size)
    opts = optimisers(deep, fresh, PRESET)
    assert checkpoint.begin(out, fresh, opts) == State()
    for name, value in head.state_dict().items():
        assert torch.equal(fresh.state_dict()[name], value), name
    assert not any(opt.state_dict()["state"] for opt in opts)
    assert trained_on(out) == written_scopes()[:2]
    assert [s.name for s in stages_of(out)] == ["first", "old"]

    (old / checkpoint.OPTIMISER).unlink()  # as in a model that ships
    monkeypatch.setattr(sys, "argv", [*sys.argv[:-1], str(tmp_path / "bare")])
    deepen.main()
    assert not (tmp_path / "bare" / checkpoint.OPTIMISER).exists()
