"""The Scopes and Method pages in Chromium: by link, by hand, on a phone, and with markup typed everywhere."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.playing import APP, SLOW

EVIL = "<img src=x onerror=\"document.title='broken'\"><script>document.title='broken'</script> *a* :red[b]"


@pytest.fixture
def visit(streamlit_app, page):
    """`visit("scopes?scope=ID", page) -> page`, drawn. The first visit of all is to the front page."""
    base = streamlit_app(APP)

    def go(where: str, on: Page = page) -> Page:
        on.set_default_timeout(SLOW)
        on.goto(base)
        expect(on.get_by_role("heading", level=1)).to_be_visible(timeout=SLOW)
        on.goto(f"{base}/{where}")
        expect(on.get_by_role("heading", level=1)).to_be_visible(timeout=SLOW)
        return on

    return go


def settled(page: Page) -> Page:
    expect(page.locator("[data-testid=stApp][data-test-script-state=running]")).to_have_count(0, timeout=SLOW)
    return page


def field(page: Page, label: str):
    return page.get_by_label(label, exact=True)


def write(page: Page, label: str, value: str) -> None:
    field(page, label).first.fill(value)
    field(page, label).first.press("Tab")


def wide(page: Page) -> bool:
    """Whether the page scrolls sideways."""
    main = "[...document.querySelectorAll('[data-testid=stMain]')].some(e => e.scrollWidth > e.clientWidth + 1)"
    return page.evaluate(f"document.documentElement.scrollWidth > innerWidth || {main}")


def test_a_linked_card_is_read_with_its_languages_marked(visit):
    page = visit("scopes?scope=tehran-shop-payment")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Tehran")
    expect(page.locator("q[lang=fa]").first).to_have_attribute("dir", "auto")
    expect(page.get_by_text("no one from the community has reviewed it")).to_be_visible()


def test_a_card_is_found_and_opened_by_keyboard_alone(visit):
    page = visit("scopes")
    field(page, "Search").focus()
    page.keyboard.type("kernel")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 card", exact=True)).to_be_visible()
    page.get_by_role("button", name="Read the card").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Linux kernel")
    assert "scope=linux-kernel-review" in page.url


def test_show_all_cards_empties_the_search_for_the_clicks_to_come(visit):
    page = visit("scopes")
    field(page, "Search").fill("zzz")
    field(page, "Search").press("Enter")
    page.get_by_role("button", name="Show all cards").click()
    expect(field(page, "Search")).to_have_value("")
    page.locator(".st-key-read-tehran-shop-payment button").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Tehran")


def test_the_linter_refuses_a_nation_while_it_is_typed(visit):
    page = visit("scopes")
    page.get_by_role("button", name="New card").click()
    write(page, "Title", "Japanese people")
    write(page, "Community: who takes part", "Japanese people")
    expect(page.get_by_text("'Japanese people' names a nation, not a community.").first).to_be_visible()
    expect(page.get_by_text("Write instead").first).to_be_visible()


def test_text_typed_just_before_a_click_elsewhere_is_kept(visit):
    page = visit("scopes")
    page.get_by_role("button", name="New card").click()
    field(page, "Title").fill("Typed and left at once")
    page.get_by_role("radio", name="Cues", exact=True).click()
    expect(field(page, "What is said or done").first).to_be_visible()
    page.get_by_role("radio", name="Basics", exact=True).click()
    expect(field(page, "Title")).to_have_value("Typed and left at once")
    page.reload()
    expect(field(page, "Title")).to_have_value("Typed and left at once", timeout=SLOW)


def test_markup_typed_into_every_field_is_shown_as_text(visit):
    page = visit("scopes")
    page.get_by_role("button", name="New card").click()
    for label in ("Title", "Community: who takes part", "Practice: what they do together", "Domain", "Medium"):
        write(page, label, EVIL)
    page.get_by_role("radio", name="Cues", exact=True).click()
    write(page, "Phrases, one a line, each with its language", f"[en] {EVIL}")
    write(page, "What is said or done", f"said {EVIL}")
    write(page, "What it may mean here", f"another thing altogether {EVIL}")
    settled(page)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("button", name="Edit", exact=True)).to_be_visible()
    settled(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(EVIL)
    expect(page.locator("q[lang=en]")).to_have_text(EVIL)
    page.get_by_role("button", name="All scopes").click()
    expect(page.get_by_role("heading", level=2).filter(has_text=EVIL)).to_be_visible()
    assert page.locator("img[src=x]").count() == 0
    assert "broken" not in page.title()


def test_a_card_is_downloaded_and_uploaded_again(visit, tmp_path):
    page = visit("scopes?scope=rioplatense-mate-round")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    file = tmp_path / "again.yaml"
    text = Path(download.value.path()).read_text("utf-8")
    file.write_text(text.replace("id: rioplatense-mate-round", "id: mate-again", 1), "utf-8")
    page.get_by_role("button", name="All scopes").click()
    page.get_by_role("button", name="Upload a card").click()
    page.locator("input[type=file]").set_input_files(file)
    expect(field(page, "Id: names the file and stands in links")).to_have_value("mate-again")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("button", name="Edit", exact=True)).to_be_visible()
    assert "scope=mate-again" in page.url


def test_a_starter_takes_its_words_to_the_playground_and_one_step_back_is_its_card(visit):
    page = visit("?words=Words of my own, typed before.")
    box = page.locator("textarea").first
    expect(box).to_have_value("Words of my own, typed before.", timeout=SLOW)
    page.locator(".st-key-menu").get_by_role("link", name="Scopes").click()
    page.locator(".st-key-read-tehran-shop-payment button").click()
    settled(page)
    page.get_by_role("button", name="Try in the playground").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Prompt Anchoring Playground")
    expect(box).to_have_value(first_starter("tehran-shop-payment"), timeout=SLOW)
    settled(page)
    page.go_back()
    expect(page.get_by_role("button", name="Try in the playground").first).to_be_visible(timeout=SLOW)
    assert "scope=tehran-shop-payment" in page.url


def first_starter(scope: str) -> str:
    from anchoring.scope import load_scopes

    return load_scopes()[scope].starters[0].prompt


@pytest.mark.parametrize("where", ["scopes", "scopes?scope=chennai-family-whatsapp", "method"])
def test_nothing_runs_out_of_a_small_phone(visit, open_page, where):
    page = visit(where, open_page(width=360, phone=True))
    assert not wide(settled(page))


def test_the_text_follows_the_theme_and_keeps_contrast(visit, open_page):
    for theme, ink in (("light", "rgb(38, 33, 27)"), ("dark", "rgb(236, 229, 216)")):
        page = visit("method", open_page(theme=theme))
        expect(page.locator(".pap-essay")).to_have_css("color", ink)
