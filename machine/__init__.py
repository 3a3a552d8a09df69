"""The folders that this machine keeps between runs, and the way to make something in them once."""
