"""Tests that need a real cluster: the local cluster's life, and a run in an operator's hands.

``./podproof cluster verify`` runs them; bare ``pytest`` does not.
"""
