"""A run as GitHub Actions shows it: annotations of a job, and a job's summary."""
