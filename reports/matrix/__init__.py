"""The comparison of many runs, one for each cluster."""
