"""The workflows of hosted CI: what a linter does not know of them."""

import ast
import inspect
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import yaml

from clusters.kind import images
from clusters.local import build, paths
from clusters.local.axes import KINDS
from commands import cells
from tests.helpers.paths import ROOT

Json = dict[str, Any]

WORKFLOWS = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / ".github" / "workflows").glob("*.yml")}
OF_OTHERS = (ROOT / "action.yml").read_text(encoding="utf-8")
ACTION: Json = yaml.safe_load(OF_OTHERS)

PINNED = re.compile(r"uses: (?P<action>[\w/-]+)@(?P<commit>[0-9a-f]{40}) # (?P<version>v\d+\.\d+\.\d+)")
INPUTS = {
    "actions/checkout": {"persist-credentials"},
    "actions/setup-python": {"python-version"},
    "actions/cache/restore": {"path", "key"},
    "actions/cache/save": {"path", "key"},
    "actions/upload-artifact": {"name", "path", "retention-days", "overwrite"},
    "actions/download-artifact": {"name", "path"},
    "actions/attest": {"subject-path", "sbom-path"},
    "pypa/gh-action-pypi-publish": {"packages-dir"},
}
OWN = "./"
"""The action of this repository."""
"""Every action with its inputs in use. GitHub ignores a misspelt input, and linters do not know a pinned action's."""

SESSION = re.compile(r"(?:\w+=\$\()?(?:(?:sudo|timeout) [-\w= ]+ )?\./podproof (?P<session>\w+)[^;&|]*")
SETTING_UP = {
    'go install "sigs.k8s.io/kind@$RELEASE"',
    'echo "$(go env GOPATH)/bin" >> "$GITHUB_PATH"',
    'echo "matrix=$matrix" >> "$GITHUB_OUTPUT"',
    'read -ra expected <<< "$EXPECTED"',
    'sudo chown --recursive "$(id -u):$(id -g)" .',
    'cat reports/out/joined/matrix.md >> "$GITHUB_STEP_SUMMARY"',
    'test "$CODE $CLAIM" = "0 null" -a -s "$REPORT"',
    'gh release create "$TAG" --verify-tag --notes-file release/notes.md release/dist/* release/sbom.cdx.json',
}
"""All other commands of shell steps. They cannot be tried outside of GitHub Actions, so they are few."""


GRANTED = {
    "release.yml": {
        "github": {"contents": "write", "id-token": "write", "attestations": "write"},
        "pypi": {"id-token": "write"},
    }
}
"""What jobs of a workflow may do beyond reading the repository. They check nothing out."""


def sessions() -> set[str]:
    """Return the names of the sessions in noxfile.py."""
    tree = ast.parse((ROOT / "noxfile.py").read_text(encoding="utf-8"))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    return {node.name for node in functions if "nox.session" in map(ast.unparse, node.decorator_list)}


def faults(text: str, granted: Json | None = None) -> list[str]:
    """Return what is wrong in a workflow: a line for each fault, with its place.

    Args:
        text: the workflow's.
        granted: the permissions that its jobs may have, by their names.
    """
    content: Json = yaml.safe_load(text)
    found = [] if content.get("permissions") == {"contents": "read"} else ["permissions of the workflow"]
    for name, job in content["jobs"].items():
        found += [f"permissions of {name}"] if job.get("permissions") != (granted or {}).get(name) else []
        if "permissions" in job and any("checkout" in step.get("uses", "") for step in job["steps"]):
            found.append(f"a checkout where more is permitted: {name}")
        found += [] if "timeout-minutes" in job else [f"no time limit: {name}"]
        found += (
            [f"fail-fast: {name}"] if job.get("strategy", {"fail-fast": False}).get("fail-fast") is not False else []
        )
        for step in job["steps"]:
            found += _faults_of_action(step) if "uses" in step else _faults_of_shell(step["run"])
    used = [line.strip() for line in text.splitlines() if "uses:" in line and f"uses: {OWN} " not in line]
    unpinned = [line for line in used if not PINNED.search(line)]
    return [*found, *(f"not pinned: {line}" for line in unpinned)]


