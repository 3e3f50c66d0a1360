"""What the controls say: a message may be too long, and is then refused in words."""

import pytest

from anchoring.models.types import Settings
from anchoring.prompting import Framing, Reasoning
from anchoring.scope.library import load_scopes
from anchoring.studies.arms import Toggle
from pages.playground_parts.inputs import MOST_WORDS, Inputs

SCOPE = "tehran-shop-payment"


def inputs(words: str) -> Inputs:
    scope = load_scopes()[SCOPE]
    return Inputs(scope, words, (), Toggle.ON, Toggle.OFF, Framing.CARD, Reasoning.FREE, None, "bundled", Settings())


def test_the_longest_message_is_sent_and_a_longer_one_refused_with_its_length():
    (prompt,) = inputs("a" * MOST_WORDS).prompts()
    assert prompt.words == "a" * MOST_WORDS
    with pytest.raises(ValueError, match=r"4,001 characters, and 4,000 is the most"):
        inputs("a" * (MOST_WORDS + 1)).prompts()
