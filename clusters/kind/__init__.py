"""A cluster in Docker, by the ``kind`` command: an existing one by its name, else one that ends with the run."""

from clusters.kind.hand import Hand
from clusters.kind.life import lacks, open_cluster, sweep
from clusters.kind.wanted import Wanted

__all__ = ["Hand", "Wanted", "lacks", "open_cluster", "sweep"]
