"""Every command that a person types: ``nox --list`` is the manual."""

from __future__ import annotations

import functools
import os
import shlex
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

import nox

sys.path.insert(0, str(Path(__file__).parent))  # nox changes to this folder, but does not add it
from commands.relay import Relay, relayed
from faults import FAULTS, SAMPLE, option
from records.requirements import broken_by
from reports.html import node

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "venv"
nox.options.reuse_venv = "yes"
nox.options.sessions = ["lint", "tests"]

PROJECT = nox.project.load_toml("pyproject.toml")
OUT = Path("reports/out")
PINNED = {"PIP_CONSTRAINT": str(Path("constraints.txt").resolve())}
VIOLATED, INTERRUPTED = 1, 2  # pytest's exit codes
SAMPLED = "--sample"
BESIDE_OTHERS = "6"  # scenarios in flight of each of several runs: under a fault, whoever waits in vain must not starve
NOT_PROVEN = 6  # podproof's own: something is in trouble


@nox.session
def conformance(session: nox.Session) -> None:
    """Run the suite on a real cluster and write the report; arguments go to pytest: nox -s conformance -- -k init."""
    install(session)
    install_node_js(session)
    sys.exit(command(session, "conformance"))


@nox.session(name="in-cluster")
def in_cluster(session: nox.Session) -> None:
    """Run the suite as a Job in a cluster, and gather what it finds: nox -s in-cluster -- --kube-context NAME."""
    install(session)
    sys.exit(command(session, "in-cluster"))


@nox.session
def doctor(session: nox.Session) -> None:
    """Examine a cluster as a run would find it, and run no test: nox -s doctor -- --kube-context NAME [--json FILE]."""
    install(session)
    sys.exit(command(session, "doctor"))


@nox.session
def teeth(session: nox.Session) -> None:
    """Run every control on a real cluster: each must break the rules that it names, or the suite could not fail."""
    install(session)
    sys.exit(command(session, "teeth"))


@nox.session
def faults(session: nox.Session) -> None:
    """Run the suite under each fault: just what it breaks is violated: nox -s faults -- [--sample] [own-ipc].

    A sample are two of the lies, and the requirements alone of which a fault violates a case. As many are played side
    by side as there are CPUs, each on a cluster of its own.
    """
    install(session)
    named = [name for name in session.posargs if name != SAMPLED]
    if unknown := sorted(set(named) - set(FAULTS)):
        session.error(f"{', '.join(unknown)}: no such fault; there are {', '.join(FAULTS)}")
    sample = SAMPLED in session.posargs
    with relayed() as relay, ThreadPoolExecutor(os.cpu_count()) as pool:
        play = functools.partial(fault, session, relay, sample=sample)
        codes = list(pool.map(play, named or (SAMPLE if sample else FAULTS)))
    sys.exit(INTERRUPTED if relay.came else max(codes))


@nox.session
def judge(session: nox.Session) -> None:
    """Judge the records of an earlier run again, without a cluster: nox -s judge -- reports/out/records."""
    install(session)
    sys.exit(command(session, "judge"))


@nox.session
def matrix(session: nox.Session) -> None:
    """Run the suite on version after version and compare: nox -s matrix -- [1.36 1.37 kind-1.37] [-- PYTEST...]."""
    install(session)
    install_node_js(session)
    sys.exit(command(session, "matrix"))


@nox.session
def soak(session: nox.Session) -> None:
    """Run the suite over and over on busy CPUs, or go on where that was stopped: nox -s soak -- [1.37] [--rounds N]."""
    install(session)
    sys.exit(command(session, "soak"))


