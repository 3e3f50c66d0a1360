"""A prompt is the user's words to the letter, plus lines of ours that each have a name."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anchoring.prompting import Framing, Kind, Reasoning, compose
from anchoring.prompting.framing import card, irrelevant, likely_region, swapped
from anchoring.prompting.sentences import sentence_spans
from anchoring.scope import load_scopes
from tests.prompting.cards import cue, scope
from tests.prompting.texts import texts

LATE = scope(
    cue("late", "late", "遅れ", flips_when="a festival is near"),
    cue("fine", "it's fine"),
    cue("quiet", "no reply"),
)
OTHER = scope(cue("wave", "waves"), cue("nod", "nods", "bows"), cue("sit"), scope_id="other", language="fi")
WORDS = "Write to Tanaka-san: the parts are late, but it’s fine. No reply since Monday."
EVERY = list(itertools.product(Framing, Reasoning))


@pytest.mark.parametrize(("framing", "reasoning"), EVERY)
@pytest.mark.parametrize("words", [WORDS, "  late\r\nlate \n", "遅れています。👩‍👧", "?!"])
def test_every_rung_and_reasoning_keeps_the_words_and_names_every_line_once(words, framing, reasoning):
    prompt = compose(words, scope=LATE, framing=framing, reasoning=reasoning, other=OTHER)
    assert prompt.messages[-1].role == "user"
    assert prompt.messages[-1].text == words == prompt.words
    ids = [s.id for s in prompt.sources]
    assert len(ids) == len(set(ids))
    roles = ["user"] if (framing, reasoning) == (Framing.NONE, Reasoning.OFF) else ["system", "user"]
    assert [m.role for m in prompt.messages] == roles
    kinds = {s.kind for m in prompt.messages[:-1] for s in m.segments}
    assert kinds == {k for k, on in ((Kind.FRAMING, framing != "none"), (Kind.REASONING, reasoning != "off")) if on}
    assert (prompt.framing, prompt.reasoning, prompt.scope) == (framing.value, reasoning.value, "test-scope")
    assert all(s.text for s in prompt.sources)
    if kinds:
        assert prompt.messages[0].text == prompt.messages[0].text.strip()


@given(texts(), st.sampled_from(EVERY), st.data())
def test_segments_of_any_text_join_back_with_ids_of_their_own(words, rung, data):
    start = data.draw(st.integers(0, len(words) - 1))
    end = data.draw(st.integers(start + 1, len(words)))
    marks = [(start, end)] if data.draw(st.booleans()) else []
    prompt = compose(words, scope=LATE, framing=rung[0], reasoning=rung[1], marks=marks, other=OTHER)
    assert prompt.messages[-1].text == words
    ids = [s.id for s in prompt.sources]
    assert len(ids) == len(set(ids))
    cues = [s for s in prompt.messages[-1].segments if s.kind is Kind.CUE]
    assert len(cues) == len(prompt.cues)
    at = 0
    for segment in prompt.messages[-1].segments:
        if segment in cues:
            hit = prompt.cues[cues.index(segment)]
            assert segment.text.lstrip().startswith(hit.phrase.lstrip())
            assert at <= hit.start < at + len(segment.text)
        at += len(segment.text)


@pytest.mark.parametrize(
    ("words", "sentences"),
    [
        ("One came. Two left! Three?", 3),
        ("部品が遅れています。返事がない。", 2),
        ("नमस्ते जी। आप कैसे हैं?", 2),
        ("السلام عليكم. كيف حالك؟ أنا بخير.", 3),
        ("สวัสดีครับ", 1),
        ("Dr. Smith said e.g. this.", 1),
    ],
)
def test_words_are_cut_into_sentences_in_their_script(words, sentences):
    segments = compose(words).sources
    assert len(segments) == sentences
    assert [s.id for s in segments] == [f"words:{n}" for n in range(1, sentences + 1)]


def test_cue_ids_count_their_occurrences_and_carry_the_cards_cue():
    segments = compose("late, and late again.", scope=LATE, marks=[(15, 20)]).sources
    assert [(s.id, s.cue, s.text) for s in segments] == [
        ("cue:late", "late", "late"),
        ("words:1", None, ", and "),
        ("cue:late:2", "late", "late "),
        ("cue:own", None, "again."),
    ]


def test_the_card_names_found_cues_and_says_so_where_there_is_none():
    shown = compose(WORDS, scope=LATE, framing="card").messages[0]
    assert [s.cue for s in shown.segments if s.cue] == ["late", "fine", "quiet"]
    assert "Reads otherwise when a festival is near." in shown.text
    assert "“it’s fine”" in shown.text
    bare = compose("Hello.", scope=LATE, framing="card").messages[0]
    assert [s.id for s in bare.segments] == [
        "framing:setting",
        "framing:role:1",
        "framing:role:2",
        "framing:cues",
        "framing:limits",
        "framing:voice",
    ]


def test_the_irrelevant_control_has_the_cards_lines_and_about_its_length():
    for one in load_scopes().values():
        for starter in one.starters:
            prompts = [compose(starter.prompt, scope=one, framing=f) for f in ("card", "irrelevant")]
            real, control = ([s.text for s in p.messages[0].segments] for p in prompts)
            assert len(real) == len(control)
            assert all(abs(len(a) - len(b)) <= 16 for a, b in zip(real, control, strict=True))
            assert not {s.cue for s in prompts[1].messages[0].segments} - {None}


def test_the_swapped_control_shows_as_many_cues_of_the_other_card():
    prompt = compose(WORDS, scope=LATE, framing="swapped", other=OTHER)
    lines = [s.cue for s in prompt.messages[0].segments if s.cue]
    assert lines == ["wave", "nod", "sit"]
    assert len(prompt.messages[0].segments) == len(compose(WORDS, scope=LATE, framing="card").messages[0].segments)
    assert prompt.scope == "test-scope"
    assert (prompt.other, prompt.other_version) == ("other", OTHER.version)
    less = prompt.without({"framing:setting"})
    assert (less.other, less.other_version) == (prompt.other, prompt.other_version)
    assert compose(WORDS, scope=LATE, framing="card", other=OTHER).other is None, "its card is not shown"


def test_swapped_and_irrelevant_of_shipped_cards_are_near_the_card_in_length():
    cards = list(load_scopes().values())
    for one, other in zip(cards, [*cards[1:], cards[0]], strict=True):
        cues = compose(one.starters[0].prompt, scope=one).cues
        length = sum(len(s.text) for s in card(one, cues))
        assert 0.9 < sum(len(s.text) for s in irrelevant(one, cues)) / length < 1.1
        assert 0.6 < sum(len(s.text) for s in swapped(other, cues)) / length < 1.7


def test_a_card_with_empty_fields_still_reads_as_lines():
    bare = scope(cue("late", "late"), domain="", community="", practice="", setting="", roles=())
    for framing in (Framing.CARD, Framing.PERSPECTIVE, Framing.INTERPRETIVE, Framing.IRRELEVANT):
        system = compose("too late", scope=bare, framing=framing).messages[0]
        assert all(any(c.isalpha() for c in s.text.partition(":")[2] or s.text) for s in system.segments), system.text
        assert not any(part in system.text for part in (": ;", "; ,", ": ,", " .", ";."))


@pytest.mark.parametrize(
    ("language", "region"),
    [
        ("ja", "Japan"),
        ("en-NZ", "New Zealand"),
        ("fa", "Iran"),
        ("xx", "the United States"),
        ("ase", "the United States"),
    ],
)
def test_the_region_of_a_language_is_the_one_cldr_holds_likeliest(language, region):
    assert likely_region(language) == region


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"words": ""}, "The prompt is empty"),
        ({"words": " \n\u3000"}, "The prompt is empty"),
        ({"words": "hi", "framing": "loud"}, "Unknown framing 'loud': use one of none, label"),
        ({"words": "hi", "reasoning": "deep"}, "Unknown reasoning 'deep': use one of off, free, grounded"),
        ({"words": "hi", "framing": "card"}, "The framing 'card' needs a scope"),
        ({"words": "hi", "framing": "swapped", "scope": LATE}, "needs another scope's card"),
        ({"words": "hi", "framing": "swapped", "scope": LATE, "other": LATE}, "needs another scope's card"),
        ({"words": "hi", "marks": [(0, 9)]}, "lies outside the text of 2 characters"),
        ({"words": "broken \ud83d half"}, "half a character"),
    ],
)
def test_what_is_refused_and_in_which_words(arguments, message):
    with pytest.raises(ValueError, match=message):
        compose(**arguments)


def test_without_drops_sources_and_messages_left_empty():
    prompt = compose(WORDS, scope=LATE, framing="label")
    assert [m.role for m in prompt.without({"framing:label"}).messages] == ["user"]
    fewer = prompt.without({"cue:late"})
    assert "late" not in fewer.messages[-1].text
    assert prompt.messages[-1].text == WORDS


def test_a_title_before_a_name_ends_no_sentence() -> None:
    text = "I wrote to Ms. Ogawa. Mx. Ito was there."
    assert [text[slice(*span)] for span in sentence_spans(text)] == ["I wrote to Ms. Ogawa. ", "Mx. Ito was there."]


@pytest.mark.parametrize(
    "whole",
    [
        "Please pay invoice No. INV-204 by Friday.",
        "Order no. A1023 was late.",
        "See Article No. IV for details.",
        "Ask for part no. ABC-x please.",
        "彼は「え？」と聞いた。",
        "田中さんから「検討します。」と返事が来ました。",
        "『承知しました。』って言われた。",
    ],
)
def test_a_number_and_a_told_quotation_end_no_sentence(whole):
    assert sentence_spans(whole) == [(0, len(whole))]


@pytest.mark.parametrize(
    "parts",
    [
        ["【重要。】", "次。"],
        ["**It is bold.**", " Next one."],
        ["彼は「はい。」と言った。", "私も。"],
        [
            "She said no. ",
            "But I went. ",
            "No. ",
            "I did not. ",
            "no. ",
            "I'm out. ",
            "No. ",
            "IT will. ",
            "no. ",
            "E-mail followed.",
        ],
        ["It is late.\n", "* Ask again.\n", "* Wait for Monday."],
        ["「はい。」", "ところが彼は来た。"],
        ["「はい。」", "ときどき言う。"],
    ],
)
def test_what_closes_a_sentence_stays_with_it(parts):
    text = "".join(parts)
    assert [text[slice(*span)] for span in sentence_spans(text)] == parts


@pytest.mark.parametrize("short", ["incl.", "Approx.", "excl.", "attn.", "abt.", "resp."])
def test_a_short_form_that_something_follows_ends_no_sentence(short) -> None:
    text = f"We all paid, {short} Alice and the rest. Then it was over."
    found = [text[slice(*span)] for span in sentence_spans(text)]
    assert found == [f"We all paid, {short} Alice and the rest. ", "Then it was over."]


def test_a_no_that_ends_a_sentence_ends_it_and_one_before_a_number_does_not():
    text = "It may be an open no. Plan for no. 5 of No. 7. No. Ask again."
    found = [text[slice(*span)] for span in sentence_spans(text)]
    assert found == ["It may be an open no. ", "Plan for no. 5 of No. 7. ", "No. ", "Ask again."]


@pytest.mark.parametrize("mark", ['"', "”"])
def test_a_quoted_sentence_ends_where_its_full_stop_is(mark) -> None:
    text = f"You can write, “That helps me.{mark} Voice counts. “Is it?” Mori asked."
    assert next(text[slice(*s)] for s in sentence_spans(text)) == f"You can write, “That helps me.{mark} "
    assert "".join(text[slice(*s)] for s in sentence_spans(text)) == text


def test_an_abbreviation_in_quotes_ends_no_sentence() -> None:
    text = 'He wrote "U.S." Army on it.'
    assert sentence_spans(text) == [(0, len(text))]


@pytest.mark.parametrize("reasoning", ["free", "grounded"])
def test_without_its_last_piece_a_message_ends_as_one_that_never_had_it(reasoning):
    framed = compose(WORDS, scope=LATE, framing="card", reasoning=reasoning)
    assert framed.without({"reasoning"}).messages == compose(WORDS, scope=LATE, framing="card").messages
    *before, last = framed.messages[-1].segments
    assert framed.without({last.id}).messages[-1].text == "".join(s.text for s in before).rstrip()


@given(texts(), st.sampled_from(EVERY), st.data())
def test_without_any_pieces_no_message_ends_in_white_space_of_theirs(words, rung, data):
    prompt = compose(words, scope=LATE, framing=rung[0], reasoning=rung[1], other=OTHER)
    gone = set(data.draw(st.lists(st.sampled_from([s.id for s in prompt.sources]), unique=True)))
    whole = {message.role: message.segments for message in prompt.messages}
    for message in prompt.without(gone).messages:
        assert [s.id for s in message.segments] == [s.id for s in whole[message.role] if s.id not in gone]
        if message.segments and message.segments[-1].id != whole[message.role][-1].id:
            assert message.text == message.text.rstrip()
