"""The project's own promises: pins, the README's commands, the licence, short files, a server that keeps to itself."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("anchoring", "benchmarks", "pages", "tests", "training")
FILES = sorted([ROOT / "app.py", *(f for folder in FOLDERS for f in (ROOT / folder).rglob("*.py"))])
SHIPPED = [f for f in FILES if f.relative_to(ROOT).parts[0] in ("app.py", "anchoring", "pages", "training")]
NOT_IMPORTED = {"pandas", "pytest", "ruff", "pytest-xdist"}  # of Streamlit's frames; of commands
README = (ROOT / "README.md").read_text("utf-8")


def required(name: str) -> list[str]:
    """A requirements file's lines, without comments, empty lines and `-r`."""
    lines = (line.split("#")[0].strip() for line in (ROOT / name).read_text("utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("-r ")]


def server_settings() -> dict:
    return tomllib.loads((ROOT / ".streamlit/config.toml").read_text("utf-8"))


def names(file: str) -> set[str]:
    return {canonicalize_name(Requirement(line).name) for line in required(file)}


def third_party(files: list[Path]) -> set[str]:
    """The distributions that files import, wherever in them they do so."""
    modules = set()
    for file in files:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                modules |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                modules.add(node.module.split(".")[0])
    modules -= {*FOLDERS, "app", *sys.stdlib_module_names}
    known = packages_distributions()
    return {canonicalize_name(known[module][0]) for module in modules}


@pytest.mark.parametrize("line", [*required("requirements.txt"), *required("requirements-dev.txt")])
def test_a_requirement_is_pinned_to_the_release_that_is_tested(line):
    name, wanted = re.fullmatch(r"([A-Za-z0-9_-]+)==([0-9][0-9.]*)", line).groups()
    assert version(name).split("+")[0] == wanted


def test_requirements_are_what_is_imported_and_no_more():
    shipped = third_party(SHIPPED)
    assert shipped - names("requirements.txt") == set()
    assert names("requirements.txt") - shipped - NOT_IMPORTED == set()


def test_developers_get_what_tests_and_benchmarks_import_on_top():
    assert (ROOT / "requirements-dev.txt").read_text("utf-8").startswith("-r requirements.txt\n")
    extra = third_party(FILES) - names("requirements.txt") - {"packaging"}  # pytest brings packaging
    assert extra - names("requirements-dev.txt") == set()
    assert names("requirements-dev.txt") - extra - NOT_IMPORTED == set()


def commands(language: str) -> list[str]:
    """The README's one-line commands that make a virtual environment, in code blocks of that language."""
    blocks = re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)
    return [block.strip() for block in blocks if "-m venv .venv" in block]


def test_readme_has_two_one_line_commands_in_both_forms():
    start, test = commands("sh")
    assert start == (
        "python3 -m venv .venv && .venv/bin/pip install -r requirements.txt && .venv/bin/streamlit run app.py"
    )
    assert test == (
        "python3 -m venv .venv && .venv/bin/pip install -r requirements-dev.txt && .venv/bin/python -m pytest"
    )
    for line, same in zip(commands("powershell"), (start, test), strict=True):
        *_, install, last = line.split("; ")
        assert install.endswith(re.search(r"-r \S+", same)[0])
        assert last.replace("\\", "/").removeprefix(".venv/Scripts/") == same.split("&& ")[-1].removeprefix(
            ".venv/bin/"
        )


def test_ci_runs_the_readmes_test_line_in_a_fresh_environment(tmp_path):
    """The real script, in a copy of the project's head where the commands of that line only say what they were told."""
    for name in ("README.md", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci/run", tmp_path / ".ci/run")
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/stale").touch()
    (bin_ := tmp_path / "bin").mkdir()
    speak = '#!/bin/sh\necho "${0#"$PWD"/} $*" >> said\n'
    venv = speak + 'mkdir -p .venv/bin && for c in pip python; do cp bin/chromium ".venv/bin/$c"; done\n'
    for name, text in (("chromium", speak), ("python3", venv)):
        (bin_ / name).write_text(text)
        (bin_ / name).chmod(0o755)
    subprocess.run([tmp_path / ".ci/run"], check=True, env={"PATH": f"{bin_}:/usr/bin:/bin"})
    said = (tmp_path / "said").read_text().replace("bin/python3", "python3", 1).splitlines()
    assert said == commands("sh")[1].split(" && ")
    assert not (tmp_path / ".venv/stale").exists()


def test_the_readmes_notebook_example_runs():
    (example,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    space: dict = {}
    exec(compile(example, "README.md", "exec"), space)  # our own text
    assert space["run"].answer
    assert space["found"].scores.shape == (len(space["found"].targets), len(space["found"].sources))


def test_what_the_readme_points_at_is_there():
    paths = re.findall(r"\]\((?!https?:|#)([^)]+)\)", README)
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_licence_is_apache_2_in_full():
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert "Apache License\n                           Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text
    assert "Copyright 2026 Prompt Anchoring Playground contributors" in text
    assert "[yyyy]" not in text


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(ROOT)))
def test_a_file_stays_short_enough_to_read_in_one_sitting(file):
    assert len(file.read_text("utf-8").splitlines()) <= 350


def test_the_server_keeps_to_itself():
    settings = server_settings()
    assert settings["browser"]["gatherUsageStats"] is False
    assert settings["browser"]["serverAddress"]  # or a headless start asks an outside address for its own
    assert settings["server"]["enableXsrfProtection"] is True
    assert settings["server"]["enableCORS"] is True
    assert settings["server"]["maxUploadSize"] <= 2  # MB
    assert settings["client"]["showErrorDetails"] == "none"


def test_a_script_run_does_not_end_in_a_full_garbage_collection():
    """With torch in memory it holds all threads for longer than an open page waits between two looks at a run."""
    assert server_settings()["runner"]["postScriptGC"] is False
