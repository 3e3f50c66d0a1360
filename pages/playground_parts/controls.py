"""The controls above the answers."""

import streamlit as st

from anchoring.models.catalogue import BUNDLED
from anchoring.prompting import CONTROLS, Framing, Reasoning, find_cues
from anchoring.scope import Scope, Status
from anchoring.scope.card import OWN_CUE
from anchoring.scope.linter import errors
from anchoring.studies.arms import Toggle
from pages.address import set_at_once
from pages.components.cue_marker import CueView, cue_marker, marks_of
from pages.plain import plain
from pages.playground_parts.inputs import MOST_WORDS, Inputs, too_long
from pages.playground_parts.models import bundled_scopes, model_picker
from pages.playground_parts.restoring import FIRST_AGAIN, TOGGLE_NAMES, displaced, keep_marks, kept_marks, seen
from pages.playground_parts.running import Shown, run_buttons
from pages.playground_parts.settings import SET_BY_LINK, first, settings_sliders
from pages.playground_parts.shared import library

MOST_TYPED = 20_000  # characters; beyond them the box takes nothing more
EXAMPLES = 4  # phrases that are named where no cue was found
REPLACED = "replaced_words"  # typed by the user, before an example or a link took their place
FIRST_SCOPE = "japanese-b2b-decline"
RUNGS = {
    Framing.LABEL: "A nationality label (a crude control)",
    Framing.PERSPECTIVE: "One sentence naming who, what and where",
    Framing.CARD: "The scope card",
    Framing.INTERPRETIVE: "The scope card, and questions to think with",
    Framing.IRRELEVANT: "Text about something else (a control)",
    Framing.SWAPPED: "Another scope's card (a control)",
}
KINDS = {
    Reasoning.GROUNDED: "List the cues first",
    Reasoning.FREE: "Think step by step",
}
THOUGHT_HELP = "Whether the model is asked to write down its thinking first. What it writes is text, not its reasons."


def controls(shown: Shown) -> Inputs:
    scopes = library().scopes
    scope = _scope(scopes)
    words = _words(scope)
    marks = _cues(scope, words)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        framing = _toggle("Cultural framing", "framing", Toggle.COMPARE, "Whether the model is given the scope card.")
        thought = _toggle("Chain-of-thought", "thought", Toggle.OFF, THOUGHT_HELP)
        with st.popover("Model and more", icon=":material/tune:"):
            model = model_picker()
            rung, kind, other = _rung_and_kind(scopes, scope)
            settings = settings_sliders()
        inputs = Inputs(scope, words, marks, framing, thought, rung, kind, other, model, settings)
        run_buttons(inputs, shown)
    if model == BUNDLED and scope.id not in bundled_scopes():
        st.info(
            "The bundled model has not learned this card and makes little of it: it knows only the scopes that come "
            "with the program. Choose one of these, or a larger model under “Model and more”.",
            icon=":material/info:",
        )
    if st.session_state.pop(FIRST_AGAIN, False):
        st.rerun()  # Back has emptied the words, whatever was assigned to them: now a starter may stand there
    return inputs


def _scope(scopes: dict[str, Scope]) -> Scope:
    ids = sorted(scopes, key=lambda i: (i != FIRST_SCOPE, scopes[i].title))
    titles = unlike({i: scopes[i].title for i in ids})
    left, right = st.columns([5, 1], vertical_alignment="bottom")
    chosen = left.selectbox(
        "Scope",
        ids,
        format_func=titles.get,
        key="scope",
        persist_state="session",
        on_change=lambda: _choose(scopes[st.session_state.scope]),
        help="The narrow setting in which the words are read: who, doing what, where. Never a nation.",
    )
    scope = scopes[chosen]
    if "run" not in st.query_params and chosen != st.query_params.get("scope", ids[0]):
        seen("scope", chosen)  # come back from another page: a reload is to find it again
        st.query_params["scope"] = chosen
    right.page_link(
        "pages/scopes.py", label="Read the card", icon=":material/menu_book:", query_params={"scope": scope.id}
    )
    unread = "draft, not yet reviewed by anyone from the community"
    draft = "draft, not signed as it stands" if scope.reviewers else unread
    note = draft if scope.status is Status.DRAFT else scope.status.value
    faults = _faults(scope)
    mend = f"; **{faults} {'thing' if faults == 1 else 'things'} to mend** on it" if faults else ""
    st.caption(f"{plain(scope.gist[:1].upper() + scope.gist[1:])}. *Card {plain(scope.version)}: {note}{mend}.*")
    return scope


@st.cache_data(max_entries=64, ttl=3600, show_spinner=False, hash_funcs={Scope: Scope.model_dump_json})
def _faults(scope: Scope) -> int:
    """How many errors the linter finds; kept, since that takes longer than the rest of the controls."""
    return len(errors(scope))


def _choose(scope: Scope) -> None:
    """Another scope: in the address by its id, where a bound widget would write its title. An untouched starter gives
    way to one of the new scope's."""
    seen("scope", scope.id)
    if scope.starters and not _typed(st.session_state.get("words", "")):
        _take(scope, 0)
        set_at_once(scope=scope.id, words=scope.starters[0].prompt)
    else:
        st.query_params["scope"] = scope.id


def _typed(words: str) -> bool:
    """Whether these are words of the user's own: not a starter's, and not none."""
    return bool(words) and all(words != s.prompt for scope in library().scopes.values() for s in scope.starters)


