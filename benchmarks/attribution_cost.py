"""What a method costs on a finished answer: seconds, sequences run and memory, beside the same question to other tools.

    python -m benchmarks.attribution_cost [--threads 2] [--rounds 3]

The bundled model, prompts of 8 and 32 pieces, answers of 50, 200 and 800 tokens. Seconds are the median round; the
cases of a size take turns. captum's default runs where it ends within a minute or so: 8 pieces, 50 tokens.
"""

import argparse
import sys
import time
from collections.abc import Callable
from statistics import median

import torch

from anchoring import LanguageModel, compose, generate
from anchoring.attribution import attend, measure, random_masks, with_removal
from anchoring.models.types import Generation
from anchoring.prompting.segments import Kind
from benchmarks.memory import peak_mb, reset_peak
from benchmarks.peers import captum_ablation, context_cite
from benchmarks.subjects import subject
from benchmarks.tables import markdown

PIECES, TOKENS = (8, 32), (50, 200, 800)
WORDS = "the parts are late and nobody has said so to the client until now".split()


def finished(model: LanguageModel, pieces: int, tokens: int) -> Generation:
    """An answer of exactly so many tokens to a prompt of so many pieces of the user's words, each marked as a cue."""
    texts = [f"{WORDS[n % len(WORDS)]} {n} {WORDS[(n + 5) % len(WORDS)]}" for n in range(pieces)]
    words, marks = "", []
    for text in texts:
        words += " " if words else ""
        marks.append((len(words), len(words) + len(text)))
        words += text
    # Drawn, and hot: after its end a model goes round in circles, and would be cut short.
    (made,) = generate(model, [compose(words, marks=marks)], max_new_tokens=tokens, temperature=2.0, capture=False)
    count = sum(source.kind is Kind.CUE for source in made.rendered.sources)
    if (count, len(made.token_ids)) != (pieces, tokens):
        raise RuntimeError(f"{count} pieces and {len(made.token_ids)} tokens: not what was asked for.")
    return made


def cases(model: LanguageModel, made: Generation, pieces: int, tokens: int) -> dict[str, tuple[str, Callable]]:
    """Each case by name: how many sequences it runs, and what to time."""
    rendered = made.rendered
    ids = torch.tensor([[*rendered.token_ids, *made.token_ids[:-1]]])

    def plain():
        with torch.inference_mode():
            model.hf.base_model(input_ids=ids, attention_mask=torch.ones_like(ids), use_cache=False)

    def attention():
        attend(model.hf, rendered.token_ids, made.token_ids, rendered.token_source, len(rendered.sources))

    found = {
        "one plain forward pass": ("1", plain),
        "attention of the finished run": ("1", attention),
        "leave-one-out removal": (str(pieces + 1), lambda: with_removal(model, made)),
        "64 masks": ("64", lambda: measure(model, made, random_masks(made, 64))),
    }
    if context_cite(model, made) is not None:
        found["context-cite, 64 masks, its default"] = ("64", lambda: context_cite(model, made, unit="answer"))
        found["context-cite, 64 masks, batches of 8"] = ("64", lambda: context_cite(model, made, 8, unit="answer"))
    found["captum ablation, whole answer"] = (str(pieces + 1), lambda: captum_ablation(model, made, unit="answer"))
    if (pieces, tokens) == (PIECES[0], TOKENS[0]):
        number = str((pieces + 1) * tokens)
        found["captum ablation, its default"] = (number, lambda: captum_ablation(model, made, False, unit="answer"))
    return found


def timed(todo: dict[str, tuple[str, Callable]], rounds: int) -> dict[str, tuple[float, float]]:
    """(median seconds, most MB that the process held) of each case."""
    seconds: dict[str, list[float]] = {name: [] for name in todo}
    peaks = dict.fromkeys(todo, 0.0)
    for _ in range(rounds):
        for name, (_, run) in todo.items():
            reset_peak()
            began = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - began)
            peaks[name] = max(peaks[name], peak_mb())
    return {name: (median(times), peaks[name]) for name, times in seconds.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    model, _ = subject("bundled", 64, 1)
    lines = []
    for pieces in PIECES:
        for tokens in TOKENS:
            made = finished(model, pieces, tokens)
            todo = cases(model, made, pieces, tokens)
            print(f"{pieces} pieces, {tokens} tokens", file=sys.stderr)
            found = timed(todo, options.rounds)
            for name, (took, peak) in found.items():
                lines.append((str(pieces), str(tokens), name, todo[name][0], f"{took:.3f}", f"{peak:.0f}"))
    print(markdown(("pieces", "tokens", "what", "sequences", "seconds", "peak MB"), lines))


if __name__ == "__main__":
    main()
