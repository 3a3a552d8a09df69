"""Two runs compared: what the second says otherwise than the first."""
