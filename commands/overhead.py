"""``python -m commands.overhead``: what the suite costs beyond its Pods, measured on a cluster that is up.

Turn by turn, the suite runs, and then a bare client does the same with the same Pods (``commands.bare_client``), as
many of them in flight. The suite's time is from the first take-off until all is judged; the bare client's, from the
first Pod's creation to the last delete request. Neither begins before the other's namespace is gone.

Measure on a machine that does nothing else. What is no option of its own goes to pytest.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import tenacity

import records
from clusters import ClusterError, existing, local
from clusters.choice import Wanted
from commands.bare_client import BareClient, level_of
from fixtures.api.connection import Connection
from fixtures.api.leftovers import NAMESPACES
from fixtures.api.opened import Opened
from fixtures.api.owner import RUN_LABEL
from fixtures.api.target import Choices
from fixtures.errors import NO_CLUSTER, CannotRunError, TroubleError, exit_code
from fixtures.paths import ROOT
from fixtures.timeouts import Timeouts
from reports.layout.columns import aligned
from reports.run import read

if TYPE_CHECKING:
    from clusters import Cluster
    from records import Record

ALLOWED = 1.3  # the suite's time by the bare client's
CLEAN_UP = 180.0  # seconds for a namespace to go


@dataclass(frozen=True)
class Measured:
    """The costs of one turn.

    Attributes:
        seconds: wall time.
        scenarios: the sum of the scenarios' times, s. The wall time may be that of the longest scenario alone.
        cpu: processor time of the client, s.
        requests: the number of requests to the API server.
    """

    seconds: float
    scenarios: float
    cpu: float
    requests: int


def main() -> int:
    """Measure and print; return the exit code: 1 where the suite costs more than is allowed."""
    parser = argparse.ArgumentParser(prog="overhead", description=__doc__, allow_abbrev=False)
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="of both (default: %(default)s)")
    parser.add_argument("--in-flight", type=int, default=12, metavar="N", help="scenarios (default: %(default)s)")
    parser.add_argument("--kube-context", metavar="NAME", help="on the existing cluster of this context")
    parser.add_argument("--kubeconfig", metavar="FILE", help="with that context")
    given, to_pytest = parser.parse_known_args()
    try:
        return measure(cluster_of(given), given.rounds, given.in_flight, to_pytest)
    except ClusterError as error:
        return fail(str(error), exit_code(error))
    except CannotRunError as error:
        return fail(str(error), error.exit_code)
    except TroubleError as error:
        return fail(str(error), 1)


def measure(cluster: Cluster, rounds: int, in_flight: int, to_pytest: list[str]) -> int:
    """Measure turn by turn, print each turn, then the medians; return the exit code."""
    print(f"{cluster.provider} {cluster.name}, {in_flight} in flight; s in all, s of all scenarios, s of CPU, requests")
    suites, bares = [], []
    for number in range(1, rounds + 1):
        with tempfile.TemporaryDirectory(prefix="podproof-overhead-") as folder:
            output = Path(folder) / "out"
            suites.append(run_suite(cluster, in_flight, output, to_pytest))
            played = [records.load(path) for path in sorted((output / "records").glob("*.json"))]
            bares.append(run_bare(cluster, in_flight, played))
        if number == 1:
            print(f"{sum(len(record.pods) for record in played)} Pods in {len(played)} scenarios")
        print("\n".join(columns(suites[-1:], bares[-1:], f"{number}")))
    print("\n".join(columns(suites, bares, "median")))
    return 0 if ratio(suites, bares) <= ALLOWED else 1


def run_suite(cluster: Cluster, in_flight: int, output: Path, to_pytest: list[str]) -> Measured:
    """Run the suite as a person does, in a process of its own; return its costs.

    Raises:
        TroubleError: a requirement does not hold, so that the times mean nothing.
    """
    where = ["--kubeconfig", cluster.kubeconfig, "--kube-context", cluster.context]
    image = ["--image", cluster.image] if cluster.image else []
    image += ["--nginx-image", cluster.nginx_image] if cluster.nginx_image else []
    image += ["--agnhost-image", cluster.agnhost_image] if cluster.agnhost_image else []
    options = ["--in-flight", str(in_flight), "--output", str(output), "-p", "no:cacheprovider", "--tb", "no", "-q"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "pytest", "suite", *where, *image, *options, *to_pytest]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if run.returncode:
        raise TroubleError(f"the suite ended with exit code {run.returncode}:\n{run.stdout}{run.stderr}")
    played = [records.load(path) for path in (output / "records").glob("*.json")]
    began = min(dt.datetime.fromisoformat(record.began).timestamp() for record in played)
    ended = max(json.loads(path.read_text(encoding="utf-8"))["stop"] for path in (output / "results").glob("*-*.json"))
    report = read.conformance(output)
    gone(connect(cluster), {pod.sent["metadata"]["namespace"] for record in played for pod in record.pods})
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    scenarios = sum(record.seconds for record in played)
    return Measured(ended / 1000 - began, scenarios, cpu, report.api_requests or 0)


def run_bare(cluster: Cluster, in_flight: int, played: list[Record]) -> Measured:
    """Let the bare client play the records' Pods, in the order in which the suite began; return its costs."""
    wanted = Wanted(kubeconfig=cluster.kubeconfig, context=cluster.context)
    levels = tuple(sorted({level_of(record) for record in played}))
    opened = Opened(Choices(wanted, levels=levels), Timeouts(), print)
    connection = connect(cluster)
    try:
        began, cpu = time.monotonic(), time.process_time()
        in_order = sorted(played, key=lambda record: record.began)
        scenarios = BareClient(connection, opened.target.run).play(in_order, in_flight)
        measured = Measured(time.monotonic() - began, scenarios, time.process_time() - cpu, connection.requests)
    finally:
        opened.close()
    gone(connection, {opened.target.namespace_of(level) for level in levels})
    return measured


