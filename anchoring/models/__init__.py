"""Loading a model, rendering a prompt for it, and generating with it."""
