"""How long a visitor waits for the Playground, beside a Streamlit page of one line.

    python -m benchmarks.first_paint [--rounds 7] [--cold-rounds 3]

Usable means, for the Playground, that Run can be pressed and the first view stands there (the example's answers, or
the line that says there are none yet); for the one-line page, that its word stands there. Settled means that the
server has sent the whole page. Each visit is a new browser context, with nothing cached. Warm: the server has had a
visit before. Cold: the server has just started, and seconds count from its start. Prints one Markdown table, and
whether the server had loaded torch after all those visits.
"""

import argparse
import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from benchmarks.tables import markdown

ROOT = Path(__file__).resolve().parents[1]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
GOAL = 1.5  # times the one-line page, at most
ONE_LINE = 'import streamlit as st; st.write("hello")\n'


@dataclass(frozen=True)
class Subject:
    name: str
    script: Path
    signs: Callable[[Page], list[Locator]]  # all of them visible: usable


@dataclass(frozen=True)
class Visit:
    """Seconds from the start of the navigation."""

    usable: float
    settled: float


def playground_signs(page: Page) -> list[Locator]:
    answers = page.locator(".room .card").first
    return [
        page.locator("button:enabled").filter(has_text=re.compile(r"Run$")).first,
        answers.or_(page.get_by_text("No answers yet")).first,
    ]


@contextlib.contextmanager
def server(script: Path, home: Path) -> Iterator[tuple[int, str, float]]:
    """(process id, address, when it was started) of a server that listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.headless", "true"]
    environment = os.environ | {"ANCHORING_HOME": str(home), "PYTHONUNBUFFERED": "1"}
    began = time.perf_counter()
    process = subprocess.Popen(
        [*command, "--server.port", str(port), "--server.address", "127.0.0.1"],
        cwd=ROOT,  # both pages get the project's settings
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        said = []
        for line in process.stdout:
            said.append(line)
            if "URL:" in line:
                break
        else:
            raise RuntimeError("Streamlit ended:\n" + "".join(said))
        threading.Thread(target=process.stdout.read, daemon=True).start()  # or a full pipe would hold it up
        yield process.pid, f"http://127.0.0.1:{port}", began
    finally:
        process.terminate()
        process.wait()


def visit(browser: Browser, subject: Subject, url: str) -> Visit:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    try:
        page = context.new_page()
        page.set_default_timeout(120_000)
        began = time.perf_counter()
        page.goto(url, wait_until="commit")
        for sign in subject.signs(page):
            sign.wait_for(state="visible")
        usable = time.perf_counter() - began
        page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
        return Visit(usable, time.perf_counter() - began)
    finally:
        context.close()


def has_torch(pid: int) -> bool | None:
    """Whether torch's library is mapped into the process; None where the system does not tell."""
    try:
        return any("libtorch" in entry.path for entry in psutil.Process(pid).memory_maps())
    except (psutil.Error, AttributeError, NotImplementedError):
        return None


def warm(browser: Browser, subjects: list[Subject], homes: Path, rounds: int) -> tuple[dict[str, list[Visit]], object]:
    """Visits by subject, and whether the Playground's server had loaded torch after them."""
    visits: dict[str, list[Visit]] = {subject.name: [] for subject in subjects}
    with contextlib.ExitStack() as stack:
        running = [(s, *stack.enter_context(server(s.script, homes / f"warm-{n}"))) for n, s in enumerate(subjects)]
        for subject, _, url, _ in running:
            visit(browser, subject, url)
        for number in range(rounds):
            for subject, _, url, _ in running:
                visits[subject.name].append(visit(browser, subject, url))
            print(f"warm: round {number + 1} of {rounds}", file=sys.stderr)
        return visits, has_torch(running[-1][1])


def cold(browser: Browser, subjects: list[Subject], homes: Path, rounds: int) -> dict[str, list[Visit]]:
    """As `warm`, each visit to a server of its own; seconds from the server's start."""
    visits: dict[str, list[Visit]] = {subject.name: [] for subject in subjects}
    for number in range(rounds):
        for place, subject in enumerate(subjects):
            with server(subject.script, homes / f"cold-{number}-{place}") as (_, url, began):
                waited = time.perf_counter() - began
                seen = visit(browser, subject, url)
                visits[subject.name].append(Visit(waited + seen.usable, waited + seen.settled))
        print(f"cold: round {number + 1} of {rounds}", file=sys.stderr)
    return visits


def row(what: str, visits: dict[str, list[Visit]], measure: str, goal: float | None) -> list[str]:
    """The one-line page's median, the Playground's, and how they compare."""
    plain, ours = (median(getattr(v, measure) for v in seen) for seen in visits.values())
    verdict = "" if goal is None else f"at most {goal}: {'met' if ours <= goal * plain else 'missed'}"
    return [what, f"{plain:.2f}", f"{ours:.2f}", f"{ours / plain:.2f}", verdict]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--cold-rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        (script := Path(folder) / "hello.py").write_text(ONE_LINE)
        subjects = [
            Subject("one line", script, lambda page: [page.get_by_text("hello", exact=True)]),
            Subject("Playground", ROOT / "app.py", playground_signs),
        ]
        path = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        table = []
        if options.rounds:
            visits, torch = warm(browser, subjects, Path(folder), options.rounds)
            table.append(row(f"warm server, usable (median of {options.rounds})", visits, "usable", GOAL))
            table.append(row("warm server, settled", visits, "settled", None))
        if options.cold_rounds:
            visits = cold(browser, subjects, Path(folder), options.cold_rounds)
            table.append(
                row(f"from the server's start, usable (median of {options.cold_rounds})", visits, "usable", None)
            )
            table.append(row("from the server's start, settled", visits, "settled", None))
        browser.close()
    print("\n" + markdown(["What", "One line (s)", "Playground (s)", "Ratio", "Goal"], table))
    if options.rounds:
        said = {True: "yes", False: "no", None: "this system does not tell"}[torch]
        print(f"\ntorch in the Playground's server before the first run: {said}")


if __name__ == "__main__":
    main()
