"""The colours of the app, as the pages know them; they live with the reports, which stand below the pages."""

from anchoring.report.palette import DARK, KINDS, LIGHT, MONO, SANS, SERIF, UNDERLINES, Theme, css

__all__ = ["DARK", "KINDS", "LIGHT", "MONO", "SANS", "SERIF", "UNDERLINES", "Theme", "css"]
