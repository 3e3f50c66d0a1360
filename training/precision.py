"""Halves only on GPUs and on CPUs with AVX-512: without it a CPU imitates bfloat16, twenty times slower."""

import torch
from torch.optim import _muon

TORCHS = _muon._zeropower_via_newtonschulz


def has_half(device: str) -> bool:
    return device != "cpu" or torch.backends.cpu.get_cpu_capability() == "AVX512"


def orthogonalise_in_full() -> None:
    """Makes torch's Muon iterate in float32, in the whole process: it has no option for that."""
    _muon._zeropower_via_newtonschulz = orthogonal


def orthogonal(grad: torch.Tensor, coefficients: tuple[float, float, float], steps: int, eps: float) -> torch.Tensor:
    """`grad` (n × m) with singular values near 1, by a quintic Newton-Schulz iteration (Jordan et al. 2024)."""
    a, b, c = coefficients
    wide = grad.T if grad.size(0) > grad.size(1) else grad
    made = wide / wide.norm().clamp(min=eps)
    for _ in range(steps):
        gram = made @ made.T
        made = torch.addmm(made, torch.addmm(gram, gram, gram, beta=b, alpha=c), made, beta=a)
    return made.T if wide is not grad else made
