"""The page of a bug report, as Markdown that an issue tracker takes: what is wrong, who promises otherwise, where."""

from __future__ import annotations

import itertools
import shlex
from typing import TYPE_CHECKING

from machine.installation import PODPROOF

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from records.requirements import Requirement
    from reports.models.conformance import Case, Node, Report

MOST = 60_000  # characters: GitHub takes 65,536 in one text
OPEN = ("timeline, expected", "timeline, seen", "API answers")
"""The parts of a diagnosis that a reader sees at once; the others are folded."""
MADE_HERE = ("local", "kind")
"""The providers of clusters that podproof makes itself."""
CHANGE_A_RUN = ("--pod-security", "--jitter", "--timeout-scale")
"""The options of a run that change what is deployed, or how long it may take."""
CUT = "… cut: the file `diagnosis.md` has all of it"


PARTS = frozenset({"--containerd", "--runc", "--oci", "--cni", "--kube-proxy", "--families"})
"""The options that choose the parts of a local cluster."""


def page(promise: Requirement, case: Case, report: Report, parts: Iterable[tuple[str, str]]) -> str:
    """Return the page.

    Args:
        promise: the requirement, in the words for this case.
        case: its result, of the run's report.
        report: the run's report.
        parts: of its diagnosis, each with its heading: Markdown.
    """
    name = f"{promise.id} [{case.name}]"
    seen = [f"- {violation.text} [{violation.rule}]" for violation in case.violations]
    paragraphs = [
        f"# {promise.title}: {case.outcome}",
        f"`{name}`, {case.level or promise.level}",
        "## What is promised",
        f"> {promise.sentence}\n>\n> {promise.url}",
        "## What was seen",
        "\n".join(seen or [case.reason]),
        "## Where",
        "\n".join(f"- {line}" for line in where(report)),
        "## How to repeat it",
        f"```sh\n{command(promise.id, case.name, report)}\n```",
    ]
    text = "\n\n".join(paragraphs)
    for heading, body in parts:
        more = f"\n\n### {heading}\n\n{body}" if heading in OPEN else _folded(heading, body)
        text += more if len(text) + len(more) < MOST else f"\n\n### {heading}\n\n{CUT}"
    return f"{text}\n"


def _folded(heading: str, body: str) -> str:
    return f"\n\n<details><summary>{heading}</summary>\n\n{body}\n\n</details>"


def where(report: Report) -> list[str]:
    """Return lines that tell the versions of all that took part in a run."""
    cluster = report.cluster
    runtime_class = [f"runtime class {name}"] if (name := cluster.runtime_class) else []
    of_cluster = [f"Kubernetes {cluster.kubernetes or 'of an unknown version'}", cluster.platform]
    return [
        ", ".join(filter(None, [*of_cluster, f"made by: {cluster.provider or 'unknown'}"])),
        *([f"made of {_of_parts(cluster.parts)}"] if cluster.parts else []),
        *runtime_class,
        *(f"node {name}: {_of_node(facts)}" for name, facts in (cluster.nodes or {}).items()),
        *(f"image {image}, for {asked}" for asked, image in (cluster.images or {}).items() if image != asked),
        f"podproof {report.suite or 'of an unknown version'}, at {report.started or 'an unknown time'}",
    ]


def _of_parts(parts: Mapping[str, str]) -> str:
    names = {"containerd": "containerd ", "cni": "CNI ", "kubeProxy": "kube-proxy ", "families": "families "}
    return ", ".join(f"{names.get(part, '')}{value}" for part, value in parts.items())


def _of_node(facts: Node) -> str:
    told = {"kubelet": "kubelet {}", "runtime": "{}", "kernel": "Linux {}", "os": "{}", "architecture": "{}"}
    return ", ".join(words.format(value) for name, words in told.items() if (value := getattr(facts, name)))


def _parts_chosen(given: Sequence[str]) -> list[str]:
    """Return the options among a run's arguments that choose the parts of a local cluster, with their values."""
    return [word for name, value in itertools.pairwise(given) if name in PARTS for word in (name, value)]


def command(requirement: str, case: str, report: Report) -> str:
    """Return the command that runs the case again: on a cluster of the same kind, or on one that the reader names."""
    cluster, options = report.cluster, report.options or {}
    words = ["--kube-context", "CONTEXT"]
    if (provider := cluster.provider) in MADE_HERE:
        words = ["--cluster", str(provider), "--kubernetes", report.minor, *_parts_chosen(report.command or [])]
    if runtime_class := cluster.runtime_class:
        words += ["--runtime-class", runtime_class]
    words += ["--requirement", requirement, "--case", case]
    words += ["--slow"] if options.get("--slow") else []
    words += [word for name in CHANGE_A_RUN if name in options for word in (name, options[name])]
    return f"{PODPROOF} conformance {shlex.join(words)}"
