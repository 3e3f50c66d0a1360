"""A run from the first press to the link, in Chromium, with the bundled model."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

APP = Path(__file__).parents[2] / "app.py"
EVIL = "<img src=x onerror=\"document.title='broken'\"><script>document.title='broken'</script> *a* :red[b]"
SLOW = 120_000  # ms; the first run of a server imports torch and loads the model


@pytest.fixture
def playground(streamlit_app, page):
    """`playground(where="", on=page) -> page`, drawn and at rest."""
    base = streamlit_app(APP)

    def go(where: str = "", on: Page = page) -> Page:
        on.set_default_timeout(SLOW)
        on.goto(f"{base}/{where}")
        expect(on.get_by_role("button", name=re.compile("^(Run|Stop)"))).to_be_visible(timeout=SLOW)
        return settled(on)

    return go


def settled(page: Page) -> Page:
    expect(page.locator("[data-testid=stApp][data-test-script-state=running]")).to_have_count(0, timeout=SLOW)
    return page


def choose(page: Page, group: str, option: str) -> None:
    page.get_by_role("radiogroup", name=group).get_by_role("radio", name=option, exact=True).click()
    settled(page)


def write(page: Page, words: str) -> None:
    box = page.get_by_label("What happened? Write it in your own words")
    box.fill(words)
    box.press("Control+Enter")
    settled(page)


def run(page: Page) -> None:
    page.get_by_role("button", name="Run").click()
    page.wait_for_url(re.compile("run="))


def finished(page: Page, arms: int) -> None:
    expect(page.locator(".card[aria-busy=false]")).to_have_count(arms, timeout=SLOW)
    expect(page.get_by_text("Take it away")).to_be_visible(timeout=SLOW)
    settled(page)


def address(page: Page) -> str:
    return re.search(r"[?&]run=([\w-]+)", page.url).group(1)


def test_a_first_visit_shows_a_finished_example_that_can_be_traced(playground):
    page = playground()
    expect(page.get_by_text("This is an example")).to_be_visible()
    sentence = page.locator(".card .target").first
    sentence.click()
    expect(sentence).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".card .title").first).to_have_text("What this sentence looked at")


def test_two_by_two_is_run_pinned_freed_reloaded_and_opened_by_link(playground, open_page):
    page = playground("?scope=tehran-shop-payment")
    choose(page, "Chain-of-thought", "Compare")
    run(page)
    finished(page, 4)
    expect(page.locator(".card").nth(3)).to_contain_text("Framing on · Chain-of-thought on")
    answer = page.locator(".card .answer").nth(1).inner_text()
    assert answer.strip()
    sentence = page.locator(".card").nth(1).locator(".target").first
    sentence.focus()
    page.keyboard.press("Enter")
    expect(sentence).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")
    expect(sentence).to_have_attribute("aria-pressed", "false")
    where = f"?run={address(page)}"
    page.reload()
    finished(page, 4)
    elsewhere = playground(where, open_page())
    finished(elsewhere, 4)
    assert elsewhere.locator(".card .answer").nth(1).inner_text() == answer
    words = elsewhere.get_by_label("What happened? Write it in your own words").input_value()
    assert "ghabel nadare" in words, "the run's own words stand in the box"


def test_a_stopped_run_keeps_its_text_and_says_so(playground):
    page = playground()
    page.get_by_role("button", name=re.compile("^More")).click()
    slider = page.get_by_role("slider", name="Length, at most (tokens)")
    slider.focus()
    for _ in range(18):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")
    settled(page)
    choose(page, "Chain-of-thought", "Compare")
    run(page)
    expect(page.locator(".card").first.locator(".answer")).not_to_be_empty(timeout=SLOW)
    page.get_by_role("button", name="Stop").click()
    finished(page, 4)
    expect(page.get_by_text("This run was stopped")).to_be_visible()
    kept = page.locator(".card .answer").first.inner_text()
    page.reload()
    finished(page, 4)
    assert page.locator(".card .answer").first.inner_text() == kept != ""


def test_a_run_that_is_reloaded_goes_on(playground):
    page = playground()
    choose(page, "Chain-of-thought", "Compare")
    run(page)
    page.reload()
    finished(page, 4)


def test_markup_in_the_words_stays_text_everywhere(playground):
    page = playground()
    write(page, f"{EVIL} They will consider it.")
    choose(page, "Cultural framing", "On")
    run(page)
    finished(page, 1)
    for tab in ("Heatmap", "Layers and heads", "The prompt as the model saw it"):
        page.get_by_role("tab", name=tab).click()
        settled(page)
    expect(page.get_by_text("<script>").first).to_be_attached()
    assert page.title() != "broken"
    assert page.locator("img[src=x]").count() == 0


def test_a_run_is_taken_away_as_data_and_as_a_page(playground):
    page = playground()
    choose(page, "Cultural framing", "On")
    run(page)
    finished(page, 1)
    page.get_by_role("button", name=re.compile("Take it away")).click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Data (JSON)").click()
    document = json.loads(Path(waiting.value.path()).read_text(encoding="utf-8"))
    assert document["id"] == address(page)
    assert document["arms"][0]["settings"]["seed"] == 0
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Page (HTML)").click()
    assert "weights, not reasons" in Path(waiting.value.path()).read_text(encoding="utf-8")


def test_a_run_is_deleted_and_its_link_says_so(playground):
    page = playground()
    choose(page, "Cultural framing", "Off")
    run(page)
    finished(page, 1)
    where = address(page)
    page.get_by_role("button", name=re.compile("^.*Delete")).first.click()
    page.get_by_role("button", name="Delete this run").click()
    expect(page.get_by_text("This is an example")).to_be_visible()
    expect(playground(f"?run={where}").get_by_text("There is no run at this address")).to_be_visible()


def test_an_unknown_model_says_what_to_do_and_the_page_goes_on(playground):
    page = playground()
    page.get_by_role("button", name=re.compile("^More")).click()
    page.get_by_label("Model", exact=True).click()
    page.get_by_role("option", name=re.compile("^Another")).click()
    page.get_by_label("Hub id or folder").fill("/no/such/folder")
    page.get_by_label("Hub id or folder").press("Enter")
    settled(page)
    page.keyboard.press("Escape")
    run(page)
    expect(page.get_by_text("There is no folder /no/such/folder")).to_be_visible(timeout=SLOW)
    expect(page.get_by_role("button", name="Run")).to_be_enabled()


@pytest.mark.parametrize("width", [390, 360])
def test_a_phone_scrolls_one_way_only(playground, open_page, width):
    page = playground("", open_page(width=width, phone=True))
    wide = "document.documentElement.scrollWidth > innerWidth"
    main = "[...document.querySelectorAll('[data-testid=stMain]')].some(e => e.scrollWidth > e.clientWidth + 1)"
    assert not page.evaluate(f"{wide} || {main}")
