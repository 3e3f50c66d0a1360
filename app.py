"""The app's pages. Start it with `streamlit run app.py`."""

import streamlit as st

st.set_page_config(page_title="Prompt Anchoring Playground", page_icon="⚓", layout="wide")
# Streamlit leaves a hand's breadth of nothing above the page and lets lines run as wide as the window.
st.html("<style>.stMainBlockContainer { padding-top: 4.2rem; max-width: 78rem; }</style>")
st.navigation(
    [
        st.Page("pages/playground.py", title="Playground", icon=":material/compare:", default=True),
        st.Page("pages/scopes.py", title="Scopes", icon=":material/menu_book:"),
        st.Page("pages/method.py", title="Method", icon=":material/help:"),
    ],
    position="top",
).run()
