"""The Scopes page: read the cards, write your own."""

import streamlit as st

from anchoring.scope import load_library
from pages.entry import through_app
from pages.plain import plain
from pages.scope_parts.browse import browse
from pages.scope_parts.drafts import find_draft
from pages.scope_parts.editor import edit
from pages.scope_parts.read import read
from pages.scope_parts.style import use_style

through_app()

use_style()
library = load_library()
note = st.session_state.pop("scopes-note", "")
if note:
    st.toast(note, icon=":material/check:")

asked, token = st.query_params.get("scope"), st.query_params.get("edit")
draft = find_draft(token) if token else None
if draft is not None:
    edit(draft, library)
elif asked in library.scopes:
    read(library.scopes[asked], library)
else:
    if token:
        st.info("There is no unsaved card at this link: it was saved, discarded, or the program was started again.")
    elif asked:
        st.info(f"There is no card with the id {plain(asked)}. It may have been renamed or deleted.")
    browse(library)
