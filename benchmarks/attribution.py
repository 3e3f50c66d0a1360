"""Is a method to be believed? Ours and those of other tools: one model, the same answers, sources and targets.

    python -m benchmarks.attribution [--model bundled] [--prompts 12] [--workers 2]

Answers are greedy, to prompts held out of the bundled model's training. Three measures, each with a 95% interval from
resampling answers:
- known links: how often the top source carries the cue which the sentence takes up: among the pieces that carry a cue,
  and among all the user's words, where the piece that tells who did what competes, on which every sentence rests too.
  Where the framing has a line on the cue, either that or the user's piece may do, and the removal of one alone shows
  little; so the first rate is printed again for cues without such a line, and removal once more with the piece and the
  line taken away together. A later sentence on the same cue can rest on the first one, which is the model's own text;
  so the rate is printed for first sentences too; and for those alone that are at most half as likely without one of the
  cues (chosen by removal, which favours it there);
- LDS: rank correlation between the scores' prediction and the log-probability measured, over 32 masks that no method
  was fitted to;
- fall: of the sentence's log-probability, in nats, without the method's three highest sources; of three random ones
  in the last line.
Calibrated attention is fitted on one half of the answers and measured on the other, both ways. Prints one table.
Each worker is a process with one thread, which takes an answer at a time: two threads in one would mostly wait. With 0
workers all is done in this process, on a GPU where there is one.
"""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import torch
from transformers.utils import logging

from anchoring import LanguageModel, load_model
from anchoring.attribution import attribute, measure, random_masks, removable, target_tokens, targets, with_removal
from anchoring.attribution.calibrated import fit
from anchoring.attribution.faithfulness import rank_correlation
from anchoring.attribution.masks import without
from anchoring.attribution.surrogate import MASKS
from anchoring.attribution.swap import lines_on
from anchoring.models.catalogue import BUNDLED, BUNDLED_FOLDER
from anchoring.models.types import Generation
from anchoring.prompting.segments import Kind
from benchmarks.peers import PEERS
from benchmarks.tables import markdown
from training.corpus.source import load_source, trained_on
from training.evaluation.answering import answers
from training.evaluation.cue_sentences import CueSentence, cue_sentences
from training.evaluation.links import rests
from training.evaluation.prompts import ask

HELD_OUT, TOP, RESAMPLES = 32, 3, 1000
OURS = {
    "attention": "mean attention",
    "rollout": "rollout",
    "value": "value-weighted attention",
    "gradient": "gradient x input",
    "integrated": "integrated gradients, 20 steps",
    "removal": "**leave-one-out removal**",
    "surrogate": "linear surrogate, 64 masks",
}
COLUMNS = {
    "cues": "known links, among cues",
    "alone": "of those in the user's words alone",
    "first": "of a cue's first sentence",
    "matters": "of those that rest on a cue, by removal",
    "links": "among all words",
    "LDS": "LDS",
    "fall": "fall without top 3, nats",
}
Scores = dict[str, np.ndarray]  # by method: [targets, removable sources]
Measures = dict[str, dict[str, list[tuple[int, float]]]]  # by method and measure: (answer, value)


def subjects(model: LanguageModel, name: str, count: int) -> list[tuple[Generation, list[CueSentence]]]:
    """Answers with attention and removal, each with its sentences of known links; `count` prompts a scope."""
    folder = BUNDLED_FOLDER if name == BUNDLED else Path(name)
    asked = [a for scope in trained_on(folder) for a in ask(load_source(scope), 2 * count) if a.kind == "combinations"]
    asked = [a for group in _grouped(asked).values() for a in group[:count]]
    made = answers(model, [a.example.prompt for a in asked], capture=True)
    pairs = ((g, cue_sentences(a, g)) for a, g in zip(asked, made, strict=True))
    return [(g, sentences) for g, sentences in pairs if sentences]


