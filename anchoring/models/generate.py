"""Answers, several arms in one batch, streamed token by token, with the attention pooled on the way."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from numbers import Integral

import torch
from transformers import GenerationConfig, LogitsProcessor, LogitsProcessorList, StoppingCriteria, StoppingCriteriaList

from anchoring.models.decoding import Decoder, opens_thought, split_thought, without_half_mark
from anchoring.models.faults import ModelError, answering
from anchoring.models.load import LanguageModel
from anchoring.models.loops import loops
from anchoring.models.render import render
from anchoring.models.sampling import sample
from anchoring.models.tap import Tap, TapError
from anchoring.models.types import Generation, Rendered, Settings, Timing
from anchoring.prompting.segments import Prompt


@dataclass(frozen=True)
class Partial:
    """One arm while it streams: the text so far, cut like a Generation's, and the tokens that made it."""

    text: str
    thought_span: tuple[int, int] | None
    answer_span: tuple[int, int]
    tokens: int
    finished: bool


_PLAIN = {
    "do_sample": False,
    "num_beams": 1,
    "num_return_sequences": 1,
    "use_cache": True,
    "min_new_tokens": 0,
    "repetition_penalty": 1.0,
    "no_repeat_ngram_size": 0,
    "guidance_scale": 1.0,
    "output_attentions": False,
    "output_hidden_states": False,
    "output_scores": False,
    "output_logits": False,
    "return_dict_in_generate": False,
}
"""What a model's own generation settings would otherwise bring in: a greedy answer is the likeliest token each time,
and every probability that is shown afterwards is the one that the token was chosen by."""

OnStep = Callable[[tuple[Partial, ...]], None]


def generate(
    model: LanguageModel,
    prompts: Sequence[Prompt],
    *,
    max_new_tokens: int = 160,
    temperature: float = 0.0,
    top_p: float = 1.0,
    seed: int | Sequence[int] = 0,
    capture: bool = True,
    on_step: OnStep | None = None,
    stop: threading.Event | None = None,
    folded: bool = False,
) -> list[Generation]:
    """One answer for each prompt, all in one batch; an arm's tokens don't depend on the others beside it.

    `temperature` 0 is greedy. `seed` is one for all or one for each. `capture` keeps the attention, pooled to sources.
    `on_step` is called after every token, in this thread. Setting `stop` ends generation within a token and keeps the
    text; an arm that only repeats itself ends too. `folded` is that of `render`. ModelError: a prompt longer than the
    context, not enough memory.
    ValueError: settings out of range.
    """
    if not prompts:
        return []
    seeds = [int(seed)] * len(prompts) if isinstance(seed, Integral) else [int(s) for s in seed]
    if len(seeds) != len(prompts):
        raise ValueError(f"{len(seeds)} seeds for {len(prompts)} prompts: give one for all, or one for each.")
    settings = [Settings(max_new_tokens, temperature, top_p, s) for s in seeds]
    rendered = [render(p, model.tokenizer, folded) for p in prompts]
    rooms = [min(max_new_tokens, room) for room in _rooms(model, rendered)]
    batch = _Batch(model, rendered, settings, on_step, stop, rooms)
    with model.running(), answering(model.id), torch.inference_mode():
        batch.began = time.perf_counter()  # a model that runs alone may have been waited for
        rows = batch.run(capture and model.tapped)
    timing = Timing(time.perf_counter() - batch.began, batch.first - batch.began, len(prompts))
    return [
        batch.generation(index, prompt, rows[index] if rows is not None else None, timing)
        for index, prompt in enumerate(prompts)
    ]


def _room(model: LanguageModel, rendered: Rendered) -> int:
    """Tokens left for the answer in the model's context; ModelError where the prompt leaves none."""
    tokens = len(rendered.token_ids)
    if tokens >= model.context:
        over = tokens + 1 - model.context
        raise ModelError(
            f"The prompt has {tokens} tokens, {over} more than {model.id} can take with a context of "
            f"{model.context}: shorten your words, choose a lighter framing or another model."
        )
    return model.context - tokens


def _rooms(model: LanguageModel, rendered: Sequence[Rendered]) -> list[int]:
    """Each answer's room. Where the tap can't read a model, padding may count as positions, so all have the least."""
    rooms = [_room(model, r) for r in rendered]
    return rooms if model.tapped else [min(rooms)] * len(rooms)


