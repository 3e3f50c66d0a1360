"""Entering the app by a page's own address."""

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager


def through_app() -> None:
    """Starts over through app.py where Streamlit ran a page by itself.

    A folder called pages/ puts a fresh server into Streamlit's older way of finding pages, until some session has run
    `st.navigation`. A link to a page, opened first of all, would then show that page without the rest of the app.
    """
    if PagesManager.uses_pages_directory:
        PagesManager.uses_pages_directory = False
        st.rerun()
