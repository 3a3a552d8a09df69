"""``podproof in-cluster``: run the suite as a Job in the cluster that it judges, and gather what it finds.

Other options than these are the run's, as ``conformance`` takes them.
"""

from __future__ import annotations

import contextlib
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from clusters import ClusterError, existing
from commands import run
from commands.relay import relayed
from commands.terminal import Parser, fail, show
from fixtures.api import in_cluster, namespace
from fixtures.api.connection import Connection, reach
from fixtures.api.in_cluster import Wanted
from fixtures.errors import NO_CLUSTER, NOT_PROVEN, USAGE, CannotRunError, TroubleError, exit_code
from fixtures.paths import OUT
from fixtures.session import output, signals
from fixtures.timeouts import Timeouts
from records import requirements
from reports.run import merged, read, text

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from fixtures.api.in_cluster import Tried
    from fixtures.api.store import Kept
    from reports.models.conformance import Report

DEFAULT = OUT / "in-cluster"
VIOLATED, INTERRUPTED = 1, 2  # pytest's exit codes
REFUSALS = frozenset({3, USAGE, *range(NO_CLUSTER, 16)})
"""The exit codes of a shard that judged nothing, or gave up (``docs/run.md``)."""
NOT_THERE = frozenset(
    {"--cluster", "--containerd", "--cni", "--families", "--feature-gate", "--kube-proxy", "--kubernetes", "--lie"}
    | {"--local-runtime", "--node-runtime", "--nodes", "--oci", "--runc"}
    | {"--kind-config", "--kind-image", "--kind-name", "--load-image"}
    | {"--every-node", "--list-nodes", "--nodes-at-once", "--per-node-pool"}
    | {"--doctor", "--judge", "--json", "--keep", "--namespace", "--rerun", "--settings", "--skips", "--teeth", "-n"}
    | {"--shard", "--store"}
)
"""Options of a run that are for another cluster, name a file of this machine, or are the Job's own."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the suite in a cluster; return the run's exit code, or that of the error, with one line on stderr."""
    given, options = _parser().parse_known_args(sys.argv[1:] if arguments is None else arguments)
    if refused := next((word for word in options if word.partition("=")[0] in NOT_THERE), ""):
        return fail(f"in-cluster {refused}: a run inside the cluster cannot have this option (docs/in-cluster.md)")
    wanted = Wanted(given.name, given.podproof_image, given.shards, given.kube_context or "here", tuple(options))
    objects = in_cluster.manifest(wanted)
    if given.print:
        return show([yaml.safe_dump_all(objects, sort_keys=False, width=120).rstrip()])
    if options and (given.collect or given.remove):
        return fail(f"in-cluster {options[0]}: the run that is to be collected or removed has its options already")
    began = time.time()
    try:
        cluster = existing.find(given.kubeconfig, given.kube_context)
        connection = Connection(cluster.kubeconfig, cluster.context, Timeouts().request)
        reach(connection)
        code = _done(connection, given, objects)
    except (ClusterError, CannotRunError, TroubleError) as error:
        return fail(str(error), exit_code(error))
    except read.ReportError as error:
        return fail(str(error))
    if code != INTERRUPTED and run.is_new(given.output, began):
        with relayed() as relay:
            run.pages(relay, given.output)
    return code


def code_of(report: Report, tries: Mapping[int, Tried]) -> int:
    """Return the exit code of a run by its report, and by how the last try of each shard ended."""
    found = [case for each in report.requirements.values() for case in each.cases if case.skip is None]
    if any(case.outcome == "violated" for case in found):
        return VIOLATED
    if refused := [each.code for each in tries.values() if each.code in REFUSALS]:
        return refused[0]
    return NOT_PROVEN if report.lost or any(case.outcome == "trouble" for case in found) else 0


