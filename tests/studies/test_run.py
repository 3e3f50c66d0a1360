"""A run goes to a document and back whole, and a document that is none says why."""

import io
import json
import zlib
from dataclasses import replace

import numpy as np
import pytest

from anchoring.models.generate import generate
from anchoring.prompting import Framing, Reasoning, compose
from anchoring.studies.arms import Toggle, arms
from anchoring.studies.run import Run, RunError, attention_bytes, from_document, new_run, to_document
from tests.models.pairs import pair
from tests.prompting.cards import cue, scope

CARD = scope(cue("late", "late"))
WORDS = "It’s late again — 遅れ 👩‍👧, \x00 \n <b>say</b> so?"


@pytest.fixture(scope="module")
def run() -> Run:
    prompts = [compose(WORDS, scope=CARD, framing=f, reasoning="grounded", marks=[(0, 4)]) for f in ("none", "card")]
    answers = generate(pair(chat="thinking"), prompts, max_new_tokens=6, temperature=0.9, top_p=0.9, seed=[1, 2])
    return new_run(tuple(answers))


def through_json(run: Run) -> Run:
    return from_document(json.loads(json.dumps(to_document(run))), attention_bytes(run))


def test_a_run_comes_back_the_same(run):
    back = through_json(run)
    assert (back.id, back.created, back.name, back.status) == (run.id, run.created, run.name, run.status)
    for one, other in zip(run.arms, back.arms, strict=True):
        for name in ("prompt", "rendered", "token_ids", "token_ends", "text", "thought_span", "answer_span", "finish"):
            assert getattr(one, name) == getattr(other, name), name
        assert (one.model, one.settings, one.timing) == (other.model, other.settings, other.timing)
        assert np.array_equal(one.attention, other.attention)
        assert other.attention.dtype == np.float16
    assert to_document(back) == to_document(run)


def test_a_run_that_comes_back_can_be_repeated(run):
    arm = through_json(run).arms[1]
    s = arm.settings
    (again,) = generate(
        pair(chat="thinking"), [arm.prompt], max_new_tokens=6, temperature=s.temperature, top_p=s.top_p, seed=s.seed
    )
    assert again.token_ids == run.arms[1].token_ids


def test_arms_without_attention_stay_without(run):
    bare = generate(pair(), [compose("hi")], max_new_tokens=2, capture=False)
    mixed = Run("id", run.created, "mixed", (bare[0], run.arms[0]))
    back = through_json(mixed)
    assert back.arms[0].attention is None
    assert np.array_equal(back.arms[1].attention, run.arms[0].attention)
    assert from_document(to_document(run)).arms[0].attention is None


def test_the_document_is_plain_json_values(run):
    def plain(value):
        if isinstance(value, dict):
            return all(isinstance(k, str) and plain(v) for k, v in value.items())
        if isinstance(value, (list, tuple)):
            return all(plain(v) for v in value)
        return value is None or isinstance(value, (str, int, float, bool))

    assert plain(to_document(run))


def broken(**changes):
    return lambda d: d | changes


@pytest.mark.parametrize(
    "change",
    [
        lambda d: {},
        lambda d: [],
        lambda d: None,
        lambda d: "run",
        lambda d: {k: v for k, v in d.items() if k != "created"},
        broken(format=2),
        broken(format="1"),
        broken(arms=[]),
        broken(arms=3),
        broken(arms=["x"]),
        broken(arms=[{}]),
        broken(created="yesterday"),
        broken(created=5),
        broken(id=None),
        broken(id=7),
        broken(name=None),
        lambda d: d | {"arms": [d["arms"][0] | {"settings": d["arms"][0]["settings"] | {"temperature": 99}}]},
        lambda d: d | {"arms": [d["arms"][0] | {"token_ids": ["a"]}]},
        lambda d: d | {"arms": [d["arms"][0] | {"prompt": d["arms"][0]["prompt"] | {"messages": "x"}}]},
    ],
)
def test_what_is_no_run_says_so(run, change):
    document = json.loads(json.dumps(to_document(run)))
    with pytest.raises(RunError) as refused:
        from_document(change(document))
    assert "run" in str(refused.value)


@pytest.mark.parametrize("attention", [b"nonsense", b"PK\x03\x04broken", b"\x93NUMPY"])
def test_broken_attention_says_so(run, attention):
    with pytest.raises(RunError, match="attention"):
        from_document(to_document(run), attention)


