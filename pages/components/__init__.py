"""The few widgets of our own: answers with their sources, marking cues, the prompt as the model saw it."""
