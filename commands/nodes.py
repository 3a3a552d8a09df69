"""The suite on node after node of one cluster, some side by side, and one comparison of what they said."""

from __future__ import annotations

import contextlib
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from commands import matrix
from commands.child import logged, pytest
from commands.relay import relayed
from commands.terminal import Parser, fail, show
from fixtures.errors import USAGE, CannotRunError
from fixtures.paths import OUT
from fixtures.session import node_options, output
from fixtures.session.listed_nodes import of_line
from fixtures.session.selection import near
from machine import settings

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Sequence

    from commands.relay import Relay
    from fixtures.session.listed_nodes import Listed
    from reports.models.conformance import Report

FOLDER = OUT / "nodes"
MOST = 1000
"""The most nodes of one command. docs/nodes.md has the cost of each, and how it was measured."""


class Chosen(NamedTuple):
    """The nodes that runs are made on, and why none is made on each of the others."""

    nodes: list[str]
    left_out: dict[str, str]


def asked(arguments: Sequence[str]) -> str:
    """Return the option that asks for a run on each of several nodes; empty where none does.

    Raises:
        CannotRunError: the options contradict each other.
    """
    return node_options.several(_parsed(arguments)[0])


def main(arguments: Sequence[str]) -> int:
    """Run the suite on each node that is asked for, and compare; return the exit code, as that of a matrix."""
    try:
        given, others = _parsed(arguments)
        chosen = choose(given, _listed(arguments))
        folder = output.claim(given.output)
    except CannotRunError as error:
        return fail(str(error), error.exit_code)
    show([f"podproof: {len(chosen.nodes)} nodes, {_at_once(given)} at once; what each run says: {folder}/NODE.log"])
    with relayed() as relay, ThreadPoolExecutor(_at_once(given)) as pool:
        play = partial(_play, relay, folder, others, len(chosen.nodes))
        codes = dict(zip(chosen.nodes, pool.map(play, *zip(*enumerate(chosen.nodes, 1), strict=True)), strict=True))
    ran = {name: code for name, code in codes.items() if code is not None}
    wanted = [OfNode(name) for name in chosen.nodes]
    return matrix.conclude(wanted, ran, folder, stopped=relay.came, left_out=chosen.left_out)


class OfNode(NamedTuple):
    """A run of the suite on one node."""

    name: str

    def unlike(self, report: Report) -> str:
        """Return a message where the report is of another node; else an empty one."""
        nodes = list(report.cluster.nodes or {})
        return "" if nodes == [self.name] else f"its report is of {', '.join(nodes) or 'nobody knows which nodes'}"


def choose(given: argparse.Namespace, listed: Iterable[Listed]) -> Chosen:
    """Return the nodes of those listed that the options ask for.

    Raises:
        CannotRunError: there is none, or too many, or one is named that is not there, or that no Pod can go to.
    """
    by_name = {each.name: each for each in listed}
    left_out = {name: each.left_out for name, each in by_name.items() if each.left_out}
    able = [name for name in by_name if name not in left_out]
    if given.node:
        wanted = list(dict.fromkeys(given.node))
        for name in wanted:
            if name not in by_name:
                raise CannotRunError(f"--node {name}: the cluster has no such node{near(name, by_name)}", USAGE)
            if name in left_out:
                raise CannotRunError(f"--node {name}: no Pod of the run can go there: {left_out[name]}", USAGE)
        left_out |= {name: "it was not named" for name in able if name not in wanted}
    elif given.per_node_pool is not None:
        first: dict[str, str] = {}
        for name in able:
            first.setdefault(by_name[name].pool, name)
        wanted = list(first.values())
        left_out |= {name: f"{first[by_name[name].pool]} stands for its pool" for name in able if name not in wanted}
    else:
        wanted = able
    if not wanted:
        raise CannotRunError(f"there is no node that a Pod can go to: {'; '.join(set(left_out.values()))}", USAGE)
    if len(wanted) > MOST:
        what = f"{len(wanted)} nodes are more than {MOST} for one command"
        raise CannotRunError(
            f"{what}: --per-node-pool LABEL takes one of each pool, --node those that are named", USAGE
        )
    return Chosen(wanted, left_out)


def _listed(arguments: Sequence[str]) -> list[Listed]:
    """Return the nodes of the cluster that the options name.

    Raises:
        CannotRunError: they cannot be told; the line on standard error says why.
    """
    done = subprocess.run(pytest("--list-nodes", *arguments), stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise CannotRunError("nothing was run: there is no list of nodes", done.returncode)
    return [of_line(line) for line in done.stdout.splitlines()]


def _play(relay: Relay, folder: Path, others: Sequence[str], total: int, number: int, node: str) -> int | None:
    """Run the suite on a node, and tell how it ended; return its exit code, None where a signal came before it."""
    if relay.came:
        return None
    code = logged(relay, folder, node, [*others, "--node", node])
    show([f"podproof {number}/{total} {node}: exit code {code}"])
    return code


def _at_once(given: argparse.Namespace) -> int:
    return given.nodes_at_once or node_options.AT_ONCE


def _parsed(arguments: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    """Return the options about nodes, and the other arguments. Settings count where no node is asked for in words."""
    parser = Parser(prog="conformance", add_help=False, allow_abbrev=False)
    parser.add_argument("--output", type=Path, default=FOLDER)
    parser.add_argument(settings.OPTION)
    node_options.add(parser.add_argument)
    in_words, others = parser.parse_known_args(arguments)
    before: list[str] = []
    with contextlib.suppress(settings.SettingError):  # the run refuses it, with a line
        before = settings.before(parser, list(arguments), os.environ, Path.cwd())
    if in_words.node or in_words.every_node or in_words.per_node_pool is not None:
        before = [each for each in before if each.partition("=")[0] not in node_options.CHOOSE]
    file = [settings.OPTION, in_words.settings] if in_words.settings else []
    return parser.parse_known_args([*before, *arguments])[0], [*file, *others]
