"""Details of an answer against those of the prompt, and the table's cells."""

import random

import pytest

from anchoring.prompting import Framing
from training.corpus.examples import draw_example
from training.corpus.source import load_source, written_scopes
from training.evaluation.details import details
from training.evaluation.masking import masker
from training.evaluation.prompts import PLAIN
from training.evaluation.recogniser import recogniser
from training.evaluation.samples import _fenced
from training.evaluation.table import table


def _drawn(scope: str, count: int = 40):
    rng = random.Random(scope)
    for number in range(count):
        framing = (Framing.CARD, Framing.NONE)[number % 2]
        example = draw_example(load_source(scope), rng, framing, held=PLAIN)
        yield example, " ".join(s.text for s in example.answer)


@pytest.mark.parametrize("scope", written_scopes())
def test_reference_answers_have_every_detail_right(scope):
    found = [details(text, e.slots, recogniser(scope)) for e, text in _drawn(scope)]
    assert sum(f.right for f in found) >= 0.97 * len(found)
    assert sum("name" in f.named for f in found) > 0.3 * len(found)


@pytest.mark.parametrize("scope", written_scopes())
def test_a_wrong_detail_is_wrong(scope):
    known, noticed, tried = recogniser(scope), 0, 0
    for example, text in _drawn(scope):
        before = details(text, example.slots, known)
        for slot in set(before.exact):
            value = dict(example.slots)[slot]
            changed = text.replace(value, value[:2] + "zq")
            noticed += not details(changed, example.slots, known).right
            tried += 1
    assert tried > 15
    assert noticed >= 0.9 * tried


def test_the_longest_value_is_hidden_whole_and_no_part_of_a_word():
    hide = masker({"name": ("Ito",), "item": ("fax", "fax machine")})
    assert hide("Ito's fax machine, a FAX and Itofax") == "@name's @item, a @item and Itofax"


def test_a_cell_without_a_value_is_a_dash():
    text = table(
        ("one",), [("recall", "≥ 0.9", {"one": 0.5, "all": float("nan")}), ("speed", "", {"all": 1234.4})], ["n"]
    )
    assert text.splitlines()[2:4] == ["| recall | ≥ 0.9 | 0.50 | – |", "| speed |  | – | 1,234 |"]
    assert text.endswith("\n\nn")


def test_a_models_text_cannot_leave_its_fence():
    lines = _fenced("~~~~\n# heading\n~~~~~").splitlines()
    assert lines[0] == "   ~~~~~~text"
    assert lines[-1] == "   ~~~~~~"


def test_a_title_before_a_name_ends_no_sentence():
    slots = (("name", "Ms. Ito"),)
    (entry,) = [e for e in recogniser("japanese-b2b-decline").entries if "Good communication takes patience" in e.text]
    found = details(entry.text.replace("@name", "Ms. Ito"), slots, recogniser("japanese-b2b-decline"))
    assert (found.named, found.exact) == (("name",), ("name",))
