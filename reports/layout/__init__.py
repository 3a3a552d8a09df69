"""How reports are laid out: lines in columns for a terminal, Markdown for a page."""