def _grouped(asked) -> dict:
    groups = defaultdict(list)
    for a in asked:
        groups[a.scope].append(a)
    return groups


def scored(model: LanguageModel, generation: Generation, calibration, slow: bool) -> Scores:
    """Every method's scores over the removable sources."""
    which = list(removable(generation))
    found = {
        title: attribute(model, generation, method).scores[:, which]
        for method, title in OURS.items()
        if slow or method != "integrated"
    }
    found["removal, with the framing's line on it"] = _with_its_line(model, generation, which)
    found["calibrated attention"] = attribute(None, generation, "calibrated", calibration=calibration).scores[:, which]
    for title, peer in PEERS.items():
        scores = peer(model, generation)
        if scores is not None:
            found[f"{title} (peer)"] = scores
    found["random"] = np.random.default_rng(len(generation.text)).random(found["mean attention"].shape)
    return found


def _with_its_line(model: LanguageModel, generation: Generation, which: list[int]) -> np.ndarray:
    """Removal of each piece with the framing's line on the cue that it is: the line is there because of it."""
    place = {source.id: n for n, source in enumerate(generation.rendered.sources)}
    lines = {n: lines_on(generation.prompt, generation.rendered.sources[n].id) for n in which}
    dropped = [{n, *(place[line] for line in lines[n])} for n in which]
    masks = np.stack([without(generation), *(without(generation, *each) for each in dropped)])
    passes = measure(model, generation, masks)
    falls = [passes.of(target_tokens(generation, target)) for target in targets(generation)]
    return np.stack([each[0] - each[1:] for each in falls])


def measured(model: LanguageModel, number: int, generation: Generation, sentences, scores: Scores) -> Measures:
    """One answer's measures of every method."""
    into: Measures = {title: defaultdict(list) for title in scores}
    which = removable(generation)
    framing = {source.id for source in generation.rendered.sources if source.kind is Kind.FRAMING}
    fitted = {row.tobytes() for row in random_masks(generation, MASKS)}
    held_out = [m for m in random_masks(generation, HELD_OUT + MASKS, seed=1) if m.tobytes() not in fitted][:HELD_OUT]
    place = {(t.start, t.end): n for n, t in enumerate(targets(generation))}
    rows = [(s, place[s.target.start, s.target.end]) for s in sentences]
    tops = {title: [_top(which, table[n]) for _, n in rows] for title, table in scores.items()}
    sets = sorted({top for some in tops.values() for top in some})
    masks = np.stack([without(generation), *(without(generation, *top) for top in sets), *held_out])
    passes = measure(model, generation, masks)
    for title, table in scores.items():
        for (sentence, n), top in zip(rows, tops[title], strict=True):
            real = passes.of(sentence.tokens)
            into[title]["fall"].append((number, real[0] - real[1 + sets.index(top)]))
            into[title]["links"].append((number, _hit(generation, sentence, sentence.words, table[n])))
            if 0 < sentence.chance(sentence.cues) < 1:
                hit = (number, _hit(generation, sentence, sentence.cues, table[n]))
                into[title]["cues"].append(hit)
                if not any(source in framing for source in sentence.true):
                    into[title]["alone"].append(hit)
                if sentence.first:
                    into[title]["first"].append(hit)
                falls = zip((generation.rendered.sources[s].id for s in which), scores[OURS["removal"]][n], strict=True)
                if rests(dict(falls), sentence.cues):
                    into[title]["matters"].append(hit)
            if len(held_out) > 2:
                foretold = np.stack(held_out)[:, list(which)] @ np.nan_to_num(table[n])
                score = rank_correlation(foretold, real[1 + len(sets) :])
                into[title]["LDS"].append((number, 0.0 if np.isnan(score) else score))
    return {title: dict(found) for title, found in into.items()}


def _top(which: tuple[int, ...], row: np.ndarray) -> tuple[int, ...]:
    return tuple(sorted(int(which[n]) for n in np.argsort(-np.nan_to_num(row))[:TOP]))


