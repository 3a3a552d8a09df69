"""Runs of the suite on a local cluster as on one that exists."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

from fixtures.paths import ROOT
from records.deviations import explaining
from reports.matrix.compare import known_issues

if TYPE_CHECKING:
    from pathlib import Path

    from clusters import Cluster

Said = dict[tuple[str, str], str]

PYTEST = ("-m", "pytest", "suite", "-p", "no:cacheprovider")


def there(cluster: Cluster) -> tuple[str, ...]:
    """Return the options for the cluster."""
    return ("--kubeconfig", cluster.kubeconfig, "--kube-context", cluster.context)


def images(cluster: Cluster) -> tuple[str, ...]:
    """Return the options for the images that the cluster brings; as an existing cluster it is not asked for them."""
    named = {"": cluster.image, "nginx-": cluster.nginx_image, "agnhost-": cluster.agnhost_image}
    return tuple(word for what, image in named.items() for word in (f"--{what}image", str(image)))


def run(output: Path, *options: str, within: float) -> tuple[int, str]:
    """Run the suite; return the exit code and what it printed.

    Args:
        output: the run's folder.
        options: of pytest and of the suite.
        within: seconds; a run that takes longer fails the test.
    """
    command = (sys.executable, *PYTEST, *options, "--output", str(output))
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True, timeout=within)
    return done.returncode, done.stdout + done.stderr


def outcomes(output: Path) -> Said:
    """Return the outcomes of the cases that a run has played, by requirement and case."""
    report = json.loads((output / "conformance.json").read_text(encoding="utf-8"))
    return {
        (name, case["case"]): case["outcome"]
        for name, each in report["requirements"].items()
        for case in each["cases"]
        if case["outcome"] != "not run"
    }


def wrong(output: Path) -> list[str]:
    """Return the cases of a run that are in trouble, or violated by what is no known issue of Kubernetes."""
    report = json.loads((output / "conformance.json").read_text(encoding="utf-8"))
    minor, known = report["cluster"]["minor"], known_issues()
    return [
        f"{name} [{case['case']}] is {case['outcome']}"
        for name, each in report["requirements"].items()
        for case in each["cases"]
        if case["outcome"] == "trouble"
        or (case["outcome"] == "violated" and not explaining(known, name, case["case"], case["violations"], minor))
    ]
