"""Trains the bundled model: first general English, then the scopes.

    python -m training.train general --tokenizer runs/tokenizer --general FOLDER --out runs/general --minutes 20
    python -m training.train scopes  --tokenizer runs/tokenizer --general FOLDER --init runs/general --out runs/scopes

A run that was broken off goes on from its last checkpoint when started again with the same --out.
"""

import argparse
import itertools
import time
from dataclasses import replace
from pathlib import Path

import torch
from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM

from training import alternatives, batches, checkpoint, mistakes, pointing, stages, tagging
from training.corpus.phrasings import few
from training.corpus.source import load_source, note_trained_on, written_scopes
from training.precision import has_half, orthogonalise_in_full
from training.presets import PRESETS, Preset

WARM_UP_STEPS = 40
DECAY_SHARE = 0.68  # the last part of the time, in which the rate falls to nothing
SAVE_EVERY_SECONDS = 120
LONGEST_STEP_SECONDS = 60
SETTLING_STEPS = 100  # new aids learn from a trained model as it is before it learns from them


def new_model(preset: Preset, tokenizer) -> LlamaForCausalLM:
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=preset.hidden,
        num_hidden_layers=preset.layers,
        num_attention_heads=preset.heads,
        num_key_value_heads=preset.heads,
        intermediate_size=preset.feed_forward,
        max_position_embeddings=preset.context,
        tie_word_embeddings=True,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return LlamaForCausalLM(config)


