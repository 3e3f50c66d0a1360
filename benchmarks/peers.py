"""The same question put to other tools: same model, prompt, sources and answer; scores [targets, removable sources].

Each returns None where the tool is not installed (benchmarks/peers.txt).
"""

import contextlib
import io
from collections.abc import Callable
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import ClassVar

import numpy as np
import torch

from anchoring import LanguageModel
from anchoring.attribution import removable, target_tokens, targets
from anchoring.models.render import render
from anchoring.models.types import Generation

MASKS = 64


@cache
def _peer(name: str) -> ModuleType | None:
    try:
        with contextlib.redirect_stderr(io.StringIO()):
            return import_module(name)
    except ImportError:
        return None


def context_cite(model: LanguageModel, generation: Generation, batch: int = 1, unit: str = "sentence"):
    """ContextCite with its defaults. Its prompts are rendered by us, so that both tools drop the same pieces."""
    peer = _peer("context_cite")
    if peer is None:
        return None
    which, sources = removable(generation), generation.rendered.sources
    model.tokenizer.padding_side = "left"  # it asks for that; a fast tokenizer of ours never pads

    class Citer(peer.ContextCiter):
        num_sources = len(which)
        _response_ids: ClassVar = list(generation.token_ids)

        def __init__(self):
            self.model, self.tokenizer, self._cache = model.hf, model.tokenizer, {}
            self.num_ablations, self.ablation_keep_prob, self.batch_size = MASKS, 0.5, batch
            self.solver = peer.context_citer.LassoRegression()

        def _get_prompt_ids(self, mask=None, return_prompt=False):
            dropped = {sources[n].id for n, kept in zip(which, mask, strict=True) if not kept}
            return list(render(generation.prompt.without(dropped), model.tokenizer).token_ids)

    with contextlib.redirect_stderr(io.StringIO()):
        citer, rows = Citer(), []
        for target in targets(generation, unit):
            tokens = target_tokens(generation, target)
            rows.append(citer._get_attributions_for_ids_range(tokens[0], tokens[-1] + 1)[0])
    return np.array(rows)


def captum_ablation(model: LanguageModel, generation: Generation, whole: bool = True, unit: str = "sentence"):
    """LLMAttribution with FeatureAblation: a piece leaves a hole in the rendered text. `whole` scores all tokens in one
    pass instead of one pass a token, its default."""
    from captum.attr import FeatureAblation, LLMAttribution, TextTemplateInput

    which, rendered = removable(generation), generation.rendered
    template = "".join(
        "{}" if n in which else source.text.replace("{", "{{").replace("}", "}}")
        for n, source in enumerate(rendered.sources)
    )
    features = TextTemplateInput(template, [rendered.sources[n].text for n in which])
    peer = LLMAttribution(FeatureAblation(model.hf), model.tokenizer)
    target = torch.tensor(generation.token_ids, device=model.hf.device)
    options = {"forward_in_tokens": False} if whole else {}
    found = peer.attribute(features, target=target, skip_tokens=None, use_cached_outputs=False, **options)
    by_token = found.token_attr.float().cpu().numpy()
    return np.stack([by_token[list(target_tokens(generation, t))].sum(0) for t in targets(generation, unit)])


def inseq_attention(model: LanguageModel, generation: Generation, unit: str = "sentence"):
    """inseq's attention, mean over layers and heads, summed over the tokens of our sources; None where its tokens
    are not the answer's."""
    peer = _peer("inseq")
    if peer is None:
        return None
    before = model.hf.config._attn_implementation
    model.hf.set_attn_implementation("eager")
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            told = peer.load_model(model.hf, "attention", tokenizer=model.tokenizer)
            text = generation.rendered.text
            answer = model.tokenizer.decode(generation.token_ids)
            out = told.attribute(text, text + answer, show_progress=False, skip_special_tokens=False)
    finally:
        model.hf.set_attn_implementation(before)
    maps = out.sequence_attributions[0].target_attributions.float()  # [tokens, generated, layers, heads]
    by_token = maps.nan_to_num().mean((2, 3)).cpu().numpy().T
    if len(by_token) != len(generation.token_ids):  # it reads the answer as text, whose tokens may be others
        return None
    owner = np.array(generation.rendered.token_source)
    sums = np.stack([by_token[:, : len(owner)][:, owner == n].sum(1) for n in removable(generation)], axis=1)
    return np.stack([sums[list(target_tokens(generation, t))].mean(0) for t in targets(generation, unit)])


PEERS: dict[str, Callable] = {
    "context-cite, 64 masks": context_cite,
    "captum feature ablation": captum_ablation,
    "inseq attention": inseq_attention,
}
