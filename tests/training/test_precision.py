"""Muon's iteration in float32, beside torch's own in bfloat16, and where each is used."""

import pytest
import torch
from torch.optim import _muon

from training.precision import TORCHS, has_half, orthogonal, orthogonalise_in_full

STEPS = ((3.4445, -4.775, 2.0315), 5, 1e-7)  # torch's defaults


@pytest.mark.parametrize("shape", [(16, 40), (40, 16), (24, 24)])
def test_it_is_torchs_iteration_without_its_rounding(shape):
    grad = torch.randn(shape, generator=torch.Generator().manual_seed(1))
    made = orthogonal(grad, *STEPS)
    assert made.dtype == torch.float32
    assert made.shape == grad.shape
    assert (torch.linalg.svdvals(made) - 1).abs().max() < 0.4
    torch.testing.assert_close(made, TORCHS(grad, *STEPS).float(), atol=0.05, rtol=0.1)


def test_torchs_muon_steps_by_it_once_it_is_told_to(monkeypatch):
    def step() -> torch.Tensor:
        weight = torch.nn.Parameter(torch.zeros(8, 12))
        weight.grad = torch.randn(8, 12, generator=torch.Generator().manual_seed(2))
        torch.optim.Muon([weight], lr=1.0, weight_decay=0.0, momentum=0.0, nesterov=False).step()
        return -weight.detach()

    monkeypatch.setattr(_muon, "_zeropower_via_newtonschulz", TORCHS)  # put back after the test
    rounded = step()
    orthogonalise_in_full()
    full = step()
    grad = torch.randn(8, 12, generator=torch.Generator().manual_seed(2))
    wanted = orthogonal(grad, *STEPS)
    torch.testing.assert_close(full / full.norm(), wanted / wanted.norm())
    assert not torch.allclose(full / full.norm(), rounded / rounded.norm(), atol=1e-5)


def test_halves_are_for_gpus_and_cpus_that_are_quick_in_them(monkeypatch):
    assert has_half("cuda")
    for capability, quick in (("AVX512", True), ("AVX2", False), ("DEFAULT", False)):
        monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda said=capability: said)
        assert has_half("cpu") is quick
