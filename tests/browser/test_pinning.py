"""What is pinned in the reading room, in Chromium: by hand, by finger, by link, and let go again."""

import re

from playwright.sync_api import expect

from tests.browser.room import card, sentence, source, title, top


def test_a_click_pins_pointing_does_not_override_and_escape_frees(show):
    page = show("2")
    sentence(page, "may be a no").click()
    expect(
        page.get_by_text('state {"pinned": {"arm": "arm1", "unit": "sentence", "target": 0, "source": null}}')
    ).to_be_visible()
    before = top(page)
    sentence(page, "manager reads along").hover()
    source(page, "his manager").hover()
    assert top(page) == before
    expect(sentence(page, "may be a no")).to_have_attribute("aria-pressed", "true")
    sentence(page, "manager reads along", 2).hover()
    expect(title(page, 2)).to_have_text("What this sentence looked at")
    page.keyboard.press("Escape")
    expect(page.get_by_text('state {"pinned": null}')).to_be_visible()
    expect(sentence(page, "may be a no")).to_have_attribute("aria-pressed", "false")


def test_a_second_click_frees_and_a_click_elsewhere_moves_the_pin(show):
    page = show("1")
    sentence(page, "may be a no").click()
    sentence(page, "manager reads along").click()
    expect(page.locator(".target[aria-pressed=true]")).to_have_text("His manager reads along, so write for both.")
    sentence(page, "manager reads along").click()
    expect(page.locator(".target[aria-pressed=true]")).to_have_count(0)


def test_a_pinned_sentence_is_no_pinned_token(show):
    page = show("units")
    sentence(page, "again next week").click()
    expect(card(page)).to_have_class(re.compile("pinned"))
    page.get_by_text("token", exact=True).click()
    expect(title(page)).to_contain_text("on average")
    expect(card(page)).not_to_have_class(re.compile("pinned"))
    page.get_by_text("sentence", exact=True).click()
    expect(card(page).locator(".quote")).to_have_text("<b>Ask</b> again next week.")


def test_while_one_sentence_is_pinned_no_other_is_described_by_its_list(show):
    page = show("tested")
    sentence(page, "may be a no").click()
    expect(sentence(page, "may be a no")).to_have_attribute("aria-describedby", "badge-0 top-0")
    assert sentence(page, "reads along").get_attribute("aria-describedby") is None
    page.keyboard.press("Escape")
    expect(sentence(page, "reads along")).to_have_attribute("aria-describedby", "badge-0 top-0")


def test_a_link_can_open_with_a_sentence_pinned_and_an_arm_without_scores_says_so(show):
    page = show("linked")
    expect(page.locator(".target[aria-pressed=true]")).to_have_text("His manager reads along, so write for both.")
    expect(card(page, 2)).to_contain_text("There are no highlights by this method for this answer.")
    expect(card(page, 2).locator(".target")).to_have_count(0)


def test_on_a_phone_what_is_pinned_is_let_go_where_its_answers_are_scrolled_away(show, open_page):
    page = show("tall", open_page(390, phone=True))
    sentence(page, "may be a no").tap()
    expect(card(page)).to_have_class(re.compile("pinned"))
    page.get_by_text("The end.").scroll_into_view_if_needed()
    expect(card(page)).not_to_have_class(re.compile("pinned"))
    sentence(page, "may be a no").scroll_into_view_if_needed()
    sentence(page, "may be a no").tap()
    expect(card(page)).to_have_class(re.compile("pinned"))


def test_closing_gives_the_focus_back_to_what_was_pinned(show):
    page = show("1")
    sentence(page, "manager reads along").click()
    card(page).get_by_role("button", name="Close").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".target[aria-pressed=true]")).to_have_count(0)
    expect(sentence(page, "manager reads along")).to_be_focused()
