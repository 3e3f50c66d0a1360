"""Attention: where did the model look? Weights, not reasons: what may be believed is what removal shows."""

import contextlib
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from anchoring.attribution.targets import target_tokens, targets, thought_tokens
from anchoring.attribution.types import Attribution
from anchoring.models.types import OWN, THOUGHT, Generation, Source, Target

_EAGER = "; read by a pass of its own over the finished run, rescaled where a learned sink takes a part"

# torch is imported only where a model runs: pages that draw a stored run start without it.

_UNITS = {
    "mean": "share of attention, mean over tokens, layers and heads",
    "max": "largest share of attention in any layer and head, mean over tokens, rescaled so that a row sums to 1",
}


def attention(
    generation: Generation,
    *,
    unit: str = "sentence",
    layers: Sequence[int] | None = None,
    heads: Sequence[int] | None = None,
    reduce: str = "mean",
    language: str = "en",
) -> Attribution:
    """Each target's attention to each source of the prompt, and to the tokens generated before it (`OWN`, last).

    A target's row is the mean over its tokens, then over the chosen `layers` and `heads` (indices along the axes of
    `generation.attention`; None for all). `reduce="max"` takes for each source the largest of the layer-head pairs
    instead, then rescales the row to sum to 1: it shows a source that one head attends to and the mean hides, and is
    no longer a share of anything. Where the thought's part of the own share was read, the thought is a source of its
    own, last but one (`THOUGHT`), and `OWN` is what is left. Raises ValueError where no attention was captured.
    """
    if generation.attention is None:
        raise ValueError("The attention of this answer was not captured: attribute(model, generation) reads it anew.")
    if reduce not in _UNITS:
        raise ValueError(f"There is no way to reduce called {reduce!r}: choose mean or max.")
    weights, own = with_own(generation)
    found = averaged(_chosen(weights, layers, heads), generation, unit, language, reduce, own)
    unit_told = _UNITS[reduce] + ("" if generation.model.tapped else _EAGER)
    return Attribution("attention", *found, unit_told, signed=False)


def with_own(generation: Generation) -> tuple[np.ndarray, tuple[Source, ...]]:
    """(float16 [tokens, layers, heads, sources + own], own): the captured attention, what fell on the thought told
    apart from the other own words where it was read."""
    weights = generation.attention
    if generation.thought_attention is None:
        return weights, (OWN,)
    thought = generation.thought_attention[..., None]
    rest = np.maximum(weights[..., -1:] - thought, 0)  # both are rounded
    return np.concatenate([weights[..., :-1], thought, rest], -1), (THOUGHT, OWN)


def averaged(weights: np.ndarray, generation: Generation, unit: str, language="en", reduce="mean", own=(OWN,)):
    """(scores, targets, sources) of rows [tokens, layers, heads, sources + own] that sum to 1, averaged over tokens."""
    sources = (*generation.rendered.sources, *own)
    if weights.shape[-1] != len(sources):
        raise ValueError(f"Attention has {weights.shape[-1]} columns for {len(sources)} sources.")
    rows = targets(generation, unit, language=language)
    scores = np.empty((len(rows), len(sources)), np.float32)
    for score, target in zip(scores, rows, strict=True):
        score[:] = _row(weights, generation, target, reduce)
    return scores, rows, sources


def with_attention(model, generation: Generation) -> Generation:
    """The answer with `attention`, read anew by one forward pass where it was not captured.

    `model` is the LanguageModel that answered. One that the tap cannot read gives its maps by an eager pass
    (docs/ARCHITECTURES.md lists which). An answer without a token stays as it is. Raises TapError where the model has
    none, or looks ahead; ModelError where the pass fails.
    """
    if generation.attention is not None or not generation.token_ids:
        return generation
    rendered = generation.rendered
    rows = _read(model, rendered.token_ids, generation.token_ids, rendered.token_source, len(rendered.sources))
    info = replace(generation.model, tapped=model.tapped)
    return replace(generation, attention=rows.astype(np.float16), model=info)


