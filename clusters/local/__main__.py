"""``python -m clusters.local``: boot a cluster that stays, look at it, end it; add a Kubernetes minor."""

import argparse
import re
import sys
from pathlib import Path

import faults
from clusters.cluster import ClusterError
from clusters.local import build, configuration, images, node, require_linux, traits, versions
from clusters.progress import to_stderr


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return the exit code: 1 for an error, and for ``status`` where no cluster is up."""
    options = _parser().parse_args(arguments)
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
    parser = argparse.ArgumentParser(prog="python -m clusters.local", description=__doc__)
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
            one.add_argument(
                "--runtime",
                metavar="NAME=PATH",
                action="append",
                type=traits.runtime,
                default=[],
                help=traits.RUNTIME_HELP,
            )
            one.add_argument("--lie", choices=faults.LIES, default="", help=traits.LIE_HELP)
            one.add_argument(
                "--feature-gate",
                metavar="NAME=true",
                action="append",
                type=traits.gate,
                default=[],
                help=traits.GATE_HELP,
            )
    text = "write the go.mod and go.sum of a Kubernetes minor, and of a containerd that suits it, at their newest patch"
    one = commands.add_parser("add", help=text, description=text)
    one.add_argument(
        "minors", metavar="MINOR", nargs="+", type=_minor, help="such as 1.38; one that is there is renewed"
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
        found = node.status()
        for running in found:
            state = running.exited() or ("ready" if running.ready else "booting")
            sys.stdout.write(f"{running.name}\t{running.version}\t{state}\t{running.folder / 'kubeconfig'}\n")
        return 0 if found else 1
    if options.command == "add":
        for minor in options.minors:
            sys.stdout.write(f"{versions.add(minor, to_stderr)}\n")
        return 0
    name = options.name or node.default_name(options.kubernetes)
    if options.command == "up":
        wanted = traits.Traits(dict(options.runtime), options.lie, dict(options.feature_gate))
        running = node.up(name, options.kubernetes, to_stderr, wanted)
        cluster = running.cluster("")
        sys.stdout.write(f"export KUBECONFIG={cluster.kubeconfig}\n")
        kubectl = build.modules(options.kubernetes)[0].binaries() / "kubectl"
        to_stderr(f"kubectl is {kubectl}, the workload image is {cluster.image}")
        return 0
    if options.command == "down":
        if not node.down(name, to_stderr):
            to_stderr(f"no cluster {name} is up")
        return 0
    running = _running(name)
    if options.command == "load":
        if not options.archive.is_file():
            raise ClusterError(f"{options.archive}: there is no such archive: ./podproof image makes podproof's own")
        socket = f"/proc/{running.supervisor}/root{configuration.CONTAINERD_SOCKET}"  # in the node's mount namespace
        images.load(options.archive, build.modules(running.minor)[1].binaries(), socket)
        return 0
    sys.stdout.write(f"{running.folder / 'kubeconfig'}\n")
    return 0


def _running(name: str) -> node.Running:
    running = next((running for running in node.status() if running.name == name), None)
    if running is None:
        raise ClusterError(f"no cluster {name} is up: `python -m clusters.local up` boots one")
    return running


if __name__ == "__main__":
    sys.exit(main())
