"""The workflows of hosted CI: what a linter does not know of them."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

Json = dict[str, Any]

ROOT = Path(__file__).parent.parent
WORKFLOWS = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / ".github" / "workflows").glob("*.yml")}

PINNED = re.compile(r"uses: (?P<action>[\w-]+/[\w-]+)[\w/-]*@(?P<commit>[0-9a-f]{40}) # (?P<version>v\d+\.\d+\.\d+)")
INPUTS = {
    "actions/checkout": {"persist-credentials"},
    "actions/setup-python": {"python-version"},
    "actions/cache": {"path", "key"},
    "actions/upload-artifact": {"name", "path", "retention-days", "overwrite"},
    "actions/download-artifact": {"path"},
}
"""Every action, and the inputs of it that are used: GitHub passes over a misspelt one, linters over those of a pin."""

SESSION = re.compile(r"(?:\w+=\$\()?(?:sudo [-\w= ]+ )?\./podproof (?P<session>\w+)[^;&|]*")
SETTING_UP = {
    'go install "sigs.k8s.io/kind@$RELEASE"',
    'echo "$(go env GOPATH)/bin" >> "$GITHUB_PATH"',
    'echo "matrix=$matrix" >> "$GITHUB_OUTPUT"',
    'read -ra expected <<< "$EXPECTED"',
    'sudo chown --recursive "$(id -u):$(id -g)" .',
    'cat reports/out/joined/matrix.md >> "$GITHUB_STEP_SUMMARY"',
}
"""All that shell steps do beside sessions; none of it can be tried on another machine, so it is little."""


def sessions() -> set[str]:
    """The names of noxfile.py's sessions."""
    tree = ast.parse((ROOT / "noxfile.py").read_text(encoding="utf-8"))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    return {node.name for node in functions if "nox.session" in map(ast.unparse, node.decorator_list)}


def faults(text: str) -> list[str]:
    """What is wrong in a workflow, each by a word and where it stands."""
    content: Json = yaml.safe_load(text)
    found = [] if content.get("permissions") == {"contents": "read"} else ["permissions of the workflow"]
    for name, job in content["jobs"].items():
        found += [f"permissions of {name}"] if "permissions" in job else []
        found += [] if "timeout-minutes" in job else [f"no time limit: {name}"]
        found += (
            [f"fail-fast: {name}"] if job.get("strategy", {"fail-fast": False}).get("fail-fast") is not False else []
        )
        for step in job["steps"]:
            found += _faults_of_action(step) if "uses" in step else _faults_of_shell(step["run"])
    unpinned = [line.strip() for line in text.splitlines() if "uses:" in line and not PINNED.search(line)]
    return [*found, *(f"not pinned: {line}" for line in unpinned)]


def _faults_of_action(step: Json) -> list[str]:
    action, inputs = step["uses"].partition("@")[0], step.get("with", {})
    found = [f"unknown: {name} of {action}" for name in inputs.keys() - INPUTS.get(action, set())]
    if action == "actions/checkout" and inputs.get("persist-credentials") is not False:
        found.append("checkout keeps the token")
    if action == "actions/upload-artifact" and ("always()" not in step.get("if", "") or "retention-days" not in inputs):
        found.append("an upload that is left out after a failure, or kept for ever")
    return found


def _faults_of_shell(script: str) -> list[str]:
    found = ["an expression within a script"] if "${{" in script else []
    for line in set(script.strip().splitlines()) - SETTING_UP:
        session = SESSION.fullmatch(line.removesuffix(")"))
        found += [] if session and session["session"] in sessions() else [f"no session: {line}"]
    return found


@pytest.mark.parametrize("name", sorted(WORKFLOWS))
def test_a_workflow_is_pinned_bounded_and_does_what_sessions_do(name: str) -> None:
    assert faults(WORKFLOWS[name]) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("@3d3c42e5aac5ba805825da76410c181273ba90b1", "@v7.0.1", "not pinned: - uses: actions/checkout@v7.0.1"),
        (" # v7.0.1", "", "not pinned: - uses: actions/checkout@"),
        ("  contents: read", "  contents: write", "permissions of the workflow"),
        ("    timeout-minutes: 90", "    permissions: write-all", "permissions of conformance"),
        ("    timeout-minutes: 90\n", "", "no time limit: conformance"),
        ("      fail-fast: false", "      max-parallel: 1", "fail-fast: conformance"),
        (
            "          persist-credentials: false",
            "          fetch-depth: 1",
            "unknown: fetch-depth of actions/checkout",
        ),
        ("persist-credentials: false", "persist-credentials: true", "checkout keeps the token"),
        ("retention-days", "retention-dys", "unknown: retention-dys of actions/upload-artifact"),
        ("        if: always()", "        if: success()", "an upload that is left out after a failure"),
        ('podproof matrix "$CELL"', 'podproof matrix "${{ matrix.name }}"', "an expression within a script"),
        ('podproof matrix "$CELL"', 'podproof matrices "$CELL"', 'no session: ./podproof matrices "$CELL"'),
        ('podproof matrix "$CELL"', 'podproof matrix "$CELL" || true', "no session: "),
        ('run: ./podproof matrix "$CELL"', "run: kind create cluster", "no session: kind create cluster"),
    ],
)
def test_what_is_wrong_is_found(old: str, new: str, expected: str) -> None:
    text = WORKFLOWS["conformance.yml"]
    assert old in text
    assert any(fault.startswith(expected) for fault in faults(text.replace(old, new)))


def test_an_action_has_one_pin_everywhere() -> None:
    pins = {
        match.group("action", "commit", "version") for text in WORKFLOWS.values() for match in PINNED.finditer(text)
    }
    assert sorted(action for action, _, _ in pins) == sorted(INPUTS)


def test_the_jobs_of_conformance_are_those_of_the_list_and_a_page_is_made_of_all() -> None:
    jobs = yaml.safe_load(WORKFLOWS["conformance.yml"])["jobs"]
    assert jobs["conformance"]["strategy"]["matrix"] == "${{ fromJSON(needs.list.outputs.matrix) }}"
    report = jobs["report"]
    assert report["needs"] == ["list", "conformance"]
    assert "!cancelled()" in report["if"]
    expected = "${{ join(fromJSON(needs.list.outputs.matrix).include.*.name, ' ') }}"
    assert report["steps"][2]["env"]["EXPECTED"] == expected
