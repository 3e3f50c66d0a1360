"""What reading the attention costs: tokens a second and memory, with and without, and four arms in one batch.

    python -m benchmarks.generation [--rounds 5] [--threads 2] [--prompt-tokens 400] [--new-tokens 64]

Each case runs in a process of its own. Processes take turns, round by round, so that a slow minute of the machine
falls on all of them. Prints one Markdown table.
"""

import argparse
import multiprocessing
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from statistics import median

from benchmarks.memory import peak_mb, reset_peak
from benchmarks.tables import markdown

ARMS = 4
TAP_GOAL = 0.95  # of plain generation's speed, at least
BATCH_GOAL = 0.5  # of the time of four runs in turn, at most
MODELS = {"bundled": "bundled", "random-100m": "Llama, 100M parameters at random"}
CASES = {
    "plain": "`generate`, sdpa",
    "tap": "`generate` with the tap",
    "eager": "`generate`, eager, output_attentions",
    "in turn": f"{ARMS} arms in turn",
    "batch": f"{ARMS} arms in one batch",
}


@dataclass(frozen=True)
class Sizes:
    prompt_tokens: int
    new_tokens: int
    threads: int


@dataclass(frozen=True)
class Result:
    """`seconds` is the median round; `peak` MB, the most the process held while it generated."""

    seconds: float
    tokens: int
    peak: float
    prompt_tokens: int
    parameters: int

    @property
    def speed(self) -> float:
        return self.tokens / self.seconds


def worker(pipe, model_name: str, case: str, sizes: Sizes) -> None:
    """The process of one case: says that it is ready, then runs once for every "go"."""
    import time

    import torch

    from benchmarks.subjects import CASE_RUNS, subject

    torch.set_num_threads(sizes.threads)
    model, prompts = subject(model_name, sizes.prompt_tokens, ARMS)
    run: Callable[[], int] = CASE_RUNS[case](model, prompts, sizes.new_tokens)
    run()  # the first run of a process allocates and compiles what later ones find ready
    reset_peak()
    pipe.send({"prompt_tokens": sizes.prompt_tokens, "parameters": model.info.parameters})
    while pipe.recv() == "go":
        began = time.perf_counter()
        tokens = run()
        pipe.send((time.perf_counter() - began, tokens))
    pipe.send(peak_mb())


def measure(model_name: str, cases: Sequence[str], sizes: Sizes, rounds: int) -> dict[str, Result]:
    context = multiprocessing.get_context("spawn")
    pipes, facts = {}, {}
    for case in cases:
        pipes[case], theirs = context.Pipe()
        process = context.Process(target=worker, args=(theirs, model_name, case, sizes), daemon=True)
        process.start()
        theirs.close()
        facts[case] = pipes[case].recv()  # one after another: loading would disturb what already runs
    taken: dict[str, list[float]] = {case: [] for case in cases}
    tokens = {}
    for number in range(rounds):
        for case in cases:
            pipes[case].send("go")
            seconds, tokens[case] = pipes[case].recv()
            taken[case].append(seconds)
        print(f"{MODELS[model_name]}: round {number + 1} of {rounds}", file=sys.stderr)
    results = {}
    for case in cases:
        pipes[case].send("end")
        results[case] = Result(median(taken[case]), tokens[case], pipes[case].recv(), **facts[case])
    return results


def rows(model_name: str, results: dict[str, Result]) -> list[list[str]]:
    plain, turn = results.get("plain"), results.get("in turn")
    table = []
    for case, result in results.items():
        against, goal = "", ""
        if case in ("plain", "tap", "eager") and plain:
            against = f"{result.speed / plain.speed:.2f} of plain speed"
        if case in ("in turn", "batch") and turn:
            against = f"{result.seconds / turn.seconds:.2f} of the time in turn"
        if case == "tap" and plain:
            goal = verdict(f"at least {TAP_GOAL}", result.speed / plain.speed >= TAP_GOAL)
        if case == "batch" and turn:
            goal = verdict(f"at most {BATCH_GOAL}", result.seconds / turn.seconds <= BATCH_GOAL)
        name = f"{MODELS[model_name]} ({result.parameters / 1e6:.1f}M)"
        numbers = [f"{result.speed:.1f}", f"{result.seconds:.2f}", against, goal, f"{result.peak:.0f}"]
        table.append([name, CASES[case], *numbers])
    return table


def verdict(goal: str, met: bool) -> str:
    return f"{goal}: {'met' if met else 'missed'}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--prompt-tokens", type=int, default=400)
    parser.add_argument("--new-tokens", type=int, default=64)
    parser.add_argument("--models", nargs="+", choices=MODELS, default=list(MODELS))
    parser.add_argument("--cases", nargs="+", choices=CASES, default=list(CASES))
    options = parser.parse_args()
    sizes = Sizes(options.prompt_tokens, options.new_tokens, options.threads)
    table = []
    for model_name in options.models:
        table += rows(model_name, measure(model_name, options.cases, sizes, options.rounds))
    print(f"\n{asdict(sizes)}, median of {options.rounds} rounds\n")
    heads = ["Model", "Case", "tokens/s", "seconds", "Beside", "Goal", "Peak memory (MB)"]
    print(markdown(heads, table))


if __name__ == "__main__":
    main()
