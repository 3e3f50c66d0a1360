"""Loops: small models at times write the same few tokens over and over, and would up to the length limit."""

from collections.abc import Sequence

LEAST, TIMES, LONGEST = 24, 4, 64


def loops(tokens: Sequence[int]) -> bool:
    """Whether the end is one piece, of at most LONGEST tokens, TIMES in a row and over at least LEAST tokens.

    The chosen token stays the one that the model gave; a loop is cut short, never steered away from.
    """
    return any(_repeats(tokens, piece) for piece in range(1, min(LONGEST, len(tokens) // TIMES) + 1))


def _repeats(tokens: Sequence[int], piece: int) -> bool:
    length = max(LEAST, TIMES * piece)
    end = tokens[-length:]
    return len(end) == length and tokens[-1] == tokens[-1 - piece] and end[piece:] == end[:-piece]
