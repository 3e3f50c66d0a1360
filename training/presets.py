"""The two sizes in which the bundled model is made."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Preset:
    """`tokens_per_step` counts padding too; learning rates are peaks of a schedule that warms up and then falls.

    With `few_phrasings` it learns to answer in a few sentences of each list alone.
    """

    vocabulary: int
    hidden: int
    layers: int
    heads: int
    feed_forward: int
    context: int
    tokens_per_step: int
    muon_rate: float
    adam_rate: float
    few_phrasings: bool


PRESETS = {
    "cpu": Preset(6144, 256, 6, 4, 704, 1024, 8192, 2e-3, 1.5e-3, True),
    "gpu": Preset(12288, 512, 10, 8, 1408, 1024, 65536, 3e-3, 2e-3, False),
}
