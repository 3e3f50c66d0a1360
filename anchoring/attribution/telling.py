"""What removal measured, as people say it: how many times less likely a text is without a piece.

The reading room says the same in weights.js.
"""

import math

NO_CHANGE = 0.05  # nats
A_LITTLE = 1.5  # times
MOST = 1000  # times; how far beyond says nothing more to anyone


def told(fall: float) -> str:
    """A fall of log-probability, in nats, in words: "10× less likely"; "1.6× more likely" where it rose."""
    if abs(fall) < NO_CHANGE:
        return "just as likely"
    return f"{_times(math.exp(min(abs(fall), 50.0)))} {'less' if fall > 0 else 'more'} likely"


def _times(times: float) -> str:
    if times < A_LITTLE:
        return "a little"
    if times < 10:
        return f"{math.floor(times * 10 + 1e-6) / 10:.1f}".removesuffix(".0") + "×"  # 1.96 is not yet 2
    return f"{math.floor(times + 1e-6)}×" if times < MOST else "over 1,000×"
