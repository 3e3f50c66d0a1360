"""What a hand does on the pages, for the tests without a browser."""

from dataclasses import replace
from pathlib import Path

from streamlit.testing.v1 import AppTest

from anchoring.prompting import compose
from anchoring.scope import load_scopes
from anchoring.store import Store
from anchoring.studies.run import attention_bytes, new_run, to_document
from pages.playground_parts.shared import jobs
from tests.models.pairs import pair

APP = Path(__file__).parents[2] / "app.py"
TEHRAN = "tehran-shop-payment"
SINGAPORE = "singapore-startup-slip"
EVIL = "<script>alert(1)</script> *a* :red[b] ![x](http://127.0.0.1/x.png)"


def open_app(page: str | None = None, **query: str) -> AppTest:
    at = AppTest.from_file(str(APP), default_timeout=60)
    if page:
        at.switch_page(page)
    for name, value in query.items():
        at.query_params[name] = value
    return calm(at.run())


def calm(at: AppTest) -> AppTest:
    assert not at.exception
    return at


def words(at: AppTest):
    return at.text_area(key="words")


def starter(scope: str, number: int = 0) -> str:
    return load_scopes()[scope].starters[number].prompt


def choose(at: AppTest, toggle: str, value: str) -> AppTest:
    group = next(g for g in at.button_group if g.key == toggle)
    return calm(group.set_value(value).run())


def with_model(at: AppTest, name: str) -> AppTest:
    picker = at.selectbox(key="model")
    picker.options.append(name)  # AppTest knows no typing into a picker
    return calm(picker.set_value(name).run())


def run(at: AppTest) -> AppTest:
    """Runs, waits, and shows what came of it."""
    at.slider(key="length").set_value(16)
    calm(at.button(key="run-button").click().run())
    assert jobs()[asked(at, "run")].done.wait(60)
    return calm(at.run())


def asked(at: AppTest, name: str) -> str:
    value = at.query_params[name]
    return value if isinstance(value, str) else value[0]


def label_of(text: str) -> str:
    return text.replace("\\", "")


def errors(at: AppTest) -> str:
    return label_of(" ".join(e.value for e in at.error))


def keep(
    home: Path,
    text: str = "The parts are late, Tanaka-san.",
    settings: dict | None = None,
    model: dict | None = None,
    **how,
) -> str:
    """A run in the database that no session has in memory; `model` is what it says of its model, if not the truth."""
    prompt = compose(text, scope=load_scopes()[TEHRAN], **how)
    from anchoring.models.generate import generate

    answering = pair(max_position_embeddings=4096)
    arms = generate(answering, [prompt], **{"max_new_tokens": 6} | (settings or {}))
    made = new_run(tuple(replace(arm, model=replace(arm.model, **(model or {}))) for arm in arms))
    Store(f"sqlite:///{home / 'playground.db'}").save(to_document(made), attention_bytes(made))
    return made.id
