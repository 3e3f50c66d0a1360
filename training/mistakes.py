"""Answers of the model's own that went wrong, put right: examples for its next stage.

    python -m training.mistakes --model models/bundled --out runs/mistakes.jsonl --answers 5000 --seed 1

A model of this size is unsure of few words of an answer, and training spends most of its rows on the others. So it
answers prompts of training, and each answer is kept up to the first place where it says what no answer to that prompt
should: from there on it is written anew, the sentence that went wrong as the right one that begins like it. Such an
example asks for the very decision that the model got wrong, after its own choice of words. To learn from what the
learner does is the idea of DAgger (Ross, Gordon & Bagnell 2011); here no example goes on from a wrong state.
"""

import argparse
import itertools
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import torch
from transformers.utils import logging

from anchoring.models.catalogue import BUNDLED, BUNDLED_FOLDER
from anchoring.prompting import Framing, compose
from anchoring.scope.library import load_scopes
from training.alternatives import ways
from training.corpus.examples import Example, Sentence
from training.corpus.message import Shown
from training.corpus.mixture import Sources, examples
from training.corpus.phrasings import few
from training.corpus.source import load_source, trained_on
from training.evaluation.answering import answers
from training.evaluation.speed import loaded
from training.presets import PRESETS

AT_ONCE = 480  # answers between two writings
SHARED = 12  # code points that a sentence must share with a right one to be taken for an attempt at it


def put_right(example: Example, text: str) -> Example | None:
    """The example with what `text`, an answer to its prompt, says rightly, and the rest as the example says it.

    The sentence that went wrong becomes the right one that begins like it longest. None: all of `text` is right.
    """
    thought, at, right = _followed(example.thought, example.slots, text, len("<think>") * bool(example.thought), "\n")
    if right:
        at += len("</think>") * bool(example.thought)
        answer, at, right = _followed(example.answer, example.slots, text, at, " ")
    else:
        answer = ()
    if right and at >= len(text):
        return None
    told = (*thought, *answer)
    plan = (*example.thought, *example.answer)
    if not right:
        told = (*told, _meant(plan[len(told)], example.slots, text[at:]))
    whole = (*told, *plan[len(told) :])
    return replace(example, thought=whole[: len(example.thought)], answer=whole[len(example.thought) :])


def _followed(plan: Sequence[Sentence], slots, text: str, at: int, gap: str) -> tuple[tuple[Sentence, ...], int, bool]:
    """The sentences of the plan as `text` says them from `at` on, where that ends, and whether it says them all."""
    told: list[Sentence] = []
    for number, planned in enumerate(plan):
        begin = at + (len(gap) if number else 0)
        fitting = [w for w in ways(planned, slots) if text.startswith(w, begin)]
        if not fitting or (number and text[at:begin] != gap):
            return tuple(told), begin, False
        said = max(fitting, key=len)
        told.append(replace(planned, text=said))
        at = begin + len(said)
    return tuple(told), at, True


def _meant(planned: Sentence, slots, said: str) -> Sentence:
    """What the text was about to say: of the ways the one that it shares the longest beginning with."""
    shared = {way: _shared(way, said) for way in ways(planned, slots)}
    best = max(shared, key=shared.__getitem__)
    return replace(planned, text=best) if shared[best] >= SHARED else planned


def _shared(one: str, other: str) -> int:
    """How many code points both begin with."""
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def mistakes(model, trained: Sequence[str], sources: Sources, seed: int) -> Iterator[tuple[int, list[Example]]]:
    """Without end: how many answers were read, and those of them that went wrong, put right.

    `trained` and `sources` are to be those that the model was trained on: in other words every answer goes wrong.
    """
    # A swapped card is not kept, so that prompt could not be composed again.
    drawn = (e for e in examples(seed, sources, trained) if e.prompt.framing != Framing.SWAPPED)
    while True:
        some = list(itertools.islice(drawn, AT_ONCE))
        texts = [g.text for g in answers(model, [e.prompt for e in some])]
        righted = (put_right(e, t) for e, t in zip(some, texts, strict=True))
        yield len(some), [e for e in righted if e]


def written(example: Example) -> str:
    """One line of JSON, from which `read` makes the example again."""
    prompt = example.prompt
    kept = {name: getattr(prompt, name) for name in ("words", "scope", "framing", "reasoning")}
    kept |= {name: [asdict(part) for part in getattr(example, name)] for name in ("shown", "thought", "answer")}
    return json.dumps(kept | {"slots": example.slots, "pair": example.pair}, ensure_ascii=False)


def read(path: Path) -> Iterator[Example]:
    """The examples of a file."""
    scopes = load_scopes()
    for kept in map(json.loads, path.read_text(encoding="utf-8").strip("\n").split("\n")):
        scope = scopes.get(kept["scope"])
        prompt = compose(kept["words"], scope=scope, framing=kept["framing"], reasoning=kept["reasoning"])
        thought, answer = (tuple(map(_sentence, kept[name])) for name in ("thought", "answer"))
        shown = tuple(Shown(**s) for s in kept["shown"])
        yield Example(prompt, thought, answer, shown, tuple(map(tuple, kept["slots"])), kept["pair"])


def _sentence(kept: dict) -> Sentence:
    return Sentence(**kept | {"texts": tuple(kept.get("texts", ()))})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, help="a folder, or bundled")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--preset", choices=PRESETS, default="cpu", help="that it was trained with")
    parser.add_argument("--answers", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    if options.out.exists():
        parser.error(f"{options.out} is there already: name another file, and another --seed for other prompts.")
    model, _ = loaded(options.model)
    trained = trained_on(BUNDLED_FOLDER if options.model == BUNDLED else Path(options.model))
    sources = few if PRESETS[options.preset].few_phrasings else load_source
    seen = wrong = 0
    with options.out.open("x", encoding="utf-8") as file:
        for count, righted in mistakes(model, trained, sources, options.seed):
            file.writelines(written(e) + "\n" for e in righted)
            file.flush()
            seen, wrong = seen + count, wrong + len(righted)
            print(f"{wrong} of {seen} answers went wrong", file=sys.stderr, flush=True)
            if seen >= options.answers:
                return


if __name__ == "__main__":
    main()