def columns(suites: list[Measured], bares: list[Measured], name: str) -> list[str]:
    """Return two aligned lines: the medians of the suite's turns, and those of the bare client's with the ratio."""
    rows = [
        (
            f"{name:8}{kind:6}",
            *(f"{statistics.median(values):9.2f}" for values in zip(*map(_figures, each), strict=True)),
        )
        for kind, each in (("suite", suites), ("bare", bares))
    ]
    first, second = aligned(rows)
    return [first, f"{second}   ratio {ratio(suites, bares):.2f}"]


def ratio(suites: list[Measured], bares: list[Measured]) -> float:
    """Return the suite's median time divided by the bare client's."""
    return statistics.median(each.seconds for each in suites) / statistics.median(each.seconds for each in bares)


def gone(connection: Connection, namespaces: set[str]) -> None:
    """Wait until these namespaces are gone, so that their deletion does not slow down the next turn."""

    def there() -> bool:
        listed = connection.get(NAMESPACES, labelSelector=RUN_LABEL)["items"]
        return any(item["metadata"]["name"] in namespaces for item in listed)

    tenacity.Retrying(
        stop=tenacity.stop_after_delay(CLEAN_UP), wait=tenacity.wait_fixed(0.5), retry=tenacity.retry_if_result(bool)
    )(there)


def connect(cluster: Cluster) -> Connection:
    """Return a new connection, which counts its own requests."""
    return Connection(cluster.kubeconfig, cluster.context, Timeouts().request)


def cluster_of(given: argparse.Namespace) -> Cluster:
    """Return the cluster named on the command line, else the local one that is up.

    Raises:
        CannotRunError: there is none.
    """
    if given.kube_context or given.kubeconfig:
        return existing.find(given.kubeconfig, given.kube_context)
    if up := local.up():
        return up[0]
    raise CannotRunError("no local cluster is up: boot one first, ./podproof cluster up, or name a context", NO_CLUSTER)


def fail(message: str, code: int) -> int:
    """Print the message on standard error, all its lines; return the exit code."""
    print(f"podproof: {message}", file=sys.stderr)
    return code


def _figures(measured: Measured) -> tuple[float, ...]:
    return measured.seconds, measured.scenarios, measured.cpu, float(measured.requests)


if __name__ == "__main__":
    sys.exit(main())
