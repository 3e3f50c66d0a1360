"""Whose card the control "swapped" showed: kept with a run, told in its reports, chosen when it is opened again."""

import json
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from anchoring.models.generate import generate
from anchoring.prompting import compose
from anchoring.report import run_html, run_json
from anchoring.scope import Scope
from anchoring.studies.run import Run, attention_bytes, from_document, new_run, to_document
from pages.playground_parts.restoring import _other
from tests.models.pairs import pair
from tests.prompting.cards import cue, scope

ROOT = Path(__file__).resolve().parents[2]
OWN = scope(cue("late", "late"), scope_id="own-card")
SHOWN = scope(cue("wave", "waves"), scope_id="shown-card", version="2.1")
TWIN = scope(cue("wave", "waves"), scope_id="a-twin")  # begins as the card that was shown does
CARDS = {card.id: card for card in (OWN, TWIN, SHOWN)}


def run_with(framing: str, other: Scope | None = None) -> Run:
    prompt = compose("It is late again.", scope=OWN, framing=framing, other=other)
    return new_run(tuple(generate(pair(), [prompt], max_new_tokens=2)))


@pytest.fixture(scope="module")
def run() -> Run:
    return run_with("swapped", SHOWN)


def old(run: Run) -> Run:
    """As a run from before the card was noted comes back."""
    document = to_document(run)
    for arm in document["arms"]:
        del arm["prompt"]["other"], arm["prompt"]["other_version"]
    return from_document(json.loads(json.dumps(document)), attention_bytes(run))


def row(run: Run) -> str:
    return unescape(run_html(run)).partition('<th scope="row">Card shown</th><td dir="auto">')[2].partition("</td>")[0]


def test_the_card_is_kept_and_told(run):
    back = from_document(json.loads(json.dumps(to_document(run))), attention_bytes(run))
    assert back.arms[0].prompt == run.arms[0].prompt
    told = json.loads(run_json(run))["arms"][0]["prompt"]
    assert (told["other"], told["other_version"]) == ("shown-card", "2.1")
    assert row(run) == "shown-card 2.1"


def test_other_framings_tell_the_scopes_card_or_none():
    assert row(run_with("card")) == row(run_with("interpretive")) == f"own-card {OWN.version}"
    assert row(run_with("none")) == row(run_with("irrelevant")) == "none"


def test_a_run_from_before_it_was_noted_still_opens(run):
    before = old(run)
    assert before.arms[0].prompt == replace(run.arms[0].prompt, other=None, other_version=None)
    assert row(before) == "another scope's; which, was not noted"


def test_the_bundled_example_still_opens():
    folder = ROOT / "models/bundled"
    document = json.loads((folder / "example.json").read_text("utf-8"))
    assert from_document(document, (folder / "example.npz").read_bytes()).arms


def test_the_card_is_chosen_again_and_guessed_only_where_it_was_not_noted(run):
    prompt = run.arms[0].prompt
    assert _other(CARDS, prompt) == "shown-card"
    assert _other({OWN.id: OWN, TWIN.id: TWIN}, prompt) is None, "no other card stands for one that is gone"
    assert _other(CARDS, old(run).arms[0].prompt) == "a-twin"
    assert _other(CARDS, run_with("card").arms[0].prompt) is None
