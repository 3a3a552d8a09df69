"""Restarts: which containers are run again, what survives that, and how soon it may be."""
