"""What this machine keeps between runs, the way to make something there once, and what it says of options."""
