"""What a hand does on the Scopes page, through AppTest."""

import re

from streamlit.testing.v1 import AppTest

from anchoring.scope import Scope, load_scopes, save_scope
from tests.pages.driving import calm, open_app

JAPANESE = "japanese-b2b-decline"


def open_page(**query: str) -> AppTest:
    return open_app("pages/scopes.py", **query)


def drawn(at: AppTest) -> str:
    return " ".join(block.value for block in at.html if not block.value.startswith("<style>"))


def press(at: AppTest, label: str) -> AppTest:
    return calm(next(button for button in at.button if button.label == label).click().run())


def write(at: AppTest, label: str, value: str) -> AppTest:
    field = next(field for field in (*at.text_input, *at.text_area) if field.label == label)
    return calm(field.set_value(value).run())


def section(at: AppTest, name: str) -> AppTest:
    return calm(next(group for group in at.button_group if "Cues" in group.options).set_value(name).run())


def own_card(**changes) -> Scope:
    card = load_scopes()[JAPANESE].model_copy(update={"id": "mine", "title": "A card of mine", **changes})
    save_scope(card)
    return card


def titles(at: AppTest) -> list[str]:
    return re.findall(r"<h2 [^>]*>(.*?)</h2>", drawn(at))


def yaml_mode(at: AppTest, to: str = "yaml") -> AppTest:
    return calm(next(group for group in at.button_group if "YAML" in group.options).set_value(to).run())
