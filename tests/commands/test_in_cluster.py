"""``podproof in-cluster``: what is refused, what is printed, and what becomes of what the shards kept."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import pytest
import yaml

from clusters import existing
from commands import in_cluster, run
from fixtures.api import in_cluster as life
from fixtures.api.in_cluster import NAME, Tried
from fixtures.api.store import Kept, Store
from fixtures.errors import CONTEXT, NOT_PROVEN, ONE_CAUSE, PERMISSION, USAGE, CannotRunError, TroubleError
from reports.models.conformance import Report
from tests.helpers import runs
from tests.helpers.objects import Objects
from tests.helpers.results import said

if TYPE_CHECKING:
    from pathlib import Path

    from records.outcome import CaseResult

REQUIREMENT = "IPC-SYSV-QUEUE"
VIOLATED = said(REQUIREMENT, "violated", rule="lost")


def _kept(*results: CaseResult) -> Kept:
    return Kept("0.1.0", json.dumps(runs.report(results)).encode())


def test_the_manifest_is_printed_without_a_cluster(capsys: pytest.CaptureFixture[str]) -> None:
    code = in_cluster.main(["--print", "--shards", "4", "--requirement", "INIT-SEQUENTIAL"])
    objects = list(yaml.safe_load_all(capsys.readouterr().out))
    assert code == 0
    assert [each["kind"] for each in objects][-1] == "Job"
    assert objects[-1]["spec"]["template"]["spec"]["containers"][0]["args"][-2:] == ["--requirement", "INIT-SEQUENTIAL"]


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["--print", "--skips", "file.toml"], "in-cluster --skips: a run inside the cluster cannot have this option"),
        (["--print", "--cluster=local"], "in-cluster --cluster=local: a run inside"),
        (["--print", "-n", "2"], "in-cluster -n: a run inside"),
        (["--shards", "0"], "argument --shards: invalid"),
        (["--name", "Mine"], "argument --name: 'Mine' is no name of a namespace"),
        (["--collect", "-k", "init"], "in-cluster -k: the run that is to be collected or removed has its options"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(
    arguments: list[str], wanted: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code = in_cluster.main(arguments)
    except SystemExit as end:
        code = int(end.code or 0)
    told = capsys.readouterr().err
    assert (code, told.count("\n")) == (USAGE, 1)
    assert wanted in told


def test_no_context_is_used_that_was_not_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("KUBECONFIG", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert in_cluster.main([]) == CONTEXT
    assert capsys.readouterr().err.startswith("podproof: no kubeconfig at ~/.kube/config")


def test_what_the_shards_kept_becomes_the_folder_of_one_run(tmp_path: Path) -> None:
    kept = {
        "records/x.json": Kept("0.1.0", b"{}"),
        "diagnostics/IPC.md": Kept("0.1.0", b"why"),
        "conformance-0.json": _kept(
            said(REQUIREMENT, "holds", "one"), said(REQUIREMENT, "not run", "two", cause="deselected")
        ),
        "conformance-1.json": _kept(
            said(REQUIREMENT, "not run", "one", cause="deselected"), said(REQUIREMENT, "holds", "two")
        ),
    }
    report = in_cluster.write(tmp_path / "out", kept, 2, {0: Tried(0, ""), 1: Tried(0, "")})
    assert report
    assert report.lost is None
    assert [(case.name, case.outcome) for case in report.requirements[REQUIREMENT].cases] == [
        ("one", "holds"),
        ("two", "holds"),
    ]
    assert runs.plain(tmp_path / "out") == report.plain()
    assert (tmp_path / "out" / "records" / "x.json").read_text() == "{}"
    assert (tmp_path / "out" / "diagnostics" / "IPC.md").read_text() == "why"


def test_a_shard_without_a_whole_report_is_lost(tmp_path: Path) -> None:
    kept = {"conformance-1.json": _kept(said(REQUIREMENT, "not run", cause="ended-early"))}
    report = in_cluster.write(tmp_path / "out", kept, 2, {1: Tried(2, "…\npodproof: SIGTERM: ending the run\n")})
    assert report
    assert report.lost == [
        "shard 0 did not end (its Pod left no word); what it had to run was not all run",
        "shard 1 did not end (exit code 2: SIGTERM: ending the run); what it had to run was not all run",
    ]


def test_there_is_no_report_where_no_shard_kept_one(tmp_path: Path) -> None:
    assert in_cluster.write(tmp_path / "out", {}, 2, {}) is None


@pytest.mark.parametrize(
    ("said_last", "wanted"),
    [
        ("=== no tests ran ===\n!! _pytest.outcomes.Exit: podproof: no rights: mend that !!\n", "no rights: mend that"),
        ("Exit: podproof: --requirement NOPE: no such requirement", "--requirement NOPE: no such requirement"),
        ("Traceback\nKeyError: 'x'\n\n", "KeyError: 'x'"),
        ("", "it said nothing"),
    ],
)
def test_why_a_shard_ended_is_the_last_that_its_pod_said(said_last: str, wanted: str, tmp_path: Path) -> None:
    kept = {"conformance-1.json": _kept(said(REQUIREMENT, "holds"))}
    report = in_cluster.write(tmp_path / "out", kept, 2, {0: Tried(12, said_last)})
    assert report
    assert report.lost == [f"shard 0 did not end (exit code 12: {wanted}); what it had to run was not all run"]


@pytest.mark.parametrize(
    ("results", "tries", "lost", "wanted"),
    [
        ([said(REQUIREMENT, "holds")], {0: Tried(0, "")}, [], 0),
        ([said(REQUIREMENT, "violated", rule="lost")], {0: Tried(1, "")}, [], 1),
        ([said(REQUIREMENT, "trouble")], {0: Tried(6, "")}, [], NOT_PROVEN),
        ([said(REQUIREMENT, "holds")], {0: Tried(0, "")}, ["shard 1"], NOT_PROVEN),
        ([said(REQUIREMENT, "trouble")], {0: Tried(ONE_CAUSE, "")}, [], ONE_CAUSE),
        ([said(REQUIREMENT, "holds")], {0: Tried(0, ""), 1: Tried(PERMISSION, "")}, ["shard 1"], PERMISSION),
        ([said(REQUIREMENT, "violated", rule="lost")], {0: Tried(1, ""), 1: Tried(PERMISSION, "")}, [], 1),
        ([said(REQUIREMENT, "holds")], {0: Tried(0, ""), 1: Tried(5, "no tests")}, [], 0),
        (
            [{**said(REQUIREMENT, "violated", rule="lost"), "skip": {"reason": "known", "until": "2027-01-01"}}],
            {0: Tried(0, "")},
            [],
            0,
        ),
    ],
)
def test_the_exit_code_is_that_of_one_run(
    results: list[CaseResult], tries: dict[int, Tried], lost: list[str], wanted: int
) -> None:
    report = Report.of(runs.report(results, **({"lost": lost} if lost else {})))
    assert in_cluster.code_of(report, tries) == wanted


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Return a function that plays a run on a cluster in memory, whose wait ends as it is told: code and cluster."""
    api = Objects()
    monkeypatch.setattr(in_cluster, "Connection", lambda *_: api)
    monkeypatch.setattr(in_cluster, "reach", lambda _: {})
    cluster: Any = type("Found", (), {"kubeconfig": "", "context": "there"})
    monkeypatch.setattr(existing, "find", lambda *_: cluster)

    def play(end: BaseException | None, *arguments: str) -> tuple[int, Objects]:
        def wait(*_: object) -> dict[str, Any]:
            job = api.there[f"/apis/batch/v1/namespaces/{NAME}/jobs/{NAME}"]
            if end is not None:
                raise end
            Store(cast("Any", api), NAME, NAME).put("conformance-0.json", _kept(VIOLATED).content)
            return job

        monkeypatch.setattr(life, "wait", wait)
        return in_cluster.main(["--kube-context", "there", "--output", str(tmp_path / "out"), *arguments]), api

    return play


