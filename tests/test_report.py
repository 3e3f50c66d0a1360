"""Reports: what travels is whole, repeats the run, stands alone, and holds no word of anyone as markup."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from anchoring.attribution import attribute
from anchoring.models.types import Source, Timing
from anchoring.prompting import Kind
from anchoring.report import page as report_page
from anchoring.report import run_html, run_json
from anchoring.report.palette import DARK, LIGHT
from anchoring.scope import load_scopes
from anchoring.scope.card import Reviewer
from anchoring.studies.run import Run, attention_bytes, from_document
from tests.attribution.runs import run as made

ROOT = Path(__file__).resolve().parents[1]
EVIL = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7 * 7 }}{% raw %}<!-- &amp; -->"
HEBREW = "\u202eשלום\u202c עולם. "
SOURCES = (
    ("first", Kind.TEMPLATE, "<|user|>", None),
    ("framing:setting", Kind.FRAMING, f"Setting: {EVIL}\n", None),
    ("framing:cue:suffix", Kind.FRAMING, "Cue “-san”: respect.\n", "name-suffix"),
    ("words:1", Kind.WORDS, f"Write {EVIL} to ", None),
    ("cue:suffix", Kind.CUE, "Tanaka-san", "name-suffix"),
    ("template:1", Kind.TEMPLATE, "<|end|>", None),
)
THOUGHT = f"I notice {EVIL} here. Then the suffix."
ANSWER = [f"Say {EVIL} first. ", "Then wait\na day. ", HEBREW, "Done."]


def sources() -> tuple[Source, ...]:
    made, at = [], 0
    for name, kind, text, cue in SOURCES:
        made.append(Source(name, kind, text, at, at + len(text), cue))
        at += len(text)
    return tuple(made)


def weights(tokens: int) -> np.ndarray:
    """float16 [tokens, 2 layers, 3 heads, sources + 1], rows summing to 1."""
    raw = np.random.default_rng(3).random((tokens, 2, 3, len(SOURCES) + 1)) ** 3
    return (raw / raw.sum(-1, keepdims=True)).astype(np.float16)


@pytest.fixture(scope="module")
def run() -> Run:
    pieces = ["<think>", THOUGHT, "</think>", "\n", *ANSWER]
    first = made(pieces, thought=THOUGHT, answer="\n" + "".join(ANSWER), attention=weights(8), sources=sources())
    second = made(ANSWER, attention=None, sources=sources())
    return Run("abc", datetime(2026, 3, 1, 8, 5, tzinfo=UTC), f"Name {EVIL}", (first, second))


class Page(HTMLParser):
    """What a browser would make of the page: every element with its attributes, and the text of each."""

    VOID = frozenset({"meta", "link", "img", "br", "input", "hr"})

    def __init__(self, text: str):
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict, list]] = []
        self._open: list[int] = []
        self.comments: list[str] = []
        self.wrong: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        directed = [i for i in self._open if self.elements[i][1].get("dir")]
        self.elements.append((tag, {**dict(attrs), "@dir": bool(directed)}, []))
        if tag not in self.VOID:
            self._open.append(len(self.elements) - 1)

    def handle_endtag(self, tag):
        if not self._open or self.elements[self._open[-1]][0] != tag:
            self.wrong.append(tag)
            return
        self._open.pop()

    def handle_data(self, data):
        for index in self._open:
            self.elements[index][2].append(data)

    def handle_comment(self, data):
        self.comments.append(data)

    def texts(self, css_class: str) -> list[str]:
        return ["".join(text) for _, attrs, text in self.elements if css_class in (attrs.get("class") or "").split()]


@pytest.fixture(scope="module")
def html(run) -> str:
    return run_html(run)


@pytest.fixture(scope="module")
def page(html) -> Page:
    return Page(html)


def test_the_page_has_no_script_no_handler_and_no_markup_of_anyones_words(page):
    tags = {tag for tag, _, _ in page.elements}
    assert not tags & {"script", "img", "iframe", "object", "embed", "link", "base", "form", "svg", "a"}
    names = {name for _, attrs, _ in page.elements for name in attrs}
    assert not {name for name in names if name.startswith("on")}
    assert not names & {"src", "href", "action", "srcdoc"}
    assert page.wrong == []
    assert page.comments == []
    assert page._open == []


def test_the_page_fetches_nothing(html, page):
    style = "".join(next(text for tag, _, text in page.elements if tag == "style"))
    assert "url(" not in style
    assert "@import" not in style
    assert not re.search(r"(https?:)?//[a-z]", html)
    policy = next(attrs["content"] for _, attrs, _ in page.elements if attrs.get("http-equiv"))
    assert policy.startswith("default-src 'none'")


def test_words_are_shown_to_the_letter(run, page):
    assert next("".join(text) for tag, _, text in page.elements if tag == "h1") == run.name
    assert next("".join(text) for tag, _, text in page.elements if tag == "title") == run.name
    assert next("".join(text) for tag, _, text in page.elements if tag == "blockquote") == run.words


def test_the_prompt_is_drawn_whole_with_the_kind_of_every_piece(run, page):
    assert page.texts("prompt") == [arm.rendered.text for arm in run.arms]
    pieces = [attrs["class"].split() for _, attrs, _ in page.elements if "piece" in (attrs.get("class") or "").split()]
    kinds = [kind for _, kind, _, _ in SOURCES] * 2
    assert [p[2] for p in pieces] == [f"k-{kind}" for kind in kinds]
    names = [attrs["data-name"] for _, attrs, _ in page.elements if "data-name" in attrs]
    assert names[4].startswith("cue: name suffix ")
    assert names[4].endswith("%")


def test_sentences_show_their_three_largest_sources_and_the_rest(run, page):
    found = attribute(None, run.arms[0], "attention")
    sentences = [
        "".join(text) for tag, attrs, text in page.elements if tag == "details" and attrs.get("class") == "sentence"
    ]
    assert len(sentences) == len(found.targets)
    says = [i for i, source in enumerate(found.sources) if source.kind not in (Kind.TEMPLATE, Kind.OWN)]
    for shown, target, row in zip(sentences, found.targets, found.scores, strict=True):
        assert shown.startswith(target.text)
        for column in sorted(says, key=lambda i: -row[i])[:3]:
            assert f"{100 * row[column]:.0f}%" in shown
            assert found.sources[column].text.strip() in shown
        assert f"the answer's own words so far {100 * row[-1]:.0f}%" in shown


def test_thought_and_answer_lose_nothing_between_their_sentences(run, page):
    prose = page.texts("prose")
    assert len(prose) == 3  # a thought and two answers
    looked = page.texts("looked")
    for part in (prose[0], prose[1]):
        for panel in looked:
            part = part.replace(panel, "")
        assert part in (run.arms[0].thought, run.arms[0].answer)
    assert prose[2] == run.arms[1].answer
    assert "Text the model wrote before answering" in "".join(page.texts("thought"))


def test_text_of_users_and_models_finds_its_own_direction(page):
    for tag, attrs, text in page.elements:
        inner = "".join(text)
        if "alert(1)" in inner and tag in ("h1", "blockquote", "q", "summary"):
            assert attrs.get("dir") == "auto" or attrs["@dir"], tag


def test_what_repeats_the_run_stands_on_the_page(run, page):
    text = " ".join("".join(t) for tag, _, t in page.elements if tag == "body")
    for word in ("tiny", "Revision", "Seed", "Scope version", "1 March 2026, 08:05 UTC", "abc", "not its reasons"):
        assert word in text
    assert "No attention was kept for this answer" in text


def test_the_page_has_both_themes(html):
    assert LIGHT.ink in html
    assert DARK.ink in html
    assert "prefers-color-scheme: dark" in html


def test_the_document_reads_back_as_the_run_and_carries_the_weights(run):
    document = json.loads(run_json(run))
    back = from_document(document, attention_bytes(run))
    for arm, again in zip(run.arms, back.arms, strict=True):
        for name in ("prompt", "rendered", "text", "token_ids", "settings", "model", "answer", "thought"):
            assert getattr(again, name) == getattr(arm, name)
    kept, found = document["arms"][0]["attention"], attribute(None, run.arms[0], "attention")
    np.testing.assert_allclose(kept["scores"], found.scores, atol=1e-6)
    assert kept["sources"] == [source.id for source in found.sources]
    for target in kept["targets"]:
        part = getattr(run.arms[0], target["part"])
        assert part[target["start"] : target["end"]] == target["text"]
    assert document["arms"][1]["attention"] is None
    assert set(document["exported_with"]) >= {"app", "python", "torch", "transformers"}


def test_the_document_carries_removal_beside_attention(run):
    arm = run.arms[0]
    falls = np.full((len(arm.token_ids), len(arm.rendered.sources) + 1), np.nan, np.float32)
    falls[:, 3] = 0.5
    tested = Run("t", run.created, "Tested", (replace(arm, removal=falls), *run.arms[1:]))
    document = json.loads(run_json(tested))
    assert [arm["removal"] is None for arm in document["arms"]] == [False] + [True] * (len(run.arms) - 1)
    kept, found = document["arms"][0]["removal"], attribute(None, tested.arms[0], "removal")
    assert kept["sources"] == [source.id for source in found.sources]
    for row, scores in zip(kept["scores"], found.scores, strict=True):
        assert row[0] is None
        assert row[3] == pytest.approx(float(scores[3]))
    back = from_document(document, attention_bytes(tested))
    np.testing.assert_array_equal(back.arms[0].removal, falls)
    assert back.arms[1].removal is None


def test_an_empty_answer_still_makes_a_report(run):
    silent = made([], attention=np.zeros((0, 2, 3, len(SOURCES) + 1), np.float16), sources=sources())
    empty = Run("e", run.created, "Empty", (silent,))
    assert "The model wrote no answer." in run_html(empty)
    assert json.loads(run_json(empty))["arms"][0]["attention"] is None


def test_reports_of_kept_runs_need_no_torch():
    code = "import sys, anchoring.report.page, anchoring.report.document; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_page_names_the_scope_the_draft_and_what_removal_means(run):
    scope = load_scopes()["tehran-shop-payment"]
    arm = run.arms[0]

    def page(version: str, removal=None) -> str:
        prompt = replace(arm.prompt, scope=scope.id, scope_version=version)
        return unescape(run_html(replace(run, arms=(replace(arm, prompt=prompt, removal=removal),))))

    shown = page(scope.version)
    assert f"Scope: {scope.title}. Card {scope.version}, a draft that nobody from the community has reviewed." in shown
    assert "read them as a demonstration, not as advice" in shown
    assert "Without it 10× less likely" not in shown
    assert "a draft that" not in page("99.0"), "of another version nothing is known"
    falls = np.zeros((len(arm.token_ids), len(SOURCES) + 1), np.float32)
    assert "Without it 10× less likely" in page(scope.version, falls)


def test_a_draft_that_names_reviewers_is_not_said_to_have_none(run, monkeypatch):
    reviewers = (Reviewer(name="Mina", relation="keeps <b> a shop", date=date(2026, 1, 2)),)
    draft = load_scopes()["tehran-shop-payment"].model_copy(update={"reviewers": reviewers})
    monkeypatch.setattr(report_page, "load_scopes", lambda: {draft.id: draft})
    prompt = replace(run.arms[0].prompt, scope=draft.id, scope_version=draft.version)
    shown = run_html(replace(run, arms=(replace(run.arms[0], prompt=prompt),)))
    assert "a draft that names as reviewers: Mina (keeps &lt;b&gt; a shop)." in shown
    assert "nobody from the community" not in shown


def test_how_fast_is_told_of_all_that_was_written_in_that_time(run):
    def rates(*timings: Timing) -> list[str]:
        arms = tuple(replace(run.arms[0], timing=timing) for timing in timings)  # of 8 tokens each
        return re.findall(r"[\d.]+ tokens a second(?: in all)?", run_html(replace(run, arms=arms)))

    assert rates(Timing(0.5, 0.1)) == ["16 tokens a second"]
    assert rates(Timing(2.0, 0.1)) == ["4.0 tokens a second"]
    together = Timing(0.5, 0.1, batch=2)
    assert rates(together, together) == ["32 tokens a second in all"]
    assert rates(together) == [], "the other arm's tokens are not known"
    assert rates(together, Timing(0.6, 0.1, batch=2)) == [], "two batches"
    assert rates(Timing(0.0, 0.0)) == []
