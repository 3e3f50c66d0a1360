"""Muon's iteration in float32, beside torch's own in bfloat16."""

import pytest
import torch
from torch.optim import _muon

from training.precision import orthogonal

STEPS = ((3.4445, -4.775, 2.0315), 5, 1e-7)  # torch's defaults


@pytest.mark.parametrize("shape", [(16, 40), (40, 16), (24, 24)])
def test_it_is_torchs_iteration_without_its_rounding(shape):
    grad = torch.randn(shape, generator=torch.Generator().manual_seed(1))
    made = orthogonal(grad, *STEPS)
    assert made.dtype == torch.float32
    assert made.shape == grad.shape
    assert (torch.linalg.svdvals(made) - 1).abs().max() < 0.4
    torch.testing.assert_close(made, _muon._zeropower_via_newtonschulz(grad, *STEPS).float(), atol=0.05, rtol=0.1)
