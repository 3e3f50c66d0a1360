"""What the rows of attention were divided by, as torch's own kernel computed it on the way.

With that a row can be read for some of its keys alone: the others need not be computed again.
"""

import torch
from torch.utils._python_dispatch import TorchDispatchMode

_ATTENTION = torch.ops.aten.scaled_dot_product_attention.default
_KERNEL = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu.default


class Listening(TorchDispatchMode):
    """Inside it torch runs as ever; afterwards `normaliser` is that of the last call of scaled dot product attention.

    float32 [batch, heads, queries], the logarithm of the sum over a row's keys of exp(score); None where no call used
    the CPU's fused kernel.
    """

    normaliser: torch.Tensor | None = None

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        if func is _ATTENTION:  # under inference mode it comes whole
            with self:
                return func.decompose(*args, **(kwargs or {}))
        made = func(*args, **(kwargs or {}))
        if func is _KERNEL:
            self.normaliser = made[1]
        return made
