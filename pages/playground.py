"""The Playground: pick a scope, write, toggle framing and chain-of-thought, and see which words each answer used."""

import streamlit as st

from pages.entry import through_app
from pages.playground_parts.controls import controls
from pages.playground_parts.earlier import earlier_runs
from pages.playground_parts.restoring import keep_as_left, restore
from pages.playground_parts.running import shown_run
from pages.playground_parts.shared import library
from pages.playground_parts.stage import other_words, stage
from pages.playground_parts.tabs import tabs

through_app()

st.title("Prompt Anchoring Playground")
st.markdown(
    "Write what happened, switch cultural framing on and off, and see which of your words each answer looked at."
)

restore(library().scopes)
shown = shown_run()
inputs = controls(shown)
keep_as_left()
other_words(shown, inputs)
stage(shown)
tabs(shown)
earlier_runs(shown)
