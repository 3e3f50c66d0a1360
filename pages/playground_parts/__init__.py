"""The parts of the Playground page, one act a file."""
