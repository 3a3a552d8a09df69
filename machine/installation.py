"""Whether this podproof is a checkout or installed, and so how its user calls it."""

from pathlib import Path

CHECKOUT = (Path(__file__).resolve().parents[1] / "noxfile.py").is_file()

PODPROOF = "./podproof" if CHECKOUT else "podproof"
"""The command, as messages name it. What only developers are told says ``./podproof``: they have a checkout."""
