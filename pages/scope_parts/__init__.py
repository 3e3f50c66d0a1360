"""The parts of the Scopes page: a card drawn to be read, the list, the editor, and what the checker says."""
