"""Probes: what they ask, whom a failed one restarts, and what waits for them."""
