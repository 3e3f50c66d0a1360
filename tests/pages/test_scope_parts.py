"""What the Scopes page's parts compute, apart from how they are drawn."""

import re
from datetime import date

import pytest

from anchoring.scope import Scope, Status, load_scopes
from pages.plain import plain
from pages.scope_parts.drafts import blank, cleaned, free_id
from pages.scope_parts.phrases import phrase_lines, phrases_of, read_as
from pages.scope_parts.words import language_name, place, standing


def test_the_blank_card_asks_for_everything_and_claims_nothing():
    raw = cleaned(blank({"my-scope"}))
    assert raw["id"] == "my-scope-2"
    assert raw["cues"] == raw["roles"] == raw["contested"] == []
    scope = Scope.model_validate(raw | {"title": "T"})
    assert scope.status is Status.DRAFT
    assert scope.review_by > date.today()


def test_an_empty_row_before_others_keeps_their_numbers():
    raw = cleaned({"cues": [{"id": "cue-1"}, {"id": "b", "surface": "said"}, {"id": "cue-3", "phrases": {}}]})
    assert [row["id"] for row in raw["cues"]] == ["cue-1", "b"]


@pytest.mark.parametrize(
    ("title", "taken", "wanted"),
    [("Café at Noon!", (), "cafe-at-noon"), ("検討", (), "my-scope"), ("A b", ("a-b", "a-b-2"), "a-b-3")],
)
def test_an_id_is_made_of_the_title(title, taken, wanted):
    assert free_id(title, taken) == wanted


def test_phrases_come_back_from_the_form_as_they_went():
    for scope in load_scopes().values():
        for cue in scope.cues:
            listed = {tag: list(said) for tag, said in cue.phrases.items()}
            assert phrases_of(phrase_lines(listed), scope.language) == listed
    odd = {"en": ["[ja] x", "re: y"], "EN": ["a"], "qqq": ["b"]}
    assert phrases_of(phrase_lines(odd), "en", odd) == odd


@pytest.mark.parametrize(
    "line",
    [
        "re: your mail",
        "cc: head of department",
        "PS: thanks",
        "FYI: will do",
        "note: hi",
        "so: what now?",
        "see: below",
    ],
)
def test_a_colon_never_cuts_a_phrase(line):
    assert phrases_of(line, "en", {"en", "ja"}) == {"en": [line]}


@pytest.mark.parametrize("line", ["[FYI] lunch is late", "[PS] thanks", "[sic]", "[re] your mail"])
def test_what_is_no_language_stays_in_its_brackets(line):
    assert phrases_of(line, "en", {"en", "ja"}) == {"en": [line]}


def test_a_second_language_is_put_in_brackets_and_said_by_name():
    phrases = phrases_of("we will consider it\n[ja]検討します\n[pt-BR] até logo", "en")
    assert phrases == {"en": ["we will consider it"], "ja": ["検討します"], "pt-BR": ["até logo"]}
    assert read_as(phrases)[1:] == ["In Japanese: 検討します", "In Portuguese (Brazil): até logo"]


def test_a_draft_that_names_reviewers_says_that_it_is_not_signed_as_it_stands():
    reviewers = [{"name": "R", "relation": "in the practice", "date": "2026-05-01"}]
    for own in (True, False):
        said = standing(Scope(id="mine", title="T", reviewers=reviewers), own)
        assert said.startswith("Not signed as it stands")
        assert "R (in the practice), 1 May 2026" in said
    assert "No one from the community has signed it" in standing(Scope(id="mine", title="T"), True)


def test_places_and_languages_are_said_in_words():
    assert place("cues[1].subtext") == "cue 2, what it may mean here"
    assert place("limits.not_for") == "what it is not for"
    assert language_name("en-SG") == "English (Singapore)"
    assert language_name("zz-nonsense") == "zz-nonsense"


def test_markdown_signs_are_made_plain():
    assert plain("*a* [b](c) :red[d]\n# e") == r"\*a\* \[b\]\(c\) \:red\[d\] \# e"


def test_what_the_page_would_make_icons_and_arrows_of_is_kept_apart():
    text = "Put :material/delete: by :streamlit: -> a <-> b <- c -- d >= e <= f ~= g"
    drawn = plain(text).replace("\\", "")  # as the page has it when it looks for them
    assert not re.search(r":material[/_]|:streamlit:|(^|\s)(<->|->|<-|--|>=|<=|~=)(\s|$)", drawn)
    assert drawn.replace("\u2060", "") == text
    assert "\u2060" not in plain("a:b x->y well-known 3>2 - and < or")
