"""Loading a model, rendering a prompt for it, and generating with it."""

import logging

# Where torchao is installed, transformers imports it, and it warns of kernels for other machines than this.
for _name in ("torchao", "torch.utils._pytree"):
    logging.getLogger(_name).setLevel(logging.ERROR)
