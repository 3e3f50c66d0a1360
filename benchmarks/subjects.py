"""What benchmarks/generation.py runs: models, prompts of a set length, and each case as a function of no arguments."""

from collections.abc import Callable, Sequence

import torch
from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM
from transformers.utils import logging

from anchoring import LanguageModel, Prompt, compose, generate, load_model, load_scopes
from anchoring.models.render import render
from anchoring.models.tap import Tap


def subject(name: str, prompt_tokens: int, count: int) -> tuple[LanguageModel, list[Prompt]]:
    """A model that never ends an answer of itself, and `count` different prompts of exactly `prompt_tokens`."""
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    model = load_model("bundled", device="cpu")
    if name == "random-100m":
        model = LanguageModel(_random_llama(model.tokenizer), model.tokenizer, name)
    _never_end(model)
    return model, [_prompt(model.tokenizer, prompt_tokens, number) for number in range(count)]


def _random_llama(tokenizer) -> LlamaForCausalLM:
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=768,
        num_hidden_layers=12,
        num_attention_heads=12,
        num_key_value_heads=12,
        intermediate_size=2304,
        max_position_embeddings=2048,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return LlamaForCausalLM(config)


def _never_end(model: LanguageModel) -> None:
    """Every case must write the same number of tokens."""

    def mute(module, inputs, logits):
        logits[..., model.tokenizer.eos_token_id] = -torch.inf

    model.hf.get_output_embeddings().register_forward_hook(mute)


def _prompt(tokenizer, tokens: int, number: int) -> Prompt:
    """The starters of the shipped scopes, from the `number`-th on, cut where the rendered prompt has that length."""
    texts = [starter.prompt for scope in load_scopes().values() for starter in scope.starters]
    words = " ".join([*texts[number:], *texts[:number]] * (1 + tokens // 100)).split()
    low, high = 1, len(words)
    while low < high:  # the longest beginning that is not too long
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _length(tokenizer, words[:middle]) <= tokens else (low, middle - 1)
    kept = words[:low]
    while _length(tokenizer, kept) < tokens:
        kept.append("1")  # digits are a token each
    if _length(tokenizer, kept) != tokens:
        raise RuntimeError(f"No prompt of exactly {tokens} tokens: give another length.")
    return compose(" ".join(kept))


def _length(tokenizer, words: Sequence[str]) -> int:
    return len(render(compose(" ".join(words)), tokenizer).token_ids)


def _plain(model: LanguageModel, prompts: Sequence[Prompt], new_tokens: int) -> Callable[[], int]:
    model.hf.set_attn_implementation("sdpa")
    ids = torch.tensor([render(prompts[0], model.tokenizer).token_ids])
    return lambda: _generate(model, ids, new_tokens)[0]


def _tapped(model: LanguageModel, prompts: Sequence[Prompt], new_tokens: int) -> Callable[[], int]:
    rendered = render(prompts[0], model.tokenizer)
    ids, groups = torch.tensor([rendered.token_ids]), torch.tensor([rendered.token_source])

    def run() -> int:
        with Tap(groups, len(rendered.sources)) as tap:
            count, _ = _generate(model, ids, new_tokens)
        if len(tap.rows()[0]) != count:
            raise RuntimeError("The tap did not read every token.")
        return count

    return run


def _eager(model: LanguageModel, prompts: Sequence[Prompt], new_tokens: int) -> Callable[[], int]:
    model.hf.set_attn_implementation("eager")
    ids = torch.tensor([render(prompts[0], model.tokenizer).token_ids])

    def run() -> int:
        count, output = _generate(model, ids, new_tokens, output_attentions=True, return_dict_in_generate=True)
        if len(output.attentions) != count:
            raise RuntimeError("Attention is missing for some tokens.")
        return count

    return run


def _in_turn(model: LanguageModel, prompts: Sequence[Prompt], new_tokens: int) -> Callable[[], int]:
    def run() -> int:
        return sum(_arms(model, [prompt], new_tokens) for prompt in prompts)

    return run


def _batch(model: LanguageModel, prompts: Sequence[Prompt], new_tokens: int) -> Callable[[], int]:
    return lambda: _arms(model, prompts, new_tokens)


def _generate(model: LanguageModel, ids: torch.Tensor, new_tokens: int, **options):
    """Greedy generation by transformers; returns the number of tokens written, and what it returned."""
    config = GenerationConfig(
        max_new_tokens=new_tokens, do_sample=False, pad_token_id=model.tokenizer.pad_token_id, **options
    )
    with torch.inference_mode():
        output = model.hf.generate(input_ids=ids, attention_mask=torch.ones_like(ids), generation_config=config)
    sequences = output.sequences if hasattr(output, "sequences") else output
    return sequences.shape[1] - ids.shape[1], output


def _arms(model: LanguageModel, prompts: Sequence[Prompt], new_tokens: int) -> int:
    # Hot: a model that cannot end goes round in circles when greedy, and would be cut short.
    runs = generate(model, prompts, max_new_tokens=new_tokens, temperature=2.0)
    if any(run.attention is None for run in runs):
        raise RuntimeError("The attention was not captured.")
    if any(len(run.token_ids) != new_tokens for run in runs):
        raise RuntimeError("Not every answer has the length that was asked for.")
    return sum(len(run.token_ids) for run in runs)


CASE_RUNS = {"plain": _plain, "tap": _tapped, "eager": _eager, "in turn": _in_turn, "batch": _batch}
"""Each case by name: given a model, prompts and a length, what to time. It returns the number of tokens written."""
