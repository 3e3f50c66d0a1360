"""Answers that were just asked for come into sight, and nothing else takes a reader away from where they are."""

import re

import pytest
from playwright.sync_api import Page

from tests.browser.playing import finished, more, one, run, settled

pytestmark = pytest.mark.usefixtures("patience")
PHONE = {"phone": True, "width": 390}


def _at(page: Page) -> float:
    """Where the answers begin, as a share of the screen's height."""
    return page.locator(".pap.room").evaluate("room => room.getBoundingClientRect().top / innerHeight")


def _arrives(page: Page) -> None:
    for _ in range(40):
        if 0 <= _at(page) < 0.6:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"The answers begin at {_at(page):.0%} of the screen.")


def _opened(page: Page, made: str) -> None:
    """Opens an earlier run from the list, far below the answers."""
    opener = page.locator(f".st-key-open-{made} button:visible")
    opener.scroll_into_view_if_needed()
    assert _at(page) < 0
    opener.click()
    page.wait_for_url(re.compile(made))
    finished(page)


@pytest.mark.parametrize("screen", [PHONE, {}])
def test_a_run_and_each_one_opened_again_come_into_sight(visit, models, screen):
    page = visit(one("The parts are late and nobody wrote."), **screen)
    more(page, models["quick"])
    assert _at(page) > 0.6
    first = finished(run(page))
    _arrives(page)
    box = page.get_by_label("What happened? Write it in your own words")
    box.fill("And nobody phoned.")
    box.press("Control+Enter")
    settled(page)
    run(page)
    page.wait_for_url(lambda url: first not in url)
    second = finished(page)
    _arrives(page)
    for made in (first, second, first):  # the same ones again
        _opened(page, made)
        _arrives(page)


def test_who_has_scrolled_on_is_not_taken_back(visit, models):
    page = visit(one("The parts are late and nobody wrote."), **PHONE)
    more(page, models["quick"])
    finished(run(page))
    _arrives(page)
    page.get_by_role("tab").last.click()
    settled(page)
    page.get_by_text("Earlier runs").scroll_into_view_if_needed()
    was = _at(page)
    assert was < 0
    page.get_by_role("tab").last.press("ArrowLeft")
    settled(page)
    page.wait_for_timeout(700)
    assert _at(page) < 0
