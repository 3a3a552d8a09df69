"""``./podproof bisect``: which versions are run, what is said of them, and the exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from clusters.local import build
from commands import bisect as command
from commands.bisect import INTERRUPTED, NO_DIFFERENCE, Seen, Version, between, bisect, played, selected
from commands.cells import Cell
from commands.relay import Relay
from fixtures.errors import NOT_PROVEN, USAGE, CannotRunError
from fixtures.session import cases
from tests.helpers.results import said
from tests.reports.matrix.test_compare import FINE, but, report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from records.outcome import Outcome

HOLDS, VIOLATED, TROUBLE = Seen("holds"), Seen("violated", "it is lost"), Seen("trouble", "no node")
VERSIONS = [
    Version(f"runc-1.{minor}", f"v1.{minor}.0", Cell(f"local-1.37+runc-1.{minor}", "local", "1.37"))
    for minor in range(1, 6)
]

EITHER = "runc 1.2 (v1.2.0) or runc 1.3 (v1.3.0)"
SILENT = "runc 1.3 (v1.3.0), runc 1.4 (v1.4.0) or runc 1.5 (v1.5.0)"


class Runner:
    """Stands in for the runs of a case: each version has its outcome."""

    def __init__(self, *seen: Seen) -> None:
        self.seen = dict(zip(VERSIONS, seen, strict=True))
        self.ran: list[str] = []

    def __call__(self, version: Version) -> Seen:
        """Stand in for ``played``."""
        self.ran.append(version.word)
        return self.seen[version]


@pytest.mark.parametrize(
    ("seen", "told", "code"),
    [
        (
            [HOLDS, HOLDS, HOLDS, VIOLATED, VIOLATED],
            ["runc 1.4 (v1.4.0) broke the case: it holds with runc 1.3 (v1.3.0)"],
            0,
        ),
        (
            [HOLDS, VIOLATED, HOLDS, HOLDS, VIOLATED],
            [
                "runc 1.2 (v1.2.0) broke the case: it holds with runc 1.1 (v1.1.0)",
                "runc 1.3 (v1.3.0) mended the case: it is violated with runc 1.2 (v1.2.0)",
                "runc 1.5 (v1.5.0) broke the case: it holds with runc 1.4 (v1.4.0)",
            ],
            0,
        ),
        (
            [HOLDS, HOLDS, TROUBLE, Seen("not applicable"), VIOLATED],
            [
                f"{SILENT} broke the case: it holds with runc 1.2 (v1.2.0), and proved nothing between",
            ],
            NOT_PROVEN,
        ),
        (
            [HOLDS, TROUBLE, VIOLATED, HOLDS, VIOLATED],
            [
                f"{EITHER} broke the case: it holds with runc 1.1 (v1.1.0), and proved nothing between",
                "runc 1.4 (v1.4.0) mended the case: it is violated with runc 1.3 (v1.3.0)",
                "runc 1.5 (v1.5.0) broke the case: it holds with runc 1.4 (v1.4.0)",
            ],
            NOT_PROVEN,
        ),
    ],
)
def test_each_version_that_changes_the_case_is_named(seen: Sequence[Seen], told: list[str], code: int) -> None:
    runner = Runner(*seen)
    lines, exit_code = bisect(VERSIONS, runner)
    assert lines[len(VERSIONS) :] == told
    assert exit_code == code
    assert runner.ran == ["runc-1.1", "runc-1.5", "runc-1.2", "runc-1.3", "runc-1.4"]
    assert lines[4] == "runc 1.5 (v1.5.0): violated, it is lost"


@pytest.mark.parametrize(
    ("first", "last", "line", "code"),
    [
        (HOLDS, HOLDS, "the ends do not differ: the case holds with both", NO_DIFFERENCE),
        (VIOLATED, VIOLATED, "the ends do not differ: the case is violated with both", NO_DIFFERENCE),
        (
            VIOLATED,
            HOLDS,
            "the case is violated with the good end, and holds with the bad one: name them",
            NO_DIFFERENCE,
        ),
        (TROUBLE, VIOLATED, "an end proves nothing: mend that, and try again", NOT_PROVEN),
        (HOLDS, Seen("not applicable", "no feature"), "an end proves nothing", NOT_PROVEN),
    ],
)
def test_ends_that_do_not_differ_are_all_that_is_run(first: Seen, last: Seen, line: str, code: int) -> None:
    runner = Runner(first, HOLDS, HOLDS, HOLDS, last)
    lines, exit_code = bisect(VERSIONS, runner)
    assert runner.ran == ["runc-1.1", "runc-1.5"]
    assert (len(lines), exit_code) == (3, code)
    assert lines[2].startswith(line)


def test_the_versions_between_go_with_the_kubernetes_from_the_good_to_the_bad_one() -> None:
    minors = build.minors("runc")
    found = between(f"runc-{minors[0]}", f"runc-{minors[-1]}", None)
    assert [version.word for version in found] == [f"runc-{minor}" for minor in minors]
    assert {version.cell.kubernetes for version in found} == {build.minors()[-1]}
    assert found[0].cell.options()[-2:] == ["--runc", minors[0]]
    assert str(found[0]) == f"runc {minors[0]} ({build.runc_version(minors[0])})"
    assert between(f"runc-{minors[-1]}", f"runc-{minors[0]}", "1.36")[0].word == f"runc-{minors[-1]}"
    of_1_35 = between("containerd-1.7", "containerd-2.2", None)
    assert [version.word for version in of_1_35] == ["containerd-1.7", "containerd-2.1", "containerd-2.2"]
    assert {version.cell.kubernetes for version in of_1_35} == {"1.35"}


@pytest.mark.parametrize(
    ("good", "bad", "kubernetes", "line"),
    [
        ("runc-1.4", "containerd-2.4", None, "--good runc-1.4 --bad containerd-2.4: name two versions of runc or of "),
        ("runc-1.4", "runc-1.4", None, "--good runc-1.4 --bad runc-1.4: name two versions"),
        ("1.4", "runc-1.5", None, "--good 1.4 --bad runc-1.5: name two versions"),
        ("runc-1.0", "runc-1.5", None, "no runc 1.0 here: there are 1.1, "),
        (
            "containerd-1.7",
            "containerd-2.4",
            None,
            "no Kubernetes here goes with both containerd-1.7 and containerd-2.4",
        ),
        ("containerd-1.7", "containerd-2.4", "1.37", "no cell local-1.37+containerd-1.7: containerd v1.7."),
        ("runc-1.4", "runc-1.5", "1.9", "no cell local-1.9+runc-1.4: there are "),
    ],
)
def test_ends_that_cannot_be_compared_are_refused(good: str, bad: str, kubernetes: str | None, line: str) -> None:
    with pytest.raises(CannotRunError) as refused:
        between(good, bad, kubernetes)
    assert str(refused.value).startswith(line)
    assert refused.value.exit_code == USAGE


def test_a_case_is_named_as_a_report_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cases, "names", lambda: ["A-MUST [one]", "A-MUST [two]"])
    assert selected("A-MUST [one]") == ["--requirement", "A-MUST", "--case", "one"]
    assert selected("A-MUST") == ["--requirement", "A-MUST"]
    with pytest.raises(CannotRunError, match=r"^A-MUST has no case three: it has one, two$"):
        selected("A-MUST [three]")
    for name in ("A", "a-must", "-k x"):
        with pytest.raises(CannotRunError, match=r" is no case: name one as a report does"):
            selected(name)


class Runs(Relay):
    """Stands in for pytest: writes a report, or ends with a code."""

    def __init__(self, end: dict[str, Any] | int) -> None:
        super().__init__()
        self.end = end

    def run(self, command: Sequence[str | Path], **_: object) -> int:
        """Stand in for ``Relay.run``."""
        folder = Path(command[list(command).index("--output") + 1])
        if isinstance(self.end, int):
            return self.end
        folder.mkdir()
        (folder / "conformance.json").write_text(json.dumps(self.end))
        return 0


@pytest.mark.parametrize(
    ("end", "outcome", "why"),
    [
        (report(*FINE), "holds", ""),
        (but(said("A-MUST", "violated", "one", rule="lost")), "violated", "lost"),
        (but(said("A-MUST", "trouble", "two", reason="no node")), "trouble", "no node"),
        (but(said("A-MUST", "not run", "two", cause="slow")), "holds", ""),
        (but(said("A-MUST", "not run", "two", cause="deselected")), "holds", ""),
        (but(said("A-MUST", "not run", "two", cause="ended-early", reason="it ended")), "not run", "it ended"),
        (10, "trouble", "its run ended with exit code 10: "),
    ],
)
def test_a_run_tells_the_worst_of_its_cases(
    tmp_path: Path, end: dict[str, Any] | int, outcome: Outcome, why: str
) -> None:
    seen = played(VERSIONS[0], ["--requirement", "A-MUST"], tmp_path, Runs(end))
    assert seen.outcome == outcome
    assert why in seen.why


def test_a_report_of_another_cluster_proves_nothing(tmp_path: Path) -> None:
    version = between("runc-1.1", "runc-1.2", None)[0]
    assert played(version, [], tmp_path, Runs(report(*FINE))).outcome == "trouble"


def test_the_command_says_what_it_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cases, "names", lambda: ["A-MUST [one]"])
    of_word = {"runc-1.4": HOLDS, "runc-1.5": VIOLATED}
    monkeypatch.setattr(command, "played", lambda version, *_: of_word[version.word])
    given = ["A-MUST [one]", "--good", "runc-1.4", "--bad", "runc-1.5", "--output", str(tmp_path / "out")]
    assert command.main(given) == 0
    good, bad, found, runs = capsys.readouterr().out.splitlines()
    assert (good.endswith(": holds"), bad.endswith(": violated, it is lost")) == (True, True)
    assert found == f"{bad.partition(': ')[0]} broke the case: it holds with {good.partition(': ')[0]}"
    assert runs == f"the runs: {tmp_path / 'out'}"
    assert command.main(["A-MUST [one]", "--good", "runc-1.0", "--bad", "runc-1.5"]) == USAGE
    assert "no runc 1.0 here" in capsys.readouterr().err


def test_after_a_signal_nothing_more_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cases, "names", lambda: ["A-MUST [one]"])

    def run(self: Relay, *_: object, **__: object) -> int:
        assert not self.came
        self.came = True
        return 2

    monkeypatch.setattr(Relay, "run", run)
    given = ["A-MUST [one]", "--good", "runc-1.4", "--bad", "runc-1.5", "--output", str(tmp_path / "out")]
    assert command.main(given) == INTERRUPTED