def _faults_of_action(step: Json) -> list[str]:
    action, inputs = step["uses"].partition("@")[0], step.get("with", {})
    known = set(ACTION["inputs"]) if action == OWN else INPUTS.get(action, set())
    found = [f"unknown: {name} of {action}" for name in inputs.keys() - known]
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
    assert faults(WORKFLOWS[name], GRANTED.get(name)) == []


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
        ("          key: ", "          kye: ", "unknown: kye of actions/cache/restore"),
        ("          key: ${{ steps", "          kye: ${{ steps", "unknown: kye of actions/cache/save"),
        ("retention-days", "retention-dys", "unknown: retention-dys of actions/upload-artifact"),
        ("        if: always()", "        if: success()", "an upload that is left out after a failure"),
        ('podproof matrix "$CELL"', 'podproof matrix "${{ matrix.name }}"', "an expression within a script"),
        ('podproof matrix "$CELL"', 'podproof matrices "$CELL"', "no session: timeout "),
        ('podproof matrix "$CELL"', 'podproof matrix "$CELL" || true', "no session: "),
        ('./podproof matrix "$CELL"', "kind create cluster", "no session: timeout "),
        ('timeout --foreground --signal=INT 80m ./podproof matrix "$CELL"', "kind create cluster", "no session: kind"),
    ],
)
def test_what_is_wrong_is_found(old: str, new: str, expected: str) -> None:
    text = WORKFLOWS["conformance.yml"]
    assert old in text
    assert any(fault.startswith(expected) for fault in faults(text.replace(old, new)))


def test_an_action_has_one_pin_everywhere_and_a_repository_one_commit() -> None:
    pins = {
        match.group("action", "commit", "version")
        for text in (*WORKFLOWS.values(), OF_OTHERS)
        for match in PINNED.finditer(text)
    }
    assert sorted(action for action, _, _ in pins) == sorted(INPUTS)
    repositories = {(*action.split("/")[:2], commit, version) for action, commit, version in pins}
    assert len(repositories) == len({repository[:2] for repository in repositories})


def conformance_steps() -> list[Json]:
    """Return the steps of the job that runs one cell."""
    steps: list[Json] = yaml.safe_load(WORKFLOWS["conformance.yml"])["jobs"]["conformance"]["steps"]
    return steps


def test_the_suite_is_interrupted_in_time_to_write_its_report_before_the_job_ends() -> None:
    limit = yaml.safe_load(WORKFLOWS["conformance.yml"])["jobs"]["conformance"]["timeout-minutes"]
    runs = [step["run"] for step in conformance_steps() if "podproof matrix" in step.get("run", "")]
    # Only --foreground spares what it runs a second signal, to all of the group.
    granted = [re.search(r"\btimeout --foreground --signal=INT (\d+)m \./podproof ", run) for run in runs]
    assert len(granted) == 2
    assert all(found and int(found[1]) <= limit - 10 for found in granted)


def test_builds_are_cached_whatever_the_suite_found_and_restored_by_the_same_key() -> None:
    (restore,) = [step for step in conformance_steps() if step.get("uses", "").startswith("actions/cache/restore@")]
    (save,) = [step for step in conformance_steps() if step.get("uses", "").startswith("actions/cache/save@")]
    assert save["with"]["path"] == restore["with"]["path"]
    assert save["with"]["key"] == f"${{{{ steps.{restore['id']}.outputs.cache-primary-key }}}}"
    assert save["if"].split(" && ") == [
        "always()",
        restore["if"],
        f"steps.{restore['id']}.outputs.cache-hit != 'true'",
        "hashFiles('reports/out/matrix/*/conformance.json') != ''",
    ]
    hashed = re.search(r"hashFiles\((.*)\)", restore["with"]["key"])
    assert hashed
    code = Path(str(inspect.getsourcefile(build.Module))).relative_to(ROOT)
    assert ast.literal_eval(f"({hashed[1]})") == (f"{paths.MODULES.relative_to(ROOT)}/**", str(code))


def test_ci_runs_the_oldest_and_the_newest_minor_and_compares_them_with_kept_reports() -> None:
    ends = [build.minors()[0], build.minors()[-1]]
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert f"podproof matrix {' '.join(ends)}\n" in script
    assert f"for minor in {' '.join(ends)}; do" in script
    commands = [line for line in script.splitlines() if not line.startswith("#")]
    assert set(re.findall(r"\b1\.\d+\b", "\n".join(commands))) == set(ends)
    assert set(re.findall(r"matrix/local-([\d.]+)/", script)) == {ends[-1]}
    assert all((ROOT / "docs" / "reports" / f"local-{minor}").is_dir() for minor in ends)


@pytest.mark.parametrize("path", [".ci/run", "CONTRIBUTING.md", "README.md"])
def test_a_command_without_a_session_runs_where_the_suite_is_installed(path: str) -> None:
    """In .venv there is nox, and nothing that the suite needs."""
    text = (ROOT / path).read_text(encoding="utf-8")
    assert set(re.findall(r"([\w./]*python\S*) -m commands\.", text)) <= {".nox/tests/bin/python"}


def test_the_jobs_of_conformance_are_those_of_the_list_and_a_page_is_made_of_all() -> None:
    jobs = yaml.safe_load(WORKFLOWS["conformance.yml"])["jobs"]
    assert jobs["conformance"]["strategy"]["matrix"] == "${{ fromJSON(needs.list.outputs.matrix) }}"
    report = jobs["report"]
    assert report["needs"] == ["list", "conformance"]
    assert "!cancelled()" in report["if"]
    expected = "${{ join(fromJSON(needs.list.outputs.matrix).include.*.name, ' ') }}"
    assert report["steps"][2]["env"]["EXPECTED"] == expected


