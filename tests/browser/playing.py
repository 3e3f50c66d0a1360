"""What a hand does in the Playground, for the tests in Chromium."""

import re
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Error, Page, expect

APP = Path(__file__).parents[2] / "app.py"
SLOW = 60_000  # ms; the first run of a server imports torch
WORDS = "Tanaka-san says the parts are late."


def button(page: Page, name: str):
    """A button by the words on it, whatever its icon is called."""
    return page.get_by_role("button", name=re.compile(f"(^|\\s){name}(\\s|$)")).first


def settled(page: Page) -> Page:
    expect(page.locator("[data-testid=stApp][data-test-script-state=running]")).to_have_count(0)
    return page


def box(page: Page):
    """Where one's own words are written."""
    return page.get_by_label("What happened? Write it in your own words")


def write(page: Page, words: str) -> None:
    box(page).fill(words)
    box(page).press("Control+Enter")
    settled(page)


def choose(page: Page, group: str, option: str) -> None:
    page.get_by_role("radiogroup", name=group).get_by_role("radio", name=option, exact=True).click()
    settled(page)


def more(page: Page, model: str | None = None, length: str = "Home") -> None:
    """What is behind “More”: a model by its folder or id, and the shortest (Home) or longest (End) answers."""
    button(page, "Model and more").click()
    if model is not None:
        field = page.get_by_role("combobox", name=re.compile("^Model"))
        field.click()
        field.fill(model)
        page.get_by_role("option", name=model).click()
        settled(page)
    slider = page.get_by_role("slider", name="Length, at most (tokens)")
    ends = {"Home": "min", "End": "max"}
    for _ in range(20):  # for a moment the settings of the model before stand beside it: what is pressed there is lost
        expect(slider).to_have_count(1)
        with suppress(Error):
            slider.press(length)
            settled(page)
            if slider.input_value() == slider.get_attribute(ends[length]):
                break
    else:
        raise AssertionError(f"“Length” does not go to its {ends[length]}.")
    page.keyboard.press("Escape")


def run(page: Page) -> Page:
    button(page, "Run").click()
    page.wait_for_url(re.compile(r"[?&]run="))
    return page


def run_id(page: Page) -> str:
    return re.search(r"[?&]run=([\w-]+)", page.url)[1]


def finished(page: Page, arms: int = 1) -> str:
    """Waits for a run's highlights; its id."""
    made = run_id(page)
    expect(page.locator(f".st-key-open-{made} button").first).to_be_disabled()  # the one shown
    expect(page.locator(".card[aria-busy=false]")).to_have_count(arms)
    expect(button(page, "Run")).to_be_enabled()
    settled(page)
    return made


def answers(page: Page) -> list[str]:
    """The text of all cards: the folded thought, then the answer."""
    parts = "card => [...card.querySelectorAll('.thought-text, .answer')].map(e => e.textContent).join('|')"
    return [card.evaluate(parts) for card in page.locator(".card").all()]


def tokens(page: Page) -> int:
    found = re.search(r"(\d+) (?:of at most \d+ )?tokens(?! a second)", page.locator(".card .meta").first.inner_text())
    return int(found[1]) if found else 0


def taken(page: Page, name: str) -> str:
    """The file that a button of “Download” gives."""
    if not page.get_by_role("button", name=name).is_visible():
        button(page, "Download").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name=name).click()
    return Path(waiting.value.path()).read_text(encoding="utf-8")


def one(words: str = WORDS) -> str:
    """An address that asks for one unframed answer to `words`."""
    return f"?framing=Off&thought=Off&words={quote(words)}"
