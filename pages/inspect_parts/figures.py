"""The figures of this page, in the template of `pages.figures`."""

from collections.abc import Sequence
from dataclasses import dataclass
from unicodedata import east_asian_width

import numpy as np
import plotly.graph_objects as go

from pages.figures import CONFIG, KIND_WORDS, escaped, share_text, styled, theme_now

ROW = 52  # px: a source's name, and below it its numbers
CELLS = 0.5  # of a row
WIDE = 48  # letters that a phone has room for in a line; a Chinese or Japanese sign takes two
STILL = CONFIG | {"modeBarButtonsToRemove": [*CONFIG["modeBarButtonsToRemove"], "zoom2d", "pan2d", "resetScale2d"]}
"""For figures that need no zoom: on a phone its buttons would cover the title."""


@dataclass(frozen=True)
class Column:
    """One method's `scores` [sources], nan where it has none; all None while they are not computed.

    `unit` is "share", or the word after a number.
    """

    name: str
    short: str
    unit: str
    scores: np.ndarray | None


def matrix(columns: Sequence[Column], names: Sequence[str], kinds: Sequence[str], title: str) -> go.Figure:
    """Sources down, in the order of the prompt, methods across; each column scaled by its own largest number.

    Every cell has its number, with its sign where a method has signs: the colour only helps to find it.
    """
    theme = theme_now()
    heat = go.Heatmap(
        z=_spread(np.stack([_scaled(c, len(names)) for c in columns], axis=1).tolist(), None),
        text=_spread([[_written(c, i) for c in columns] for i in range(len(names))], ""),
        customdata=_spread([[_told(c, i, names[i]) for c in columns] for i in range(len(names))], ""),
        x=list(range(len(columns))),
        y=_edges(len(names)),
        colorscale=[[0, theme.fill["cue"]], [0.5, theme.paper], [1, theme.fill["framing"]]],
        zmin=-1,
        zmax=1,
        showscale=False,
        texttemplate="%{text}",
        textfont={"color": theme.ink, "size": 12},
        hovertemplate="%{customdata}<extra></extra>",
        hoverongaps=False,
        xgap=2,
    )
    figure = styled(go.Figure(heat), title, 92 + ROW * len(names))
    for i, (name, kind) in enumerate(zip(names, kinds, strict=True)):
        _label(figure, i, escaped(_fitted(f"{KIND_WORDS[kind]} · {name}")))
    figure.update_layout(margin={"l": 2, "r": 2, "t": 84, "b": 8})
    figure.update_xaxes(
        tickvals=list(range(len(columns))),
        ticktext=[c.short for c in columns],
        side="top",
        showgrid=False,
        tickangle=0,
        tickfont={"size": 11 if len(columns) < 8 else 10},
        ticks="",
        fixedrange=True,
    )
    figure.update_yaxes(visible=False, range=[len(names), 0], fixedrange=True)
    return figure


def _label(figure: go.Figure, row: int, text: str) -> None:
    """A source's name above its cells."""
    theme = theme_now()
    figure.add_annotation(
        x=0,
        xref="paper",
        y=row + 1 - CELLS,
        xanchor="left",
        yanchor="bottom",
        showarrow=False,
        align="left",
        text=text,
        font={"color": theme.ink, "size": 13},
    )


def _edges(rows: int) -> list[float]:
    """Where cells begin and end, top down: a gap for the name, then the cells."""
    return [0.0, *(edge for n in range(1, rows + 1) for edge in (n - CELLS, float(n)))]


def _spread(rows: list[list], empty) -> list[list]:
    """The rows with one between them for the names."""
    return [line for row in rows for line in ([empty] * len(row), row)]


def _scaled(column: Column, rows: int) -> np.ndarray:
    """object [sources]: each score by the column's largest, None where there is none; 0 for what is not computed.

    What is written as 0 has no colour either: a colour without its sign would tell half.
    """
    if column.scores is None:
        return np.zeros(rows, object)
    largest = float(np.nanmax(np.abs(column.scores), initial=0)) or 1.0
    shown = [0.0 if number(s, column.unit) == "0" else s / largest for s in column.scores]
    return np.where(np.isnan(column.scores), None, shown)


def _fitted(text: str, most: int = WIDE) -> str:
    """The beginning of the text that fits `most` letters' room."""
    room = 0
    for at, sign in enumerate(text):
        room += 2 if east_asian_width(sign) in "WF" else 1
        if room > most:
            return text[: max(at - 1, 0)].rstrip(" …") + "…"
    return text


def number(score: float, unit: str) -> str:
    """A share in per cent; else with its sign, to three digits at most."""
    if unit == "share":
        return share_text(score)
    digits = 1 if abs(score) >= 0.995 else 2 if abs(score) >= 0.0995 else 3
    if not round(abs(score), digits):
        return "0"
    return f"{'+' if score > 0 else '−'}{abs(score):.{digits}f}"


def _written(column: Column, i: int) -> str:
    if column.scores is None:
        return "·"
    return "" if np.isnan(column.scores[i]) else number(float(column.scores[i]), column.unit)


def _told(column: Column, i: int, name: str) -> str:
    """What pointing at a cell tells."""
    start = f"{escaped(name, 80)}<br>{column.name}: "
    if column.scores is None:
        return start + "not computed yet"
    score = float(column.scores[i])
    if np.isnan(score):
        return start + "no score"
    return start + (
        f"{score:.2%} of its attention" if column.unit == "share" else f"{score:+.3f} {column.unit}".rstrip()
    )
