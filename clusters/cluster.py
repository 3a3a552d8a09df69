"""What every provider hands over: a cluster to connect to, or one line that says why there is none."""

from dataclasses import dataclass
from pathlib import Path


class ClusterError(Exception):
    """No usable cluster; the message is one line: what failed, where to look, what to do."""


@dataclass(frozen=True)
class Cluster:
    """A cluster that answers.

    Attributes:
        provider: Who made or found it: ``local``, ``kind``, ``context`` …
        name: Its name within the provider.
        kubeconfig: File that holds the credentials.
        context: Name of the context in that file.
        image: Image reference for workload Pods, to be used with imagePullPolicy IfNotPresent.
        reason: Why this one was chosen, for the report.
        stays: Whether it outlives the run.
    """

    provider: str
    name: str
    kubeconfig: Path
    context: str
    image: str
    reason: str
    stays: bool = False
