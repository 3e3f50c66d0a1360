"""The data that the reading room draws: plain JSON, so that a live run, a kept run and an export are the same."""

from typing import Literal, NotRequired, TypedDict


class TargetView(TypedDict):
    """A sentence (or token) of what the model wrote.

    `start` and `end` are code points of the string of its own part: `Arm.thought` or `Arm.answer`. `badge` says in
    words whether removal backs the highlight, `lds` how well the scores foretell random removals, -1 to 1, None where
    that can't be told.
    """

    text: str
    start: int
    end: int
    part: Literal["thought", "answer"]
    badge: NotRequired[str]
    lds: NotRequired[float | None]


class SourceView(TypedDict):
    """A piece of the prompt, or, last, the generated tokens' own share (`kind` "own", empty `text`), before it that of
    the thought (`id` "thought") where it was told apart.

    Sources stand in the order of the prompt. Those of kind "cue" and "words", joined, are the user's words. `label` is
    a short name ("time limit"), empty where there is none. `outline` draws a firm frame: True always, or a list of the
    indices of the targets for which it matters.
    """

    id: str
    kind: Literal["cue", "words", "framing", "reasoning", "template", "own"]
    text: str
    label: str
    outline: NotRequired[bool | list[int]]


class Arm(TypedDict):
    """One answer. While `status` is "streaming" only `label`, `meta`, `status`, `thought` and `answer` are read.

    `scores[t][s]` belongs to target t and source s, None where a method has none; with the unit "share" each row sums
    to 1; `scores` is None where none are kept. `falls`, of the same shape, is what removal measured, in nats;
    `by_removal` says that the scores are that already, and are told in words without a second number.
    `id` is what `pinned` names (the arm's position where it is missing); change `run` when the arm answers anew.
    `lang` is the BCP 47 tag of the answer, `words_lang` of the user's words. `selection` is the index of a target to
    pin at first sight. `unit` is "share" or a word to put after a plain number ("nats", or nothing).
    """

    label: str
    meta: str
    status: Literal["streaming", "end", "length", "loop", "stopped", "failed"]
    thought: str
    answer: str
    id: NotRequired[str]
    run: NotRequired[str]
    lang: NotRequired[str]
    words_lang: NotRequired[str]
    targets: NotRequired[list[TargetView]]
    sources: NotRequired[list[SourceView]]
    scores: NotRequired[list[list[float | None]] | None]
    falls: NotRequired[list[list[float | None]] | None]
    by_removal: NotRequired[bool]
    unit: NotRequired[str]
    selection: NotRequired[int | None]
    error: NotRequired[str]


class View(TypedDict):
    """One, two or four arms. `titles` may reword "average", "target", "source" and "asked"; `target_name` is
    "sentence" or "token"; `caption` is one line below the cards. `come` names an asking: the first time that it
    gets this name, the page shows the answers, wherever the reader is on it."""

    arms: list[Arm]
    caption: NotRequired[str]
    target_name: NotRequired[str]
    titles: NotRequired[dict[str, str]]
    come: NotRequired[str | None]


class Pinned(TypedDict):
    """What the reader holds: a target or a source of one arm; the other of the two is None. `unit` is the view's
    `target_name` then: a target of another unit is another one."""

    arm: str | int
    unit: NotRequired[str]
    target: int | None
    source: str | None
