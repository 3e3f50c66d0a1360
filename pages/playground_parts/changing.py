"""Take a piece of a finished run's prompt away, or swap it for other words, and see what becomes of the answer."""

from collections import Counter
from html import escape

import streamlit as st

from anchoring.attribution import removable, target_tokens, targets
from anchoring.attribution.cost import Cost, cost
from anchoring.attribution.removal import HALVED
from anchoring.attribution.swap import PASSES, Change, lines_on, swapped, with_change
from anchoring.attribution.telling import told
from anchoring.attribution.words import Spans, differing
from anchoring.models.types import Generation, Source, Target
from anchoring.prompting.cues import fold
from anchoring.prompting.segments import Kind, Prompt
from anchoring.report.endings import ending
from anchoring.scope import Scope
from anchoring.studies.run import Run
from pages.components.palette import DARK, LIGHT, SANS, SERIF
from pages.plain import plain
from pages.playground_parts.measuring import model_of
from pages.playground_parts.shared import library
from pages.playground_parts.views import source_name
from pages.playground_parts.working import measured

MOST_OWN = 300  # characters of one's own words
AROUND = 60  # characters shown before and after the change
TAKE, SWAP = "Take it away", "Swap it"
KINDS = {
    Kind.CUE: "Your cue",
    Kind.WORDS: "Your words",
    Kind.FRAMING: "Framing",
    Kind.REASONING: "The request to think first",
}
PARTS = {"thought": "What it wrote before answering, as it was", "answer": "Each sentence of the answer as it was"}
NATS = (
    "The number is the fall of the sentence's log-probability in nats: 0.7 is half as likely, 2.3 a tenth, 6.9 a "
    "thousandth. The sentence itself is kept as it was, and so are those before it."
)


def _both(name: str) -> str:
    return f"light-dark({getattr(LIGHT, name)}, {getattr(DARK, name)})"


_STYLE = f"""<style>
.pap-change {{ color: {_both("ink")}; font: 400 1.06rem/1.65 {SERIF}; overflow-wrap: anywhere; }}
.pap-change :is(p, ol, li, h4) {{ margin: 0; padding: 0; }}
.pap-change .text {{ white-space: pre-wrap; max-inline-size: 44rem; }}
.pap-change .small {{ font: 400 0.86rem/1.5 {SANS}; color: {_both("soft")}; }}
.pap-change h4 {{ font: 600 0.92rem/1.4 {SANS}; color: inherit; letter-spacing: 0; }}
.pap-change.place {{ max-inline-size: 50rem; padding: 0.5rem 1rem; background: {_both("well")}; border-radius: 6px; }}
.pap-change del {{ color: {_both("soft")}; text-decoration: line-through 1.5px; }}
.pap-change.place ins, .pap-change mark {{ color: inherit; text-decoration: underline 2px {_both("accent")};
  text-underline-offset: 0.24em; text-decoration-skip-ink: none; border-radius: 2px;
  background: color-mix(in srgb, {_both("accent")} 13%, transparent); }}
.pap-change.old mark {{ text-decoration-style: dotted; }}
.pap-change ol {{ list-style: none; }}
.pap-change li {{ display: grid; grid-template-columns: minmax(0, 44rem) minmax(13rem, 1fr); gap: 0.15rem 2rem;
  border-block-start: 1px solid {_both("rule")}; padding-block: 0.6rem; align-items: baseline; }}
.pap-change li:first-child {{ border: 0; padding-block-start: 0; }}
.pap-change li b {{ color: {_both("ink")}; font-weight: 400; display: block; }}
.pap-change li.rests b {{ font-weight: 650; }}
.pap-change .number {{ font-variant-numeric: tabular-nums; }}
.pap-change .thought {{ color: {_both("soft")}; font-size: 1rem; border-inline-start: 2px solid {_both("rule")};
  padding-inline-start: 0.9rem; margin-block: 0.2rem 0.8rem; }}
.pap-change.old, .pap-change.new {{ background: {_both("card")}; border: 1px solid {_both("rule")}; border-radius: 8px;
  padding: 0.9rem 1.25rem 1.1rem; }}
.pap-change :is(h4, .head) + :is(.text, .small) {{ margin-block-start: 0.35rem; }}
@media (max-width: 640px) {{ .pap-change li {{ grid-template-columns: minmax(0, 1fr); }}
  .pap-change.old, .pap-change.new {{ padding-inline: 1rem; }} }}
</style>"""


