"""A Streamlit server for a script, and a Chromium page to look at it with."""

import os
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.playing import APP, SLOW, button, settled
from tests.models.made import TEMPLATES, byte_level
from tests.models.tiny import tiny

ROOT = Path(__file__).parents[2]
COMPONENT_APP = Path(__file__).with_name("component_app.py")
CHROMIUM_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _start(script: Path, home: Path, extra: dict[str, str]) -> tuple[subprocess.Popen, str]:
    """A server that has said that it listens. Raises with its output where it ends before that."""
    port = _free_port()
    paths = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    environment = os.environ | {"ANCHORING_HOME": str(home), "PYTHONPATH": paths, "PYTHONUNBUFFERED": "1"} | extra
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    server = subprocess.Popen(
        [*command, "--server.headless", "true", "--server.address", "127.0.0.1"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said = []
    for line in server.stdout:
        said.append(line)
        if "URL:" in line:
            # Read on, or the server would stand still once the pipe is full.
            threading.Thread(target=server.stdout.read, daemon=True).start()
            return server, f"http://127.0.0.1:{port}"
    raise RuntimeError(f"Streamlit ended with {server.wait()}:\n{''.join(said)}")


@pytest.fixture(scope="module")
def streamlit_app(tmp_path_factory):
    """`streamlit_app(script, **environment) -> url`: one server a script and environment, all stopped at the end.

    All servers of a test module share one fresh ANCHORING_HOME.
    """
    home = tmp_path_factory.mktemp("home")
    servers: dict[tuple, tuple[subprocess.Popen, str]] = {}

    def start(script: Path | str, **environment: str) -> str:
        key = (str(script), *sorted(environment.items()))
        if key not in servers:
            servers[key] = _start(Path(script), home, environment)
        return servers[key][1]

    yield start
    for server, _ in servers.values():
        server.terminate()
        server.wait()


@pytest.fixture(scope="session")
def browser():
    """One Chromium for all tests: Debian's where it is installed, else Playwright's own."""
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser):
    """`open_page(width=1440, theme="light", phone=False, **context) -> Page`. An error of a page's script fails."""
    contexts, errors = [], []

    def open_one(width: int = 1440, theme: str = "light", phone: bool = False, **context) -> Page:
        size = {"width": width, "height": 844 if phone else 1000}
        contexts.append(
            browser.new_context(viewport=size, color_scheme=theme, has_touch=phone, is_mobile=phone, **context)
        )
        page = contexts[-1].new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def page(open_page) -> Page:
    """A desktop window in the light theme."""
    return open_page()


@pytest.fixture
def show(streamlit_app, page):
    """`show("2", page) -> page` on the demo's page of that name, its component drawn."""

    def go(what: str, on: Page = page) -> Page:
        on.goto(f"{streamlit_app(COMPONENT_APP)}/?show={what}")
        on.locator(".pap[data-theme]").first.wait_for()
        return on

    return go


@pytest.fixture(scope="module")
def patience():
    """A loaded machine takes its time; what is waited for is seen as soon as it is there."""
    expect.set_options(timeout=SLOW)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture(scope="session")
def models(tmp_path_factory) -> dict[str, str]:
    """Folders of a model that ends at once and of one deep enough to be stopped while it writes."""
    folders = {}
    for name, layers in (("quick", 2), ("slow", 64)):
        folder = tmp_path_factory.mktemp(name)
        tokenizer = byte_level(TEMPLATES["plain turns"])
        made = tiny("llama", vocab_size=len(tokenizer), num_hidden_layers=layers, max_position_embeddings=8192)
        made.save_pretrained(folder)
        tokenizer.save_pretrained(folder)
        folders[name] = str(folder)
    return folders


@pytest.fixture
def visit(streamlit_app, open_page):
    """`visit(where="", **of open_page) -> page`, drawn and at rest, in a browser context of its own.

    What a page's console reports as an error fails the test.
    """
    complaints = []

    def go(where: str = "", **context) -> Page:
        page = open_page(**context)
        page.set_default_timeout(SLOW)
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.goto(f"{streamlit_app(APP)}/{where}")
        button(page, "Run").wait_for(timeout=SLOW)
        return settled(page)

    yield go
    assert complaints == []
