"""Answers that were just asked for come into sight, once, and nothing takes a reader away from where they are."""

import re

import pytest
from playwright.sync_api import Page

from tests.browser.playing import finished, more, one, run, settled

pytestmark = pytest.mark.usefixtures("patience")


def _at(page: Page) -> float:
    """Where the answers begin, as a share of the screen's height."""
    return page.locator(".pap.room").evaluate("room => room.getBoundingClientRect().top / innerHeight")


def _arrives(page: Page) -> None:
    for _ in range(40):
        if 0 <= _at(page) < 0.6:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"The answers begin at {_at(page):.0%} of the screen.")


@pytest.mark.parametrize("phone", [True, False])
def test_a_run_and_one_opened_again_come_into_sight(visit, models, phone):
    page = visit(one("The parts are late and nobody wrote."), phone=phone, width=390 if phone else 1440)
    more(page, models["quick"])
    made = finished(run(page))
    _arrives(page)

    other = visit(phone=phone, width=390 if phone else 1440)
    opener = other.locator(f".st-key-open-{made} button:visible")
    opener.scroll_into_view_if_needed()
    assert _at(other) < 0
    opener.click()
    other.wait_for_url(re.compile(made))
    finished(other)
    _arrives(other)


def test_who_has_scrolled_on_is_not_taken_back(visit, models):
    page = visit(one("The parts are late and nobody wrote."), phone=True, width=390)
    more(page, models["quick"])
    finished(run(page))
    _arrives(page)
    page.get_by_role("tab").last.click()
    settled(page)
    page.get_by_role("tab").last.scroll_into_view_if_needed()
    was = _at(page)
    page.get_by_role("tab").first.click()
    settled(page)
    page.wait_for_timeout(700)
    assert _at(page) == pytest.approx(was, abs=0.2)
