"""A Pod as the unit: one node for all its containers, one sum of what they ask for, one class, one status."""
