"""An existing cluster, by a context that the user named; never another one, not even the current one."""

from clusters.existing.contexts import find

__all__ = ["find"]