def with_thought(model, generation: Generation) -> Generation:
    """The answer with `thought_attention`, by one forward pass, where there is a thought and attention was captured.

    The run is read as if the thought and its marks were sources of the prompt. Raises as `with_attention` does.
    """
    if not lacks_thought(generation):
        return generation
    rendered, thought = generation.rendered, thought_tokens(generation)
    end, sources = max(thought) + 1, len(rendered.sources)
    before, after = generation.token_ids[:end], generation.token_ids[end:]
    own = [sources if n in set(thought) else sources + 1 for n in range(end)]
    rows = _read(model, (*rendered.token_ids, *before), after, (*rendered.token_source, *own), sources + 2)
    found = np.zeros(generation.attention.shape[:3], np.float16)
    found[end:] = rows[..., sources]
    return replace(generation, thought_attention=found)


def _read(model, *run) -> np.ndarray:
    """`attend`, or where the tap cannot read the model, as some show only while they run, an eager pass."""
    from anchoring.models.eager import attend_eager
    from anchoring.models.faults import answering
    from anchoring.models.tap import TapError

    if not model.causal:
        raise TapError("This model's tokens attend to later ones, so that one pass over a run is not the run.")
    with model.running(), answering(model.id):
        if model.tapped:
            with contextlib.suppress(TapError):
                return attend(model.hf, *run)
            model.tapped = False  # it never will be: from now on it runs in one thread at a time, as that pass needs
    with model.running(), answering(model.id):
        return attend_eager(model.hf, *run)


def lacks_thought(generation: Generation) -> bool:
    """Whether `with_thought` has something to read."""
    known = generation.attention is None or generation.thought_attention is not None
    return not known and bool(thought_tokens(generation))


def attend(
    hf_model,
    prompt_ids: Sequence[int],
    response_ids: Sequence[int],
    token_source: Sequence[int],
    n_sources: int,
    tap=None,
) -> np.ndarray:
    """float32 [response tokens, layers, heads, n_sources + 1]: the attention of a finished run, by one forward pass.

    Equal, but for rounding, to what is captured during generation. `tap` is a kind of Tap that reads otherwise.
    Raises TapError where the model cannot be read.
    """
    import torch

    from anchoring.models.interface import install
    from anchoring.models.tap import Tap, TapSilent

    if not response_ids:
        raise ValueError("There is no response to read the attention of.")
    if not install(hf_model):
        raise TapSilent("The attention of this model cannot be read: it does not pass through transformers' interface.")
    # The last token predicts nothing that was kept, so it need not run.
    ids = torch.tensor([[*prompt_ids, *response_ids[:-1]]], device=hf_model.device)
    with torch.inference_mode(), (tap or Tap)(torch.tensor([token_source]), n_sources) as reading:
        hf_model.base_model(input_ids=ids, attention_mask=torch.ones_like(ids), use_cache=False)
    return reading.rows()[0]


def _chosen(weights: np.ndarray, layers: Sequence[int] | None, heads: Sequence[int] | None) -> np.ndarray:
    """float32 [tokens, chosen layers, chosen heads, columns]."""
    for axis, (name, wanted) in enumerate((("layer", layers), ("head", heads)), start=1):
        if wanted is None:
            continue
        count, wanted = weights.shape[axis], list(wanted)
        if not wanted:
            raise ValueError(f"Choose at least one {name}.")
        for index in wanted:
            if not 0 <= index < count:
                raise ValueError(f"There is no {name} {index}: this answer has {name}s 0 to {count - 1}.")
        weights = weights.take(wanted, axis)
    return weights


def _row(weights: np.ndarray, generation: Generation, target: Target, reduce: str) -> np.ndarray:
    """float32 [columns], summing to 1."""
    own = weights[list(target_tokens(generation, target))].astype(np.float32).mean(0)
    row = own.mean((0, 1)) if reduce == "mean" else own.max((0, 1))
    # Attention is stored as float16, whose rounding moves a sum by up to a thousandth. More is no rounding.
    if reduce == "mean" and abs(row.sum() - 1) > 0.01:
        raise ValueError(f"The attention of {target.text!r} sums to {row.sum():.3f}, not to 1: it is damaged.")
    return row / row.sum()
