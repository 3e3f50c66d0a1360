"""Generations made by hand, for tests of what is computed from them."""

import numpy as np
import torch

from anchoring.models.types import Generation, ModelInfo, Rendered, Settings, Source, Timing
from anchoring.prompting.segments import Kind, Message, Prompt, Segment

SOURCES = (
    Source("t0", Kind.TEMPLATE, "<user>", 0, 6),
    Source("w0", Kind.WORDS, "Write to ", 6, 15),
    Source("c0", Kind.CUE, "Tanaka-san", 15, 25, cue="suffix"),
)


def run(pieces: list[str], *, thought: str | None = None, answer: str | None = None, attention=None, sources=SOURCES):
    """A generation whose token i wrote `pieces[i]`. `thought` and `answer` are parts of its text; all, without them."""
    text = "".join(pieces)
    ends = tuple(int(end) for end in np.cumsum([len(piece) for piece in pieces]))
    prompt_text = "".join(source.text for source in sources)
    words = Segment("w0", Kind.WORDS, prompt_text)
    return Generation(
        prompt=Prompt((Message("user", (words,)),), prompt_text, None, None, "none", "off"),
        rendered=Rendered(prompt_text, sources, (5, 6, 7, 8, 9), (0, 1, 1, 2, 2)),
        token_ids=tuple(range(10, 10 + len(pieces))),
        token_ends=ends,
        text=text,
        thought_span=None if thought is None else _span(text, thought),
        answer_span=(0, len(text)) if answer is None else _span(text, answer),
        finish="end",
        model=ModelInfo("tiny", "0", "float32", "cpu", 1, 512),
        settings=Settings(),
        timing=Timing(0.1, 0.1),
        attention=attention,
    )


def _span(text: str, part: str) -> tuple[int, int]:
    start = text.index(part)
    return start, start + len(part)


def plain_pass(model, prompt_ids, response) -> np.ndarray:
    """Log-probabilities by one plain pass without padding."""
    ids = torch.tensor([[*prompt_ids, *response]])
    with torch.inference_mode():
        steps = model.hf(input_ids=ids).logits[0].float().log_softmax(-1)
    at = range(len(prompt_ids) - 1, len(prompt_ids) + len(response) - 1)
    return np.array([steps[place, token] for place, token in zip(at, response, strict=True)])
