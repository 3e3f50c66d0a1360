"""Writes the model card of the bundled model: what it is, data, licences, training, measures, limits, samples.

    python -m training.card --model models/bundled --table FILE [--general]

FILE holds what `python -m training.evaluate` printed. `--general` says that general English was part of the training.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import torch
from transformers.utils import logging

from anchoring.models.load import LanguageModel, load_model
from training.corpus.source import load_source, trained_on
from training.evaluation.samples import samples
from training.presets import PRESETS, Preset
from training.stages import Stage, stages_of

# Only the licences' own sources are named: none of these texts is part of this repository.
GENERAL = """
| source | public repository | licence |
|---|---|---|
| Self-dialogue corpus | jfainberg/self_dialogue_corpus | BSD-3-Clause |
| Synthetic-Persona-Chat, validation and test | google-research-datasets/Synthetic-Persona-Chat | CC BY 4.0 |
| FairytaleQA sections | uci-soe/FairytaleQAData | Apache-2.0 |
| pb-source (Pratham Books) | global-asp/pb-source | CC BY |
| asp-source (African Storybook, CC BY stories only) | global-asp/asp-source | CC BY |
| OpenStax Introduction to Anthropology | openstax/osbooks-introduction-anthropology | CC BY 4.0 |
| OpenStax College Success | openstax/osbooks-college-success | CC BY 4.0 |
| OpenStax Introduction to Business | openstax/osbooks-introduction-business | CC BY 4.0 |
| 18F handbook | 18F/handbook | CC0-1.0 |
| plainlanguage.gov | GSA/plainlanguage.gov | CC0-1.0 |
| Classic books, 41 children's titles | mlschmitt/classic-books-markdown | public domain |
""".strip()

HEAD = """---
language: en
license: apache-2.0
library_name: transformers
pipeline_tag: text-generation
---

# The bundled model of the Prompt Anchoring Playground

A very small language model: {parameters:.1f} million parameters, Llama architecture ({layers} layers, width {hidden},
context of {context} tokens), trained from scratch. It comes with the playground so that the main job works on a laptop
without a download, and it is a reference instrument: its training text was composed by a generator, so it is recorded
which cue each kind of sentence answers to, and a highlighting method can be scored against that.

It is no authority on any community. It repeats what its training text says, which was written from published sources
and is a draft throughout. It knows {count} narrow settings:

{scopes}
"""

DATA = """
## Data

**The scopes' text** was written for this project (`training/data`, Apache-2.0, with the code): situations with slots,
each cue in many wordings, and for each cue what it signals, what to do, what would change the reading, and a line of
thought. `training/corpus` composes them into prompts, with the very text that the playground adds, and answers; it
mixes in misspellings, made-up names and people, all rungs of the framing ladder, and questions from outside the
scopes. Half of what tells the two sides of a pair apart is put together from an act and the details that decide. In
about three of ten sentences about a cue some words are exchanged for others that say the same there
(`training/data/words`). The starters of these cards stand in it as they are, and no detail of theirs is in the
evaluation. No quotation in it comes from a real person. Held out of training: a fifth of the combinations of cues
(two cues that never make up a message together may both be in one of three), about a quarter of the wordings of every
cue, and, of what an answer takes up, a sixth of the things, amounts, places and people and a fifth of all names; a
cue's own words may hold one of them. The tokenizer was made from the whole files, what is held out included.
"""

ENGLISH = """
**General English** came first, and stays one batch in sixteen after that. None of it is part of this repository. The
sources are public:

{general}
"""

TRAINING = """
## Training

From scratch, {where}.{deepened}

Byte-level BPE of {vocabulary:,} entries, made on the same text. Muon for the matrices inside the layers, AdamW for the
rest; at most {step_tokens:,} tokens a step; bfloat16 in training on a GPU or a CPU with AVX-512, float16 in the files.
On the scopes' text the loss counts the answers alone, two to a prompt in a scope, a detail taken from the prompt four
times and the first words of a sentence on a cue three times; where several words would do next, it asks for any of
them (`training/alternatives.py`). {phrasings}Three rows in ten show eight cues at once, to be told apart, and have no
answer; two cues whose combination is held out may meet there. One in seven of the answers that take up cues, and
follow no grounded thought, holds a sentence or two on a cue that was not shown, read and not learned
(`training/corpus/slips.py`): what follows is to hang on the words and less on the answer so far. In a fifth of the
prompts with a card that show a cue, its line on one is missing, or one is there on a cue that was not shown
(`training/corpus/lines.py`), for the same end. Linear layers helped while it trained and were thrown away: they had to
tell, half way through the model, which cue a word of the user's shows and which detail it names, at an answer's words
which cue their sentence, or the next one, answers to, and before each sentence which kinds of detail the user gave. In
the last two layers one head each was drawn to look at the word of the prompt that is to be copied next
(`training/pointing.py`), so their attention to names, things and quoted words is taught; their attention to
cues is not. {righted}

