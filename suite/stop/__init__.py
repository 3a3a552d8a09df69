"""Stop: who is told to end, when, and how long it has."""
