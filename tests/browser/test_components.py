"""The reading room in Chromium, as a hand, a finger and a keyboard meet them."""

import math
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from pages.components import reading_room
from tests.attribution.times import TIMES
from tests.browser.room import card, lit, sentence, source, title, top

WEIGHTS = Path(reading_room.__file__).with_name("weights.js")


def test_pointing_lights_the_sources_and_names_the_three_largest(show):
    page = show("1")
    expect(title(page)).to_contain_text("on average")
    sentence(page, "may be a no").hover()
    expect(title(page)).to_have_text("What this sentence looked at")
    assert top(page) == [
        "60% your cue “I will consider it”",
        "12% framing “A soft answer can be a refusal.”",
        "4% your cue “his manager”",
    ]
    assert lit(source(page, "I will consider it")) == 1
    assert 0 < lit(source(page, "Tanaka-san")) < lit(source(page, "his manager")) < 0.5
    page.mouse.move(5, 5)
    expect(title(page)).to_contain_text("on average")
    assert top(page)[0] == "24% your cue “I will consider it”"


def test_what_is_pointed_at_stays_where_it_is(show):
    page = show("tested")
    page.set_viewport_size({"width": 900, "height": 1000})
    page.mouse.move(5, 5)
    badge, pointed = card(page).locator(".badge"), source(page, "his manager")
    sentence(page, "may be a no").hover()
    page.mouse.move(5, 5)
    tall, at = badge.bounding_box()["height"], pointed.bounding_box()["y"]
    assert tall > 30  # two lines at rest, none for a piece
    pointed.hover()
    expect(title(page)).to_contain_text("looked at it most")
    assert (badge.bounding_box()["height"], pointed.bounding_box()["y"]) == (tall, at)
    page.set_viewport_size({"width": 1440, "height": 1000})
    sentence(page, "may be a no").hover()
    assert badge.bounding_box()["height"] < 30  # and no more room than a wider screen needs


def test_removal_stands_beside_the_shares_and_names_what_decides(show):
    page = show("tested")
    badge = card(page).locator(".badge")
    expect(badge).to_have_text("◐ highlight backed by removal in 1 of 3 sentences · foretells removals 0.33 (LDS)")
    expect(badge.locator("abbr")).to_have_attribute("title", re.compile("^Linear datamodelling score: "))
    expect(card(page).locator("[data-rest=thought]")).to_have_text(
        "The text before the answerwithout it 164× less likely · 5%"
    )
    summary = card(page).locator(".added summary")
    expect(summary).to_contain_text("What we added (1 with a frame)")
    sentence(page, "may be a no").hover()
    expect(badge).to_have_text("✓ highlight backed by removal · foretells removals 0.90 (LDS)")
    expect(summary).not_to_contain_text("frame")
    expect(card(page).locator("[data-rest=thought]")).to_have_text(
        "The text before the answerwithout it 5.4× less likely · 5%"
    )
    assert top(page)[0] == "60% 24× less likely without it your cue “I will consider it”"
    sentence(page, "again next week").focus()
    expect(badge).to_have_text("✕ highlight not backed")
    assert top(page) == [
        "20% just as likely without it framing “A soft answer can be a refusal.”",
        "5% just as likely without it reasoning instruction “First list the cues.”",
        "5% just as likely without it your words “Tanaka-san said:”",
        "5% 6.6× less likely without it your cue “his manager”",
    ]
    expect(page.get_by_role("status").filter(has_text="not backed")).to_have_count(1)


def test_the_browser_tells_a_fall_as_python_does(page):
    page.goto("about:blank")
    page.add_script_tag(content=WEIGHTS.read_text("utf-8"))
    for times, said in TIMES:
        assert page.evaluate("fall => changed(fall)", math.log(times)) == said
        assert page.evaluate("fall => changed(fall)", -math.log(times)) == said.replace("less", "more")