def _hit(generation: Generation, sentence: CueSentence, pool: tuple[str, ...], row: np.ndarray) -> float:
    ids = [generation.rendered.sources[n].id for n in removable(generation)]
    among = [n for n, source in enumerate(ids) if source in pool]
    return float(ids[max(among, key=lambda n: np.nan_to_num(row)[n])] in sentence.true)


def interval(values: list[tuple[int, float]]) -> str:
    """Mean and the middle 95% of means over resampled answers, whose sentences stay together."""
    if not values:
        return "–"
    groups = defaultdict(list)
    for number, value in values:
        groups[number].append(value)
    sums = np.array([(sum(group), len(group)) for group in groups.values()])
    draws = np.random.default_rng(0).integers(0, len(sums), (RESAMPLES, len(sums)))
    means = sums[draws].sum(1)
    low, high = np.quantile(means[:, 0] / means[:, 1], (0.025, 0.975))
    return f"{sums[:, 0].sum() / sums[:, 1].sum():.2f} ({low:.2f} to {high:.2f})"


def _place(title: str, measures: dict, whole: int) -> tuple:
    """The best first; then what was measured on fewer sentences, then chance."""
    return title == "random", len(measures["links"]) < whole, -np.mean([v for _, v in measures["cues"]])


class _Each(torch.utils.data.Dataset):
    def __init__(self, of: Callable[[int], object], count: int):
        self.of, self.count = of, count

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, number: int) -> object:
        return self.of(number)


def each(of: Callable[[int], object], count: int, workers: int, what: str) -> Iterator:
    """`of` 0, 1, ... `count` - 1 in that order, made by processes that share what is in memory now."""
    made = torch.utils.data.DataLoader(
        _Each(of, count),
        batch_size=None,
        num_workers=workers,
        collate_fn=lambda one: one,
        multiprocessing_context="fork" if workers else None,
    )
    for number, one in enumerate(made, 1):
        print(f"\r{what} {number} of {count}  ", end="", file=sys.stderr, flush=True)
        yield one
    print(file=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default=BUNDLED, help="a folder of a model trained by training/, or bundled")
    parser.add_argument("--prompts", type=int, default=12, help="of each scope")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--slow", type=int, default=20, help="answers that integrated gradients are measured on")
    parser.add_argument("--write", type=Path, metavar="FILE", help="keep the table as JSON; the Method page shows it")
    options = parser.parse_args()
    torch.set_num_threads(1)
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    model = load_model(options.model, device="cpu" if options.workers else None)  # a GPU can't be forked
    found = subjects(model, options.model, options.prompts)
    in_turn = partial(each, count=len(found), workers=options.workers)
    checked = list(in_turn(lambda number: with_removal(model, found[number][0]), what="removal"))
    halves = [fit(checked[1 - half :: 2]) for half in (0, 1)]
    slow = {number * len(checked) // options.slow for number in range(options.slow)}  # from every scope alike

    def measures(number: int) -> Measures:
        scores = scored(model, checked[number], halves[number % 2], slow=number in slow)
        return measured(model, number, checked[number], found[number][1], scores)

    into: Measures = defaultdict(lambda: defaultdict(list))
    for one in in_turn(measures, what="methods"):
        for title, lists in one.items():
            for name, values in lists.items():
                into[title][name] += values
    whole = len(into["random"]["links"])
    order = sorted(into, key=lambda title: _place(title, into[title], whole))
    heads = ("method", "sentences", *COLUMNS.values())
    lines = [(title, str(len(into[title]["links"])), *(interval(into[title][m]) for m in COLUMNS)) for title in order]
    print(markdown(heads, lines))
    note = f"{len(found)} answers of {model.id}, revision {model.revision}. Methods on fewer sentences stand apart."
    print(f"\n{note}")
    if options.write:
        table = {"heads": heads, "rows": lines, "note": note, "revision": model.revision}
        options.write.write_text(json.dumps(table, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
