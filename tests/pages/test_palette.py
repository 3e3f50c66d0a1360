"""The colours: readable, told apart without red, green or blue vision, and the same in the theme and the highlights."""

import itertools
import tomllib
from pathlib import Path

import numpy as np
import pytest
from streamlit import config

from pages.components.palette import DARK, KINDS, LIGHT, UNDERLINES, css

ROOT = Path(__file__).parents[2]
THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)

# Machado, Oliveira and Fernandes 2009, severity 1, applied to linear RGB.
VISION = {
    "normal": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def srgb(colour: str) -> np.ndarray:
    return np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])


def linear(rgb: np.ndarray) -> np.ndarray:
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def contrast(a: np.ndarray, b: np.ndarray) -> float:
    """WCAG 2 contrast ratio of two sRGB colours."""
    low, high = sorted(float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (a, b))
    return (high + 0.05) / (low + 0.05)


def oklab(rgb: np.ndarray) -> np.ndarray:
    """Ottosson 2020, from linear RGB."""
    to_lms = [
        [0.41222147, 0.53633254, 0.05144599],
        [0.2119035, 0.68069955, 0.10739696],
        [0.08830246, 0.28171884, 0.62997870],
    ]
    to_lab = [
        [0.21045426, 0.79361779, -0.00407205],
        [1.97799850, -2.42859221, 0.45059371],
        [0.02590404, 0.78277177, -0.80867577],
    ]
    return np.array(to_lab) @ np.cbrt(np.array(to_lms) @ np.clip(rgb, 0, 1))


def test_contrast_agrees_with_the_definition_at_its_ends():
    assert contrast(srgb("#000000"), srgb("#ffffff")) == pytest.approx(21)
    assert contrast(srgb("#777777"), srgb("#ffffff")) == pytest.approx(4.48, abs=0.01)


@THEMES
@pytest.mark.parametrize("kind", KINDS)
def test_text_on_a_highlight_of_any_strength_keeps_aa(theme, kind):
    for ground, share in itertools.product((theme.paper, theme.card, theme.well), np.linspace(0, 1, 21)):
        mixed = share * srgb(theme.fill[kind]) + (1 - share) * srgb(ground)
        assert contrast(srgb(theme.ink), mixed) >= 4.5


@THEMES
def test_quiet_text_and_links_keep_aa(theme):
    for colour, ground in itertools.product((theme.soft, theme.accent), (theme.paper, theme.card)):
        assert contrast(srgb(colour), srgb(ground)) >= 4.5


@THEMES
@pytest.mark.parametrize("kind", KINDS)
def test_an_underline_stands_out_from_what_it_lies_on(theme, kind):
    for ground in (theme.paper, theme.card):
        assert contrast(srgb(theme.line[kind]), srgb(ground)) >= 3


@THEMES
@pytest.mark.parametrize("vision", VISION)
def test_the_five_hues_stay_apart_in_every_colour_vision(theme, vision):
    seen = {kind: oklab(np.array(VISION[vision]) @ linear(srgb(theme.line[kind]))) for kind in KINDS if kind != "own"}
    for a, b in itertools.combinations(seen, 2):
        # A step of 0.02 is about the smallest that is seen at all; this is four of them.
        assert np.linalg.norm(seen[a] - seen[b]) >= 0.08, (a, b)


def test_colour_is_never_alone_each_kind_has_an_underline_of_its_own():
    assert set(UNDERLINES) == set(KINDS)
    assert len(set(UNDERLINES.values())) == len(KINDS)
    assert set(UNDERLINES.values()) <= {"solid", "dotted", "dashed", "wavy", "double", "none"}


def test_the_stylesheet_holds_every_colour_of_both_themes():
    sheet = css()
    for theme in (LIGHT, DARK):
        for colour in (theme.paper, theme.ink, theme.accent, *theme.line.values(), *theme.fill.values()):
            assert colour in sheet


@pytest.fixture(scope="module")
def settings() -> dict:
    return tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))


@THEMES
def test_the_theme_wears_the_palette(settings, theme):
    worn = settings["theme"][theme.name]
    assert worn["backgroundColor"] == theme.paper
    assert worn["secondaryBackgroundColor"] == theme.well
    assert worn["textColor"] == theme.ink
    assert worn["linkColor"] == theme.accent
    assert worn["borderColor"] == theme.rule
    # White stands on a filled button; the same colour marks the chosen tab on paper.
    assert contrast(srgb(worn["primaryColor"]), srgb("#ffffff")) >= 4.5
    assert contrast(srgb(worn["primaryColor"]), srgb(theme.paper)) >= 3


def test_every_option_exists_in_this_streamlit(settings):
    known = set(config.get_config_options())

    def names(table, prefix=""):
        for name, value in table.items():
            path = f"{prefix}{name}"
            yield from names(value, f"{path}.") if isinstance(value, dict) else [path]

    assert set(names(settings)) <= known


def test_the_server_is_closed_about_itself_and_keeps_its_protections(settings):
    assert settings["browser"] == {"gatherUsageStats": False, "serverAddress": "localhost"}
    assert settings["server"]["enableXsrfProtection"] is True
    assert settings["server"]["enableCORS"] is True
    assert settings["server"]["maxUploadSize"] == 1
    assert settings["client"]["showErrorDetails"] == "none"
    assert settings["server"]["disconnectedSessionTTL"] > 120
