"""One run: its results as JSON, the same for a terminal, and the diagnosis of a case."""
