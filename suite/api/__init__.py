"""What the API refuses."""
