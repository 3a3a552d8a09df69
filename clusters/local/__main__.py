"""``podproof cluster``: boot a cluster that stays, look at it, end it; add a Kubernetes minor."""

import argparse
import re
import sys
from pathlib import Path

from clusters.cluster import ClusterError
from clusters.local import axes, build, configuration, images, node, require_linux, traits, versions
from clusters.progress import to_stderr
from machine.installation import PODPROOF


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return the exit code: 1 for an error, and for ``status`` where no cluster is up."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.command == "add" and not (options.minors or options.containerd or options.runc):
        parser.error("add: name a minor: 1.38, --containerd 2.4 or --runc 1.5")
    try:
        require_linux()
        return _run(options)
    except ClusterError as error:
        to_stderr(f"podproof: {error}")
        return 1
    except KeyboardInterrupt:
        to_stderr("podproof: interrupted")
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"{PODPROOF} cluster", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    helps = {
        "up": "boot a cluster that stays, unless it runs already",
        "down": "end it and remove all its traces",
        "status": "list the clusters that run",
        "kubeconfig": "print the path of its kubeconfig",
        "load": "import an archive of an image, as `docker save` writes it, for its Pods",
    }
    for command, text in helps.items():
        one = commands.add_parser(command, help=text, description=text)
        if command != "status":
            one.add_argument("--kubernetes", metavar="MINOR", choices=build.minors(), default=build.minors()[-1])
            one.add_argument("--name", type=_name, help="default: local, or local-MINOR for an older minor")
        if command == "load":
            one.add_argument("archive", type=Path)
        if command == "up":
            traits.add_options(one.add_argument, "--runtime")
    text = "write the go.mod and go.sum of a Kubernetes minor, and of a containerd that suits it, at their newest patch"
    one = commands.add_parser("add", help=text, description=text)
    one.add_argument(
        "minors", metavar="MINOR", nargs="*", type=_minor, help="such as 1.38; one that is there is renewed"
    )
    for part in ("containerd", "runc"):
        one.add_argument(
            f"--{part}", metavar="MINOR", action="append", default=[], type=axes.version, help=f"of {part}, the same"
        )
    return parser


def _minor(text: str) -> str:
    if not re.fullmatch(r"1\.[1-9]\d*", text):
        raise argparse.ArgumentTypeError(f"{text}: a Kubernetes minor is written as 1.38")
    return text


def _name(text: str) -> str:
    # It becomes a node's name, a cgroup's and a folder's.
    if not re.fullmatch(r"[a-z0-9]([-.a-z0-9]{0,38}[a-z0-9])?", text):
        raise argparse.ArgumentTypeError("at most 40 of a-z, 0-9, - and ., with a letter or digit at both ends")
    return text


def _run(options: argparse.Namespace) -> int:
    if options.command == "status":
        return _status()
    if options.command == "add":
        return _add(options)
    name = options.name or node.default_name(options.kubernetes)
    if options.command == "up":
        return _up(name, options)
    if options.command == "down":
        if not node.down(name, to_stderr):
            to_stderr(f"no cluster {name} is up")
        return 0
    if options.command == "load":
        return _load(name, options.archive)
    sys.stdout.write(f"{_running(name).folder / 'kubeconfig'}\n")
    return 0


def _status() -> int:
    found = node.status()
    for running in found:
        state = running.exited() or ("ready" if running.ready else "booting")
        many = f", {len(running.nodes)} nodes" if running.nodes[1:] else ""
        sys.stdout.write(f"{running.name}\t{running.version}\t{state}{many}\t{running.folder / 'kubeconfig'}\n")
    return 0 if found else 1


def _add(options: argparse.Namespace) -> int:
    for part in ("containerd", "runc"):
        for minor in getattr(options, part):
            sys.stdout.write(f"{versions.add_part(part, minor, to_stderr)}\n")
    for minor in options.minors:
        sys.stdout.write(f"{versions.add(minor, to_stderr)}\n")
    return 0


def _up(name: str, options: argparse.Namespace) -> int:
    runtimes, gates = dict(options.runtime or ()), dict(options.feature_gate or ())
    nodes = traits.nodes(options.nodes, dict(options.node_runtime or ()), runtimes)
    wanted = traits.Traits(runtimes, options.lie or "", gates, axes.Axes.of_options(options), nodes)
    running = node.up(name, options.kubernetes, to_stderr, wanted)
    cluster = running.cluster("")
    sys.stdout.write(f"export KUBECONFIG={cluster.kubeconfig}\n")
    kubectl = build.modules(options.kubernetes)[0].binaries() / "kubectl"
    to_stderr(f"kubectl is {kubectl}, the workload image is {cluster.image}")
    return 0


def _load(name: str, archive: Path) -> int:
    """Import an image on every node."""
    running = _running(name)
    if not archive.is_file():
        raise ClusterError(f"{archive}: there is no such archive: {PODPROOF} image makes podproof's own")
    containerd = build.modules(running.minor, of_containerd=running.axes.get("containerd", ""))[1]
    for each in running.supervisors:
        images.load(archive, containerd.binaries(), str(running.inside(each, configuration.CONTAINERD_SOCKET)))
    return 0


def _running(name: str) -> node.Running:
    running = next((running for running in node.status() if running.name == name), None)
    if running is None:
        raise ClusterError(f"no cluster {name} is up: `{PODPROOF} cluster up` boots one")
    return running


if __name__ == "__main__":
    sys.exit(main())
