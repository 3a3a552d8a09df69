"""What this machine keeps between runs: the folders for it, and what is made in them once."""
