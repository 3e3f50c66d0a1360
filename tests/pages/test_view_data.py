"""What the components are given: arms cut out of generations, and the difference between two prompts."""

import json
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from anchoring.attribution.types import Attribution
from anchoring.models.types import OWN, THOUGHT, Generation, ModelInfo, Rendered, Settings, Source, Target, Timing
from anchoring.prompting.compose import compose
from anchoring.prompting.segments import Kind
from pages.components.prompt_view import prompt_diff
from pages.components.reading_room import arm_of

CUE = Source("cue:soft", Kind.CUE, "Maybe", 0, 5, cue="soft")
SOURCES = (CUE, Source("words:1", Kind.WORDS, " so.", 5, 9), OWN)


def generation(thought: str, answer: str, finish: str = "end") -> Generation:
    """As a thinking model writes: markup and white space around both parts."""
    text = f"<think>\n{thought}\n</think>\n\n{answer}\n"
    thought_at, answer_at = text.index("\n"), text.rindex("</think>") + len("</think>")
    return Generation(
        prompt=compose("Maybe so."),
        rendered=Rendered("Maybe so.", SOURCES[:2], (1, 2), (0, 1)),
        token_ids=(5,) * 30,
        token_ends=(len(text),) * 30,
        text=text,
        thought_span=(thought_at, thought_at + len(thought) + 2),
        answer_span=(answer_at, len(text)),
        finish=finish,
        model=ModelInfo("tiny", "0", "float32", "cpu", 1, 64),
        settings=Settings(),
        timing=Timing(seconds=2.0, first_token_seconds=0.1),
    )


def whole(run: Generation) -> Attribution:
    """One target a part, white space at its edges included, and one of white space alone."""
    spans = [(*run.thought_span, "thought"), (*run.answer_span, "answer"), (len(run.text) - 1, len(run.text), "answer")]
    targets = tuple(Target(run.text[a:b], a, b, part) for a, b, part in spans)
    scores = np.array([[0.5, 0.3, 0.2], [0.1, 0.2, 0.7], [0.0, 0.0, 1.0]], dtype=np.float32)
    return Attribution("attention", scores, targets, SOURCES, "share", signed=False)


def test_offsets_point_into_the_part_that_is_shown_and_rows_stay_with_their_targets():
    run = generation("A soft no 🙂.", "Do not press. <b>x</b>")
    arm = arm_of("On", run, whole(run), cue_labels={"soft": "soft refusal"})
    assert (arm["thought"], arm["answer"]) == ("A soft no 🙂.", "Do not press. <b>x</b>")
    assert [arm[t["part"]][t["start"] : t["end"]] for t in arm["targets"]] == [
        "A soft no 🙂.",
        "Do not press. <b>x</b>",
    ]
    assert arm["scores"] == [[0.5, 0.3, 0.2], [0.1, 0.2, 0.7]]
    assert [s["label"] for s in arm["sources"]] == ["soft refusal", "", ""]
    assert [s["kind"] for s in arm["sources"]] == ["cue", "words", "own"]


@given(thought=st.text(min_size=1).filter(str.strip), answer=st.text(min_size=1).filter(str.strip))
def test_every_target_is_cut_to_the_letter_in_any_script(thought, answer):
    run = generation(thought.replace("</think>", ""), answer.replace("</think>", ""))
    for target in arm_of("On", run, whole(run))["targets"]:
        assert (
            {"thought": run.thought, "answer": run.answer}[target["part"]][target["start"] : target["end"]]
            == target["text"]
            != ""
        )


def removed(run: Generation) -> Attribution:
    """What removal measured for the targets of `whole`: the answer rests on the cue, the thought on nothing."""
    scores = np.array([[0.1, 0.0, np.nan], [3.0, 0.2, 5.0], [0.0, 0.0, np.nan]], dtype=np.float32)
    return Attribution("removal", scores, whole(run).targets, (*SOURCES[:2], THOUGHT), "nats", signed=True)


def test_removal_frames_the_sources_that_a_target_rests_on_and_stands_beside_them():
    run = generation("A soft no.", "Do not press.")
    arm = arm_of("On", run, whole(run), removed(run))
    assert [source.get("outline") for source in arm["sources"]] == [[1], [], None]
    assert arm["falls"] == [[0.1, 0.0, None], [3.0, 0.2, None]]  # the thought's own fall belongs to no column here
    assert not arm["by_removal"]
    assert arm_of("On", run, removed(run), removed(run), unit="nats")["by_removal"]
    assert [target["badge"] for target in arm["targets"]] == ["too few sources to tell"] * 2


def test_the_thought_has_a_column_of_its_own_where_attention_to_it_was_read():
    run = generation("A soft no.", "Do not press.")
    shown = whole(run)
    scores = np.insert(shown.scores, -1, 0.0, axis=1)
    shown = replace(shown, scores=scores, sources=(*shown.sources[:-1], THOUGHT, shown.sources[-1]))
    arm = arm_of("On", run, shown, removed(run))
    assert [row[-2] for row in arm["falls"]] == [None, 5.0]
    assert [source["id"] for source in arm["sources"]][-2:] == ["thought", "own"]


def test_a_score_that_a_method_does_not_have_is_none_and_not_a_number():
    run = generation("A soft no.", "Do not press.")
    arm = arm_of("On", run, removed(run), removed(run), unit="nats")
    assert arm["scores"][0] == [0.1, 0.0, None]
    assert arm["unit"] == "nats"
    json.dumps(arm, allow_nan=False)


def test_an_arm_says_its_speed_its_length_and_how_it_ended():
    assert arm_of("On", generation("a", "b"))["meta"] == "15 tokens a second · 30 tokens · finished"
    beside = replace(generation("a", "b"), timing=Timing(2.0, 0.1, batch=2))
    assert arm_of("On", beside)["meta"] == "30 tokens · finished", "the other answer took a part of the time"
    cut = generation("a", "b", "length")
    full = f"cut off: prompt and answer fill the model's {cut.model.context:,} tokens"
    assert arm_of("On", cut)["meta"].endswith(full)
    set_ = replace(cut, settings=replace(cut.settings, max_new_tokens=len(cut.token_ids)))
    assert arm_of("On", set_)["meta"].endswith("cut off at the length that was set")
    assert arm_of("On", generation("a", "b", "loop"))["meta"].endswith("cut short: it repeated itself")
    assert arm_of("On", generation("a", "b"))["scores"] is None


LINES = st.lists(st.sampled_from(["Be brief.", "", "A rule\u2028of two", "<b>", "你好"]), max_size=8).map("\n".join)


@given(before=LINES, after=LINES)
def test_both_prompts_can_be_read_back_from_their_difference(before, after):
    lines = prompt_diff(before, after)
    assert "\n".join(line["text"] for line in lines if line["op"] != "+") == before
    assert "\n".join(line["text"] for line in lines if line["op"] != "-") == after


def test_prompts_that_are_alike_differ_in_nothing():
    assert {line["op"] for line in prompt_diff("a\nb", "a\nb")} == {" "}
