"""Every token of the answer with its probability: a strip to read, and a table to sort."""

import streamlit as st

from pages.inspect_parts.choosing import Choice
from pages.inspect_parts.computing import probabilities
from pages.inspect_parts.strip import Token, percent, strip_html, tokens_of
from pages.plain import plain

TABLE_HEIGHT = 420  # px


def tokens(choice: Choice) -> None:
    """The first tab. One pass of the model over its own answer tells all the numbers."""
    found = probabilities(choice)
    if found is None:
        return
    tokens = tokens_of(choice.arm, choice.targets, found)
    st.html(strip_html(tokens, choice.sentence + 1))
    st.caption(_summary(tokens, choice.arm.settings.temperature))
    _table(tokens, choice)


def _summary(tokens: list[Token], temperature: float) -> str:
    """How many there are, the least likely one, and what a low number means here."""
    unlikely = sum(token.probability < 0.2 for token in tokens)
    least = min(tokens, key=lambda token: token.probability)
    number = plain(percent(least.probability))
    drawn = (
        "The model always took its most likely token (temperature 0), so a low number says that it wavered."
        if temperature == 0
        else f"Tokens were drawn at temperature {temperature:g}, so a low number may be chance. "
        "The numbers are the model's own, before the temperature."
    )
    return (
        f"{len(tokens)} tokens, {unlikely} of them less likely than 20%. The least likely: “{plain(least.shown)}”, "
        f"{number}. {drawn} Point at a token to see its number; the Tab key goes through those "
        "below 50%. The marked sentence is the one chosen above."
    )


def _table(tokens: list[Token], choice: Choice) -> None:
    st.dataframe(
        {
            "No.": list(range(1, len(tokens) + 1)),
            "Token": [token.shown for token in tokens],
            "Probability": [token.probability for token in tokens],
            "Sentence": [token.sentence for token in tokens],
        },
        height=min(TABLE_HEIGHT, 36 * (len(tokens) + 1)),
        hide_index=True,
        width=560,
        key=f"inspect-tokens-{choice.run.id}-{choice.number}",
        column_config={
            "No.": st.column_config.NumberColumn(width=56, help="Its place in what the model wrote"),
            "Token": st.column_config.TextColumn(help="␣ is a space, ⏎ the end of a line"),
            "Probability": st.column_config.ProgressColumn(
                format="percent",
                width=140,
                min_value=0,
                max_value=1,
                help="Click to sort by it",
            ),
            "Sentence": st.column_config.NumberColumn(width=84, help="Empty for the model's own markup"),
        },
        alt="Every token with its probability and the number of its sentence",
    )
