"""emptyDir: shared, kept over a crash, lost with the Pod."""
