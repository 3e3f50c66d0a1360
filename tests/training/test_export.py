"""Export: the mean of checkpoints, as a plain folder in halves."""

import pytest
import torch
from transformers import AutoModelForCausalLM

from tests.training.tiny_model import model, tokenizer
from training.corpus.source import note_trained_on, trained_on, written_scopes
from training.export import export, mean
from training.stages import Stage, note, stages_of


def _checkpoint(folder, seed: int):
    folder.mkdir()
    model(seed).save_pretrained(folder)
    tokenizer().save_pretrained(folder)
    note_trained_on(folder, written_scopes()[:2])
    note(folder, [Stage(folder.name, seed, 1.0)])
    return folder


def test_the_mean_of_checkpoints_is_that_of_each_weight_by_its_share(tmp_path):
    folders = [_checkpoint(tmp_path / str(seed), seed) for seed in range(3)]
    shares = (0.5, 0.3, 0.2)
    found = mean(folders, shares).state_dict()
    states = [model(seed).state_dict() for seed in range(3)]
    for name, value in found.items():
        wanted = sum(share * state[name] for share, state in zip(shares, states, strict=True))
        assert torch.allclose(value, wanted, atol=1e-6), name


def test_a_mean_knows_its_stages_and_counts_all_the_same_where_no_shares_are_given(tmp_path):
    folders = [_checkpoint(tmp_path / str(seed), seed) for seed in range(2)]
    export(folders, tmp_path / "out")
    assert stages_of(tmp_path / "out") == (Stage("0", 0, 1.0, 0.5), Stage("1", 1, 1.0, 0.5))
    export(folders, tmp_path / "out", (0.25, 0.75))
    assert [s.share for s in stages_of(tmp_path / "out")] == [0.25, 0.75]
    for wrong in ((1.0,), (0.5, 0.6)):
        with pytest.raises(ValueError, match="shares"):
            export(folders, tmp_path / "out", wrong)


def test_what_is_exported_loads_as_a_plain_folder_in_halves(tmp_path):
    export([_checkpoint(tmp_path / "one", 0)], tmp_path / "out")
    loaded = AutoModelForCausalLM.from_pretrained(tmp_path / "out")
    assert loaded.dtype == torch.float16
    for name, value in model(0).state_dict().items():
        assert torch.equal(loaded.state_dict()[name], value.half()), name
    assert trained_on(tmp_path / "out") == tuple(sorted(written_scopes()[:2]))
