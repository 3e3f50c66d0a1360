"""Makes the finished example that a first visit shows: a real run of the model, kept beside its weights.

python -m training.example --model models/bundled
"""

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path

from anchoring import compose, generate, load_model, load_scopes
from anchoring.attribution import with_removal, with_thought
from anchoring.attribution.checks import with_held_out
from anchoring.models.catalogue import BUNDLED
from anchoring.prompting import Framing, Reasoning
from anchoring.studies.arms import Toggle, arms
from anchoring.studies.run import Run, attention_bytes, to_document

SCOPE = "japanese-b2b-decline"  # the Playground's first scope and its first starter, so that Run repeats the example


def make(folder: Path) -> Run:
    model = load_model(str(folder))
    model.id = BUNDLED  # the name under which everyone else loads it
    scope = load_scopes()[SCOPE]
    words = scope.starters[0].prompt
    prompts = [
        compose(words, scope=scope, framing=arm.framing, reasoning=arm.reasoning)
        for arm in arms(Toggle.COMPARE, Toggle.OFF, Framing.CARD, Reasoning.GROUNDED)
    ]
    answers = generate(model, prompts, max_new_tokens=224)
    answers = [with_held_out(model, with_removal(model, with_thought(model, answer))) for answer in answers]
    return Run("example", datetime.now(UTC), "An example", tuple(answers))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    folder = parser.parse_args().model
    run = make(folder)
    (folder / "example.json").write_text(
        json.dumps(to_document(run), ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    (folder / "example.npz").write_bytes(attention_bytes(run))
    for answer in run.arms:
        print(f"[{answer.prompt.framing}] {answer.answer}\n")


if __name__ == "__main__":
    main()