def write(folder: Path, kept: Mapping[str, Kept], shards: int, tries: Mapping[int, Tried]) -> Report | None:
    """Write what the shards kept as the folder of one run; return its report, None where no shard kept one.

    Raises:
        ReportError: the shards' reports are of different runs.
        CannotRunError: the folder cannot be written.
    """
    folder = output.prepare(folder)
    for name, each in kept.items():
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(each.content)
    whole = {number: file for number in range(shards) if (file := folder / f"conformance-{number}.json").is_file()}
    reports = {number: read.conformance(file) for number, file in whole.items()}
    if not reports:
        return None
    lost = [_lost(number, tries.get(number)) for number in range(shards) if not _is_whole(reports.get(number))]
    report = merged.merged(list(reports.values()), lost)
    (folder / read.NAME).write_text(report.written(), encoding="utf-8")
    return report


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="in-cluster", description=__doc__, allow_abbrev=False)
    parser.add_argument("--kube-context", metavar="NAME", help="the cluster; by default, for --print alone, 'here'")
    parser.add_argument(
        "--kubeconfig", metavar="FILE", help="with that context; default: $KUBECONFIG, or ~/.kube/config"
    )
    parser.add_argument(
        "--shards", type=_count, default=1, metavar="N", help="Pods that share the scenarios; default: 1"
    )
    parser.add_argument(
        "--podproof-image",
        default=in_cluster.IMAGE_OF_PODPROOF,
        metavar="REFERENCE",
        help=f"an image of podproof: a checkout's session image builds one; default: {in_cluster.IMAGE_OF_PODPROOF}",
    )
    parser.add_argument(
        "--name",
        type=namespace.written,
        default=in_cluster.NAME,
        help=f"of the Job and its namespace; default: {in_cluster.NAME}",
    )
    parser.add_argument("--output", type=Path, default=DEFAULT, metavar="DIR", help=f"default: {DEFAULT}")
    parser.add_argument("--print", action="store_true", help="print the manifest, and apply nothing")
    parser.add_argument("--detach", action="store_true", help="apply the manifest, and wait for nothing")
    parser.add_argument(
        "--collect", action="store_true", help="apply nothing: wait for a run that is there, and leave it"
    )
    parser.add_argument("--remove", action="store_true", help="end a run that is there, and remove all that is of it")
    return parser


def _count(text: str) -> int:
    count = int(text)
    if not 1 <= count <= 1000:  # noqa: PLR2004 # Pods of one Job that anybody would want
        raise ValueError(text)
    return count


def _done(connection: Connection, given: argparse.Namespace, objects: Sequence[in_cluster.Json]) -> int:
    """Do what the options say on the cluster; return the exit code."""
    name = given.name
    if given.collect:
        code = _gathered(connection, name, given.output)
        if given.remove:
            in_cluster.remove(connection, name, _tell)
        return code
    if given.remove:
        in_cluster.remove(connection, name, _tell)
        return show([f"removed the run {name}"])
    if given.detach:
        in_cluster.apply(connection, objects)
        told = "with --collect its findings are gathered, with --remove all that is of it is removed"
        return show([f"the run goes on in the namespace {name}; {told}"])
    return _played(connection, given, objects)


def _played(connection: Connection, given: argparse.Namespace, objects: Sequence[in_cluster.Json]) -> int:
    """Apply a manifest, wait, gather, and remove what was made, whatever happened; return the exit code."""
    once = signals.EndOnce(_tell)
    with contextlib.ExitStack() as exits:
        exits.callback(once.give_back)
        try:
            in_cluster.apply(connection, objects[:1])  # the namespace: a run that has it already is left alone
            exits.callback(in_cluster.remove, connection, given.name, _tell)
            exits.callback(once.clean_up)
            in_cluster.apply(connection, objects[1:])
            return _gathered(connection, given.name, given.output)
        except KeyboardInterrupt:
            return INTERRUPTED


def _gathered(connection: Connection, name: str, folder: Path) -> int:
    """Wait for a run, gather what it found, and show it; return the exit code."""
    job = in_cluster.wait(connection, name, _tell)
    tries = in_cluster.tries(in_cluster.pods(connection, name))
    report = write(folder, in_cluster.files(connection, name), in_cluster.shards(job), tries)
    for number, each in sorted(tries.items()):
        if each.code in REFUSALS:
            _tell(f"shard {number}, exit code {each.code}: {_last_line(each.said)}")
    if report is None:
        code = next((each.code for each in tries.values() if each.code), NOT_PROVEN)
        return fail(f"no shard of the run {name} has kept a report", code if code in REFUSALS else NOT_PROVEN)
    areas = {name: requirement.area for name, requirement in requirements.load().items()}
    show([*text.short(report, areas), *(f"podproof: {each}" for each in report.lost or ())])
    return code_of(report, tries)


def _is_whole(report: Report | None) -> bool:
    """Return whether a shard's report says something of each of its cases."""
    cases = [] if report is None else [case for each in report.requirements.values() for case in each.cases]
    return report is not None and not any(case.cause == "ended-early" for case in cases)


def _lost(number: int, last: Tried | None) -> str:
    how = "its Pod left no word" if last is None else f"exit code {last.code}: {_last_line(last.said)}"
    return f"shard {number} did not end ({how}); what it had to run was not all run"


def _last_line(said: str) -> str:
    """Return the last line of a Pod's output; of pytest's line about the end of a session, podproof's own words."""
    last = next((line for line in reversed(said.splitlines()) if line.strip(" !=")), "it said nothing")
    return last.rpartition("podproof: ")[2].strip(" !=")


def _tell(line: str) -> None:
    show([line])
