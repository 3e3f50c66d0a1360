"""The Playground in Chromium: runs made, read, kept, stopped, shared, and what strangers may type into it.

Most runs use tiny models made on the spot, so that no test depends on what a trained one says.
"""

import json
import re

import pytest
from playwright.sync_api import expect

from anchoring.prompting import find_cues
from anchoring.scope.library import load_scopes
from tests.browser.playing import (
    APP,
    SLOW,
    answers,
    button,
    choose,
    finished,
    more,
    one,
    run,
    run_id,
    settled,
    taken,
    tokens,
)

pytestmark = pytest.mark.usefixtures("patience")

EVIL = "<img src=x onerror=\"document.title='broken'\"><script>document.title='broken'</script> *a* :red[b]"
WIDE = """() => document.documentElement.scrollWidth > innerWidth
  || [...document.querySelectorAll("[data-testid=stMain]")].some((e) => e.scrollWidth > e.clientWidth + 1)"""
SMALL = """() => [...document.querySelectorAll(
    "[data-testid=stMain] button:not([aria-label^='Help for']):not([aria-label=Open]), "
    + "[data-testid=stMain] input:not([type=range]), [data-testid=stMain] [role=tab], [data-testid=stMain] textarea, "
    + "[data-testid=stPageLink-NavLink]")]
  .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 43.5)
  .map((e) => e.ariaLabel || e.innerText)"""


