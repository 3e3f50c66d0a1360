"""What removal measured, as people say it: how many times less likely a text is without a piece.

The reading room says the same in weights.js.
"""

import math

NO_CHANGE = 0.05  # nats
A_LITTLE = 1.5  # times
LARGE = ((1e9, ""), (1e6, " million"), (1e3, " thousand"))
OVER = "over a billion"


def told(fall: float) -> str:
    """A fall of log-probability, in nats, in words: "10× less likely"; "1.6× likelier" where it rose."""
    if abs(fall) < NO_CHANGE:
        return "as likely"
    return f"{_times(math.exp(min(abs(fall), 50.0)))} {'less likely' if fall > 0 else 'likelier'}"


def _times(times: float) -> str:
    if times < A_LITTLE:
        return "a little"
    for size, name in LARGE:
        if times >= size:
            return f"{times / size:.0f}{name}×" if name else f"{OVER}×"
    return f"{times:.0f}×" if times >= 10 else f"{times:.1f}".removesuffix(".0") + "×"
