"""The cue marker and the prompt view in Chromium, as a hand, a finger and a keyboard meet them."""

import re

from playwright.sync_api import Page, expect


def word(page: Page, text: str):
    return page.locator(".word", has_text=re.compile(f"^{text}$"))


def marked(page: Page, *texts: str):
    expect(page.get_by_text("marked [" + ", ".join(f'"{text}"' for text in texts) + "]", exact=True)).to_be_visible()


def test_a_click_marks_a_word_behind_emoji_and_a_second_one_removes_it(show):
    page = show("marker")
    word(page, "Tanaka").click()
    marked(page, "Tanaka")
    word(page, "👩‍👩‍👧").click()
    marked(page, "👩‍👩‍👧", "Tanaka")
    word(page, "Tanaka").click()
    marked(page, "👩‍👩‍👧")


def test_a_drag_and_a_shift_click_mark_a_phrase(show):
    page = show("marker")
    word(page, "said").hover()
    page.mouse.down()
    word(page, "will").hover()
    page.mouse.up()
    marked(page, "said I will")
    word(page, "it").click(modifiers=["Shift"])
    marked(page, "said I will consider it")


def test_the_keyboard_marks_extends_and_removes(show):
    page = show("marker")
    word(page, "will").focus()
    page.keyboard.press("Enter")
    marked(page, "will")
    page.keyboard.press("Shift+ArrowRight")
    marked(page, "will consider")
    page.keyboard.press("Shift+ArrowRight")
    marked(page, "will consider it")
    page.get_by_role("button", name="Remove your mark will consider it").click()
    marked(page)
    expect(page.locator(".marks li")).to_have_count(0)


def test_removing_a_mark_leaves_the_focus_on_the_next_one_and_then_on_the_words(show):
    page = show("marker")
    word(page, "Tanaka").click()
    word(page, "said").click()
    page.get_by_role("button", name="Remove your mark Tanaka").focus()
    page.keyboard.press("Enter")
    marked(page, "said")
    expect(page.get_by_role("button", name="Remove your mark said")).to_be_focused()
    page.keyboard.press("Enter")
    marked(page)
    expect(page.locator(".word:focus")).to_have_count(1)


def test_words_of_an_unspaced_script_can_be_marked(show):
    page = show("marker")
    word(page, "検討").click()
    marked(page, "検討")


def test_a_finger_joins_neighbouring_words(show, open_page):
    page = show("marker", open_page(390, phone=True))
    word(page, "Tanaka").tap()
    marked(page, "Tanaka")
    word(page, "consider").tap()
    marked(page, "Tanaka", "consider")
    word(page, "it").tap()
    marked(page, "Tanaka", "consider it")
    for button in page.locator(".remove").all():
        assert button.bounding_box()["height"] >= 44


def test_found_cues_are_labelled_and_marks_end_with_the_words_they_were_made_on(show):
    page = show("marker")
    expect(page.locator(".cue")).to_have_text("I will consider it")
    expect(page.locator(".cue-name")).to_have_text("soft refusal")
    word(page, "said").click()
    marked(page, "said")
    page.get_by_text("second", exact=True).click()
    marked(page)
    expect(page.locator(".marked")).to_have_text("Something else <i>entirely</i>.")
    assert page.locator(".marked i, .cue").count() == 0


def test_the_prompt_stands_to_the_letter_with_its_sources_named(show):
    page = show("prompt")
    view = page.locator(".text").first
    assert view.text_content().startswith(
        "<|system|>\nA soft answer can be a refusal.\nFirst list the cues.Tanaka-san said: "
    )
    assert view.locator("script").count() == 0
    names = view.locator(".name").evaluate_all("nodes => nodes.map(node => node.dataset.name)")
    assert names[:5] == ["chat template", "framing", "reasoning instruction", "your words", "your cue: soft refusal"]
    expect(view.locator("[data-id='cue:soft']")).to_have_text("I will consider it")


def test_a_difference_is_marked_by_signs_as_well_as_colour(show):
    page = show("prompt")
    added = page.locator(".diff .line.added")
    expect(added).to_have_count(1)
    expect(added).to_contain_text("only in the second prompt: A soft answer can be a refusal.")
    expect(added.locator(".sign")).to_have_attribute("data-sign", "+")
    expect(page.locator(".diff .line.removed")).to_have_count(0)


def test_new_words_under_the_focus_leave_the_marker_whole(show):
    page = show("marker")
    word(page, "san").focus()
    page.get_by_role("radio", name="second").evaluate("node => node.click()")
    expect(page.locator(".marked")).to_have_text("Something else <i>entirely</i>.")
    expect(page.locator(".word[tabindex='0']")).to_have_count(1)
    word(page, "else").click()
    marked(page, "else")


def test_only_the_first_button_marks_and_only_while_it_is_down(show):
    page = show("marker")
    word(page, "said").hover()
    page.mouse.down(button="right")
    word(page, "will").hover()
    page.mouse.up(button="right")
    expect(page.locator(".dragging")).to_have_count(0)
    marked(page)
    word(page, "said").dispatch_event("pointerdown", {"button": 0, "pointerType": "mouse", "bubbles": True})
    word(page, "will").hover()  # the button was let go where nobody heard
    page.get_by_text("marked [").click()
    expect(page.locator(".dragging")).to_have_count(0)
    marked(page)