@nox.session
def tests(session: nox.Session) -> None:
    """Test the suite itself: its judges, controls and records, without a cluster; or what pytest's arguments say."""
    install(session, *nox.project.dependency_groups(PROJECT, "tests"))
    sys.exit(pytest(session, *(session.posargs or ["-n", "auto"])))


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, types, which way imports point, and the workflows of hosted CI."""
    install(session, *nox.project.dependency_groups(PROJECT, "lint"))
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")
    # The probe's modules are flat, as the containers see them.
    session.run("mypy", "--strict", "manifests/probe", env={"MYPYPATH": "manifests/probe"})
    session.run("lint-imports", "--no-cache")
    # actionlint has ShellCheck read the shell steps; zizmor looks for what an attacker could use.
    workflows = sorted(str(path.resolve()) for path in Path(".github/workflows").glob("*.yml"))
    session.run("python", "-m", "clusters.local.go", "-C", ".github/actionlint", "tool", "actionlint", *workflows)
    session.run("zizmor", "--offline", "--quiet", *workflows)


@nox.session
def cluster(session: nox.Session) -> None:
    """Manage the local cluster: nox -s cluster -- up [--kubernetes 1.35], down, status, kubeconfig, add, verify."""
    if session.posargs[:1] == ["verify"]:
        install(session, *nox.project.dependency_groups(PROJECT, "tests"))
        sys.exit(pytest(session, "verify", *session.posargs[1:]))
    install(session)
    sys.exit(run(session, "-m", "clusters.local", *session.posargs))


@nox.session
def report(session: nox.Session) -> None:
    """Make the pages of earlier runs again, and one of several: nox -s report [-- FOLDER... [--output FILE]]."""
    install(session)
    install_node_js(session)
    sys.exit(command(session, "report"))


@nox.session
def diff(session: nox.Session) -> None:
    """Tell what an upgrade changed: nox -s diff -- before.json after.json [--markdown FILE]."""
    install(session)
    sys.exit(command(session, "diff"))


@nox.session
def badge(session: nox.Session) -> None:
    """Make a small SVG of what a run claims: nox -s badge -- [REPORT] [--output FILE]."""
    install(session)
    sys.exit(command(session, "badge"))


@nox.session
def evidence(session: nox.Session) -> None:
    """Pack what a bug report needs of a case that does not hold: nox -s evidence -- 'NET-LOCALHOST [tcp-ipv6]'."""
    install(session)
    sys.exit(command(session, "evidence"))


@nox.session
def wheel(session: nox.Session) -> None:
    """Build the wheel, and run a command of the podproof in it, elsewhere: nox -s wheel -- conformance -k init."""
    built = str(build_wheel(session))
    session.install("--quiet", "--force-reinstall", "--no-deps", built)
    session.install("--quiet", built, env=PINNED)
    with session.chdir(session.create_tmp()):
        sys.exit(run(session, "-m", "podproof", *session.posargs))


@nox.session
def image(session: nox.Session) -> None:
    """Build the image of podproof for in-cluster, without Docker: nox -s image -- [--output FILE] [--tag REFERENCE]."""
    install(session)
    sys.exit(run(session, "-m", "commands.image", str(build_wheel(session)), *session.posargs))


@nox.session
def pages(session: nox.Session) -> None:
    """Write the generated pages of docs/ again: nox -s pages [-- --check]."""
    install(session)
    sys.exit(run(session, "-m", "commands.pages", *session.posargs))


@nox.session
def pictures(session: nox.Session) -> None:
    """Make the pictures of docs/ again, of kept results, in a headless Chromium: nox -s pictures [-- --check]."""
    install(session, *nox.project.dependency_groups(PROJECT, "tests"))
    sys.exit(run(session, "-m", "commands.pictures", *session.posargs))


@nox.session
def sentences(session: nox.Session) -> None:
    """Compare every sentence that a requirement quotes with its page: nox -s sentences -- [--requirement ID]."""
    install(session)
    sys.exit(run(session, "-m", "commands.sentences", *session.posargs))


@nox.session
def overhead(session: nox.Session) -> None:
    """Measure what the suite costs beyond its Pods, against a bare client, on a cluster that is up and quiet."""
    install(session)
    sys.exit(run(session, "-m", "commands.overhead", *session.posargs))


@nox.session
def sweep(session: nox.Session) -> None:
    """Remove what killed runs left, and kept Pods, by podproof's label: nox -s sweep [-- --kube-context NAME]."""
    install(session)
    sys.exit(command(session, "sweep"))


def install(session: nox.Session, *more: str) -> None:
    """Install what the suite needs, in the versions of constraints.txt."""
    session.install("--quiet", "--constraint", "constraints.txt", *PROJECT["project"]["dependencies"], *more)


def build_wheel(session: nox.Session) -> Path:
    """Build the wheel and return it."""
    built = OUT.resolve() / "wheel"
    shutil.rmtree(built, ignore_errors=True)  # of another version
    session.run("python", "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(built), ".", env=PINNED)
    return next(built.glob("*.whl"))


def install_node_js(session: nox.Session) -> None:
    """Install Node.js for Allure's report where the machine has none that suits; a failure only costs that report."""
    if node.on_this_machine() is None:
        session.log("no Node.js 20.19 or newer with npm on PATH: installing one for the report")
        wheel = nox.project.dependency_groups(PROJECT, "report")
        session.install("--quiet", "--constraint", "constraints.txt", *wheel, success_codes=[0, 1], silent=False)


def command(session: nox.Session, name: str) -> int:
    """Run a command of podproof (``commands/__main__.py``) with the session's arguments; return its exit code."""
    return run(session, "-m", "commands", name, *session.posargs)


def pytest(session: nox.Session, *arguments: str) -> int:
    """Run pytest; return its exit code, which is the session's own."""
    return run(session, "-m", "pytest", *arguments)


def fault(session: nox.Session, relay: Relay, name: str, *, sample: bool) -> int:
    """Run the suite under a faulty runtime or a lie; return 0 where exactly what it breaks is violated, else 1.

    With ``sample``, the requirements of which it violates a case are run alone. pytest's output goes to a file: its
    wanted failures would look like failures of the session.
    """
    folder, log = OUT / name, OUT / f"{name}.log"
    options = ["--cluster", "local", *option(name), "--in-flight", BESIDE_OTHERS, "--output", str(folder), "--tb", "no"]
    options += [word for broken in broken_by(name) if sample for word in ("--requirement", broken)]
    looked_at = [name, str(folder / "conformance.json"), *([SAMPLED] if sample else [])]
    OUT.mkdir(parents=True, exist_ok=True)
    if relay.came:
        return INTERRUPTED
    with log.open("wb") as lines:
        code = start(session, relay, "-m", "pytest", "suite", *options, log=lines)
    if relay.came:
        return INTERRUPTED
    if code in {VIOLATED, NOT_PROVEN} and start(session, relay, "-m", "commands.faults", *looked_at) == 0:
        return 0
    session.warn("\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-200:]))
    session.warn(f"{name}: exit code {code}; wanted are 1 and what the requirements name: all that was said: {log}")
    return 1


def run(session: nox.Session, *arguments: str) -> int:
    """Run the session's Python; return its exit code.

    Signals to nox are forwarded, and the child has the time that it needs to clean up. nox itself would kill it soon
    after Ctrl-C, and leave it running on SIGTERM.
    """
    with relayed() as relay:
        return start(session, relay, *arguments)


def start(session: nox.Session, relay: Relay, *arguments: str, log: IO[bytes] | None = None) -> int:
    """Run the session's Python by a relay; return its exit code. With ``log``, its output goes there."""
    session.log(shlex.join(["python", *arguments]))
    environment = os.environ | {name: value for name, value in session.env.items() if value is not None}
    return relay.run([Path(session.bin) / "python", *arguments], env=environment, log=log)
