"""The layout of reports: columns for a terminal, Markdown for a page."""