def optimisers(model: LlamaForCausalLM, tagger, preset: Preset) -> list[torch.optim.Optimizer]:
    """Muon (Jordan et al. 2024) for the matrices inside the layers, AdamW for embeddings and norms."""
    matrices = [p for p in model.model.layers.parameters() if p.ndim == 2]
    inside = {id(p) for p in matrices}
    rest = [p for p in (*model.parameters(), *tagger.parameters()) if id(p) not in inside]
    return [
        torch.optim.Muon(matrices, lr=preset.muon_rate, weight_decay=0.05, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW(rest, lr=preset.adam_rate, betas=(0.9, 0.95), weight_decay=0.01),
    ]


def rate(step: int, share: float) -> float:
    """The factor on the learning rate at `step`, with `share` of the time gone."""
    warm = min(1.0, (step + 1) / WARM_UP_STEPS)
    return warm * min(1.0, max(0.0, 1 - share) / DECAY_SHARE)


def losses_of(
    model, body, tagger, batch: batches.Batch, settling: bool = False
) -> tuple[torch.Tensor, torch.Tensor | None]:
    """Mean loss over the tokens that count, as much as they count, and that of the aids (None for general text).

    Logits are made for those tokens alone, which is where most time would go. From a tagger that is `settling` the
    model learns nothing.
    """
    out = body(
        input_ids=batch.ids,
        position_ids=batch.positions,
        attention_mask=batch.mask(),
        use_cache=False,
        output_hidden_states=True,
    )
    foretells = out.last_hidden_state.flatten(0, 1)[batch.at]
    lost = alternatives.lost(model.lm_head(foretells).float(), batch)
    counts = torch.ones_like(lost) if batch.counts is None else batch.counts
    loss = (lost * counts).sum() / counts.sum().clamp(min=1)
    if batch.tags is None:
        return loss, None
    states, last = out.hidden_states, out.last_hidden_state
    if settling:
        states, last = [s.detach() for s in states], last.detach()
    told = tagging.WEIGHT * tagger(states, last, batch)
    return loss, told + pointing.WEIGHT * pointing.loss(model, out.hidden_states, batch)


def train(model, stream, out: Path, init: Path | None, preset: Preset, minutes: float, device: str) -> None:
    model.to(device).train()
    tagger = tagging.Tagger(model.config.hidden_size).to(device)
    opts = optimisers(model, tagger, preset)
    base = [o.param_groups[0]["lr"] for o in opts]
    state = checkpoint.resume(out, model, tagger, opts) or checkpoint.begin(init, tagger, opts)
    settling = SETTLING_STEPS if init and not checkpoint.has_aids(init, tagger) else 0
    body = torch.compile(model.model)
    learned = any(folder and checkpoint.has_aids(folder, tagger) for folder in (out, init))
    began, saved, tokens, mean, told = time.monotonic(), time.monotonic(), 0, None, None
    spent = state.seconds
    last = began
    for batch in batches.ahead(itertools.islice(stream, state.batches, None)):
        # A step that took longer waited for something else: a machine asleep, a run held up by hand.
        last, passed = time.monotonic(), time.monotonic() - last
        spent += min(passed, LONGEST_STEP_SECONDS)
        share = spent / (60 * minutes)
        if share >= 1:
            break
        for opt, lr in zip(opts, base, strict=True):
            opt.param_groups[0]["lr"] = lr * rate(state.step, share)
        with torch.autocast(device, dtype=torch.bfloat16, enabled=has_half(device)):
            loss, aids = losses_of(model, body, tagger, batch.to(device), state.step < settling)
        (loss if aids is None else loss + aids).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for opt in opts:
            opt.step()
            opt.zero_grad(set_to_none=True)
        state, tokens = state.onward(), tokens + batch.ids.numel()
        value = loss.item()
        mean = value if mean is None else 0.95 * mean + 0.05 * value
        learned = learned or aids is not None
        told = told if aids is None else aids.item() if told is None else 0.95 * told + 0.05 * aids.item()
        if state.step % 20 == 0:
            speed = tokens / (time.monotonic() - began)
            print(
                f"step {state.step}  loss {mean:.3f}  {speed:.0f} tokens/s  "
                f"{spent / 60:.1f} of {minutes:g} min" + (f"  aids {told:.3f}" if told is not None else ""),
                flush=True,
            )
        if time.monotonic() - saved > SAVE_EVERY_SECONDS:
            checkpoint.save(out, model, tagger if learned else None, opts, state.after(spent))
            saved = time.monotonic()
    checkpoint.save(out, model, tagger if learned else None, opts, state.after(spent))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stage", choices=("general", "scopes"))
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--init", type=Path, help="a finished stage to start from")
    parser.add_argument("--general", type=Path, help="a folder with general.jsonl.gz; without it the scopes alone")
    parser.add_argument("--scopes", nargs="*", choices=written_scopes(), help="ids; without it all that have a source")
    parser.add_argument("--mistakes", type=Path, nargs="*", default=[], help="files of training.mistakes")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--rate", type=float, default=1.0, help="times the preset's learning rates")
    parser.add_argument("--preset", choices=PRESETS, default="cpu")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    if options.mistakes and options.stage == "general":
        parser.error("--mistakes are answers about scopes: the stage “general” has none.")
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    if not has_half(options.device):
        orthogonalise_in_full()
    preset = PRESETS[options.preset]
    preset = replace(preset, muon_rate=options.rate * preset.muon_rate, adam_rate=options.rate * preset.adam_rate)
    tokenizer = AutoTokenizer.from_pretrained(options.tokenizer)
    model = (  # an exported model is in halves
        LlamaForCausalLM.from_pretrained(options.init, dtype=torch.float32)
        if options.init
        else new_model(preset, tokenizer)
    )
    # Compiled eager attention is a quarter faster than the CPU's fused kernel at rows of a few hundred tokens.
    model.set_attn_implementation("eager" if options.device == "cpu" else "sdpa")
    print(f"{sum(p.numel() for p in model.parameters()):,} parameters on {options.device}", flush=True)
    options.out.mkdir(parents=True, exist_ok=True)
    if options.init:
        stages.note(options.out, stages.trained_from(stages.stages_of(options.init)))
    if options.stage == "general":
        stream = batches.general(tokenizer, options.general, preset.tokens_per_step, options.seed)
    else:
        trained = options.scopes or written_scopes()
        righted = [e for file in options.mistakes for e in mistakes.read(file) if e.prompt.scope in trained]
        if options.mistakes:
            if not righted:
                parser.error("--mistakes: no example of these scopes is in the files.")
            lines = "".join(mistakes.written(e) + "\n" for e in righted)
            (options.out / stages.MISTAKES).write_text(lines, encoding="utf-8")
        sources = few if preset.few_phrasings else load_source
        stream = batches.scopes(
            tokenizer, trained, options.general, preset.tokens_per_step, options.seed, sources, righted
        )
        note_trained_on(options.out, trained)
    tokenizer.save_pretrained(options.out)
    train(model, stream, options.out, options.init, preset, options.minutes, options.device)


if __name__ == "__main__":
    main()
