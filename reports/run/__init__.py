"""One run: its results as JSON, as a table, and the diagnosis of a case."""