@pytest.fixture(scope="module")
def four(patience, streamlit_app, browser) -> tuple[str, list[str]]:
    """A 2 x 2 of the bundled model, made by hand: its id and its answers."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(SLOW)
    page.goto(streamlit_app(APP))
    button(page, "Run").wait_for(timeout=SLOW)
    choose(settled(page), "Cultural framing", "Compare")
    choose(page, "Chain-of-thought", "Compare")
    more(page, length="Home")
    found = finished(run(page), 4), answers(page)
    context.close()
    return found


def test_a_first_visit_shows_a_finished_example_that_can_be_traced(visit):
    page = visit()
    expect(page.get_by_text("This is an example")).to_be_visible()
    page.locator(".card .target").first.click()
    expect(page.locator(".card .title").first).to_have_text("What this sentence looked at")


def test_a_two_by_two_finishes_and_is_shown_again_by_its_link_elsewhere(visit, four):
    made, said = four
    page = visit(f"?run={made}")
    assert finished(page, 4) == made
    assert answers(page) == said
    labels = page.locator(".card .label").all_inner_texts()
    assert labels == [f"Framing {f} · Chain-of-thought {t}" for t in ("off", "on") for f in ("off", "on")]
    expect(page.locator("[role=radio][aria-checked=true]", has_text="Compare")).to_have_count(2)
    page.reload()
    finished(page, 4)
    assert answers(page) == said


def test_a_sentence_is_pinned_by_click_and_by_keyboard_and_escape_frees(visit, four):
    page = visit(f"?run={four[0]}")
    first, second = (page.locator(".card").nth(n).locator(".answer .target").first for n in (0, 1))
    pinned = page.locator(".target[aria-pressed=true]")
    first.click()
    second.hover()
    expect(first).to_have_attribute("aria-pressed", "true")
    second.focus()
    page.keyboard.press("Enter")
    expect(second).to_have_attribute("aria-pressed", "true")
    expect(pinned).to_have_count(1)
    settled(page)
    page.keyboard.press("Escape")
    expect(pinned).to_have_count(0)


def test_a_run_is_taken_away_as_data_and_as_a_page(visit, four):
    made, said = four
    page = visit(f"?run={made}")
    document = json.loads(taken(page, "Data (JSON)"))
    assert document["id"] == made
    assert [arm["settings"]["max_new_tokens"] for arm in document["arms"]] == [16] * 4
    assert document["arms"][0]["text"].strip() == said[0].strip("|")
    html = taken(page, "Page (HTML)")
    assert "<script" not in html
    report = page.context.new_page()
    report.set_content(html)
    assert set(said[0].strip("|").split()) <= set(report.locator("body").inner_text().split())


def test_all_figures_are_drawn_and_the_prompt_is_compared(visit, four):
    page = visit(f"?run={four[0]}")
    page.get_by_role("tab", name="Cues").click()
    rankings = page.get_by_label("by share of attention")  # a machine fast enough to test by removal adds scatters
    expect(rankings.locator(".js-plotly-plot:visible")).to_have_count(4)
    for tab in ("Heatmap", "Layers and heads"):
        page.get_by_role("tab", name=tab).click()
        expect(page.locator(".js-plotly-plot:visible")).to_have_count(1)
    page.get_by_role("tab", name="The prompt as the model saw it").click()
    expect(page.locator(".piece.k-framing").first).to_be_visible()
    page.get_by_role("combobox", name="Compare with").click()
    page.get_by_role("option", name="Framing off · Chain-of-thought off").click()
    expect(page.locator(".line.added").first).to_be_visible()


def test_a_word_marked_by_a_click_is_a_source_of_the_run(visit, models):
    page = visit(one())
    more(page, models["quick"])
    page.locator(".marked .word", has_text="parts").click()
    expect(page.get_by_role("button", name="Remove your mark parts")).to_be_visible()
    settled(page)
    finished(run(page))
    cue = page.locator(".card .source.k-cue")
    expect(cue).to_have_text("parts")
    page.get_by_role("tab", name="The prompt as the model saw it").click()
    expect(page.locator(".piece.k-cue")).to_have_text(re.compile(r"^\s?parts$"))


def test_a_stopped_run_keeps_its_text_and_is_saved_as_partial(visit, models):
    page = visit(one())
    more(page, models["slow"], "End")
    run(page)
    expect(page.locator(".card")).to_have_count(1)
    expect(page.locator(".card .answer")).not_to_be_empty()
    button(page, "Stop").click()
    finished(page)
    expect(page.get_by_text("This run was stopped")).to_be_visible()
    kept = answers(page)
    assert 0 < tokens(page) < 1024
    assert json.loads(taken(page, "Data (JSON)"))["status"] == "partial"
    page.reload()
    finished(page)
    assert answers(page) == kept
    expect(page.get_by_text("· stopped").first).to_be_visible()


def test_a_run_goes_on_while_its_page_is_reloaded(visit, models):
    page = visit(one())
    more(page, models["slow"], "End")
    run(page)
    expect(page.locator(".card")).to_have_count(1)
    expect(page.locator(".card .meta")).to_contain_text(re.compile(r"^\d+ of at most"))
    before = tokens(page)
    page.reload()
    expect(button(page, "Stop")).to_be_enabled()
    expect(page.locator(".card .meta")).to_contain_text(re.compile(r"^\d+ of at most"))
    assert tokens(page) >= before > 0
    button(page, "Stop").click()
    finished(page)
    assert tokens(page) >= before


def test_two_quick_clicks_start_one_run_and_leave_it_alone(visit, models):
    page = visit(one("Clicked twice in a hurry."))
    more(page, models["quick"])
    button(page, "Run").dblclick()
    page.wait_for_url(re.compile(r"[?&]run="))
    finished(page)
    expect(page.get_by_text("This run was stopped")).to_have_count(0)
    expect(page.locator("[class*=st-key-open-]", has_text="Clicked twice in a hurry")).to_have_count(1)


def test_two_people_at_once_get_each_their_own_answer(visit, models):
    pages = [visit(one(words)) for words in ("The first asks about tea.", "The second asks about bread.")]
    for page in pages:
        more(page, models["quick"])
    for page in pages:
        run(page)
    said = []
    for page, word in zip(pages, ("tea", "bread"), strict=True):
        finished(page)
        (arm,) = json.loads(taken(page, "Data (JSON)"))["arms"]
        assert word in arm["prompt"]["words"]
        said.append(answers(page))
    page.keyboard.press("Escape")
    again = run_id(page)
    button(page, "Run").click()
    page.wait_for_url(lambda url: again not in url)
    finished(page)
    assert answers(page) == said[1], "alone as beside another"


def test_a_run_is_named_and_deleted_and_its_link_says_so(visit, models):
    page = visit(one("A run to be deleted."))
    more(page, models["quick"])
    made = finished(run(page))
    button(page, "Name and link").click()
    page.get_by_role("textbox", name="Name", exact=True).fill(EVIL)
    button(page, "Save the name").click()
    named = page.get_by_role("button", name=EVIL)
    expect(named).to_be_visible()
    settled(page)
    page.keyboard.press("Escape")
    button(page, "Delete").click()
    button(page, "Delete this run").click()
    expect(page.get_by_text("This is an example")).to_be_visible()
    expect(named).to_have_count(0)
    assert page.title() != "broken"
    gone = visit(f"?run={made}")
    expect(gone.get_by_text("There is no run at this address")).to_be_visible()


def test_markup_typed_into_every_field_is_text_and_runs_nothing(visit, models):
    page = visit("?framing=Off&thought=Off")
    box = page.get_by_label("What happened? Write it in your own words")
    box.fill(f"{EVIL} They will consider it.")
    box.press("Control+Enter")
    expect(page.locator(".marked")).to_contain_text("<script>")
    more(page, EVIL)
    run(page)
    expect(page.get_by_role("alert").get_by_text("<script>")).to_be_visible()
    more(page, models["quick"])
    failed = run_id(page)
    button(page, "Run").click()
    page.wait_for_url(lambda url: failed not in url)
    finished(page)
    expect(page.locator(".card .words")).to_contain_text("<script>")
    for tab in ("Heatmap", "Layers and heads", "The prompt as the model saw it"):
        page.get_by_role("tab", name=tab).click()
        settled(page)
    expect(page.get_by_role("button", name="<img src=x").first).to_be_visible()
    assert "<script>" not in taken(page, "Page (HTML)")
    assert page.locator("img[src=x], .marked script, .card script").count() == 0
    assert page.title() != "broken"


def test_a_model_that_is_not_there_says_so_and_the_page_goes_on(visit, models):
    page = visit(one())
    more(page, "/no/such/folder")
    run(page)
    expect(page.get_by_text("There is no folder /no/such/folder")).to_be_visible()
    more(page, models["quick"])
    failed = run_id(page)
    button(page, "Run").click()
    page.wait_for_url(lambda url: failed not in url)
    finished(page)
    expect(page.get_by_text("There is no folder")).to_have_count(0)


@pytest.mark.parametrize("width", [390, 360])
def test_a_phone_scrolls_one_way_and_a_finger_hits_everything(visit, four, width):
    page = visit(f"?run={four[0]}", width=width, phone=True)
    assert page.evaluate(SMALL) == []
    for tab in ("The prompt as the model saw it", "Cues", "Heatmap", "Layers and heads"):
        page.get_by_role("tab", name=tab).tap()
        settled(page)
        assert not page.evaluate(WIDE), tab
        assert page.evaluate(SMALL) == []
    card = page.locator(".card").first
    card.locator(".answer .target").first.tap()
    expect(card.locator(".traces")).to_have_css("position", "fixed")
    card.get_by_role("button", name="Close").tap()
    for name in ("Model and more", "Download", "Name and link", "Delete"):
        button(page, name).tap()
        popover = page.locator("[data-testid=stPopoverBody]")
        expect(popover).to_be_visible()
        box = popover.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        page.keyboard.press("Escape")
        expect(popover).to_have_count(0)
    assert not page.evaluate(WIDE)


def test_words_without_a_cue_are_told_what_the_card_knows_a_cue_by(visit):
    scope = load_scopes()["linux-kernel-review"]
    page = visit(f"{one('It rained all day.')}&scope={scope.id}")
    hint = page.get_by_text("The card finds no cue here")
    expect(hint).to_be_visible()
    named = re.findall("“(.+?)”", hint.inner_text())
    assert len(named) == 4
    assert all(find_cues(phrase, scope) for phrase in named)
    page = visit(f"{one('They wrote ' + named[0])}&scope={scope.id}")
    expect(page.get_by_text("Underlined: cues found in your words.")).to_be_visible()
    expect(page.get_by_text("The card finds no cue here")).to_have_count(0)


def test_each_piece_of_the_prompt_reads_in_the_direction_of_its_script(visit, models):
    page = visit(one("او گفت قابلی ندارد"))
    more(page, models["quick"])
    finished(run(page))
    expect(page.locator(".piece", has_text="قابلی")).to_have_css("direction", "rtl")
    expect(page.locator(".piece").first).to_have_css("direction", "ltr")
