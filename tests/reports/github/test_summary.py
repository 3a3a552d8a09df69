"""The summary of a job: the claim first, then what is wrong, then what was left out; fit for Markdown."""

from typing import Any

from records import requirements
from reports.github.summary import CUT, MOST, page
from reports.models.conformance import Report
from reports.run import conformance
from tests.helpers.results import said

CATALOGUE = requirements.load()
FACTS: dict[str, Any] = {
    "suite": "0.1.0+abc",
    "cluster": {"kubernetes": "v1.37.2", "nodes": {"n": {"runtime": "containerd 2.4", "kernel": "6.1"}}},
}


def shown(*results: Any) -> str:
    return page(Report.of(conformance.build({"IPC-SYSV-QUEUE": "MUST"}, results, FACTS)), CATALOGUE)


def test_claim_and_cluster_come_first_then_the_violated_case_with_its_promise() -> None:
    text = shown(said("IPC-SYSV-QUEUE", "violated", "one", rule="lost"), said("IPC-SYSV-QUEUE", "holds", "fine"))
    head, _, rest = text.partition("| violated |")
    assert head.startswith("## NOT conformant\n\na MUST is violated. Kubernetes v1.37.2; containerd 2.4, Linux 6.1; ")
    assert "**IPC-SYSV-QUEUE** one" in rest
    assert "`lost`" in rest
    assert f"[MUST]({CATALOGUE['IPC-SYSV-QUEUE'].url})" in rest
    assert "fine" not in rest


def test_what_was_not_run_is_folded_with_its_reason() -> None:
    text = shown(said("IPC-SYSV-QUEUE", "not run", "one", cause="slow"))
    assert "<details><summary>What was not run: 1</summary>\n\n- **IPC-SYSV-QUEUE** one: " in text


def test_what_a_container_printed_is_no_markup() -> None:
    text = shown(said("IPC-SYSV-QUEUE", "trouble", "one", reason="<script>|`x`"))
    assert "&lt;script&gt;\\|\\`x\\`" in text


def test_it_is_no_longer_than_github_takes_and_says_where_it_was_cut() -> None:
    text = shown(said("IPC-SYSV-QUEUE", "trouble", "one", reason="x" * MOST))
    assert text.endswith(f"\n\n{CUT}\n")
    assert len(text.encode()) == MOST + len(f"\n\n{CUT}\n".encode())
