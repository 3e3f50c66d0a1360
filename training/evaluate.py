"""Measures a finished model on prompts held out of its training, and prints one Markdown table.

    python -m training.evaluate --model models/bundled [--prompts 50] [--general FOLDER]

`--show N` adds N answers as they came, and what was found in them.
"""

import argparse
import sys
from collections import defaultdict
from pathlib import Path

import torch
from transformers.utils import logging

from anchoring.models.catalogue import BUNDLED, BUNDLED_FOLDER
from training.corpus.source import Source, load_source, trained_on
from training.evaluation.answering import answers
from training.evaluation.cue_sentences import CueSentence, cue_sentences
from training.evaluation.judging import Judged, judge
from training.evaluation.language import perplexity
from training.evaluation.links import Links, Scores, links, misses, removal
from training.evaluation.prompts import Asked, ask
from training.evaluation.scores import rows
from training.evaluation.speed import Speed, loaded, speed
from training.evaluation.table import table

LINK_PROMPTS = 20  # of a scope: each costs a forward pass for every source of its prompt
ALL = "all"
_LINKS = (
    ("known links, {pool}: chance", "", "chance"),
    ("known links, {pool}: mean attention", "", "attention"),
    ("known links, {pool}: best single head", "", "best_head"),
    ("known links, {pool}: leave-one-out removal", "≥ 0.9", "removal"),
)
_RESTS = (
    ("known links, among cues, sentences that rest on a cue by removal: their share", "rests_share"),
    ("known links, among cues, sentences that rest on a cue by removal: leave-one-out removal", "rests"),
)
_FIRST = "known links, among cues, a cue's first sentence: leave-one-out removal"


def by_scope(items, scope_of) -> dict:
    """The items by scope, and all of them under "all"."""
    groups = defaultdict(list)
    for item in items:
        groups[scope_of(item)].append(item)
        groups[ALL].append(item)
    return groups


def judged_lines(judged: list[Judged], sources: dict[str, Source]) -> list[tuple]:
    groups = by_scope(judged, lambda j: j.asked.scope)
    measures = rows({name: len(source.cues) for name, source in sources.items()})
    return [(r.name, r.goal, {name: r.of(group) for name, group in groups.items()}) for r in measures]


def link_lines(found: list[tuple[str, CueSentence, Scores]]) -> list[tuple]:
    groups = by_scope(found, lambda f: f[0])
    lines = []
    for pool, among in (("among cues", "cues"), ("user's words", "words"), ("words and framing", "all")):
        measured = {name: _links(g, among) for name, g in groups.items()}
        for title, goal, field in _LINKS:
            lines.append((title.format(pool=pool), goal if among == "cues" else "", _field(measured, field)))
    among_cues = {name: _links(g, "cues") for name, g in groups.items()}
    lines += [(title, "", _field(among_cues, field)) for title, field in _RESTS]
    firsts = {name: _links([f for f in group if f[1].first], "cues") for name, group in groups.items()}
    return [*lines, (_FIRST, "", _field(firsts, "removal"))]


def _links(found: list[tuple[str, CueSentence, Scores]], among: str) -> Links | None:
    return links([sentence for _, sentence, _ in found], [scores for _, _, scores in found], among)


def _field(measured: dict[str, Links | None], field: str) -> dict[str, float | None]:
    return {name: getattr(m, field) if m else None for name, m in measured.items()}


def measured_links(model, asked: list[Asked]) -> list[tuple[str, CueSentence, Scores]]:
    """Answers anew, now with attention, to the first prompts of each scope that hold several cues."""
    some = [a for g in by_scope(asked, lambda a: a.scope).items() if g[0] != ALL for a in _first(g[1])]
    made = answers(model, [a.example.prompt for a in some], capture=True)
    found = [(a.scope, s) for a, g in zip(some, made, strict=True) for s in cue_sentences(a, g)]
    scores = removal(model, [s for _, s in found])
    return [(scope, s, r) for (scope, s), r in zip(found, scores, strict=True)]


def _first(asked: list[Asked]) -> list[Asked]:
    return [a for a in asked if a.kind == "combinations"][:LINK_PROMPTS]


def cost_lines(cost: Speed) -> list[tuple]:
    return [
        ("seconds to load", "", {ALL: cost.load_seconds}),
        ("tokens a second, one answer", "", {ALL: cost.one}),
        ("tokens a second, four at once", "", {ALL: cost.four}),
        ("peak memory of the process, MB", "", {ALL: cost.peak_mb}),
    ]


def general_lines(model, folder: Path | None) -> list[tuple]:
    if folder is None:
        return []
    a_token, a_byte = perplexity(model, folder)
    return [
        ("perplexity a token, held-out general English", "", {ALL: a_token}),
        ("bits a byte, held-out general English", "", {ALL: a_byte}),
    ]


def evaluate(name: str, count: int, general: Path | None) -> tuple[str, list[Judged], list]:
    """The table, every judged answer, and the sentences of which the links are known."""
    model, seconds = loaded(name)
    sources = {scope: load_source(scope) for scope in trained_on(BUNDLED_FOLDER if name == BUNDLED else Path(name))}
    asked = [a for source in sources.values() for a in ask(source, count)]
    cost = speed(model, [a.example.prompt for a in asked], seconds)  # before what needs more memory than a user does
    made = answers(model, [a.example.prompt for a in asked])
    judged = [judge(a, g, sources[a.scope]) for a, g in zip(asked, made, strict=True)]
    found = measured_links(model, asked)
    lines = [*judged_lines(judged, sources), *link_lines(found), *general_lines(model, general), *cost_lines(cost)]
    return table(tuple(sources), lines, [_note(judged, found, count)]), judged, found


def _note(judged: list[Judged], found: list, count: int) -> str:
    return (
        f"{len(judged)} answers, greedy, {count} prompts of each kind and {count} pairs of each kind a scope, the "
        f"people, things and amounts to be taken up held out of training; {len(found)} sentences of known links. On "
        f"{torch.get_num_threads()} threads."
    )


def show(judged: list[Judged], number: int) -> str:
    """Every so many answers as they came, with what was found in them."""
    some = judged[:: max(1, len(judged) // number)][:number] if number else []
    return "\n\n".join(
        f"[{j.asked.scope}, {j.asked.kind}] {j.asked.example.prompt.words}\n→ {j.generation.text}\n"
        f"  present {sorted(j.present)} said {sorted(j.said)} pair {j.asked.example.pair} {sorted(j.readings)} "
        f"details {len(j.details.exact)}/{len(j.details.named)} faults {list(j.faults)}"
        for j in some
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="models/bundled", help="a folder, or bundled")
    parser.add_argument("--prompts", type=int, default=50, help="of each kind, a scope")
    parser.add_argument("--general", type=Path, help="a folder with general.jsonl.gz, for perplexity")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--show", type=int, default=0, metavar="N")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    printed, judged, found = evaluate(options.model, options.prompts, options.general)
    print(printed)
    if options.show:
        print(show(judged, options.show))
        print(misses([f[1] for f in found], [f[2] for f in found], lambda s: s.role), file=sys.stderr)


if __name__ == "__main__":
    main()
