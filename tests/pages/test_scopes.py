"""The Scopes page as a reader of cards uses it; the user's folder is a fresh one in each test."""

import os
import sys
from datetime import date
from html import escape
from html.parser import HTMLParser

import pytest

from anchoring.scope import Scope, dump_scope, load_library, load_scopes, user_scopes
from anchoring.scope.reading import MAX_BYTES
from pages.scope_parts.drafts import raw_of
from pages.scope_parts.draw import card_html
from tests.pages.driving import errors, label_of
from tests.pages.scopes_by_hand import JAPANESE, calm, drawn, open_page, own_card, press, titles, write

EVIL = "</p><script>alert(1)</script><img src=x onerror=alert(2)>\"'"


def test_all_ten_cards_are_listed_as_drafts():
    at = open_page()
    assert len(titles(at)) == 10
    assert drawn(at).count(">Draft</span>") == 10
    assert "10 cards" in drawn(at)


def test_search_reads_phrases_in_any_script_and_case():
    at = open_page()
    assert titles(write(at, "Search", "検討します")) == [
        "Japanese-language B2B account staff declining a client&#x27;s request by e-mail"
    ]
    assert len(titles(write(at, "Search", "LÖYLYÄ"))) == 1


def test_filters_combine_and_can_be_cleared():
    at = open_page()
    next(box for box in at.selectbox if box.label == "Language").set_value("fa").run()
    assert len(titles(at)) == 1
    at = write(at, "Search", "no such thing anywhere")
    assert titles(at) == []
    assert "No card matches" in drawn(at)
    assert len(titles(press(at, "Show all cards"))) == 10


def test_a_filter_of_own_cards_shows_those_only():
    own_card()
    at = open_page()
    next(box for box in at.selectbox if box.label == "Status").set_value("own").run()
    assert titles(calm(at)) == ["A card of mine"]


def test_a_link_opens_its_card_and_says_what_a_draft_is():
    page = drawn(open_page(scope=JAPANESE))
    assert "no one from the community has reviewed it" in page
    assert '<q lang="ja" dir="auto">検討します</q>' in page
    assert "review due by 31 May 2027" in page


def test_a_link_to_no_card_says_so_and_lists_the_others():
    at = open_page(scope="*gone*")
    assert "no card with the id" in at.info[0].value
    assert len(titles(at)) == 10


def test_a_shipped_card_is_read_only():
    labels = [button.label for button in open_page(scope=JAPANESE).button]
    assert "Duplicate to edit" in labels
    assert not {"Edit", "Delete for good"} & set(labels)


def test_a_starter_leads_to_the_playground_with_its_words():
    at = open_page(scope="tehran-shop-payment")
    calm(at.button(key="try-1").click().run())
    words = load_scopes()["tehran-shop-payment"].starters[1].prompt
    assert at.session_state["words"] == words


def test_every_text_of_a_card_is_drawn_and_none_as_markup():
    hostile, texts = hostile_card()
    page = card_html(hostile, {}, own=True)
    assert len(texts) > 100
    assert [text for text in texts if escape(text) not in page] == []
    tags = Tags(page)
    assert not {"script", "img"} & tags.names
    assert not [name for name in tags.attributes if name.startswith("on")]


def hostile_card() -> tuple[Scope, list[str]]:
    """A shipped card with markup in every free text, and those texts; starters are drawn beside a card, not in it."""
    texts = []
    kept = ("id", "status", "language", "version", "confidence", "type", "voice", "date", "review_by", "starters")

    def spoil(value, name=""):
        if name in kept:
            return value
        if isinstance(value, dict):
            return {key: spoil(item, key) for key, item in value.items()}
        if isinstance(value, list):
            return [spoil(item) for item in value]
        if not isinstance(value, str):
            return value
        texts.append(f"{len(texts)}{EVIL}")
        return texts[-1]

    return Scope.model_validate(spoil(raw_of(load_scopes()[JAPANESE]))), texts


class Tags(HTMLParser):
    def __init__(self, page: str):
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}


def test_the_card_says_when_its_review_is_overdue():
    card = load_scopes()[JAPANESE]
    assert "review overdue since 31 May 2027" in card_html(card, today=date(2027, 6, 1))
    assert "overdue" not in card_html(card, today=date(2027, 5, 31))


def test_an_empty_card_is_drawn_with_its_gaps_named():
    page = card_html(Scope(id="bare", title="Bare"), own=True)
    assert page.count("Nothing yet.") >= 6
    assert "no date of review" in page


def test_a_bad_file_is_one_message_and_hides_no_card():
    own_card()
    (user_scopes() / "bad.yaml").write_text("title: <b>no id</b>\n", "utf-8")
    at = open_page()
    assert len(titles(at)) == 11
    assert len(at.warning) == 1
    assert "bad" in at.warning[0].value


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a file name is always Unicode")
def test_a_bad_file_whose_name_is_not_utf8_hides_no_card():
    own_card()
    (user_scopes() / os.fsdecode(b"a\xf1o.yaml")).write_text("title: no id\n", "utf-8")
    at = open_page()
    assert len(titles(at)) == 11
    assert "audcf1o" in label_of(at.warning[0].value)


def test_a_copy_too_large_to_be_read_again_is_told():
    card = own_card()
    room = MAX_BYTES - len(dump_scope(card).encode()) - 20
    own_card(permissions=card.permissions + "x" * room)
    at = press(open_page(scope="mine"), "Duplicate")
    assert "256 KiB" in at.error[0].value
    assert "edit" not in at.query_params


def test_an_upload_opens_in_the_editor_and_is_kept_when_saved():
    card = load_scopes()[JAPANESE].model_copy(update={"id": "uploaded", "title": "Brought along"})
    at = open_page()
    calm(at.file_uploader[0].upload("card.yaml", dump_scope(card).encode(), "application/yaml").run())
    assert load_library().own == frozenset()
    press(at, "Save")
    assert load_scopes()["uploaded"] == card


def test_an_upload_that_is_no_card_opens_as_the_text_it_is():
    at = open_page()
    calm(at.file_uploader[0].upload("card.yaml", b"title: only this\n", "application/yaml").run())
    assert at.text_area[0].value == "title: only this\n"
    assert "Not a card yet" in drawn(at)


def test_an_upload_too_large_is_refused_with_its_size():
    at = open_page()
    calm(at.file_uploader[0].upload("card.yaml", b"# " + b"x" * 300_000, "application/yaml").run())
    assert "256 KiB" in at.error[0].value


def test_an_upload_that_is_not_utf8_is_refused_and_no_letter_is_guessed():
    at = open_page()
    calm(at.file_uploader[0].upload("card.yaml", "id: cafe\ntitle: Café\n".encode("latin-1"), "application/yaml").run())
    assert "save the file as UTF-8" in errors(at)
    assert "edit" not in at.query_params
