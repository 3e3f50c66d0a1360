"""The library's floors: imports go down only, and none reaches the pages' framework."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted((ROOT / "anchoring").rglob("*.py"))
# What a floor may import, besides itself. Names that are no floor (report, cli) stand above all and may import any.
BELOW = {
    "home": set(),
    "scope": {"home"},
    "prompting": {"scope", "home"},
    "models": {"prompting", "scope", "home"},
    "attribution": {"models", "prompting", "scope", "home"},
    "studies": {"attribution", "models", "prompting", "scope", "home"},
    "store": {"prompting", "scope", "home"},
    "workshop": {"prompting", "scope", "home", "store"},
}


def floor(file: Path) -> str:
    return file.relative_to(ROOT / "anchoring").parts[0].removesuffix(".py")


def imported(tree: ast.AST, package: str) -> set[str]:
    """Full dotted names of all that a file imports, wherever in the file it does so."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            head = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            module = ".".join([*head, *([node.module] if node.module else [])])
            names |= {module} | {f"{module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in ("import_module", "__import__") and isinstance(node.args[0].value, str):
                names.add(node.args[0].value)
    return names


def names_of(file: Path) -> set[str]:
    package = ".".join(file.relative_to(ROOT).parent.parts)
    return imported(ast.parse(file.read_text("utf-8")), package)


def breaches(where: str, names: set[str]) -> set[str]:
    """Imports of a floor that is not below `where`; empty for what stands above all."""
    if where not in BELOW:
        return set()
    floors = {name.split(".")[1] for name in names if name.startswith("anchoring.")}
    return {f for f in floors if f != where and f not in BELOW[where]}


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(ROOT)))
def test_no_page_framework_and_no_project_page_under_the_library(file):
    roots = {name.split(".")[0] for name in names_of(file)}
    assert not roots & {"streamlit", "pages", "app", "training", "benchmarks", "tests"}


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(ROOT)))
def test_imports_go_down_only(file):
    assert breaches(floor(file), names_of(file)) == set()


def test_the_rule_itself_sees_an_import_that_goes_up():
    for line in (
        "from anchoring.models import load",
        "import anchoring.models.tap as t",
        "from ..models import load",
        "def f():\n    from anchoring import models",
        "import_module('anchoring.models')",
    ):
        assert breaches("scope", imported(ast.parse(line), "anchoring.scope")) == {"models"}
    assert (
        breaches("models", imported(ast.parse("from anchoring.prompting import Prompt"), "anchoring.models")) == set()
    )


def test_floors_below_models_load_without_torch():
    import subprocess
    import sys

    code = "import sys, anchoring.prompting, anchoring.scope, anchoring.store; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
