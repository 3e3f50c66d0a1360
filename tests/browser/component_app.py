"""A page with our components on made-up numbers; test_components.py drives it."""

import copy
import json

import streamlit as st

from pages.components.cue_marker import cue_marker
from pages.components.prompt_view import prompt_diff, prompt_view
from pages.components.reading_room import reading_room

st.set_page_config(layout="wide")

ANSWER = [
    "🙂 “I will consider it” may be a no.",
    "His manager reads along, so write for both.",
    "<b>Ask</b> again next week.",
]
ARABIC = ["قد يعني هذا الرفض.", "اكتب لهما معا."]
THOUGHT = "Cues: a soft no.\nThen the manager."
SOURCES = [
    ("template:1", "template", "<|system|>\n", ""),
    ("framing:1", "framing", "A soft answer can be a refusal.\n", ""),
    ("reasoning:1", "reasoning", "First list the cues.", ""),
    ("words:1", "words", "Tanaka-san said: ", ""),
    ("cue:soft", "cue", "I will consider it", "soft refusal"),
    ("words:2", "words", ". <script>document.title = 'broken'</script> ", ""),
    ("cue:manager", "cue", "his manager", "hierarchy"),
    ("words:3", "words", " was copied.", ""),
    ("own", "own", "", ""),
]
# The order of SOURCES; each row sums to 1.
ROWS = {
    "thought": [0.10, 0.05, 0.40, 0.05, 0.10, 0.05, 0.10, 0.05, 0.10],
    0: [0.10, 0.12, 0.02, 0.03, 0.60, 0.02, 0.04, 0.02, 0.05],
    1: [0.20, 0.05, 0.03, 0.04, 0.06, 0.02, 0.45, 0.05, 0.10],
    2: [0.30, 0.20, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.20],
}


def targets(sentences: list[str], part: str) -> list[dict]:
    found, at = [], 0
    for text in sentences:
        found.append({"text": text, "start": at, "end": at + len(text), "part": part})
        at += len(text) + 1
    return found


def arm(number: int, sentences: list[str], *, lang: str = "en", thought: str = "") -> dict:
    parts = targets(thought.split("\n"), "thought") if thought else []
    rows = [ROWS["thought"]] * len(parts) + [ROWS[i] for i in range(len(sentences))]
    sources = [{"id": i, "kind": kind, "text": text, "label": label} for i, kind, text, label in SOURCES]
    sources[4]["outline"] = [len(parts)]
    return {
        "id": f"arm{number}",
        "label": f"Framing on · Chain-of-thought {'on' if thought else 'off'}",
        "meta": "34 tokens/s · 96 tokens · finished",
        "status": "end",
        "lang": lang,
        "words_lang": "en",
        "thought": thought,
        "answer": " ".join(sentences),
        "targets": parts + targets(sentences, "answer"),
        "sources": sources,
        "scores": rows,
    }


def room(count: int) -> None:
    arms = [arm(1, ANSWER), arm(2, ANSWER, thought=THOUGHT), arm(3, ARABIC, lang="ar"), arm(4, ANSWER[:1])][:count]
    state = reading_room({"arms": arms, "caption": "These are weights, not reasons."}, key="room")
    st.text(f"state {json.dumps(state)}")


def tall() -> None:
    room(1)
    st.html('<p style="height: 3000px">a long way</p>')
    st.text("The end.")


def stream() -> None:
    step = st.session_state.setdefault("step", 0)
    if st.button("More"):
        step = st.session_state["step"] = step + 1
    done = arm(1, ANSWER)
    if step < 3:
        done |= {"status": "streaming", "answer": done["answer"][: 20 * (step + 1)], "scores": None}
    reading_room({"arms": [done]}, key="streamed")


def linked() -> None:
    reading_room(
        {"arms": [arm(1, ANSWER) | {"selection": 1}, arm(2, ANSWER) | {"scores": None, "targets": []}]}, key="linked"
    )


FALLS = [
    [None, 0.0, 0.0, 0.0, 3.2, 0.0, -0.4, 0.0, None],
    [None, 0.0, 0.0, 0.0, 0.0, 0.0, 0.9, 0.0, None],
    [None, 0.01, 0.0, -0.01, 0.0, 0.0, 1.9, 0.0, None],
]
BADGES = ["backed by removal", "partly backed", "not backed"]


def tested() -> None:
    """Shares with what removal measured beside them, and the same removal as the scores themselves."""
    shares = copy.deepcopy(arm(1, ANSWER))
    said = zip(shares["targets"], BADGES, (0.9, -0.25, None), strict=True)
    shares["targets"] = [target | {"badge": badge, "lds": lds} for target, badge, lds in said]
    shares["sources"].insert(-1, {"id": "thought", "kind": "own", "text": "", "label": ""})
    shares["scores"] = [[*row[:-1], 0.05, row[-1] - 0.05] for row in shares["scores"]]
    shares["falls"] = [[*row[:-1], 1.7, row[-1]] for row in FALLS]
    shares["sources"][4]["outline"], shares["sources"][6]["outline"] = [0], [1, 2]
    shares["sources"][1]["outline"] = [2]
    falls = shares | {"id": "arm2", "scores": shares["falls"], "unit": "nats", "by_removal": True}
    reading_room({"arms": [shares, falls]}, key="tested")


def units() -> None:
    unit = st.radio("Unit", ["sentence", "token"])
    reading_room({"arms": [arm(1, ANSWER) | {"run": unit}], "target_name": unit}, key="units")


def many() -> None:
    """More parts than are a stop each, behind a folded thought; "Again" draws them anew with a badge."""
    sentences = [f"This is number {n}." for n in range(30)]
    long = arm(1, ANSWER, thought=THOUGHT)
    thought = [target for target in long["targets"] if target["part"] == "thought"]
    rows = [*long["scores"][: len(thought)], *[ROWS[0]] * 30]
    parts = [*thought, *targets(sentences, "answer")]
    if st.button("Again"):
        parts = [part | {"badge": "not backed"} for part in parts]
    reading_room({"arms": [long | {"answer": " ".join(sentences), "targets": parts, "scores": rows}]}, key="many")


def below() -> None:
    """Scores of a signed method, all below zero."""
    signed = copy.deepcopy(arm(1, ANSWER))
    signed["scores"] = [[-score for score in row] for row in signed["scores"]]
    reading_room({"arms": [signed | {"unit": ""}]}, key="below")


WORDS = {
    "first": "👩‍👩‍👧 Tanaka-san said I will consider it. ご検討ください。",
    "second": "Something else <i>entirely</i>.",
}


def marker() -> None:
    words = WORDS[st.radio("Words", list(WORDS))]
    start = words.find("I will consider it")
    cues = [{"start": start, "end": start + 18, "label": "soft refusal", "own": False}] if start >= 0 else []
    marks = cue_marker(words, cues, key="marker")["marks"]
    st.text(f"marked {json.dumps([words[a:b] for a, b in marks], ensure_ascii=False)}")


def prompt() -> None:
    text, pieces = "", []
    for i, kind, piece, label in SOURCES[:-1]:
        pieces.append({"id": i, "kind": kind, "label": label, "start": len(text), "end": len(text) + len(piece)})
        text += piece
    prompt_view(text, pieces, key="prompt")
    other = text.replace("A soft answer can be a refusal.\n", "")
    prompt_view(text, pieces, key="diff", diff=prompt_diff(other, text))


PAGES = {page.__name__: page for page in (tall, units, many, stream, linked, tested, below, marker, prompt)}
what = st.query_params.get("show", "1")
PAGES[what]() if what in PAGES else room(int(what))
