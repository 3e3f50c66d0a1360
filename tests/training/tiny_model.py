"""A tokenizer and a Llama small enough to train inside a test."""

from dataclasses import replace
from functools import cache
from itertools import islice

import torch
from transformers import LlamaForCausalLM

from anchoring.models.load import LanguageModel
from training.batches import Batch, plain
from training.corpus.mixture import examples
from training.presets import Preset
from training.tagging import Tagger
from training.tokenizer import train_tokenizer
from training.train import new_model

PRESET = Preset(700, 32, 2, 2, 48, 1024, 256, 4e-3, 3e-3, True)


@cache
def tokenizer():
    texts = [text for e in islice(examples(3), 60) for text in (e.prompt.words, e.target)]
    return train_tokenizer(iter(texts), PRESET.vocabulary, PRESET.context)


def model(seed: int = 0) -> LlamaForCausalLM:
    torch.manual_seed(seed)
    return new_model(PRESET, tokenizer())


def language_model(seed: int = 0) -> LanguageModel:
    return LanguageModel(model(seed), tokenizer(), "tiny")


def batch(seed: int) -> Batch:
    ids = torch.randint(8, 600, (2, 32), generator=torch.Generator().manual_seed(seed))
    batch = plain(ids)
    copying = torch.arange(4).repeat_interleave(2)  # two sources each
    return replace(
        batch,
        tags=ids % 3,
        named=ids % 2,
        cues=batch.wanted % 2,
        begins=batch.wanted % 5 == 0,
        given=batch.wanted % 7,
        copying=copying + 20,
        copied=torch.arange(8),
    )


def tagger(seed: int = 0) -> Tagger:
    torch.manual_seed(seed)
    return Tagger(PRESET.hidden)
