"""Sidecars: started in turn, always restarted, counted for readiness, and in nobody's way at the end."""
