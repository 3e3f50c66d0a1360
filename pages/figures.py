"""The figures, all from one template: calm, labelled where they are, to be taken away as PNG, SVG or data."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from anchoring.attribution.telling import told
from pages.components import palette

CONFIG = {
    "displaylogo": False,
    "modeBarButtonsToRemove": ["select2d", "lasso2d", "zoomIn2d", "zoomOut2d", "autoScale2d"],
    "toImageButtonOptions": {"format": "svg"},
}
ROW = 26  # px


def theme_now() -> palette.Theme:
    """The colours of the theme that the reader sees."""
    return palette.DARK if st.context.theme.type == "dark" else palette.LIGHT


def styled(figure: go.Figure, title: str, height: int) -> go.Figure:
    """The figure in our template; `height` in px."""
    theme = theme_now()
    figure.update_layout(
        title={
            "text": title,
            "font": {"family": palette.SANS, "size": 15, "color": theme.ink},
            "x": 0,
            "xref": "paper",
        },
        font={"family": palette.SANS, "size": 13, "color": theme.ink},
        paper_bgcolor=theme.paper,
        plot_bgcolor=theme.paper,
        height=height,
        margin={"l": 8, "r": 8, "t": 44, "b": 40},
        showlegend=False,
    )
    figure.update_xaxes(gridcolor=theme.rule, zeroline=False, automargin=True)
    figure.update_yaxes(gridcolor=theme.rule, zeroline=False, automargin=True)
    return figure


def _fall(falls: Sequence[float] | None, i: int) -> str:
    """What removal measured, for the text above a bar."""
    return "" if falls is None or np.isnan(falls[i]) else f" · without it <b>{told(falls[i])}</b> ·"


def ranked(
    shares: Sequence[float],
    names: Sequence[str],
    kinds: Sequence[str],
    longest: float | None = None,
    most: int = 12,
    falls: Sequence[float] | None = None,
    measure: str = "share of attention",
) -> go.Figure:
    """Bars, the largest share on top. Each bar's name, kind and number stand above it, to read on a phone.

    The `most` largest are drawn, and every cue. `longest` is the share that fills the width, to compare figures by.
    `falls`, in nats and nan where there is none, stand beside the shares. `measure` is what the shares are.
    """
    theme = theme_now()
    by_share = list(np.argsort(shares)[::-1])
    order = [i for place, i in enumerate(by_share) if place < most or kinds[i] == "cue"][::-1]
    left_out = len(by_share) - len(order)
    places = list(range(len(order)))
    bar = go.Bar(
        x=[float(shares[i]) for i in order],
        y=places,
        orientation="h",
        width=0.32,
        marker={
            "color": [theme.fill[kinds[i]] for i in order],
            "line": {"color": [theme.line[kinds[i]] for i in order], "width": 1},
        },
        customdata=[escaped(names[i]) for i in order],
        hovertemplate="%{customdata}: %{x:.1%}<extra></extra>",
    )
    figure = styled(go.Figure(bar), "", 50 + 60 * len(order))
    for place, i in zip(places, order, strict=True):
        figure.add_annotation(
            x=0,
            y=place,
            yshift=28,
            xanchor="left",
            align="left",
            showarrow=False,
            font={"color": theme.ink, "size": 13},
            text=f"<b>{share_text(shares[i])}</b>{_fall(falls, i)} {KIND_WORDS[kinds[i]]}<br>{escaped(names[i], 42)}",
        )
    figure.update_layout(margin={"l": 2, "r": 2, "t": 16, "b": 34})
    rest = f"; {left_out} smaller ones left out" if left_out else ""
    reach = [0, 1.05 * (longest or max(shares, default=1))]
    figure.update_xaxes(tickformat=".0%", range=reach, title=measure + rest, nticks=5)
    figure.update_yaxes(visible=False, range=[-0.6, len(order) - 0.1])
    return figure


_SYMBOLS = {"cue": "diamond", "words": "circle", "framing": "square", "reasoning": "triangle-up"}


def scatter(
    shares: Sequence[float],
    falls: Sequence[float],
    names: Sequence[str],
    kinds: Sequence[str],
    matters: float,
    measure: str = "share of attention",
) -> go.Figure:
    """A point a piece: its share of attention across, its fall by removal up. Where the two disagree stands out.

    `matters`, in nats, draws the line that a fall has to reach; pieces with nan are left out. The furthest are named.
    """
    theme = theme_now()
    there = [i for i in range(len(shares)) if not np.isnan(falls[i])]
    figure = styled(go.Figure(), "Attention against removal: each point is a piece", 420)
    for kind in [kind for kind in _SYMBOLS if any(kinds[i] == kind for i in there)]:
        own = [i for i in there if kinds[i] == kind]
        figure.add_scatter(
            x=[float(shares[i]) for i in own],
            y=[float(falls[i]) for i in own],
            mode="markers",
            name=KIND_WORDS[kind],
            marker={"symbol": _SYMBOLS[kind], "size": 12, "color": theme.fill[kind], "line": _edge(theme, kind)},
            customdata=[escaped(names[i], 80) for i in own],
            hovertemplate="%{customdata}<br>attention %{x:.1%}, removal %{y:+.1f} nats<extra></extra>",
        )
    for place, i in enumerate(_furthest([shares[i] for i in there], [falls[i] for i in there])):
        at = there[i]
        figure.add_annotation(
            x=float(shares[at]),
            y=float(falls[at]),
            text=escaped(names[at], 26),
            showarrow=False,
            yshift=-15 if place % 2 else 15,  # neighbours' names stand apart
            font={"size": 12, "color": theme.ink},
        )
    figure.add_hline(y=matters, line={"color": theme.rule, "dash": "dash"})
    figure.update_layout(showlegend=True, legend={"orientation": "h", "y": 1.04, "x": 0, "yanchor": "bottom"})
    figure.update_layout(margin={"t": 84})
    figure.update_xaxes(title=measure, tickformat=".0%", rangemode="tozero")
    figure.update_yaxes(title="fall without it, nats")
    return figure


def _edge(theme: palette.Theme, kind: str) -> dict:
    return {"color": theme.line[kind], "width": 1.5}


def _furthest(shares: Sequence[float], falls: Sequence[float], most: int = 2) -> list[int]:
    """Those with the largest share and those with the largest fall: the ones to name."""
    by = [np.argsort(-np.asarray(values, float))[:most].tolist() for values in (shares, falls)]
    return sorted({*by[0], *by[1]})


KIND_WORDS = {
    "cue": "cue",
    "words": "your words",
    "framing": "framing",
    "reasoning": "reasoning",
    "template": "template",
    "own": "own words",
}


def heatmap(scores: np.ndarray, sources: Sequence[str], targets: Sequence[str], pieces: int) -> go.Figure:
    """Sources down, sentences across by number, in the order of the text: `pieces` of the prompt, then the model's own
    words. A phone has room for the names of sources alone.

    The scale ends at the largest share of a piece of the prompt: own words, which take far more, would leave the rest
    without contrast. Pointing at a cell tells its number.
    """
    theme = theme_now()
    most = float(scores[:, :pieces].max()) or 1.0
    heat = go.Heatmap(
        z=scores.T,
        x=list(range(1, len(targets) + 1)),
        y=list(range(len(sources))),
        colorscale=[[0, theme.paper], [1, theme.line["framing"]]],
        zmin=0,
        zmax=most,
        colorbar=_bar(".0%", {"text": "darkest: this or more", "side": "top"}) | _BELOW,
        customdata=[[escaped(f"{t} ← {s}", 100) for t in targets] for s in sources],
        hovertemplate="%{customdata}: %{z:.1%}<extra></extra>",
        xgap=1,
        ygap=1,
    )
    figure = styled(go.Figure(heat), "", 180 + ROW * len(sources))
    figure.update_xaxes(title="sentence", dtick=max(1, -(-len(targets) // 16)), side="top", title_standoff=4)
    figure.update_yaxes(
        tickvals=list(range(len(sources))), ticktext=[escaped(s, 26) for s in sources], autorange="reversed"
    )
    figure.update_layout(margin={"t": 70, "b": 80})
    return figure


_BELOW = {"orientation": "h", "x": 1, "xanchor": "right", "y": 0, "yanchor": "top", "ypad": 10}
_BELOW |= {"lenmode": "pixels", "len": 240, "nticks": 5}


def _bar(ticks: str, title: str | dict) -> dict:
    return {"tickformat": ticks, "title": title, "thickness": 10, "outlinewidth": 0}


def grid(shares: np.ndarray, title: str) -> go.Figure:
    """Layers down, heads across."""
    theme = theme_now()
    heat = go.Heatmap(
        z=shares,
        colorscale=[[0, theme.paper], [1, theme.line["framing"]]],
        zmin=0,
        colorbar=_bar(".1%", "share"),
        hovertemplate="layer %{y}, head %{x}: %{z:.1%}<extra></extra>",
        xgap=1,
        ygap=1,
    )
    figure = styled(go.Figure(heat), title, 130 + ROW * shares.shape[0])
    figure.update_xaxes(title="head", dtick=max(1, shares.shape[1] // 16))
    figure.update_yaxes(title="layer", dtick=max(1, shares.shape[0] // 16), autorange="reversed")
    return figure


def share_text(share: float) -> str:
    """As in the reading room: what is there is never shown as nothing."""
    return "&lt;1%" if 0 < share < 0.005 else f"{share:.0%}"


def escaped(text: str, most: int = 48) -> str:
    """Plotly reads a little HTML in its labels: user and model text must not be read so."""
    short = text if len(text) <= most else text[: most - 1].rstrip() + "…"
    return short.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
