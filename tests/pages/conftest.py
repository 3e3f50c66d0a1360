"""AppTest as a server of its own, fresh and empty, that has shown app.py before."""

import pytest
import streamlit as st
from streamlit.runtime.pages_manager import PagesManager


@pytest.fixture(autouse=True)
def app_navigates(monkeypatch):
    """AppTest forgets before each run that app.py has a navigation of its own, and would run pages without it.

    A server learns it once, from its first session; `pages.entry` sees to that.
    """
    begin = PagesManager.__init__

    def begun(manager, *args, **settings):
        begin(manager, *args, **settings)
        PagesManager.uses_pages_directory = False

    monkeypatch.setattr(PagesManager, "__init__", begun)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A fresh folder, and none of what another test's server had in memory."""
    monkeypatch.setenv("ANCHORING_HOME", str(tmp_path))
    st.cache_resource.clear()
    st.cache_data.clear()
    return tmp_path
