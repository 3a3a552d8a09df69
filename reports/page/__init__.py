"""A run as one page for people: whether the cluster conforms, what is violated, and the picture of every case."""
