"""``podproof sweep``: remove what runs left behind, by podproof's label and nothing else.

On this machine it removes the kind clusters, and the parts of local clusters, that killed runs left. Then it sweeps the
local clusters that are up or, where a cluster is named, that one in their place.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from clusters import ClusterError, existing, kind, local
from commands.terminal import Parser, fail
from fixtures.api import leftovers, namespace
from fixtures.api.connection import Connection, reach
from fixtures.errors import CannotRunError, TroubleError, exit_code
from fixtures.timeouts import Timeouts
from machine import settings

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from clusters import Cluster


def main(arguments: Sequence[str] | None = None) -> int:
    """Sweep; return the exit code: 0, or that of the error, with one line on stderr."""
    parser = Parser(prog="sweep", description=__doc__, allow_abbrev=False)
    parser.add_argument("--kube-context", metavar="NAME", help="sweep the existing cluster of this context")
    parser.add_argument(
        "--kubeconfig", metavar="FILE", help="with that context; default: $KUBECONFIG, or ~/.kube/config"
    )
    parser.add_argument(
        "--namespace",
        type=namespace.written,
        metavar="NAME",
        help="there, what runs left in this namespace, which was given to them, and nothing else",
    )
    parser.add_argument(
        "--everyones", action="store_true", help="also what runs on other machines made, which may still go on"
    )
    parser.add_argument(settings.OPTION, metavar="FILE", help=settings.HELP)
    said = list(sys.argv[1:] if arguments is None else arguments)
    try:
        before = settings.before(parser, said, os.environ, Path.cwd())
    except settings.SettingError as error:
        return fail(str(error))
    given = parser.parse_args([*before, *said])
    try:
        kind.sweep(print)
        local.sweep()
        for cluster in clusters(given):
            connection = Connection(cluster.kubeconfig, cluster.context, Timeouts().request)
            reach(connection)
            if given.namespace:
                lines = leftovers.sweep_in(connection, given.namespace, everyones=given.everyones)
            else:
                lines = leftovers.sweep(connection, everyones=given.everyones)
            for line in lines or ["nothing is left"]:
                print(f"{cluster.provider} {cluster.name}: {line}")
    except (ClusterError, CannotRunError, TroubleError) as error:
        return fail(str(error), exit_code(error))
    return 0


def clusters(given: argparse.Namespace) -> list[Cluster]:
    """Return the cluster named on the command line, else the local ones that are up."""
    if given.kube_context or given.kubeconfig or given.namespace:
        return [existing.find(given.kubeconfig, given.kube_context)]
    return local.up()


if __name__ == "__main__":
    sys.exit(main())
