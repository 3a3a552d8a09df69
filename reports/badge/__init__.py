"""A run's claim as a small picture, for a README or a page of one's own."""
