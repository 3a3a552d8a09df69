"""How reports are laid out."""
