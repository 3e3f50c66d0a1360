"""Parts of the reading room, for the tests in Chromium."""

from playwright.sync_api import Page


def card(page: Page, number: int = 1):
    return page.locator(".card").nth(number - 1)


def sentence(page: Page, text: str, number: int = 1):
    return card(page, number).locator(".target", has_text=text)


def source(page: Page, text: str, number: int = 1):
    return card(page, number).locator(".source", has_text=text)


def top(page: Page, number: int = 1) -> list[str]:
    lines = card(page, number).locator(".top li:not([aria-hidden])").all_inner_texts()
    return [" ".join(line.split()) for line in lines]


def lit(locator) -> float:
    return float(locator.evaluate("node => node.style.getPropertyValue('--s')"))


def title(page: Page, number: int = 1):
    return card(page, number).locator(".title")