def test_a_method_without_a_score_for_a_piece_shows_none(show):
    page = show("tested")
    expect(card(page, 2).locator("[data-rest=template]")).to_have_text("Chat template and first token–")
    sentence(page, "may be a no", 2).hover()
    assert top(page, 2)[0] == "24× less likely without it your cue “I will consider it”", "removal has one number"
    assert lit(source(page, "I will consider it", 2)) == 1


def test_where_nothing_scores_above_zero_the_list_says_so(show):
    page = show("below")
    assert top(page) == ["Nothing scores above zero here."]


def test_what_falls_on_the_template_and_on_own_words_is_always_listed(show):
    page = show("1")
    sentence(page, "again next week").hover()
    expect(title(page)).to_have_text("What this sentence looked at")
    expect(card(page).locator("[data-rest=template]")).to_have_text("Chat template and first token30%")
    expect(card(page).locator("[data-rest=own]")).to_have_text("Its own words so far20%")
    shares = card(page).locator(".row .share, summary .share").all_inner_texts()
    assert sum(int(share.strip("%")) for share in shares) == 100


def test_pointing_at_a_source_lights_the_sentences_that_lean_on_it(show):
    page = show("1")
    source(page, "his manager").hover()
    expect(title(page)).to_have_text("Which sentences looked at it most")
    assert [line.split(" ")[0] for line in top(page)] == ["45%", "5%", "4%"]
    assert "His manager reads along" in top(page)[0]
    assert lit(sentence(page, "manager reads along")) > lit(sentence(page, "again next week")) > 0
    source(page, "his manager").click()
    expect(
        page.get_by_text(
            'state {"pinned": {"arm": "arm1", "unit": "sentence", "target": null, "source": "cue:manager"}}'
        )
    ).to_be_visible()


def test_the_keyboard_does_all_that_the_mouse_does(show):
    page = show("1")
    sentence(page, "may be a no").focus()
    expect(page.locator("[aria-live]")).to_contain_text("60%, your cue “I will consider it”; 12%, framing")
    page.keyboard.press("ArrowRight")
    expect(sentence(page, "manager reads along")).to_be_focused()
    page.keyboard.press("Tab")
    expect(sentence(page, "again next week")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text('"target": 2')).to_be_visible()
    page.keyboard.press("ArrowUp")
    expect(title(page)).to_have_text("What this sentence looked at")
    assert top(page)[0] == "20% framing “A soft answer can be a refusal.”"
    described = sentence(page, "again next week").get_attribute("aria-describedby")
    expect(card(page).locator(f"#{described.split()[-1]}")).to_contain_text("20%")


def test_markup_in_the_words_and_the_answer_stays_text(show):
    page = show("1")
    expect(card(page)).to_contain_text("<b>Ask</b> again next week.")
    expect(card(page)).to_contain_text("<script>document.title = 'broken'</script>")
    assert card(page).locator("b, script").count() == 0
    assert page.title() != "broken"


def test_sentences_are_cut_by_code_points(show):
    page = show("2")
    cut = card(page).locator(".answer .target").all_text_contents()
    assert cut == [
        "🙂 “I will consider it” may be a no.",
        "His manager reads along, so write for both.",
        "<b>Ask</b> again next week.",
    ]
    assert card(page).locator(".answer").text_content() == " ".join(cut)
    assert card(page, 2).locator(".thought-text").text_content() == "Cues: a soft no.\nThen the manager."


def test_the_thought_is_folded_and_traced_like_the_answer(show):
    page = show("2")
    fold = card(page, 2).locator(".thought")
    expect(fold).to_contain_text("text the model wrote before answering")
    expect(sentence(page, "soft no", 2)).to_be_hidden()
    fold.locator("summary").click()
    sentence(page, "soft no", 2).hover()
    expect(card(page, 2).locator(".top li").first).to_have_text("40% reasoning instruction “First list the cues.”")


