"""Volumes that containers of a Pod share."""
