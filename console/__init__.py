"""podproof without a checkout: the tree of one, and the command ``podproof`` that runs it.

The tree's folders are no packages of the environment in which podproof is installed: others have names such as
``suite`` and ``records``, too. Only the process that runs a command sees them.
"""

import runpy
import sys
from pathlib import Path

TREE = Path(__file__).parent / "tree"


def main() -> None:
    """Run the command that the arguments name (``commands/__main__.py`` of the tree)."""
    sys.path[0] = str(TREE)  # before, the folder of the script: a Python's bin
    runpy.run_module("commands", run_name="__main__", alter_sys=True)
