"""Where the suite runs: what a cluster is, and the providers that find or make one."""

from clusters.cluster import Cluster, ClusterError

__all__ = ["Cluster", "ClusterError"]
