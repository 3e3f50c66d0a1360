"""A model whose true dependence on the prompt is known: its one word's log-odds are a function that a test gives."""

from collections.abc import Callable
from contextlib import nullcontext
from types import SimpleNamespace

import numpy as np
import torch

from anchoring.attribution import Attribution, targets
from anchoring.models.render import render
from anchoring.models.types import Generation, ModelInfo, Settings, Timing
from anchoring.prompting import Prompt, compose
from tests.models.made import TEMPLATES, byte_level

WORD, OTHER = 300, 301
PIECES = ("red", "late", "kind", "boss", "paper", "shop")
WEIGHTS = {"red": 2.0, "late": -1.0, "boss": 0.5}


def linear(text: str) -> float:
    return sum(weight for word, weight in WEIGHTS.items() if word in text)


class Planted:
    """After a prompt the token WORD has the log-odds `truth(text of the prompt)`; only OTHER can come in its place."""

    id, pad_id, causal = "planted", 0, True

    def __init__(self, truth: Callable[[str], float], template: str = "plain turns"):
        self.tokenizer, self.truth, self.passes = byte_level(TEMPLATES[template]), truth, 0
        self.hf = _Callable(self)

    def running(self):
        return nullcontext()

    def answer(self, *pieces: str) -> Generation:
        """WORD, answered to a prompt whose pieces are marked as cues, so that each is a source."""
        words = " ".join(pieces)
        starts = [len(" ".join([*pieces[:n], ""])) for n in range(len(pieces))]
        marks = [(start, start + len(piece)) for start, piece in zip(starts, pieces, strict=True)]
        return self.answered(compose(words, scope=None, framing="none", marks=marks))

    def answered(self, prompt: Prompt) -> Generation:
        text = self.tokenizer.decode([WORD])
        return Generation(
            prompt=prompt,
            rendered=render(prompt, self.tokenizer),
            token_ids=(WORD,),
            token_ends=(len(text),),
            text=text,
            thought_span=None,
            answer_span=(0, len(text)),
            finish="end",
            model=ModelInfo("planted", "0", "float32", "cpu", 0, 512),
            settings=Settings(),
            timing=Timing(0.1, 0.1),
        )


class _Callable:
    device = torch.device("cpu")

    def __init__(self, model: Planted):
        self.model = model

    def forward(self, input_ids):
        return self(input_ids)

    def __call__(self, input_ids, use_cache=False):
        self.model.passes += len(input_ids)
        logits = torch.full((*input_ids.shape, 427), -torch.inf)
        logits[..., OTHER] = 0
        for row, ids in enumerate(input_ids):
            kept = [token for token in ids.tolist() if token != self.model.pad_id]
            logits[row, :, WORD] = self.model.truth(self.model.tokenizer.decode(kept))
        return SimpleNamespace(logits=logits)


def scored(answer, values: dict[str, float]) -> Attribution:
    """An attribution made by hand: these scores for the pieces, 0 for others."""
    sources = answer.rendered.sources
    row = [[values.get(source.text.strip(), 0.0) for source in sources]]
    return Attribution("by hand", np.array(row, np.float32), targets(answer), sources, "", True)


def of(attribution: Attribution) -> dict[str, float]:
    row = zip(attribution.sources, attribution.scores[0], strict=False)
    return {source.text.strip(): float(score) for source, score in row}