@pytest.mark.parametrize(
    ("end", "code"),
    [
        (KeyboardInterrupt(), in_cluster.INTERRUPTED),
        (CannotRunError("the image cannot be had", 13), 13),
        (TroubleError("the API server did not answer"), 10),
    ],
)
def test_a_run_is_removed_however_it_ends(played: Any, end: BaseException, code: int) -> None:
    found, api = played(end)
    assert found == code
    assert not [path for path in api.there if path.rpartition("/")[2] == NAME]


def test_a_run_that_ended_is_gathered_and_removed_and_then_has_its_page(
    played: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paged: list[tuple[Path, bool]] = []

    def pages(_: object, folder: Path) -> None:
        paged.append((folder, f"/api/v1/namespaces/{NAME}" in api.there))

    monkeypatch.setattr(run, "pages", pages)
    _, api = played(KeyboardInterrupt())
    code, _ = played(None)
    assert (code, paged) == (1, [(tmp_path / "out", False)])
    assert runs.plain(tmp_path / "out")["requirements"][REQUIREMENT]["outcome"] == "violated"
    assert "violated" in capsys.readouterr().out


def test_a_run_that_was_there_before_is_left_alone(played: Any, capsys: pytest.CaptureFixture[str]) -> None:
    _, api = played(KeyboardInterrupt(), "--detach")
    before = dict(api.there)
    assert played(KeyboardInterrupt())[0] == USAGE
    assert f"Namespace {NAME} is there already" in capsys.readouterr().err
    assert api.there == before


def test_what_is_only_collected_stays(played: Any) -> None:
    _, api = played(TroubleError("no"), "--detach")
    before = dict(api.there)
    assert played(TroubleError("no"), "--collect")[0] == 10
    assert api.there == before
    assert played(TroubleError("no"), "--remove")[0] == 0
    assert not [path for path in api.there if path.rpartition("/")[2] == NAME]
