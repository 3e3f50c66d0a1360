"""The app's pages. Start it with `streamlit run app.py`."""

from pathlib import Path

import streamlit as st

from pages.menu import menu

st.set_page_config(page_title="Prompt Anchoring Playground", page_icon="⚓", layout="wide")
st.html(Path(__file__).parent / "pages" / "app.css")
pages = [
    st.Page("pages/playground.py", title="Playground", icon=":material/compare:", default=True),
    st.Page("pages/inspect.py", title="Inspect", icon=":material/biotech:"),
    st.Page("pages/scopes.py", title="Scopes", icon=":material/menu_book:"),
    st.Page("pages/method.py", title="Method", icon=":material/help:"),
]
page = st.navigation(pages, position="hidden")
menu(pages, page)
page.run()
