"""Pages of docs/ that repeat what the code says, and are generated from it."""
