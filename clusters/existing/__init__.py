"""A cluster that is there already, by a context that the user named: never another one, the current one included."""

from clusters.existing.contexts import find

__all__ = ["find"]
