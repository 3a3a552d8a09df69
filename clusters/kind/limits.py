"""How long kind and Docker are waited for, in seconds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Bounds, not expectations; making a cluster has none, because it may have to pull an image of a gigabyte.

    Attributes:
        answer: A question to Docker takes a fraction of a second; one that hangs is as good as none.
        ready: A cluster of three nodes was seen to be ready 48 s after it was begun, on two cores.
        delete: Docker kills a node's container within seconds.
        logs: kind copies the journal and the logs of every node.
        hand: One act on a node; systemd itself gives a part 90 s to end.
    """

    answer: float = 20
    ready: float = 240
    delete: float = 120
    logs: float = 120
    hand: float = 120


LIMITS = Limits()
