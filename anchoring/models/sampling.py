"""Sampling with a seed for each arm."""

from collections.abc import Sequence

import torch


def sample(
    scores: torch.Tensor, temperature: float, top_p: float, generators: Sequence[torch.Generator]
) -> torch.Tensor:
    """Scores [arms, vocabulary] in which only the drawn token of each arm is possible.

    Temperature, then the smallest set of tokens whose probability reaches `top_p` (Holtzman et al. 2020), then one
    draw an arm from its own generator, made on the CPU so that a seed means the same on every device.
    """
    likeliest = scores.float().amax(-1, keepdim=True)  # taken off first, so that the least temperature can't overflow
    probabilities = torch.softmax((scores.float() - likeliest) / temperature, -1).cpu()
    if top_p < 1:
        ordered, order = probabilities.sort(dim=-1, descending=True, stable=True)
        beyond = ordered.cumsum(-1) - ordered >= top_p  # the first token always stays
        probabilities = probabilities.scatter(-1, order, ordered.masked_fill(beyond, 0))
    drawn = torch.stack(
        [torch.multinomial(row, 1, generator=g) for row, g in zip(probabilities, generators, strict=True)]
    )
    only = torch.full_like(scores, float("-inf"))
    return only.scatter(-1, drawn.to(scores.device), 0.0)
