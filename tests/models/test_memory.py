"""Whether a model fits into memory, asked of what was downloaded before as of what is new."""

import psutil
import pytest
import torch
from transformers import AutoConfig

from anchoring.models import memory
from anchoring.models.faults import ModelError
from tests.tiny_chat import save


def test_a_cached_model_too_big_for_memory_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    folder = tmp_path / "models--org--model" / "snapshots" / "0123"
    folder.parent.mkdir(parents=True)
    save(folder)
    config = AutoConfig.from_pretrained(folder)
    needed = memory.weight_bytes("org/model", config, torch.float32)
    assert needed == memory.weight_bytes(str(folder), config, torch.float32) > 0
    memory.check_fits("org/model", config, torch.float32, "cpu")
    fields = psutil.virtual_memory()._replace(available=needed)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: fields)
    with pytest.raises(ModelError, match="choose a smaller model"):
        memory.check_fits("org/model", config, torch.float32, "cpu")
