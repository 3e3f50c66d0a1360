"""How often each method found the true cue on the bundled model, as benchmarks/attribution.py measured it."""

import json
from dataclasses import dataclass

from anchoring.models.catalogue import BUNDLED_FOLDER

FILE = BUNDLED_FOLDER / "methods.json"
RANDOM = "random"
# The methods of the switch “Highlights show” by what the benchmark calls them.
NAMES = {
    "attention": "mean attention",
    "calibrated": "calibrated attention",
    "rollout": "rollout",
    "value": "value-weighted attention",
    "gradient": "gradient x input",
    "removal": "leave-one-out removal",
    "surrogate": "linear surrogate, 64 masks",
}


@dataclass(frozen=True)
class Table:
    """The benchmark's table of the model with that `revision`, its cells as written."""

    revision: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str

    def hits(self, name: str) -> float | None:
        """How often the method of that name puts the true cue first, among the pieces that carry a cue."""
        cells = next((row for row in self.rows if row[0].strip("*") == name), ())
        try:
            return float(cells[2].split()[0])
        except (IndexError, ValueError):  # nothing was measured
            return None


def table() -> Table | None:
    """None where none is kept."""
    try:
        kept = json.loads(FILE.read_text("utf-8"))
        return Table(kept["revision"], tuple(kept["heads"]), tuple(map(tuple, kept["rows"])), kept["note"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def told(method: str, name: str, revision: str) -> str:
    """How far to trust a method, by its id and name, on the model of that revision; nothing where it was not
    measured."""
    found = table()
    if found is None or found.revision != revision:
        return ""
    own, removal, luck = (found.hits(each) for each in (NAMES[method], NAMES["removal"], RANDOM))
    if own is None or removal is None or luck is None:
        return ""
    removed = "" if method == "removal" else f", removal in {removal:.0%}"
    tested = f"In a test on this model {name.lower()} put the right cue first in {own:.0%} of sentences"
    return f"{tested}{removed}, luck in {luck:.0%}. "
