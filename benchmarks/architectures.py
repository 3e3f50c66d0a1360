"""Which architectures of transformers the tap reads, and whether what it reads is what eager attention computes.

    python -m benchmarks.architectures [--only NAME ...] [--write docs/ARCHITECTURES.md]

Every causal language model that transformers knows is built tiny and at random, on the CPU, without a network. The
tap's rows are compared with the maps of eager attention on the same weights, pooled by a plain product: once for one
forward pass over a prompt and a response, once for a greedy run with a cache.
"""

import argparse
import sys
import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
import transformers
from transformers import GenerationConfig, PreTrainedModel
from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES as ARCHITECTURES

from anchoring.attribution.attention import attend
from anchoring.models.eager import attend_eager
from anchoring.models.tap import Tap, TapError
from benchmarks.tables import markdown
from benchmarks.tiny_configs import FIRST_WORD, NOTES, VOCABULARY, tiny_config

PROMPT, RESPONSE, SOURCES = 40, 12, 5
CLOSE = 1e-5
CLOSE_RUN = 1e-4
"""A run with a cache adds in another order than one pass does, and layers without attention carry that on."""

OUTCOMES = {
    "equal": "the tap reads it, and its rows are those of eager attention",
    "eager fallback": "the tap refuses, since the attention code is the model's own, adds sinks, runs several times a "
    "token or chooses tokens by the name of its implementation; one more pass with eager attention gives the rows. "
    "Those of sinks are rescaled to sum to 1 over the tokens",
    "no attention": "no map over tokens that could be shown: only removal tells what the answer used",
    "not built": "no tiny model of it could be made or run here",
    "different": "read, and wrong",
}
HEADS = ["Architecture", "Outcome", "One pass", "A run", "Layers read", "Shows", "Note"]
INTRODUCTION = """# Architectures

Made by `python -m benchmarks.architectures --write docs/ARCHITECTURES.md` with torch {torch} and transformers
{transformers}. All {total} causal language models that transformers knows, each built tiny with random weights, in
float32 on the CPU. **One pass** is the largest absolute difference between the shares of attention that the app reads
in one forward pass over {prompt} tokens of prompt in {sources} sources and {response} of response, and the maps of
eager attention on the same weights, pooled the same way; at most {close:.0e} counts as equal. **A run** is the same for
a greedy run of {response} tokens with a cache, at most {close_run:.0e}. Multimodal models are read in their text part,
hybrids in their layers with attention. Models that can also look ahead (`is_decoder` false, BERT's default) are
built to look back only; one that looks ahead is not read anew after its answer, which would show another run.

"""
FEATURES = {
    "sliding window": ("sliding_window", "attention_window_size", "sliding_window_size"),
    "chunks": ("attention_chunk_size",),
    "soft cap": ("attn_logit_softcapping",),
    "latent": ("kv_lora_rank",),
    "indexer": ("index_topk", "index_topk_blocks", "indexer_budget"),
    "experts": ("num_experts_per_tok", "moe_topk", "top_k_experts"),
}


