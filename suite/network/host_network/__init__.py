"""Pods in the node's network namespace."""
