"""Whole Pods, as people deploy them."""