@dataclass(frozen=True)
class Case:
    """A prompt whose tokens belong to sources in runs, one of them scattered, and a response."""

    prompt: list[int]
    response: list[int]
    groups: list[int]

    @classmethod
    def made(cls) -> "Case":
        random = torch.Generator().manual_seed(1)
        ids = torch.randint(FIRST_WORD, VOCABULARY, (PROMPT + RESPONSE,), generator=random).tolist()
        groups = torch.randint(0, SOURCES, (PROMPT,), generator=random).sort().values
        groups[PROMPT // 2] = 0
        return cls(ids[:PROMPT], ids[PROMPT:], groups.tolist())


@dataclass(frozen=True)
class Outcome:
    name: str
    outcome: str
    difference: float | None = None
    run: float | None = None
    layers: str = ""
    features: str = ""
    note: str = ""

    def row(self) -> list[str]:
        numbers = ["" if n is None else f"{n:.0e}" for n in (self.difference, self.run)]
        return [self.name, self.outcome, *numbers, self.layers, self.features, self.note.replace("|", "/")]


def build(name: str, attention: str | None = None) -> PreTrainedModel:
    """The same weights for every `attention`, and large enough that no head looks everywhere alike."""
    torch.manual_seed(7)
    model_class = getattr(transformers, ARCHITECTURES[name])
    config = tiny_config(name)
    if not isinstance(config, model_class.config_class):
        config = config.get_text_config(decoder=True)
    model = model_class._from_config(config, attn_implementation=attention, dtype=torch.float32)
    with torch.no_grad():
        for label, weights in model.named_parameters():
            if weights.ndim > 1 and "conv" not in label and 0 < weights.std() < 0.1:
                weights.mul_(0.15 / weights.std())
    return model.eval()


def eager_rows(model: PreTrainedModel, prompt: list[int], response: list[int], groups: list[int]) -> torch.Tensor:
    """[response tokens, layers, heads, sources + 1] from a model that was built with eager attention."""
    ids = torch.tensor([[*prompt, *response[:-1]]])
    with torch.inference_mode():
        maps = model(input_ids=ids, attention_mask=torch.ones_like(ids), use_cache=False, output_attentions=True)
    columns = source_columns(groups, ids.shape[1])
    full = [m for m in maps.attentions if m is not None and m.shape[-2:] == (ids.shape[1], ids.shape[1])]
    rows = torch.stack([layer[0, :, len(prompt) - 1 :] @ columns for layer in full]).permute(2, 0, 1, 3)
    return rows / rows.sum(-1, keepdim=True)


def source_columns(groups: list[int], tokens: int) -> torch.Tensor:
    """float32 [tokens, sources + 1]: 1 where a token belongs to the column."""
    column = torch.tensor(groups + [SOURCES] * (tokens - len(groups)))
    return torch.stack([column == source for source in range(SOURCES + 1)], dim=1).float()


def distance(rows, expected: torch.Tensor) -> float:
    """The largest absolute difference; infinite where they do not line up."""
    rows = torch.as_tensor(rows)
    return (rows - expected).abs().max().item() if rows.shape == expected.shape else float("inf")


def run_distance(model: PreTrainedModel, eager: PreTrainedModel, case: Case) -> float:
    """For a greedy run with a cache: what the tap captures beside the maps of the same run with eager attention."""
    options = {"max_new_tokens": RESPONSE, "do_sample": False, "use_cache": True, "pad_token_id": 0}
    ids = torch.tensor([case.prompt])
    mask = torch.ones_like(ids)
    with torch.inference_mode(), Tap(torch.tensor([case.groups]), SOURCES) as tap:
        written = model.generate(ids, attention_mask=mask, generation_config=GenerationConfig(**options))
    maps = GenerationConfig(**options, output_attentions=True, return_dict_in_generate=True)
    with torch.inference_mode():
        run = eager.generate(ids, attention_mask=mask, generation_config=maps)
    if not torch.equal(run.sequences, written):
        return float("inf")
    steps = [newest_rows(given, PROMPT + step, case.groups) for step, given in enumerate(run.attentions)]
    return distance(tap.rows()[0], torch.stack(steps))


def newest_rows(maps: Sequence[torch.Tensor], seen: int, groups: list[int]) -> torch.Tensor:
    """[layers, heads, sources + 1]: the newest row of each layer of one step, which has seen that many tokens."""
    rows = []
    for layer in maps:
        if layer is None or layer.shape[2] not in (1, seen) or not 0 < layer.shape[3] <= seen:
            continue
        newest = layer[0, :, -1]  # a sliding cache holds the newest keys only
        rows.append(newest @ source_columns(groups, seen)[seen - newest.shape[1] :])
    return torch.stack(rows)


def examine(name: str, case: Case) -> Outcome:
    try:
        model, eager = build(name), build(name, "eager")
    except Exception as error:
        return Outcome(name, "not built", note=NOTES.get(name) or reason(error))
    arguments = (case.prompt, case.response, case.groups, SOURCES)
    features, note = features_of(model), NOTES.get(name, "")
    try:
        rows, outcome = attend(model, *arguments), "equal"
    except TapError:
        try:
            rows, outcome = attend_eager(model, *arguments), "eager fallback"
        except TapError as error:
            return Outcome(name, "no attention", features=features, note=note or str(error))
    expected = eager_rows(eager, case.prompt, case.response, case.groups)
    difference, run = distance(rows, expected), None
    if outcome == "equal":
        try:
            run = run_distance(model, eager, case)
        except Exception as error:
            note = note or f"no run: {reason(error)}"
    if difference > CLOSE or (run or 0) > CLOSE_RUN:
        outcome = "different"
    layers = f"{rows.shape[1]} of {getattr(model.config.get_text_config(decoder=True), 'num_hidden_layers', '?')}"
    return Outcome(name, outcome, difference, run, layers, features, note)


def guarded(name: str, case: Case) -> Outcome:
    """An architecture that cannot run says why, and the sweep goes on."""
    try:
        return examine(name, case)
    except Exception as error:
        return Outcome(name, "not built", note=NOTES.get(name) or reason(error))


def reason(error: Exception) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text[:90]}"


def features_of(model: PreTrainedModel) -> str:
    config = model.config.get_text_config(decoder=True)
    given = config.to_dict()
    found = [label for label, names in FEATURES.items() if any(given.get(name) for name in names)]
    heads, shared = (given.get(config.attribute_map.get(n, n)) for n in ("num_attention_heads", "num_key_value_heads"))
    if isinstance(heads, int) and isinstance(shared, int) and shared < heads and "latent" not in found:
        found.insert(0, "grouped queries")
    module = vars(sys.modules[type(model).__module__])
    if any("alibi" in name for name in module) and given.get("alibi", True):
        found.append("ALiBi")
    if any("sink" in name for name, _ in model.named_parameters()):
        found.append("sinks")
    return ", ".join(found)


def counts(outcomes: Sequence[Outcome]) -> str:
    number = Counter(outcome.outcome for outcome in outcomes)
    return "\n".join(f"- **{number[word]} {word}**: {meaning}." for word, meaning in OUTCOMES.items())


def report(outcomes: Sequence[Outcome]) -> str:
    introduction = INTRODUCTION.format(
        torch=torch.__version__.split("+")[0],
        transformers=transformers.__version__,
        total=len(outcomes),
        prompt=PROMPT,
        response=RESPONSE,
        sources=SOURCES,
        close=CLOSE,
        close_run=CLOSE_RUN,
    )
    return f"{introduction}{counts(outcomes)}\n\n{markdown(HEADS, [outcome.row() for outcome in outcomes])}\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=ARCHITECTURES, metavar="NAME", default=list(ARCHITECTURES))
    parser.add_argument("--write", type=Path, help="a Markdown file for the table, with an introduction")
    options = parser.parse_args()
    transformers.logging.set_verbosity_error()
    warnings.filterwarnings("ignore")
    torch.set_num_threads(1)
    case, outcomes = Case.made(), []
    for name in options.only:
        outcomes.append(guarded(name, case))
        print(f"{name}: {outcomes[-1].outcome}", file=sys.stderr)
    print(markdown(HEADS, [outcome.row() for outcome in outcomes]))
    print(f"\n{counts(outcomes)}")
    if options.write:
        options.write.write_text(report(outcomes), "utf-8")


if __name__ == "__main__":
    main()