def test_a_right_to_left_answer_reads_from_the_right(show):
    page = show("4")
    answer = card(page, 3).locator(".answer")
    assert answer.evaluate("node => getComputedStyle(node).direction") == "rtl"
    assert answer.get_attribute("lang") == "ar"
    assert card(page, 3).locator(".words").evaluate("node => getComputedStyle(node).direction") == "ltr"
    sentence(page, "الرفض", 3).focus()
    page.keyboard.press("ArrowLeft")
    expect(sentence(page, "لهما", 3)).to_be_focused()


def test_a_source_whose_removal_matters_wears_an_outline_only_there(show):
    page = show("1")
    sentence(page, "may be a no").hover()
    expect(source(page, "I will consider it")).to_have_class(re.compile("outlined"))
    sentence(page, "manager reads along").hover()
    expect(source(page, "I will consider it")).not_to_have_class(re.compile("outlined"))
    expect(source(page, "his manager")).not_to_have_class(re.compile("outlined"))


@pytest.mark.parametrize("count", ["2", "4"])
def test_cards_of_a_line_have_the_same_height_and_the_same_head(show, count):
    page = show(count)
    boxes = [card(page, n + 1).bounding_box() for n in range(int(count))]
    heads = [card(page, n + 1).locator(".head").bounding_box()["height"] for n in range(int(count))]
    answers = [card(page, n + 1).locator(".answer").bounding_box()["y"] for n in range(int(count))]
    for left in range(0, int(count), 2):
        assert boxes[left]["height"] == pytest.approx(boxes[left + 1]["height"])
        assert boxes[left]["y"] == boxes[left + 1]["y"]
        assert answers[left] == pytest.approx(answers[left + 1])
    assert len(set(heads)) == 1


def test_nothing_moves_in_the_card_when_the_focus_does(show):
    page = show("1")
    places = """() => {
      const room = document.querySelector(".stBidiComponent [data-testid=stBidiComponentIsolated]").shadowRoot;
      const parts = room.querySelectorAll(".target, .title, .top, .top li, .row, .words, .source, summary, .caption");
      return Array.from(parts, (part) => [part.getBoundingClientRect().top, part.getBoundingClientRect().height]);
    }"""
    before = page.evaluate(places)
    for text in ("may be a no", "manager reads along", "again next week"):
        sentence(page, text).hover()
        expect(title(page)).to_have_text("What this sentence looked at")
        assert page.evaluate(places) == before


def test_a_streaming_answer_grows_in_place(show):
    page = show("stream")
    answer = card(page).locator(".answer")
    answer.evaluate("node => { node.firstChild.mark = 'same'; }")
    height = card(page).bounding_box()["height"]
    for end in ("may be a no. His", "manager reads along"):
        page.get_by_role("button", name="More").click()
        expect(answer).to_contain_text(end)
        assert answer.text_content().startswith("🙂 “I will consider i")
        assert answer.evaluate("node => node.firstChild.mark") == "same"
        assert card(page).bounding_box()["height"] == height
        expect(card(page)).to_have_attribute("aria-busy", "true")
    page.get_by_role("button", name="More").click()
    expect(card(page).locator(".target")).to_have_count(3)
    expect(card(page)).to_have_attribute("aria-busy", "false")