@pytest.mark.parametrize(
    ("raises", "signature", "at", "damage"),
    [
        (zlib.error, b"PK\x03\x04", 55, b"\xff\xff\xff\xff"),  # where the first part's packed bytes begin
        (RuntimeError, b"PK\x01\x02", 8, b"\x01"),  # the flag that says a part is encrypted
        (NotImplementedError, b"PK\x01\x02", 10, b"\x63"),  # a way to pack that nobody knows
    ],
)
def test_an_npz_damaged_on_the_disk_says_so(run, raises, signature, at, damage):
    kept = bytearray(attention_bytes(run))
    start = kept.index(signature) + at
    kept[start : start + len(damage)] = damage
    with pytest.raises(raises), np.load(io.BytesIO(kept)) as stored:
        [stored[name] for name in stored.files]
    with pytest.raises(RunError, match="attention"):
        from_document(to_document(run), bytes(kept))


def test_pickled_attention_is_never_opened(run):
    stream = io.BytesIO()
    np.savez(stream, **{"0": np.array([{"a": 1}], dtype=object)})
    with pytest.raises(RunError, match="attention"):
        from_document(to_document(run), stream.getvalue())


def test_attention_of_another_shape_than_the_answer_is_refused(run):
    stream = io.BytesIO()
    np.savez(stream, **{"0": run.arms[0].attention[:, :, :, :-1]})
    with pytest.raises(RunError, match="attention"):
        from_document(to_document(run), stream.getvalue())


def test_removal_scores_of_another_shape_than_the_answer_are_refused(run):
    rows, sources = len(run.arms[0].token_ids), len(run.arms[0].rendered.sources)
    for columns, fits in ((sources + 1, True), (sources, False)):
        stream = io.BytesIO()
        np.savez(stream, **{"removal-0": np.zeros((rows, columns), np.float32)})
        if fits:
            assert from_document(to_document(run), stream.getvalue()).arms[0].removal.shape == (rows, columns)
        else:
            with pytest.raises(RunError, match="removal"):
                from_document(to_document(run), stream.getvalue())


def test_the_attention_to_the_thought_comes_back_and_has_to_fit(run):
    rows, layers, heads, _ = run.arms[0].attention.shape
    told = replace(run.arms[0], thought_attention=np.full((rows, layers, heads), 0.25, np.float16))
    kept = replace(run, arms=(told, run.arms[1]))
    back = through_json(kept)
    assert np.array_equal(back.arms[0].thought_attention, told.thought_attention)
    assert back.arms[1].thought_attention is None
    wrong = replace(told, thought_attention=told.thought_attention[:, :, :1])
    with pytest.raises(RunError, match="thought"):
        from_document(to_document(run), attention_bytes(replace(run, arms=(wrong, run.arms[1]))))


def test_the_name_is_the_first_words_in_one_line():
    def name(words):
        return new_run(tuple(generate(pair(), [compose(words)], max_new_tokens=1))).name

    assert name("  hello\r\n there ") == "hello there"
    assert name("a\x00b\x07 c") == "ab c"
    long = name("word " * 40)
    assert len(long) <= 60
    assert long.endswith("word…")
    assert len(name("部" * 200)) == 60


def test_ids_of_runs_differ_and_fit_a_link(run):
    ids = {new_run(run.arms).id for _ in range(50)}
    assert len(ids) == 50
    assert all(i.replace("-", "").replace("_", "").isalnum() for i in ids)


def test_toggles_make_one_two_or_four_arms():
    off, on, compare = Toggle.OFF, Toggle.ON, Toggle.COMPARE
    assert [len(arms(f, r)) for f in Toggle for r in Toggle] == [1, 1, 2, 1, 1, 2, 2, 2, 4]
    both = arms(compare, compare, rung=Framing.LABEL, kind=Reasoning.FREE)
    assert [(a.framing.value, a.reasoning.value) for a in both] == [
        ("none", "off"),
        ("label", "off"),
        ("none", "free"),
        ("label", "free"),
    ]
    assert len({a.label for a in both}) == 4
    assert arms(off, on)[0].label == "Framing off · Chain-of-thought on"
    assert both[1].label == "Framing on (label) · Chain-of-thought off"
