"""Time limits of the local cluster, in seconds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Bounds, not expectations: on an idle machine everything takes a fraction of its bound.

    Attributes:
        boot: A boot takes 6 s on two idle cores; beside compilers it was seen to take five times that.
        request: One call to the API server, which answers 429 and 503 quickly while it starts.
        again: Between two tries of something that has no event to wait for: a port, a name in DNS.
        stop: Killing everything takes a fraction of a second; a process in a disk wait may take longer.
        leave: The kernel takes a dead network namespace's interface away in the background.
    """

    boot: float = 120
    request: float = 5
    again: float = 0.05
    stop: float = 20
    leave: float = 5


LIMITS = Limits()
