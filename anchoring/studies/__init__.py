"""Grids of arms: framing by reasoning, over the same words, run together and kept together."""
