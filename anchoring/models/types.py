"""The values that flow from a prompt to an answer. All frozen; none knows of torch."""

from dataclasses import dataclass, field, replace

import numpy as np

from anchoring.prompting.segments import Kind, Prompt


@dataclass(frozen=True)
class Source:
    """A unit of the rendered prompt; `start` and `end` are code points of the rendered text."""

    id: str
    kind: Kind
    text: str
    start: int
    end: int
    cue: str | None = None


OWN = Source("own", Kind.OWN, "", 0, 0)
"""The tokens generated so far: the last column of every attention row."""

THOUGHT = Source("thought", Kind.OWN, "", 0, 0)
"""All that the model thought before it answered: a source of the answer, by removal and by attention."""


@dataclass(frozen=True)
class Rendered:
    """A prompt as the model sees it.

    `sources` partition `text`: in order, no gap, no overlap. `token_source[i]` is the index in `sources` of token i.
    """

    text: str
    sources: tuple[Source, ...]
    token_ids: tuple[int, ...]
    token_source: tuple[int, ...]


@dataclass(frozen=True)
class Settings:
    """How an answer is generated. `temperature` 0 is greedy; `seed` matters only above 0."""

    max_new_tokens: int = 160
    temperature: float = 0.0
    top_p: float = 1.0
    seed: int = 0

    def __post_init__(self):
        if not 1 <= self.max_new_tokens <= 8192:
            raise ValueError(f"max_new_tokens is {self.max_new_tokens}: give a number from 1 to 8192.")
        if not 0 <= self.temperature <= 5:
            raise ValueError(f"temperature is {self.temperature}: give a number from 0 to 5.")
        if not 0 < self.top_p <= 1:
            raise ValueError(f"top_p is {self.top_p}: give a number above 0, up to 1.")
        if not 0 <= self.seed < 2**63:
            raise ValueError(f"seed is {self.seed}: give a whole number from 0 to {2**63 - 1}.")

    def with_seed(self, seed: int) -> "Settings":
        return replace(self, seed=seed)


@dataclass(frozen=True)
class ModelInfo:
    """Which weights answered. `revision` is a commit of the hub or a hash of the folder's weights.

    `width` is that of the hidden states; it and the counts after it are 0 where the configuration doesn't say.
    `tapped`: attention is read while the model answers; where it isn't, one more pass over the finished run may read
    it, in which rows are rescaled where a learned sink takes a part of them.
    """

    id: str
    revision: str
    dtype: str
    device: str
    parameters: int
    context: int
    width: int = 0
    layers: int = 0
    heads: int = 0
    vocabulary: int = 0
    tapped: bool = True


@dataclass(frozen=True)
class Timing:
    """Wall-clock seconds of the batch that the answer was part of; `batch` is the number of arms in it."""

    seconds: float
    first_token_seconds: float
    batch: int = 1


@dataclass(frozen=True)
class Target:
    """A unit of what the model wrote; offsets are code points of `Generation.text`. `part`: thought or answer."""

    text: str
    start: int
    end: int
    part: str


@dataclass(frozen=True, eq=False)
class Generation:
    """One answer. `thought_span` and `answer_span` cut `text`; what is between them is the model's markup.

    `token_ends[i]` is the length of `text` once token i is decoded, in code points.
    `attention`: float16 [tokens, layers, heads, sources + 1]; row t belongs to the query that predicted token t; the
    last column is the generated tokens' own share. None where it was not captured.
    `thought_attention`: float16 [tokens, layers, heads], the part of that own share which falls on the thought; 0 for
    the tokens up to its end. None where there is no thought before an answer, or it was not read.
    `masks`: bool [masks, sources], random removals to check methods by, True where a source is kept; `masked`: float32
    [masks, tokens], each token's log-probability under each. None where they were not measured.
    `removal`: float32 [tokens, sources + 1], by how many nats each token's log-probability falls when a source is
    removed, the last column when the thought is; nan where that can't be. None where it was not measured.
    `finish`: "end" (the model ended), "length" (max_new_tokens reached), "loop" (it went round in circles and was cut
    short) or "stopped" (by the user).
    """

    prompt: Prompt
    rendered: Rendered
    token_ids: tuple[int, ...]
    token_ends: tuple[int, ...]
    text: str
    thought_span: tuple[int, int] | None
    answer_span: tuple[int, int]
    finish: str
    model: ModelInfo
    settings: Settings
    timing: Timing
    attention: np.ndarray | None = field(default=None, repr=False)
    removal: np.ndarray | None = field(default=None, repr=False)
    thought_attention: np.ndarray | None = field(default=None, repr=False)
    masks: np.ndarray | None = field(default=None, repr=False)
    masked: np.ndarray | None = field(default=None, repr=False)

    @property
    def thought(self) -> str:
        return self.text[slice(*self.thought_span)].strip() if self.thought_span else ""

    @property
    def answer(self) -> str:
        return self.text[slice(*self.answer_span)].strip()
