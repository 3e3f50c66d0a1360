"""The scopes' training text: hand-written sources in training/data, composed here into examples with known links."""
