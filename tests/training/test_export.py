"""Export: the mean of checkpoints, as a plain folder in halves."""

import torch
from transformers import AutoModelForCausalLM

from tests.training.tiny_model import model, tokenizer
from training.corpus.source import note_trained_on, trained_on, written_scopes
from training.export import export, mean


def _checkpoint(folder, seed: int):
    folder.mkdir()
    model(seed).save_pretrained(folder)
    tokenizer().save_pretrained(folder)
    note_trained_on(folder, written_scopes()[:2])
    return folder


def test_the_mean_of_checkpoints_is_that_of_each_weight(tmp_path):
    folders = [_checkpoint(tmp_path / str(seed), seed) for seed in range(3)]
    found = mean(folders).state_dict()
    states = [model(seed).state_dict() for seed in range(3)]
    for name, value in found.items():
        assert torch.allclose(value, sum(state[name] for state in states) / 3, atol=1e-6), name


def test_what_is_exported_loads_as_a_plain_folder_in_halves(tmp_path):
    export([_checkpoint(tmp_path / "one", 0)], tmp_path / "out")
    loaded = AutoModelForCausalLM.from_pretrained(tmp_path / "out")
    assert loaded.dtype == torch.float16
    for name, value in model(0).state_dict().items():
        assert torch.equal(loaded.state_dict()[name], value.half()), name
    assert trained_on(tmp_path / "out") == tuple(sorted(written_scopes()[:2]))
