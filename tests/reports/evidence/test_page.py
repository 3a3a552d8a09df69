"""The page of a bug report: what a reader sees at once, how the case is run again, how long it may be."""

from datetime import date
from typing import Any

import pytest

from records.requirements import Requirement
from reports.evidence.page import CUT, MOST, command, page
from reports.models.conformance import Case, Report

PROMISE = Requirement(
    "NET-X", "Network", "ports are shared", "MUST", "They share ports.", "https://x/#y", "1.0", date(2026, 11, 27)
)
CASE = Case.of(
    {
        "case": "tcp",
        "outcome": "violated",
        "seconds": 1.0,
        "violations": [{"rule": "lost", "text": "right heard nobody"}],
    }
)
NODE = {"kubelet": "v1.37.2", "runtime": "containerd://2.4.2", "kernel": "6.1", "os": "", "architecture": "amd64"}
CLUSTER = {"provider": "existing", "kubernetes": "v1.37.2", "minor": "1.37", "nodes": {"node-1": NODE}}


def report(options: dict[str, str] | None = None, **cluster: Any) -> Report:
    facts = {"suite": "0.1.0+abc", "started": "2026", "cluster": CLUSTER | cluster, "options": options or {}}
    return Report.of(facts | {"requirements": {}})


def test_promise_violation_versions_and_command_stand_above_the_parts() -> None:
    shown = page(PROMISE, CASE, report(), [("timeline, seen", "```\n1\n```")])
    head, _, _ = shown.partition("### timeline, seen")
    for words in (
        "# ports are shared: violated",
        "`NET-X [tcp]`, MUST",
        "> They share ports.",
        "https://x/#y",
        "- right heard nobody [lost]",
        "- Kubernetes v1.37.2, made by: existing",
        "- node node-1: kubelet v1.37.2, containerd://2.4.2, Linux 6.1, amd64",
        "./podproof conformance --kube-context CONTEXT --requirement NET-X --case tcp",
    ):
        assert words in head


def test_of_a_case_in_trouble_the_reason_is_what_was_seen() -> None:
    wrong = {"outcome": "trouble", "violations": [], "reason": "awaited an address for 60 s"}
    trouble = CASE.model_copy(update=wrong)
    assert "## What was seen\n\nawaited an address for 60 s" in page(PROMISE, trouble, report(), [])


def test_the_timeline_is_open_and_what_follows_is_folded() -> None:
    shown = page(PROMISE, CASE, report(), [("timeline, seen", "a"), ("nodes", "b")])
    assert "### timeline, seen\n\na" in shown
    assert "<details><summary>nodes</summary>\n\nb\n\n</details>" in shown


def test_a_part_that_is_too_long_for_an_issue_tracker_is_named_and_left_out() -> None:
    shown = page(PROMISE, CASE, report(), [("nodes", "x" * MOST), ("API answers", "y")])
    assert f"### nodes\n\n{CUT}\n\n### API answers\n\ny" in shown
    assert len(shown) < MOST


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (report(provider="kind"), "--cluster kind --kubernetes 1.37 --requirement NET-X --case tcp"),
        (
            report(runtimeClass="gvisor"),
            "--kube-context CONTEXT --runtime-class gvisor --requirement NET-X --case tcp",
        ),
        (
            report({"--slow": "yes", "-k": "NET", "--jitter": "3", "--namespace": "secret"}),
            "--kube-context CONTEXT --requirement NET-X --case tcp --slow --jitter 3",
        ),
    ],
)
def test_the_command_repeats_what_changes_a_run_and_nothing_else(told: Report, words: str) -> None:
    assert command("NET-X", "tcp", told) == f"./podproof conformance {words}"


def test_of_a_cluster_made_of_other_parts_they_are_told_and_asked_for_again() -> None:
    parts = {"containerd": "v2.4.2", "ociRuntime": "youki v0.7.0"}
    given = ["suite", "--cluster", "local", "--kubernetes", "1.37", "--oci", "youki", "--output", "x"]
    made = report(provider="local", parts=parts).model_copy(update={"command": given})
    shown = page(PROMISE, CASE, made, [])
    assert "- made of containerd v2.4.2, youki v0.7.0" in shown
    assert "--cluster local --kubernetes 1.37 --oci youki --requirement NET-X --case tcp" in shown