@pytest.mark.parametrize("width", [360, 390])
def test_on_a_phone_cards_stack_and_the_sources_rise_from_the_bottom(show, open_page, width):
    page = show("2", open_page(width, phone=True))
    assert card(page, 2).bounding_box()["y"] > card(page, 1).bounding_box()["y"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for target in page.locator(".answer .target, summary:visible").all():
        assert target.bounding_box()["height"] >= 44
    below = card(page, 2).bounding_box()["y"]
    sheet = card(page).locator(".traces")
    sentence(page, "may be a no").tap()
    expect(sheet).to_have_css("position", "fixed")
    expect(sheet).to_contain_text("60% your cue “I will consider it”")
    sheet.evaluate("node => Promise.all(node.getAnimations().map(animation => animation.finished))")
    box = sheet.bounding_box()
    assert box["y"] + box["height"] == pytest.approx(844, abs=1)
    assert box["width"] == width
    scrolled = page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop")
    assert card(page, 2).bounding_box()["y"] + scrolled == pytest.approx(below, abs=1)
    close = card(page).get_by_role("button", name="Close")
    assert close.bounding_box()["height"] >= 44
    close.tap()
    expect(sheet).to_have_css("position", "static")


def test_no_motion_where_less_is_asked_for_and_little_otherwise(show, open_page):
    duration = "node => getComputedStyle(node).transitionDuration"
    still = show("1", open_page(reduced_motion="reduce"))
    assert sentence(still, "may be a no").evaluate(duration) == "0s"
    moving = show("1", open_page(reduced_motion="no-preference"))
    assert 0 < float(sentence(moving, "may be a no").evaluate(duration).split("s")[0]) <= 0.15


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_component_wears_the_theme_of_the_page(show, open_page, theme):
    page = show("1", open_page(theme=theme))
    expect(page.locator(".pap")).to_have_attribute("data-theme", theme)


def test_of_many_parts_one_is_a_stop_and_a_folded_thought_holds_none_of_them(show):
    page = show("many")
    stops = card(page).locator(".answer .target[tabindex='0']")
    expect(stops).to_have_count(1)
    stops.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(sentence(page, "number 3.")).to_be_focused()
    expect(stops).to_have_count(1)
    page.keyboard.press("End")
    expect(sentence(page, "number 29.")).to_be_focused()
    page.keyboard.press("Home")
    expect(sentence(page, "number 0.")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(sentence(page, "number 0.")).to_be_focused()


def test_a_new_drawing_leaves_the_focus_and_what_stands_open(show):
    page = show("many")
    card(page).locator(".added summary").focus()
    page.keyboard.press("Enter")  # no mouse, which would point at what comes under it
    sentence(page, "number 0.").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Again").evaluate("node => node.click()")
    expect(card(page).locator(".badge")).to_contain_text("not backed")
    expect(sentence(page, "number 1.")).to_be_focused()
    expect(card(page).locator(".answer .target[tabindex='0']")).to_have_text(["This is number 1."])
    expect(card(page).locator(".added[open]")).to_have_count(1)


def test_shortcuts_of_the_browser_are_left_to_it(show):
    page = show("1")
    pressed = """(node, keys) => {
      const event = new KeyboardEvent("keydown", { bubbles: true, cancelable: true, composed: true, ...keys });
      node.dispatchEvent(event);
      return event.defaultPrevented;
    }"""
    first = sentence(page, "may be a no")
    assert first.evaluate(pressed, {"key": "ArrowRight"})
    for keys in (
        {"altKey": True, "key": "ArrowLeft"},
        {"metaKey": True, "key": "ArrowLeft"},
        {"ctrlKey": True, "key": "End"},
    ):
        assert not first.evaluate(pressed, keys)


def test_of_a_whole_answer_removal_says_the_same_as_beside_the_shares(show):
    page = show("tested")
    assert top(page, 2) == [
        "24× less likely without it your cue “I will consider it”",
        "11× less likely without it your cue “his manager”",
        "just as likely without it framing “A soft answer can be a refusal.”",
    ]
    expect(card(page, 2).locator(".words-row .share")).to_have_text("")  # single removals do not add up


def test_on_a_phone_sentences_are_blocks_and_tokens_run_on(show, open_page):
    page = show("units", open_page(390, phone=True))
    target = card(page).locator(".answer .target").first
    style = "node => [getComputedStyle(node).display, getComputedStyle(node).whiteSpace]"
    assert target.evaluate(style) == ["block", "pre-line"]
    page.get_by_text("token", exact=True).tap()
    expect(page.locator(".room[data-unit=token]")).to_have_count(1)
    assert card(page).locator(".answer .target").first.evaluate(style) == ["inline", "pre-wrap"]