{stages}
{grown}{averaged}Make it again with `training.tokenizer`, `training.train general`, `training.train scopes` (as often as
there were stages, `training.mistakes` between two of them, and `training.deepen` where layers come in),
`training.export`, `training.evaluate` and `training.card`, in this order; each says with `--help` what it takes.
"""

DEEPENED = """ It began with {first} layers; the others were put in the middle later, where at first they
changed nothing (`training/deepen.py`)."""

FEW = "It learned to\nanswer in a few sentences of each list of the files (`training/corpus/phrasings.py`). "

RIGHTED = """In a stage that names answers put right, a
tenth of the rows are those: the model's own answers to prompts of training, each up to the first mistake, and from
there on written anew (`training/mistakes.py`).
"""

GROWN = """This is the code as it stands. Data and aids grew from one stage to the next, by what the answers of the
stage before were worst at, and details were mended after a stage had run, so no stage learned from exactly this: in
one, a line too many could complete, on the card alone, a combination that is held out; in another, words were first
exchanged by longer lists, some of whose entries broke a sentence or changed what it says. The stages up to “deeper”
asked for each way to say a thing in its share, had more slips and more answers put right, and named all scopes to
whoever asked about something else. The checkpoints of the stages are not kept: making it again gives a like model, not
the same.

"""

AVERAGED = """What ships is a mean of the weights that stages ended with: {shares}. Where
several shares were tried, they were chosen by the table below, so it is a little kinder to this model than fresh
prompts would be.

"""

MEASURES = """
## Measured

Prompts from the same generator, with what was held out of training. A sentence counts as taking up a cue where it is
close to the corpus' sentences for that cue and clearly closer than to all others. *Well-formed*: two words side by
side that the corpus never puts so count as a fault; two sentences run together at a word of both go unseen, and
calling somebody else whom the user's words call is no fault of form but a wrong detail. *Known links*: of the sentences
that take up a cue, the share whose top source carries that cue; chance is what a source taken at random would reach.

{table}
"""

LIMITS = """
## Limits

- Outside its settings it knows nothing; it was taught to say so, and may fail to.
- It knows a cue by its wording. A paraphrase far from the corpus may be missed or taken for another cue, and then the
  answer is wrong in fluent English.
- It copies names and things letter by letter and sometimes gets one wrong.
- English only, with the cue phrases in the settings' own languages; misspelt or very long prompts do worse.
- The readings are drafts from published sources, checked by nobody inside these communities; people there differ.
- It is for learning how prompts and highlights work, not for advice on what to do among real people.
"""

SAMPLES = """
## {count} sample answers

Drawn by a fixed seed like the prompts of the evaluation, greedy, unedited: good and bad as they came.

{samples}
"""


def card(
    model: LanguageModel,
    measured: str,
    *,
    preset: Preset,
    general: bool,
    count: int,
) -> str:
    """The card as Markdown; `measured` is the evaluation's table. FileNotFoundError: the model has no stages.json."""
    config, scopes, stages = model.hf.config, trained_on(Path(model.id)), stages_of(Path(model.id))
    head = HEAD.format(
        parameters=model.info.parameters / 1e6,
        layers=config.num_hidden_layers,
        hidden=config.hidden_size,
        context=model.context,
        count=len(scopes),
        scopes="\n".join(f"- {load_source(s).scope.title} (`{s}`)" for s in scopes),
    )
    training = TRAINING.format(
        where="on a CPU of two cores" if preset is PRESETS["cpu"] else "on a GPU",
        deepened=deepened(preset.layers, config.num_hidden_layers),
        vocabulary=config.vocab_size,
        step_tokens=preset.tokens_per_step,
        phrasings=FEW if preset.few_phrasings else "",
        righted=RIGHTED if any(s.mistakes for s in stages) else "",
        stages="".join(map(_stage, stages)),
        grown=GROWN if len(stages) > 2 else "",
        averaged=averaged(stages),
    )
    drawn = samples(model, scopes, count)
    parts = (
        head,
        DATA,
        ENGLISH.format(general=GENERAL) if general else "",
        training,
        MEASURES.format(table=measured.strip()),
        LIMITS,
        SAMPLES.format(count=count, samples=drawn),
    )
    return "".join(parts)


def table_of(printed: str) -> str:
    """The table that an evaluation printed and the line below it, without the answers that it was asked to show."""
    table, below = printed.strip().split("\n\n")[:2]
    return f"{table}\n\n{below.splitlines()[0]}"


def _stage(stage: Stage) -> str:
    righted = f", with {stage.mistakes:,} answers put right" if stage.mistakes else ""
    return f"- Stage “{stage.name}”: {stage.steps:,} steps in {stage.minutes:.0f} minutes{righted}.\n"


def deepened(first: int, layers: int) -> str:
    """What is said of layers that were added to the `first` ones. Nothing where none was."""
    return DEEPENED.format(first=first) if layers > first else ""


def averaged(stages: Sequence[Stage]) -> str:
    """What is said of a mean: each stage's share of it in percent. Nothing where all weights are of one stage."""
    shares = [f"{stage.name} {stage.share:.1%}" for stage in stages if stage.share]
    return AVERAGED.format(shares=", ".join(shares)) if len(shares) > 1 else ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=Path("models/bundled"))
    parser.add_argument("--table", type=Path, required=True)
    parser.add_argument("--preset", choices=PRESETS, default="cpu")
    parser.add_argument("--general", action="store_true", help="name the sources of general English")
    parser.add_argument("--samples", type=int, default=20)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    text = card(
        load_model(str(options.model)),
        table_of(options.table.read_text("utf-8")),
        preset=PRESETS[options.preset],
        general=options.general,
        count=options.samples,
    )
    (options.model / "README.md").write_text(text, encoding="utf-8")
    print(options.model / "README.md")


if __name__ == "__main__":
    main()