@pytest.mark.parametrize("name", ["sentences.yml", "runtimes.yml"])
def test_what_takes_long_is_done_every_week_and_on_no_pull_request(name: str) -> None:
    told = yaml.safe_load(WORKFLOWS[name])[True]  # what YAML takes ``on`` for
    assert set(told) == {"schedule", "workflow_dispatch"}
    assert [re.fullmatch(r"\d+ \d+ \* \* \d", each["cron"]) is not None for each in told["schedule"]] == [True]


def test_the_sentences_are_compared() -> None:
    workflow = yaml.safe_load(WORKFLOWS["sentences.yml"])
    assert [step.get("run") for step in workflow["jobs"]["sentences"]["steps"]] == [None, "./podproof sentences"]


def test_a_workflow_uses_the_action_that_is_for_others() -> None:
    steps = yaml.safe_load(WORKFLOWS["action.yml"])["jobs"]["kind"]["steps"]
    [used] = [step for step in steps if step.get("uses") == OWN]
    read = re.findall(r"steps\.podproof\.outputs\.([\w-]+)", yaml.safe_dump(steps))
    assert used["id"] == "podproof"
    assert sorted(read) == sorted(ACTION["outputs"])
    misspelt = WORKFLOWS["action.yml"].replace("cluster: kind", "clusters: kind")
    assert faults(misspelt) == ["unknown: clusters of ./"]


def test_the_action_for_others_is_pinned_too() -> None:
    used = [line for line in OF_OTHERS.splitlines() if "uses:" in line]
    assert used
    assert all(PINNED.search(line) for line in used)
    faults_of_steps = [_faults_of_action(step) for step in ACTION["runs"]["steps"] if "uses" in step]
    assert faults_of_steps == [[]]


def test_a_release_may_do_what_it_needs_and_no_more() -> None:
    text, granted = WORKFLOWS["release.yml"], GRANTED["release.yml"]
    more = text.replace("      id-token: write\n    steps", "      id-token: write\n      packages: write\n    steps")
    assert faults(more, granted) == ["permissions of pypi"]
    assert faults(text, {}) == ["permissions of github", "permissions of pypi"]
    checkout = "    steps:\n      - uses: actions/checkout@"
    checked_out = text.replace("    steps:\n      - uses: actions/download-artifact@", checkout)
    assert "a checkout where more is permitted: pypi" in faults(checked_out, granted)


def test_a_tag_alone_makes_a_release_and_it_is_published_last() -> None:
    workflow = yaml.safe_load(WORKFLOWS["release.yml"])
    assert workflow[True] == {"push": {"tags": ["v*"]}}  # what YAML takes ``on`` for
    jobs = workflow["jobs"]
    assert [jobs[name].get("needs") for name in ("build", "github", "pypi")] == [None, "build", "github"]
    assert jobs["pypi"]["environment"] == "pypi"
    [upload] = [step for step in jobs["build"]["steps"] if "upload-artifact" in step.get("uses", "")]
    assert upload["with"]["path"] == "reports/out/release"


def test_the_runtimes_are_cells_that_can_be_and_all_that_are_built() -> None:
    jobs = yaml.safe_load(WORKFLOWS["runtimes.yml"])["jobs"]
    names = jobs["runtimes"]["strategy"]["matrix"]["cell"]
    every = cells.every(images.FILE)
    chosen = [cells.chosen(every, [name]) for name in names]
    assert [[cell.name for cell in found] for found in chosen] == [[name] for name in names]
    parts = {(axis, value) for [cell] in chosen for axis, value in asdict(cell.axes).items() if value}
    usual = {("runc", build.minors("runc")[-1]), ("containerd", build.containerd(build.minors()[-1]))}
    usual |= {(axis, values[0]) for axis, values in KINDS.items()}
    there = {(part, minor) for part in ("containerd", "runc") for minor in build.minors(part)}
    there |= {(axis, value) for axis, values in KINDS.items() for value in values}
    assert parts == there - usual


def test_a_cell_of_the_runtimes_is_run_as_one_of_conformance() -> None:
    own = yaml.safe_load(WORKFLOWS["runtimes.yml"])["jobs"]["runtimes"]["steps"]
    others = {step.get("name"): step for step in conformance_steps()}
    assert [step.get("run") for step in own] == [others[step.get("name")].get("run") for step in own]
    [key] = [step["with"]["key"] for step in own if step.get("id") == "builds"]
    assert key == others["Take what was built before from the cache"]["with"]["key"].replace(".name", ".cell")
