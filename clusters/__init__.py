"""Where the suite runs: what a cluster is, and the providers that find or make one."""

from clusters.cluster import ChoiceError, Cluster, ClusterError, ContextError, LoadError

__all__ = ["ChoiceError", "Cluster", "ClusterError", "ContextError", "LoadError"]