def changing(run: Run, number: int) -> None:
    """The choice of one change to the prompt of answer `number`, its button, and what came of it."""
    arm = run.arms[number]
    pieces = _pieces(arm)
    if not pieces:
        st.caption("Nothing in this prompt can be taken away.")
        return
    key = f"{run.id}-{number}"
    left, right = st.columns([3, 1], vertical_alignment="top")
    _choose_held(run, number, pieces, f"change-piece-{key}")
    index = left.selectbox("Piece of the prompt", list(pieces), format_func=pieces.get, key=f"change-piece-{key}")
    deed = right.segmented_control("What to do", [TAKE, SWAP], default=TAKE, key=f"change-deed-{run.id}", required=True)
    source = arm.rendered.sources[index]
    text = _other_words(run, source, f"{key}-{source.id}") if deed == SWAP else None
    prompt = _changed(arm.prompt, source, text)
    if prompt is None:
        return
    lines = _lines_too(arm.prompt, source, key)
    prompt = prompt.without(lines)
    st.html(_STYLE + _place_html(arm.prompt, prompt, source.id))

    def task(work):
        return with_change(model_of(arm), arm, prompt, stop=work.stop, on_progress=work.progress)

    label = f"{TAKE if text is None else SWAP} and answer again"
    change = measured((run.id, number, "change", source.id, text or "", *sorted(lines)), label, price(arm), task)
    if change is not None:
        _show(arm, change, "without it" if text is None else "with the other words")


def _choose_held(run: Run, number: int, pieces: dict[int, str], key: str) -> None:
    """Chooses the piece that was just pinned in this answer of the reading room; letting go of it changes nothing."""
    pinned = st.session_state.get(f"room-{run.id}", {}).get("pinned") or {}
    held = pinned.get("source") if pinned.get("arm") == str(number) else None
    known = st.session_state.get(f"{key}-held")
    st.session_state[f"{key}-held"] = held
    found = [n for n in pieces if run.arms[number].rendered.sources[n].id == held]
    if found and held != known:
        st.session_state[key] = found[0]


def _lines_too(prompt: Prompt, source: Source, key: str) -> frozenset[str]:
    """The framing's lines that go with the piece: they say again what it says."""
    lines = lines_on(prompt, source.id)
    if lines and st.checkbox(
        "Take the framing's line on this cue away too",
        value=True,
        key=f"change-lines-{key}-{source.id}",
        help="The framing names this cue because you wrote it. Left in, its line can carry the cue alone, and the "
        "answer may not change although it rests on the cue.",
    ):
        return lines
    return frozenset()


def _pieces(arm: Generation) -> dict[int, str]:
    """The sources that can be removed, by index, each with a name of its own; cues first."""
    sources, order = arm.rendered.sources, list(KINDS)
    indices = sorted(removable(arm), key=lambda n: order.index(sources[n].kind))
    names = {n: f"{KINDS[sources[n].kind]}: {source_name(sources[n].text, sources[n].kind.value)}" for n in indices}
    of, met, found = Counter(names.values()), Counter(), {}
    for n, name in names.items():
        met[name] += 1
        found[n] = f"{name} ({met[name]} of {of[name]})" if of[name] > 1 else name
    return found


def _other_words(run: Run, source: Source, key: str) -> str:
    """What to put in the piece's place: another cue's wording, or one's own words; at first a cue for a cue."""
    scope = library().scopes.get(run.scope or "")
    phrases = wordings(scope, source) if scope else []
    options = [*phrases, None] if source.kind is Kind.CUE else [None, *phrases]
    chosen = st.selectbox("Put in its place", options, format_func=_option, key=f"change-by-{key}")
    if chosen is not None:
        return chosen[1]
    old = source.text.strip()
    return st.text_input(
        "Your own words",
        old if len(old) <= MOST_OWN else "",
        max_chars=MOST_OWN,
        key=f"change-own-{key}",
        help="Press Enter when they are as you want them.",
    )


def _option(option: tuple[str, str] | None) -> str:
    return "Your own words" if option is None else f"{option[1]} · {option[0].replace('-', ' ')}"


def wordings(scope: Scope, source: Source) -> list[tuple[str, str]]:
    """(cue, phrase) of the card's other cues, those in the language of the piece first."""
    here, spoken = fold(source.text)[0], ""
    found = []
    for cue in scope.cues:
        for language, phrases in cue.phrases.items():
            if cue.id != source.cue:
                found += [(language, cue.id, phrase) for phrase in phrases]
            elif any(fold(phrase)[0].strip() in here for phrase in phrases):
                spoken = language
    found.sort(key=lambda option: option[0] != spoken)
    return list(dict.fromkeys((cue, phrase) for _, cue, phrase in found))


def _changed(prompt: Prompt, source: Source, text: str | None) -> Prompt | None:
    """The changed prompt; None, and a word on what is missing, where there is no change yet."""
    if text is None:
        return prompt.without({source.id})
    try:
        new = swapped(prompt, source.id, text)
    except ValueError as error:
        st.caption(plain(str(error)))
        return None
    if new == prompt:
        st.caption("These are the words that stand there now. Change them, then press Enter.")
        return None
    return new


