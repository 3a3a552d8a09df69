"""``python -m commands.report``: the page of a run."""

from pathlib import Path

import pytest

from commands import report
from commands.terminal import USAGE
from fixtures.play.scenario import MANIFESTS
from records.requirements import STATUS_TRUE
from tests.helpers.results import said
from tests.helpers.runs import folder

BROKEN = "own-ipc/ipc.sysv_queue[one]"


def test_what_is_violated_is_judged_again_and_drawn_where_it_happened(
    tmp_path: Path, suite_items: list[pytest.Item]
) -> None:
    run = folder(tmp_path / "run", [], BROKEN)
    found = report.evidence(run / "records", suite_items, {("IPC-SYSV-QUEUE", "one")})
    kept = found["IPC-SYSV-QUEUE", "one"]
    assert (kept.file, kept.manifest) == ("ipc.sysv_queue[one].json", "ipc/sysv-queue-one.yaml")
    assert [violation.rule for violation in kept.violations] == ["no-queue", "lost"]
    assert kept.record is not None
    [event] = kept.record.instances_of("consumer")[0].all("no-queue")
    assert any(each is event for each in kept.violations[0].events)


def test_what_holds_is_not_judged_again(tmp_path: Path, suite_items: list[pytest.Item]) -> None:
    run = folder(tmp_path / "run", [], BROKEN)
    kept = report.evidence(run / "records", suite_items, set())["IPC-SYSV-QUEUE", "one"]
    assert (kept.file, kept.record, kept.violations) == ("ipc.sysv_queue[one].json", None, ())


def test_every_case_of_the_suite_has_its_manifest(tmp_path: Path, suite_items: list[pytest.Item]) -> None:
    found = report.evidence(tmp_path, suite_items, set())
    assert all((MANIFESTS / each.manifest).is_file() for each in found.values())
    assert (STATUS_TRUE, "ipc.sysv_queue[one]") in found


def test_every_judge_can_judge_again(tmp_path: Path, suite_items: list[pytest.Item]) -> None:
    healthy = [f"healthy/{path.stem}" for path in sorted((Path("tests/records/healthy")).glob("*.json"))]
    run = folder(tmp_path / "run", [], *healthy)
    everything = set(report.evidence(run / "records", suite_items, set()))
    again = report.evidence(run / "records", suite_items, everything)
    judged = [each for each in again.values() if each.file]
    assert len(judged) >= len(healthy)
    assert not [(each.file, violation.text) for each in judged for violation in each.violations]


def test_the_page_is_written_into_the_runs_folder(
    tmp_path: Path, suite_items: list[pytest.Item], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fixtures.session.cases.items", lambda: suite_items)
    run = folder(tmp_path / "run", [said("IPC-SYSV-QUEUE", "violated", "one", rule="lost")], BROKEN)
    assert report.main([str(run)]) == 0
    assert capsys.readouterr().out == f"page: {run / 'index.html'}\n"
    assert "<h1>NOT conformant</h1>" in (run / "index.html").read_text(encoding="utf-8")
    assert [path.name for path in sorted(run.iterdir())] == ["conformance.json", "index.html", "records"]


def test_a_folder_without_a_report_is_refused_in_one_line(
    tmp_path: Path, suite_items: list[pytest.Item], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fixtures.session.cases.items", lambda: suite_items)
    assert report.main([str(tmp_path)]) == USAGE
    [line] = capsys.readouterr().err.splitlines()
    assert "conformance.json cannot be read" in line


@pytest.fixture
def suite(suite_items: list[pytest.Item], monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the suite collected once."""
    monkeypatch.setattr("fixtures.session.cases.items", lambda: suite_items)


@pytest.mark.usefixtures("suite")
def test_several_runs_have_one_page_that_leads_to_those_of_each(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder(tmp_path / "old" / "out", [said("IPC-SYSV-QUEUE", "violated", "one", rule="lost")], BROKEN)
    folder(tmp_path / "new" / "out", [said("IPC-SYSV-QUEUE", "holds", "one")])
    page = tmp_path / "there" / "all.html"
    runs = [tmp_path / name / "out" for name in ("old", "new")]
    assert report.main([*map(str, runs), "--output", str(page)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        *(f"page: {run / 'index.html'}" for run in runs),
        f"page of all: {page}",
    ]
    made = page.read_text(encoding="utf-8")
    for name, run in zip(("old/out", "new/out"), runs, strict=True):
        assert f'<a href="../{name}/index.html">{name}</a>' in made
        assert f'<a href="../{name}/index.html#IPC-SYSV-QUEUE">' in made
        assert 'id="IPC-SYSV-QUEUE"' in (run / "index.html").read_text(encoding="utf-8")
    assert str(tmp_path) not in made


@pytest.mark.usefixtures("suite")
@pytest.mark.parametrize(("whole", "said_so"), [(2, "not in the page of all: "), (1, "there is no page of all runs: ")])
def test_what_stands_beside_no_other_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], whole: int, said_so: str
) -> None:
    runs = [folder(tmp_path / f"run-{number}", [said("IPC-SYSV-QUEUE", "holds")]) for number in range(whole + 1)]
    old = runs[0] / "conformance.json"
    old.write_text(old.read_text(encoding="utf-8").replace('"started"', '"began"'), encoding="utf-8")
    assert report.main([*map(str, runs), "--output", str(tmp_path / "all.html")]) == USAGE
    [line] = capsys.readouterr().err.splitlines()
    assert said_so in line
    assert f"{old} does not tell started" in line
    assert (tmp_path / "all.html").is_file() is (whole > 1)
    assert all((run / "index.html").is_file() for run in runs)


@pytest.mark.parametrize(
    ("folders", "names"),
    [
        (["a/x", "b/y"], ["x", "y"]),
        (["a/x", "b/x"], ["a/x", "b/x"]),
        (["a/x", "b/x", "b/y"], ["a/x", "b/x", "b/y"]),
        (["a/x", "a/x"], ["x"]),
    ],
)
def test_a_run_is_named_by_the_end_of_its_path_that_tells_it_apart(
    tmp_path: Path, folders: list[str], names: list[str]
) -> None:
    assert list(report.named([tmp_path / each for each in folders])) == names
