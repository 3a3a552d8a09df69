"""Sysctls of the Pod."""
