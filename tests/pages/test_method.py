"""The Method page: it says what it must, in plain words, and its numbers are those of the run."""

import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from streamlit.testing.v1 import AppTest

from anchoring.attribution.calibrated import from_json
from anchoring.attribution.calibrations import SHIPPED
from anchoring.models.load import load_model
from anchoring.models.types import Source
from anchoring.prompting import Kind
from anchoring.studies.run import Run, attention_bytes, to_document
from pages import rates
from pages.playground_parts.example import example_run
from pages.scope_parts import methods_table
from pages.scope_parts.method_example import example_html
from tests.attribution.runs import run as generation

APP = Path(__file__).parents[2] / "app.py"
SOURCES = (
    Source("t0", Kind.TEMPLATE, "<user>", 0, 6),
    Source("w0", Kind.WORDS, "Write <i>to</i> ", 6, 22),
    Source("c0", Kind.CUE, "Tanaka-san", 22, 32, cue="suffix"),
)


def test_the_page_names_the_paper_and_what_a_highlight_is_not():
    at = AppTest.from_file(str(APP), default_timeout=60)
    at.switch_page("pages/method.py").run()
    assert not at.exception
    page = " ".join(" ".join(block.value for block in at.html).split())
    assert "https://arxiv.org/abs/2509.26167" in page
    assert "Attention is a weight, not a reason." in page
    assert "What may be believed is a removal test." in page
    for badge in ("Backed by removal", "Partly backed", "Not backed", "Too few sources to tell"):
        assert badge in page
    assert "text the model wrote before answering" in page


def test_without_a_run_the_example_is_in_words_and_holds_no_number(tmp_path):
    page = example_html(tmp_path)
    assert "検討します" in page
    assert "%" not in page


def kept(folder: Path, weights: list[list[float]]) -> None:
    """An example of two sentences, the same weights in every layer and head."""
    rows = np.array(weights, np.float16)[:, None, None, :].repeat(2, 1).repeat(3, 2)
    arm = generation(["Plain courtesy. ", "<b>Mind</b> the suffix."], attention=rows, sources=SOURCES)
    made = Run("example", datetime(2026, 3, 1, tzinfo=UTC), "Example", (arm,))
    (folder / "example.json").write_text(json.dumps(to_document(made)), "utf-8")
    (folder / "example.npz").write_bytes(attention_bytes(made))


def test_the_numbers_are_those_of_the_run(tmp_path):
    kept(tmp_path, [[0.5, 0.25, 0.125, 0.125], [0.25, 0.125, 0.5, 0.125]])
    page = example_html(tmp_path)
    assert "<dt>31%</dt><dd>Your cues</dd>" in page
    assert "<dt>38%</dt><dd>The first piece and the model's markup</dd>" in page
    assert '<dt>50%</dt><dd dir="auto">Tanaka-san' in page
    assert "&lt;b&gt;Mind&lt;/b&gt; the suffix." in page
    assert "<b>" not in page
    assert "<i>" not in page


def test_a_torn_example_falls_back_to_words(tmp_path):
    (tmp_path / "example.json").write_text('{"format": 1, "arms": [', "utf-8")
    assert "検討します" in example_html(tmp_path)


def test_what_ships_beside_the_bundled_model_was_measured_on_its_weights():
    revision = load_model("bundled").revision
    assert from_json(SHIPPED.read_text("utf-8")).revision == revision
    assert json.loads(rates.FILE.read_text("utf-8"))["revision"] == revision
    assert {arm.model.revision for arm in example_run().arms} == {revision}
    assert methods_table.methods_html()


def test_the_table_of_methods_is_the_measured_one_and_no_markup(tmp_path, monkeypatch):
    file = tmp_path / "methods.json"
    monkeypatch.setattr(rates, "FILE", file)
    assert methods_table.methods_html() == ""
    rows = [["**removal** <b>", "1.00 (0.90 to 1.00)"], ["random", "0.33"], ["**leave-one-out removal**", "0.90"]]
    table = {"heads": ["method", "known links"], "rows": rows, "note": "3 <i>answers</i>"}
    file.write_text(json.dumps(table | {"revision": "another model's"}))
    assert methods_table.methods_html() == ""
    file.write_text(json.dumps(table | {"revision": from_json(SHIPPED.read_text("utf-8")).revision}))
    page = methods_table.methods_html()
    assert "<td>1.00 (0.90 to 1.00)</td>" in page
    assert '<th scope="row">Removal** &lt;b&gt;</th>' in page
    assert '<th scope="row">Removal <small>(leave-one-out removal)</small></th>' in page
    assert "3 &lt;i&gt;answers&lt;/i&gt;" in page


def test_how_far_to_trust_a_method_is_told_on_the_very_model_that_was_measured(tmp_path, monkeypatch):
    file = tmp_path / "methods.json"
    monkeypatch.setattr(rates, "FILE", file)
    rows = [["mean attention", "9", "0.56 (0.5 to 0.6)"], ["**leave-one-out removal**", "9", "0.88"]]
    table = {"heads": [], "rows": [*rows, ["random", "9", "0.54"]], "note": "", "revision": "r1"}
    assert rates.told("attention", "Attention", "r1") == ""
    file.write_text(json.dumps(table))
    assert "in 56% of sentences, removal in 88%, luck in 54%" in rates.told("attention", "Attention", "r1")
    assert "in 88% of sentences, luck in 54%" in rates.told("removal", "Removal", "r1")
    assert rates.told("attention", "Attention", "r2") == rates.told("rollout", "Rollout", "r1") == ""
