"""Where one has been in the browser: Back, a run opened again, and the menu."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.playing import box, button, finished, more, one, run, settled, write

pytestmark = pytest.mark.usefixtures("patience")


def test_back_leads_to_the_run_before_and_to_the_first_visit_in_one_step_each(visit, models):
    before = visit(one("The first asks about tea."))
    more(before, models["quick"])
    tea = finished(run(before))
    write(before, "The second asks about bread.")
    button(before, "Run").click()
    before.wait_for_url(lambda url: tea not in url)
    bread = finished(before)

    page = visit()
    expect(page.locator(".card[aria-busy=false]")).to_have_count(2)  # the list below stands where it will stay
    starter, switches = (
        box(page).input_value(),
        (("Cultural framing", "Off", "Compare"), ("Chain-of-thought", "Off", "Off")),
    )
    for made, words in ((tea, "The first asks about tea."), (bread, "The second asks about bread.")):
        page.locator(f".st-key-open-{made} button").first.click()
        page.wait_for_url(re.compile(made))
        finished(page)
        expect(box(page)).to_have_value(words)
    page.go_back()
    finished(page)
    assert f"run={tea}" in page.url
    expect(box(page)).to_have_value("The first asks about tea.")
    for group, then, _ in switches:
        expect(_switched(page, group)).to_have_text(then)
    page.go_back()
    expect(page.get_by_text("This is an example")).to_be_visible()
    expect(box(page)).to_have_value(starter)
    for group, _, first in switches:
        expect(_switched(page, group)).to_have_text(first)
    assert "run=" not in page.url


def _switched(page: Page, group: str):
    """What a switch is set to."""
    return page.get_by_role("radiogroup", name=group).locator("[role=radio][aria-checked=true]")


def test_a_mark_of_ones_own_comes_back_with_the_run_and_can_be_taken_away(visit, models):
    page = visit(one("The parts are late and he looked puzzled."))
    more(page, models["quick"])
    page.locator(".marked .word", has_text="puzzled").click()
    settled(page)
    made = finished(run(page))
    again = visit(f"?run={made}")
    remove = again.get_by_role("button", name="Remove your mark puzzled")
    expect(remove).to_be_visible()
    remove.click()
    expect(remove).to_have_count(0)


def test_marks_are_there_again_after_another_page_and_go_with_the_run_that_is_opened(visit, models):
    page = visit(one("The parts are late and he looked puzzled."))
    more(page, models["quick"])
    word, remove = page.locator(".marked .word", has_text="puzzled"), page.locator("[aria-label*='your mark puzzled']")
    word.click()
    expect(remove).to_be_visible()
    settled(page)
    with_mark = finished(run(page))
    for back in (False, True):
        page.locator(".st-key-menu").get_by_role("link", name="Method").click()
        page.wait_for_url(re.compile("method"))
        settled(page)
        page.go_back() if back else page.locator(".st-key-menu").get_by_role("link", name="Playground").click()
        page.wait_for_url(re.compile(f"run={with_mark}"))
        expect(remove).to_be_visible()
    remove.click()
    expect(remove).to_have_count(0)
    settled(page)
    button(page, "Run").click()
    page.wait_for_url(lambda url: with_mark not in url)
    without = finished(page)
    for opened, marks in ((with_mark, 1), (without, 0), (with_mark, 1)):
        page.locator(f".st-key-open-{opened} button").first.click()
        page.wait_for_url(re.compile(opened))
        finished(page)
        expect(remove).to_have_count(marks)


def test_back_to_the_run_before_keeps_what_was_typed_and_marked_since(visit, models):
    page = visit(one("Words of the first run."))
    more(page, models["quick"])
    first = finished(run(page))
    write(page, "Words of the second, all puzzling.")
    page.locator(".marked .word", has_text="puzzling").click()
    remove = page.locator("[aria-label*='your mark puzzling']")
    expect(remove).to_be_visible()
    settled(page)
    button(page, "Run").click()
    page.wait_for_url(lambda url: first not in url)
    finished(page)
    page.go_back()
    page.wait_for_url(re.compile(first))
    finished(page)
    expect(box(page)).to_have_value("Words of the second, all puzzling.")
    expect(remove).to_be_visible()


def test_an_example_can_be_asked_for_again_and_none_stays_chosen(visit):
    page = visit()
    second = page.get_by_role("radiogroup", name="Start from an example").get_by_role("radio").nth(1)
    first = box(page).input_value()
    second.click()
    expect(box(page)).not_to_have_value(first)
    settled(page)
    taken = box(page).input_value()
    write(page, "Changed by hand.")
    second.click()
    expect(box(page)).to_have_value(taken)
    examples = page.get_by_role("radiogroup", name="Start from an example")
    expect(examples.get_by_role("radio")).to_have_count(4)
    expect(examples.locator("[aria-checked=true]")).to_have_count(0)


def test_words_that_a_starter_takes_the_place_of_can_be_put_back(visit):
    page = visit()
    write(page, "A long story of my own.")
    page.locator(".st-key-menu").get_by_role("link", name="Scopes").click()
    page.locator(".st-key-read-tehran-shop-payment button").click()
    button(page, "Try in the playground").click()
    page.wait_for_url(re.compile("words="))
    expect(box(page)).not_to_have_value("A long story of my own.")
    button(page, "Put my words back").click()
    expect(box(page)).to_have_value("A long story of my own.")


def test_the_menu_keeps_the_run_that_is_read(visit, models):
    page = visit(one("Kept by the menu."))
    more(page, models["quick"])
    made = finished(run(page))
    menu = page.locator(".st-key-menu")
    menu.get_by_role("link", name="Scopes").click()
    page.wait_for_url(re.compile("/scopes"))
    menu.get_by_role("link", name="Inspect").click()
    page.wait_for_url(re.compile(f"/inspect.*run={made}"))
    menu.get_by_role("link", name="Playground").click()
    page.wait_for_url(re.compile(f"run={made}"))
    assert finished(page) == made


@pytest.mark.parametrize("elsewhere", ["Inspect", "Scopes", "Method"])
def test_back_from_another_page_finds_run_words_and_switches_as_they_were_left(visit, models, elsewhere):
    page = visit(one("Left for another page."))
    more(page, models["quick"])
    made = finished(run(page))
    page.locator(".st-key-menu").get_by_role("link", name=elsewhere).click()
    page.wait_for_url(re.compile(elsewhere.lower()))
    settled(page)
    page.go_back()
    page.wait_for_url(re.compile(f"//[^/]*/[?].*run={made}"))
    assert finished(page) == made
    expect(box(page)).to_have_value("Left for another page.")
    expect(_switched(page, "Cultural framing")).to_have_text("Off")


def test_back_from_another_page_finds_words_that_were_not_run_yet(visit):
    page = visit()
    write(page, "A draft of my own.")
    page.locator(".st-key-menu").get_by_role("link", name="Method").click()
    page.wait_for_url(re.compile("method"))
    settled(page)
    page.go_back()
    expect(box(page)).to_have_value("A draft of my own.")
    expect(page.locator(".marked")).to_contain_text("A draft of my own.")
