"""The colours of the app, in one place: the theme, the highlights, the figures and the reports all read them from here.

Hue says the kind of a source, strength its share. `line` draws underlines and swatches (at least 3:1 on paper), `fill`
is a highlight at full strength (ink on it keeps 4.5:1). The five lines stay apart for people who do not see red or
green or blue (tests/pages/test_palette.py computes it), and each kind has an underline style of its own as well.
"""

from dataclasses import dataclass
from types import MappingProxyType

SERIF = "'Iowan Old Style', 'Palatino Linotype', Palatino, 'Book Antiqua', Georgia, 'Noto Serif', serif"
SANS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"
MONO = "ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace"

KINDS = ("cue", "words", "framing", "reasoning", "template", "own")
"""The kinds of a source, as in `anchoring.prompting.segments.Kind`."""

UNDERLINES = MappingProxyType(
    {
        "cue": "solid",
        "words": "dotted",
        "framing": "dashed",
        "reasoning": "wavy",
        "template": "double",
        "own": "none",
    }
)
"""The `text-decoration-style` of each kind; own words are no part of the prompt and are never underlined."""


@dataclass(frozen=True)
class Theme:
    """Every colour as #rrggbb. `line` and `fill` map a kind to its colour."""

    name: str
    paper: str
    card: str
    well: str
    ink: str
    soft: str
    rule: str
    accent: str
    line: MappingProxyType
    fill: MappingProxyType


LIGHT = Theme(
    name="light",
    paper="#f8f4ec",
    card="#fdfbf6",
    well="#f1ebdf",
    ink="#26211b",
    soft="#665d51",
    rule="#ddd4c4",
    accent="#8c1d40",
    line=MappingProxyType(
        {
            "cue": "#a8380a",
            "words": "#86851f",
            "framing": "#2a3a82",
            "reasoning": "#bf52b3",
            "template": "#2a6570",
            "own": "#8a8174",
        }
    ),
    fill=MappingProxyType(
        {
            "cue": "#f5b48a",
            "words": "#e9df86",
            "framing": "#b3c5f3",
            "reasoning": "#ecb9e5",
            "template": "#aedcdc",
            "own": "#d8d0c2",
        }
    ),
)

DARK = Theme(
    name="dark",
    paper="#1a1815",
    card="#22201c",
    well="#2b2823",
    ink="#ece5d8",
    soft="#aea493",
    rule="#3f3a33",
    accent="#ef9bb0",
    line=MappingProxyType(
        {
            "cue": "#e58f5e",
            "words": "#ead256",
            "framing": "#90aeea",
            "reasoning": "#b561cd",
            "template": "#93e6d6",
            "own": "#968c7d",
        }
    ),
    fill=MappingProxyType(
        {
            "cue": "#83411c",
            "words": "#62580f",
            "framing": "#2f4d8c",
            "reasoning": "#70347f",
            "template": "#1c615b",
            "own": "#524b41",
        }
    ),
)


def css() -> str:
    """The palette as custom properties for a component's root, `.pap`, in both themes."""
    return f".pap {{ {_FONTS} {_variables(LIGHT)} }}\n.pap[data-theme='dark'] {{ {_variables(DARK)} }}\n{_KIND_RULES}\n"


def page_css() -> str:
    """The palette for a whole page, light or dark as the reader's system asks."""
    dark = f"@media (prefers-color-scheme: dark) {{ :root {{ {_variables(DARK)} }} }}"
    return f":root {{ {_FONTS} {_variables(LIGHT)} }}\n{dark}\n{_KIND_RULES}\n"


def _variables(theme: Theme) -> str:
    plain = {name: getattr(theme, name) for name in ("paper", "card", "well", "ink", "soft", "rule", "accent")}
    plain |= {f"line-{kind}": colour for kind, colour in theme.line.items()}
    plain |= {f"fill-{kind}": colour for kind, colour in theme.fill.items()}
    return f"color-scheme: {theme.name}; " + " ".join(f"--{name}: {colour};" for name, colour in plain.items())


_FONTS = f"--serif: {SERIF}; --sans: {SANS}; --mono: {MONO};"
_KIND_RULES = "\n".join(
    f".k-{kind} {{ --line: var(--line-{kind}); --fill: var(--fill-{kind}); --underline: {UNDERLINES[kind]}; }}"
    for kind in KINDS
)
