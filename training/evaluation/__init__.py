"""How well the bundled model does what its corpus taught: prompts held out of training, and what to count."""