def price(arm: Generation) -> str:
    """What a change costs. The new answer takes as long as the batch of the old one took to write."""
    timing = arm.timing
    answer = timing.first_token_seconds / timing.batch + timing.seconds - timing.first_token_seconds
    old = cost(arm, "contrast")
    passes, _, rest = str(Cost(PASSES, old.seconds + answer, old.memory)).partition(", ")
    return f"{passes} and one new answer, {rest}"


def _place_html(old: Prompt, new: Prompt, source_id: str) -> str:
    """The change where it happens: the words around it, what goes struck through, what comes underlined."""
    message = next(m for m in old.messages if any(s.id == source_id for s in m.segments))
    at = next(n for n, s in enumerate(message.segments) if s.id == source_id)
    before = "".join(s.text for s in message.segments[:at])
    after = "".join(s.text for s in message.segments[at + 1 :])
    comes = next((s.text for s in new.sources if s.id == source_id), "")
    lead, tail = _end_of(before), _end_of(after[::-1])[::-1]
    gone = message.segments[at].text
    space = gone[len(gone.rstrip()) :]
    put = f" <ins>{escape(comes.strip())}</ins>" if comes else ""
    body = f"{escape(lead)}<del>{escape(gone.rstrip())}</del>{put}{escape(space + tail)}"
    return f'<div class="pap-change place" dir="auto">{body}</div>'


def _end_of(text: str) -> str:
    """The last words of a text, cut at a space where there is one."""
    if len(text) <= AROUND:
        return text
    end = text[-AROUND:]
    return "…" + end[max(0, end.find(" ")) :]


def _show(arm: Generation, change: Change, how: str) -> None:
    for part, heading in PARTS.items():
        if rows := "".join(_row(arm, change, target, how) for target in targets(arm) if target.part == part):
            st.markdown(f"**{heading}**", help=NATS)
            st.html(f'<div class="pap-change"><ol role="list">{rows}</ol></div>')
    drawn = "one answer drawn with the same seed" if arm.settings.temperature else "one greedy answer"
    caption = (
        f"One change, {drawn}. A different answer may also come from the changed length of the prompt; the fall of the "
        "old sentence is the firmer evidence."
    )
    if _same(arm, change.answer):
        st.markdown("**The new answer is the same, word for word.**")
    else:
        left, right = st.columns(2)
        old, new = _marked(arm, change.answer)
        left.html(f'<div class="pap-change old">{_answer_html("The answer as it was", arm, old)}</div>')
        right.html(f'<div class="pap-change new">{_answer_html(f"A new answer, {how}", change.answer, new)}</div>')
        caption += " Underlined: words that the other answer does not have at that place."
    st.caption(caption)


def _row(arm: Generation, change: Change, target: Target, how: str) -> str:
    fall = float(change.falls[list(target_tokens(arm, target))].sum())
    rests = ' class="rests"' if fall >= HALVED else ""
    said = f'<b>{escape(in_words(fall, how))}</b> <span class="number">{in_nats(fall)}</span>'
    return f'<li{rests}><p class="text" dir="auto">{escape(target.text)}</p><p class="small">{said}</p></li>'


def in_words(fall: float, how: str = "without it") -> str:
    """How much less likely a sentence is after the change."""
    said = f"{told(fall)} {how}"
    return said[:1].upper() + said[1:]


def in_nats(fall: float) -> str:
    number = f"{abs(fall):.1f} nats"
    return number if number.startswith("0.0") else f"{'rises' if fall < 0 else 'falls'} by {number}"


def _same(old: Generation, new: Generation) -> bool:
    return (old.thought.split(), old.answer.split()) == (new.thought.split(), new.answer.split())


def _marked(old: Generation, new: Generation) -> tuple[tuple[Spans, Spans], tuple[Spans, Spans]]:
    """For the old answer and the new: the spans that differ in its thought and in its answer."""
    thoughts, answers = differing(old.thought, new.thought), differing(old.answer, new.answer)
    return (thoughts[0], answers[0]), (thoughts[1], answers[1])


def _answer_html(title: str, generation: Generation, marks: tuple[Spans, Spans]) -> str:
    thought, answer = generation.thought, generation.answer
    html = f'<h4 class="head">{escape(title)}</h4>'
    if thought:
        html += '<p class="small">Text the model wrote before answering:</p>'
        html += f'<p class="text thought" dir="auto">{with_marks(thought, marks[0])}</p>'
    written = with_marks(answer, marks[1]) or "It wrote no answer."
    html += f'<p class="text" dir="auto">{written}</p>'
    how = ending(generation)
    return html if generation.finish == "end" else f'{html}<p class="small">{how[:1].upper()}{how[1:]}.</p>'


def with_marks(text: str, spans: Spans) -> str:
    """The text as HTML, the spans in <mark>; all of it escaped."""
    html, at = "", 0
    for start, end in spans:
        html += f"{escape(text[at:start])}<mark>{escape(text[start:end])}</mark>"
        at = end
    return html + escape(text[at:])