def unlike(titles: dict[str, str]) -> dict[str, str]:
    """Titles with their ids behind them where two are the same: a picker tells its options apart by what it shows."""
    shown = list(titles.values())
    return {i: f"{title} ({i})" if shown.count(title) > 1 else title for i, title in titles.items()}


def _words(scope: Scope) -> str:
    """The user's words. A starter stands there at first."""
    starters = scope.starters
    if before := displaced():
        _set_aside(before)
    fresh = st.session_state.get("starter_scope") != scope.id and not st.query_params.get("words")
    if starters and fresh and not _typed(st.session_state.get("words", "")):
        _take(scope, 0)
    elif st.query_params.get("words"):
        st.session_state["starter_scope"] = scope.id  # a box that is emptied after a link stays empty
    if starters:
        st.pills(
            "Start from an example",
            range(len(starters)),
            format_func=lambda n: _beginning(starters[n].prompt),
            key="starter_pill",
            on_change=lambda: _picked(scope),
            help="Each is a small situation that holds two or three of the card's cues.",
        )
    words = st.text_area(
        "What happened? Write it in your own words",
        key="words",
        bind="query-params",
        height="content",
        max_chars=MOST_TYPED,
        placeholder=f"For example: {starters[0].prompt}"
        if starters
        else "A few sentences, as you would tell a friend.",
    )
    if REPLACED in st.session_state:
        st.button("Put my words back", icon=":material/undo:", type="tertiary", on_click=_put_back)
    if len(words) > MOST_WORDS:
        st.error(too_long(words), icon=":material/edit:")
    return words


def _beginning(text: str) -> str:
    """A starter's first words, to choose it by."""
    return plain(text if len(text) <= 34 else text[:33].rsplit(" ", 1)[0] + " …")


def _picked(scope: Scope) -> None:
    """Each is a button: none stays chosen, so that the same one can be asked for again."""
    number = st.session_state.starter_pill
    if number is not None:
        _take(scope, number)
    st.session_state.starter_pill = None


def _take(scope: Scope, number: int) -> None:
    _set_aside(st.session_state.get("words", ""))
    st.session_state.update(words=scope.starters[number].prompt, starter_scope=scope.id)


def _set_aside(words: str) -> None:
    """Words that something else takes the place of."""
    if _typed(words):
        st.session_state[REPLACED] = words


def _put_back() -> None:
    """The words that an example or a link took the place of; what was made of it since takes theirs."""
    back = st.session_state.pop(REPLACED, None)
    if back is None:  # a second click in a hurry
        return
    _set_aside(st.session_state.words)
    st.session_state.words = back


def _cues(scope: Scope, words: str) -> tuple[tuple[int, int], ...]:
    if not words.strip() or len(words) > MOST_WORDS:
        return ()
    kept = kept_marks()
    start = kept.spans if kept.words == words else ()
    marks = tuple(marks_of(words, "cue-marker", start, kept.edition))
    found = find_cues(words, scope, marks)
    notes = {cue.id: f"{cue.surface} It may mean: {cue.subtext}" for cue in scope.cues}
    views = [
        CueView(start=c.start, end=c.end, label=_label(c.cue), own=c.cue == OWN_CUE, note=notes.get(c.cue, ""))
        for c in found
    ]
    marks = tuple(cue_marker(words, views, "cue-marker", phrases=_phrases(scope), edition=kept.edition)["marks"])
    keep_marks(words, marks)
    return marks


def _phrases(scope: Scope) -> list[str]:
    """A phrase of each of the first cues, in the language that people here write in."""
    spelled = [list(cue.phrases.get("en", ())) or [p for ps in cue.phrases.values() for p in ps] for cue in scope.cues]
    return [phrases[0] for phrases in spelled if phrases][:EXAMPLES]


def _label(cue_id: str) -> str:
    return "your mark" if cue_id == OWN_CUE else cue_id.replace("-", " ")


def _toggle(label: str, key: str, default: Toggle, help_text: str) -> Toggle:
    return Toggle(
        st.segmented_control(
            label,
            list(TOGGLE_NAMES),
            default=None if key in st.session_state.get(SET_BY_LINK, ()) else default,  # Back may reset it to that
            format_func=TOGGLE_NAMES.get,
            key=key,
            required=True,
            bind="query-params",
            help=help_text,
        )
        or default
    )


def _rung_and_kind(scopes: dict[str, Scope], scope: Scope) -> tuple[Framing, Reasoning, Scope | None]:
    left, right = st.columns(2)
    rung = left.selectbox(
        "Framing “on” gives the model",
        list(RUNGS),
        index=list(RUNGS).index(rung) if (rung := first("rung", Framing.CARD)) else 0,
        format_func=RUNGS.get,
        key="rung",
        persist_state="session",
    )
    kind = right.selectbox(
        "Chain-of-thought “on” asks it to",
        list(KINDS),
        format_func=KINDS.get,
        key="kind",
        persist_state="session",
    )
    if rung in CONTROLS:
        st.caption("A control: it shows what a crude label, or mere length, does to an answer. Not a way to frame.")
    other = None
    if rung is Framing.SWAPPED:
        others = [i for i in scopes if i != scope.id]
        if st.session_state.get("other") not in others:
            st.session_state.pop("other", None)
        chosen = st.selectbox(
            "The other scope",
            others,
            index=others.index(before) if (before := first("other", "")) in others else 0,
            format_func=unlike({i: scopes[i].title for i in others}).get,
            key="other",
            persist_state="session",
        )
        other = scopes[chosen]
    return rung, kind, other
