"""``podproof action``: a run as a step of GitHub Actions, which action.yml makes of it.

ARGUMENTS has the options of the run, as words of a shell; the other inputs are settings of options (PODPROOF_CLUSTER).
The step's outputs are ``exit-code`` and, where the run made a report, those of ``commands.github``.
"""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

from commands import github, run
from commands.terminal import fail

if TYPE_CHECKING:
    from collections.abc import Sequence

ARGUMENTS = "ARGUMENTS"


def main(arguments: Sequence[str]) -> int:
    """Run the suite with these arguments and those of the environment; return pytest's exit code."""
    given = os.environ.get(ARGUMENTS, "")
    try:
        code = run.main([*shlex.split(given), *arguments])
    except ValueError as error:
        code = fail(f"arguments: {given}: words as in a shell: {error}")
    return github.put_out({"exit-code": str(code)}) or code