class _Batch:
    """One call of generate: padded tokens, a decoder for each arm, and what the steps report."""

    def __init__(self, model, rendered, settings, on_step, stop, rooms):
        self.rooms = rooms
        self.model, self.rendered, self.settings = model, rendered, settings
        self.on_step, self.stop = on_step, stop
        self.device = next(model.hf.parameters()).device
        self.width = max(len(r.token_ids) for r in rendered)
        self.decoders = [Decoder(model.tokenizer) for _ in rendered]
        self.tokens: list[list[int]] = [[] for _ in rendered]
        self.ended = [False] * len(rendered)
        self.looped = [False] * len(rendered)
        self.ends_with = _end_tokens(model)
        self.began = self.first = time.perf_counter()
        self.generators = [torch.Generator().manual_seed(s.seed) for s in settings]

    def run(self, capture: bool):
        """Generates; returns attention rows [arms, steps, layers, heads, sources + 1], None where not captured."""
        ids, mask, groups = self._padded()
        config = GenerationConfig(
            max_new_tokens=max(self.rooms),
            eos_token_id=sorted(self.ends_with) or None,
            pad_token_id=self.model.pad_id,
            **_PLAIN,
        )
        arguments = {
            "input_ids": ids,
            "attention_mask": mask,
            "generation_config": config,
            "logits_processor": LogitsProcessorList([_Sampler(self)]),
            "stopping_criteria": StoppingCriteriaList([_Step(self)]),
        }
        if not capture:
            self.model.hf.generate(**arguments)
            return None
        with Tap(groups, max(len(r.sources) for r in self.rendered)) as tap:
            self.model.hf.generate(**arguments)
        try:
            return tap.rows()
        except TapError:  # the answer stands; only its highlights are missing
            return None

    def _padded(self) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        shape = (len(self.rendered), self.width)
        ids = torch.full(shape, self.model.pad_id, dtype=torch.long)
        mask, groups = torch.zeros(shape, dtype=torch.long), torch.full(shape, -1, dtype=torch.long)
        for row, r in enumerate(self.rendered):
            start = self.width - len(r.token_ids)
            ids[row, start:], mask[row, start:] = torch.tensor(r.token_ids), 1
            groups[row, start:] = torch.tensor(r.token_source)
        return ids.to(self.device), mask.to(self.device), groups.to(self.device)

    def step(self, newest: Sequence[int]) -> None:
        """Takes in one token for each arm and tells `on_step`."""
        if not any(self.tokens):
            self.first = time.perf_counter()
        for row, token in enumerate(newest):
            if self.done(row):
                continue
            if token in self.ends_with:
                self.ended[row] = True
                continue
            self.tokens[row].append(token)
            self.decoders[row].push(token)
            self.looped[row] = loops(self.tokens[row])
        if self.on_step:
            self.on_step(tuple(self._partial(row) for row in range(len(newest))))

    def done(self, row: int) -> bool:
        return self.ended[row] or self.looped[row] or len(self.tokens[row]) >= self.rooms[row]

    def _partial(self, row: int) -> Partial:
        text = without_half_mark(self.decoders[row].text)
        thought, answer = split_thought(text, opens_thought(self.rendered[row].text))
        return Partial(text, thought, answer, len(self.tokens[row]), self.done(row))

    def generation(self, row: int, prompt: Prompt, rows, timing: Timing) -> Generation:
        decoder, rendered = self.decoders[row], self.rendered[row]
        thought, answer = split_thought(decoder.text, opens_thought(rendered.text))
        count, sources = len(self.tokens[row]), len(rendered.sources)
        attention = None
        if rows is not None:  # arms with fewer sources than the widest have empty columns before the last
            kept = rows[:count]
            attention = torch.cat([torch.as_tensor(kept[..., :sources]), torch.as_tensor(kept[..., -1:])], -1)
            attention = attention.to(torch.float16).numpy()
        return Generation(
            prompt,
            rendered,
            tuple(self.tokens[row]),
            tuple(decoder.ends),
            decoder.text,
            thought,
            answer,
            self._finish(row),
            self.model.info,
            self.settings[row],
            timing,
            attention,
        )

    def _finish(self, row: int) -> str:
        if self.ended[row]:
            return "end"
        if self.looped[row]:
            return "loop"
        return "length" if len(self.tokens[row]) >= self.rooms[row] else "stopped"


class _Sampler(LogitsProcessor):
    """Draws each arm's next token with its own generator, and leaves it as the only likely one.

    transformers samples a whole batch with one generator, so that an arm's tokens would depend on its neighbours.
    """

    def __init__(self, batch: _Batch):
        self.batch = batch

    def __call__(self, input_ids: torch.LongTensor, scores: torch.FloatTensor) -> torch.FloatTensor:
        settings = self.batch.settings[0]
        if settings.temperature == 0:
            return scores
        return sample(scores, settings.temperature, settings.top_p, self.batch.generators)


class _Step(StoppingCriteria):
    def __init__(self, batch: _Batch):
        self.batch = batch
        self.stopped = False

    def __call__(self, input_ids: torch.LongTensor, scores, **kwargs) -> torch.BoolTensor:
        if not self.stopped:  # where stopping is heeded a step late (mps), what comes after is padding
            self.batch.step(input_ids[:, -1].tolist())
        self.stopped = self.stopped or (self.batch.stop is not None and self.batch.stop.is_set())
        done = [self.stopped or self.batch.done(row) for row in range(len(input_ids))]
        return torch.tensor(done, device=input_ids.device)


def _end_tokens(model: LanguageModel) -> frozenset[int]:
    """What ends an answer: the generation settings' tokens and the tokenizer's own."""
    configured = getattr(model.hf.generation_config, "eos_token_id", None)
    ends = configured if isinstance(configured, list) else [configured]
    return frozenset(t for t in (*ends, model.tokenizer.eos_token_id) if t is not None)
