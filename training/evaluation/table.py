"""The table that the evaluation prints and the model card shows."""

from collections.abc import Mapping, Sequence

Cells = Mapping[str, float | None]


def table(scopes: Sequence[str], lines: Sequence[tuple[str, str, Cells]], notes: Sequence[str] = ()) -> str:
    """Markdown: one line for each (measure, goal, value by scope and "all"), then the notes."""
    head = ["measure", "goal", *scopes, "all"]
    body = [[name, goal, *(_cell(cells.get(s)) for s in (*scopes, "all"))] for name, goal, cells in lines]
    rule = ["---", "---", *["---:"] * (len(scopes) + 1)]
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, rule, *body)) + "".join(f"\n\n{n}" for n in notes)


def _cell(value: float | None) -> str:
    if value is None or value != value:
        return "–"
    return f"{value:.2f}" if abs(value) < 10 else f"{value:,.0f}"
