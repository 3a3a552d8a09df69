"""``./podproof diff``: what its table, its Markdown, its one-line errors and its exit codes say."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from commands import diff
from fixtures.errors import NOT_PROVEN
from records import requirements
from reports.diff.markdown import page
from reports.diff.text import lines
from reports.diff.words import headline
from reports.layout.markdown import escaped
from reports.models.conformance import FORMAT
from reports.pages.seed import RUN
from reports.run import read
from tests.helpers.made_up import MadeUp
from tests.helpers.paths import ROOT
from tests.helpers.results import said
from tests.helpers.runs import plain
from tests.reports.diff.test_compare import (
    BARE,
    BASIS,
    CLUSTER,
    UNHEARD,
    but,
    compared,
    report,
    without,
)

if TYPE_CHECKING:
    from pathlib import Path

    from records.outcome import CaseResult

NASTY = "read `a|b` of http://e_ where *x* <was> [awaited]\nand then \\| came & went"
UPGRADED = CLUSTER | {"kubernetes": "v1.37.2"}


def written(path: Path, content: object) -> Path:
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def command(*arguments: object) -> subprocess.CompletedProcess[str]:
    call = [sys.executable, "-m", "commands.diff", *map(str, arguments)]
    return subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)


def test_a_terminal_shows_the_worst_first_with_its_texts_and_then_the_cluster() -> None:
    later = report(but("one", "violated", rule="leaked"), cluster=UPGRADED, wallSeconds=300.0)
    assert list(lines(compared(report(BASIS), later))) == [
        "NEWLY WRONG: 1 newly violated; 1 still violated or in trouble; 1 slower",
        "",
        "before  v1.36.4  NOT conformant  local podproof-local  2026-11-21T18:00:00+00:00  105 s",
        "after   v1.37.2  NOT conformant  local podproof-local  2026-11-21T18:00:00+00:00  300 s",
        "",
        "NEWLY VIOLATED: 1",
        "  MUST  A-MUST  one  holds → violated",
        "      leaked: leaked broke",
        "",
        "still violated or in trouble: 1",
        "  MUST  A-MUST  bad  still violated",
        "      lost: lost broke",
        "",
        "of the cluster and the run:",
        "  Kubernetes  v1.36.4  → v1.37.2",
        "",
        "slower:",
        "  the whole run  105.0 s  → 300.0 s",
    ]


def test_the_same_is_nothing_changed_and_not_much_else() -> None:
    good = report([each for each in BASIS if each["case"] != "bad"])
    assert list(lines(compared(good, good))) == [
        "nothing changed",
        "",
        "before  v1.36.4  conformant  local podproof-local  2026-11-21T18:00:00+00:00  105 s",
        "after   v1.36.4  conformant  local podproof-local  2026-11-21T18:00:00+00:00  105 s",
    ]
    assert page(compared(good, good)).count("|  | before | after |") == 1
    assert "details" not in page(compared(good, good))


@pytest.mark.parametrize(
    ("later", "words"),
    [
        (report(BASIS), "nothing changed; 1 still violated or in trouble"),
        (
            report(BASIS, cluster=UPGRADED),
            "nothing changed but what is told of the cluster and the run; 1 still violated or in trouble",
        ),
        (report(but("bad", "holds")), "nothing is newly wrong: 1 newly held"),
        (
            report(but("one", "not run", cause="deselected")),
            "nothing changed in what both ran; 1 still violated or in trouble; 1 left out of the second run",
        ),
        (
            report(but("long", "holds")),
            "nothing changed in what both ran; 1 still violated or in trouble; 1 not run before",
        ),
        (
            report(but("ipv6", "trouble", reason="awaited")),
            "NEWLY WRONG: 1 newly in trouble; 1 still violated or in trouble",
        ),
        (
            report(without("ended-early", "long")),
            "NEWLY WRONG: 1 not run though nobody left it out; 1 still violated or in trouble",
        ),
    ],
    ids=["same", "cluster", "better", "part", "whole", "worse", "lost"],
)
def test_the_headline_says_all_of_it(later: dict[str, Any], words: str) -> None:
    assert headline(compared(report(BASIS), later)) == words


def test_of_what_neither_ran_the_headline_claims_nothing() -> None:
    cut = compared(report(without("ended-early", "one", "two")), report(without("ended-early", "one", "two")))
    assert headline(cut) == "nothing changed in what both ran; 1 still violated or in trouble; 2 run by neither"
    shown = list(lines(cut))
    at = shown.index("run by neither: 2")
    assert shown[at + 1 : at + 3] == [f"  still not run ({UNHEARD}): 2", "      A-MUST"]
    assert "<details><summary>Run by neither: 2</summary>" in page(cut)


def test_the_headline_leads_with_a_claim_that_rests_on_nothing_any_more() -> None:
    some, none = (report([said("A-MUST", it, reason="no IPv4")], BARE) for it in ("holds", "not applicable"))
    words = "NEWLY WRONG: no MUST holds any more and the claim of conformance rests on nothing, 1 no longer applicable"
    assert headline(compared(some, none)) == words
    assert page(compared(some, none)).startswith(f"## {words}\n")


def test_many_cases_that_were_left_out_are_summed_up_for_a_terminal_alone() -> None:
    levels = {f"R-{number:02}": "MUST" for number in range(14)}
    whole = [said(name, "holds", case) for name in levels for case in ("one", "two")]
    part = [*whole[:2], *(said(each["requirement"], "not run", each["case"], cause="deselected") for each in whole[2:])]
    comparison = compared(report(whole, levels), report(part, levels))
    shown = list(lines(comparison))
    assert shown[0] == "nothing changed in what both ran; 26 left out of the second run"
    at = shown.index("left out of the second run: 26")
    assert "<details><summary>Left out of the second run: 26</summary>" in page(comparison)
    assert shown[at + 1] == "  holds → not run (deselected): 26"
    assert shown[at + 2].startswith("      R-01, R-02,")
    assert shown[at + 3].endswith("… and 1 more requirements") or shown[at + 2].endswith("… and 1 more requirements")
    assert "R-13 (one, two)" in page(comparison)


def test_a_case_that_only_the_first_report_has_is_named_though_it_is_no_failure() -> None:
    later = compared(report(BASIS), report([each for each in BASIS if each["case"] != "two"], suite="0.2.0"))
    assert not later.wrong
    shown = list(lines(later))
    assert shown[shown.index("only in the first report: 1") + 1] == "  MUST  A-MUST  two  holds → not there"
    assert "  suite  0.1.0  → 0.2.0" in shown
    assert "<details open><summary>Only in the first report: 1</summary>" in page(later)
    assert "| MUST | **A-MUST** two | holds → not there |  |" in page(later)


def test_a_row_of_the_markdown_stays_one_row_whatever_its_text() -> None:
    later = but("one", "violated", rule="leaked")
    later[0]["violations"] = [{"rule": "leaked", "text": NASTY}]
    (row,) = [line for line in page(compared(report(BASIS), report(later))).splitlines() if "leaked" in line]
    assert row == f"| MUST | **A-MUST** one | holds → violated | leaked: {escaped(NASTY)} |"


def test_what_is_newly_wrong_is_never_folded_and_what_is_long_is() -> None:
    names = [str(number) for number in range(11)]
    good, bad = [said("A-MUST", "holds", name) for name in names], [said("A-MUST", "violated", n) for n in names]

    def changed(before: list[CaseResult], after: list[CaseResult]) -> str:
        return page(compared(report(before, BARE), report(after, BARE)))

    worse, better = changed(good, bad), changed(bad, good)
    assert "### Newly violated: 11" in worse
    assert "details" not in worse
    assert "<details><summary>Newly held: 11</summary>\n\n| level" in better
    assert "<details open><summary>Newly held: 10</summary>" in changed(bad[1:], good[1:])


def test_few_cases_of_which_nothing_can_be_said_are_folded_as_well() -> None:
    part = compared(report(BASIS), report(but("one", "not run", cause="deselected")))
    assert "<details><summary>Left out of the second run: 1</summary>" in page(part)
    assert "\nTimes are not compared: the two did not run the same cases.\n" in page(part)
    assert list(lines(part))[-1] == "times are not compared: the two did not run the same cases"


def test_what_is_slower_or_swapped_is_told_in_both() -> None:
    later = compared(report(BASIS, started="2026-11-22T18:00:00+00:00"), report(BASIS, wallSeconds=300.0))
    assert "| the whole run | 105.0 s | 300.0 s |" in page(later)
    assert "**The second run is the earlier one**" in page(later)
    assert "the second run is the earlier one: was the report from before the upgrade named last?" in lines(later)


def test_the_version_of_kubernetes_is_always_told_and_once() -> None:
    for other in (report(BASIS), report(BASIS, cluster=UPGRADED)):
        assert page(compared(report(BASIS), other)).count("| Kubernetes |") == 1


def test_cases_that_are_told_in_the_same_words_are_told_together() -> None:
    levels = {"A-MUST": "MUST", "B-MUST": "MUST"}
    cases = [("A-MUST", "one"), ("A-MUST", "two"), ("B-MUST", "other"), ("B-MUST", "same")]
    before = [said(name, "holds", case) for name, case in cases]
    whys = ("no IPv4", "no IPv4", "no disk", "no IPv4")
    after = [said(name, "not applicable", case, reason=why) for (name, case), why in zip(cases, whys, strict=True)]
    comparison = compared(report(before, levels), report(after, levels))
    shown = list(lines(comparison))
    assert shown[shown.index("no longer applicable: 4") + 1 :][:5] == [
        "  MUST  A-MUST  one, two  holds → not applicable",
        "  MUST  B-MUST  same      holds → not applicable",
        "      no IPv4",
        "  MUST  B-MUST  other     holds → not applicable",
        "      no disk",
    ]
    assert "| MUST | **A-MUST** one, two | holds → not applicable | no IPv4 |" in page(comparison)


def test_the_exit_code_is_0_where_nothing_is_newly_wrong_and_1_where_something_is(tmp_path: Path) -> None:
    before = written(tmp_path / "before.json", report(BASIS))
    (tmp_path / "run").mkdir()
    written(tmp_path / "run" / read.NAME, report(but("one", "violated", rule="leaked")))
    same, worse = command(before, before), command(before, tmp_path / "run", "--markdown", tmp_path / "it.md")
    assert (same.returncode, same.stderr) == (0, "")
    assert same.stdout.startswith("nothing changed;")
    assert (worse.returncode, worse.stderr) == (1, "")
    assert worse.stdout.startswith("NEWLY WRONG: 1 newly violated;")
    assert (tmp_path / "it.md").read_text(encoding="utf-8").startswith("## NEWLY WRONG: 1 newly violated;")


def test_the_exit_code_is_6_where_what_is_newly_wrong_is_trouble_or_loss_alone(tmp_path: Path) -> None:
    before = str(written(tmp_path / "before.json", report(BASIS)))
    for name, wrong, code in (
        ("trouble", but("one", "trouble", reason="no node"), NOT_PROVEN),
        ("lost", but("one", "not run", cause="ended-early"), NOT_PROVEN),
        ("violated", but("one", "violated", rule="leaked"), 1),
    ):
        assert diff.main([before, str(written(tmp_path / f"{name}.json", report(wrong)))]) == code


def test_markdown_takes_the_place_of_the_table_where_that_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = str(written(tmp_path / "before.json", report(BASIS)))
    assert diff.main([before, before, "--markdown", "-"]) == 0
    assert capsys.readouterr().out == page(compared(report(BASIS), report(BASIS)))


def nested(**wrong: Any) -> dict[str, Any]:
    """Return a report whose only case has these wrong values."""
    content = report([said("A-MUST", "holds")])
    content["requirements"]["A-MUST"]["cases"][0] |= wrong
    return content


BAD: list[tuple[object, str]] = [
    ("{", "is not JSON"),
    ([], "it should be an object, not "),
    ({"format": 1, "scenario": "ipc"}, "requirements is missing"),
    ({"format": FORMAT + 1}, f"is of format {FORMAT + 1}, and this podproof knows {FORMAT}"),
    (report(BASIS) | {"conformant": "yes"}, "conformant should be a valid boolean, not 'yes'"),
    (report(BASIS) | {"cluster": []}, "cluster should be an object"),
    (report(BASIS) | {"cluster": {"nodes": {"one": None}}}, r"cluster\.nodes\.one should be an object, not None"),
    (report(BASIS) | {"cluster": {"features": []}}, r"cluster\.features should be a valid dict"),
    (report(BASIS) | {"wallSeconds": "1"}, "wallSeconds should be a valid number"),
    (report(BASIS) | {"requirements": {"A": {"level": "MUST"}}}, r"requirements\.A\.cases is missing"),
    (report(BASIS) | {"requirements": {"A": {"cases": []}}}, r"requirements\.A\.level is missing"),
    (report(BASIS) | {"requirements": {"A": {"level": "MUST", "cases": [{}]}}}, r"A\.cases\[0\]\.case is missing"),
    (report([BASIS[0], BASIS[0]]), r"A-MUST \[one\] is there twice"),
    (nested(outcome="passed"), r"A-MUST\.cases\[0\]\.outcome should be .*, not 'passed'"),
    (nested(seconds=True), "seconds should be a valid number, not True"),
    (nested(seconds=float("nan")), "seconds should be a finite number"),
    (nested(seconds="1"), "seconds should be a valid number, not '1'"),
    (nested(seconds=-1), "seconds should be greater than or equal to 0, not -1"),
    (nested(violations=["lost"]), r"violations\[0\] should be an object, not 'lost'"),
    (nested(reason=1), "reason should be a valid string, not 1"),
    (nested(level=["MUST"]), "level should be a valid string"),
    (nested(seconds=10**400), "seconds should be a valid number"),
    ("[" * 100_000, "is not JSON"),
]


@pytest.mark.parametrize(("content", "why"), BAD, ids=[f"{number}" for number, _ in enumerate(BAD)])
def test_what_is_no_report_is_said_in_one_line(
    content: object, why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = written(tmp_path / "good.json", report(BASIS)), written(tmp_path / "bad.json", content)
    with pytest.raises(read.ReportError, match=why):
        plain(bad)
    assert diff.main([str(good), str(bad)]) == 4
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith(f"podproof: {bad} ")


WHOLE = report(BASIS, cluster=CLUSTER | {"minor": "1.36"})
WITHOUT: list[tuple[dict[str, Any], str]] = [
    *((WHOLE | {name: None}, name) for name in ("suite", "started", "wallSeconds", "totals")),
    ({key: value for key, value in WHOLE.items() if key != "wallSeconds"}, "wallSeconds"),
    *((WHOLE | {"cluster": WHOLE["cluster"] | {name: None}}, name) for name in ("provider", "kubernetes", "minor")),
    (WHOLE | {"cluster": WHOLE["cluster"] | {"nodes": {}}}, "its cluster's nodes"),
    (WHOLE | {"cluster": WHOLE["cluster"] | {"nodes": {"one": {"runtime": "x"}}}}, "the kernel of node one"),
    (WHOLE | {"totals": {"holds": 1}}, "its totals"),
    (WHOLE | {"requirements": {"A": {"level": "MUST", "cases": []}}}, "the outcome of A"),
    ({"format": FORMAT, "conformant": None, "requirements": {}}, "suite"),
]


@pytest.mark.parametrize(("content", "why"), WITHOUT, ids=[f"{number}" for number, _ in enumerate(WITHOUT)])
def test_a_report_that_is_not_whole_is_refused_where_it_must_be(
    content: dict[str, Any], why: str, tmp_path: Path
) -> None:
    path = written(tmp_path / "older.json", content)
    assert plain(path) == content
    with pytest.raises(
        read.ReportError, match=rf"older\.json does not tell .*{why}.*: an older podproof wrote it"
    ) as refused:
        plain(path, whole=True)
    assert "\n" not in str(refused.value)


def test_a_report_that_is_whole_is_read(tmp_path: Path) -> None:
    assert plain(written(tmp_path / read.NAME, WHOLE).parent, whole=True) == WHOLE


def test_the_markdown_never_takes_the_place_of_a_report(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    before, after = written(tmp_path / "b.json", WHOLE), written(tmp_path / "run" / read.NAME, WHOLE)
    (tmp_path / "same.md").symlink_to(after)
    for file in (before, after, tmp_path / "same.md"):
        refused = command(before, tmp_path / "run", "--markdown", file)
        assert (refused.returncode, refused.stdout) == (4, "")
        assert refused.stderr == f"podproof: --markdown {file} is one of the two reports: name another file\n"
    assert [plain(path) for path in (before, after)] == [WHOLE, WHOLE]


def test_a_reader_that_goes_early_takes_neither_the_verdict_nor_the_markdown_along(tmp_path: Path) -> None:
    before = written(tmp_path / "before.json", report(BASIS))
    after = written(tmp_path / "after.json", report(but("one", "violated", rule="leaked")))
    reader, writer = os.pipe()
    os.close(reader)
    call: list[str | Path] = [sys.executable, "-m", "commands.diff", before, after, "--markdown", tmp_path / "it.md"]
    ended = subprocess.run(call, cwd=ROOT, stdout=writer, stderr=subprocess.PIPE, check=False, timeout=60)
    os.close(writer)
    assert (ended.returncode, ended.stderr) == (1, b"")
    assert (tmp_path / "it.md").read_text(encoding="utf-8").startswith("## NEWLY WRONG: 1 newly violated;")


def test_what_is_no_utf_8_is_written_all_the_same(tmp_path: Path) -> None:
    wrong = report(but("one", "trouble", reason="\ud800 of half a pair"))
    ended = command(written(tmp_path / "b.json", report(BASIS)), written(tmp_path / "a.json", wrong))
    assert (ended.returncode, ended.stderr) == (NOT_PROVEN, "")
    assert "? of half a pair" in ended.stdout


def test_arguments_that_cannot_be_are_one_line() -> None:
    refused = command("before.json")
    assert (refused.returncode, refused.stdout) == (4, "")
    assert refused.stderr == (
        "podproof: diff: the following arguments are required: AFTER; --help tells what can be given\n"
    )


def test_a_file_that_is_not_there_or_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    good = written(tmp_path / "good.json", report(BASIS))
    missing = command(good, tmp_path)
    assert (missing.returncode, missing.stdout) == (4, "")
    assert missing.stderr == (
        f"podproof: {tmp_path / read.NAME} cannot be read (No such file or directory): "
        "name the conformance.json of a run, or its folder\n"
    )
    unreachable = command(good, tmp_path / ("long" * 80))
    assert (unreachable.returncode, unreachable.stderr.count("\n")) == (4, 1)
    assert "cannot be read (File name too long)" in unreachable.stderr
    unwritten = command(good, good, "--markdown", tmp_path / "no" / "it.md")
    assert unwritten.returncode == 4
    assert unwritten.stderr.startswith(f"podproof: cannot write {tmp_path / 'no' / 'it.md'} (No such file")


def test_two_parts_that_have_nothing_in_common_are_not_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = written(tmp_path / "one.json", report([said("A-MUST", "holds")]))
    second = written(tmp_path / "two.json", report([said("B-EXPECTED", "holds", level="EXPECTED")]))
    assert diff.main([str(first), str(second)]) == 4
    assert capsys.readouterr().err.endswith("have no case that both ran: there is nothing to compare\n")
    wrong = written(tmp_path / "two.json", report([said("B-EXPECTED", "violated", level="EXPECTED", rule="lost")]))
    assert diff.main([str(first), str(wrong)]) == 1


def test_what_a_run_writes_can_be_compared(
    run: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    MadeUp().in_place(monkeypatch)
    run("@judged\ndef test_x(acted): return []\n", "--output", str(tmp_path / "before"))
    run("@judged\ndef test_x(acted): return LOST\n", "--output", str(tmp_path / "after"), "-k", "one")
    capsys.readouterr()
    assert diff.main([str(tmp_path / "before"), str(tmp_path / "after")]) == 1
    shown = capsys.readouterr().out
    others = len(requirements.load()) - 1
    assert shown.startswith(f"NEWLY WRONG: 1 newly violated; 1 left out of the second run; {others} run by neither\n")
    assert "  MUST  IPC-SYSV-QUEUE  one  holds → violated\n      lost: it was lost\n" in shown
    assert "  holds → not run (deselected): 1\n      IPC-SYSV-QUEUE\n" in shown
    assert "  options  none  → -k one\n" in shown


def test_the_kept_answers_of_a_real_run_are_the_same_as_themselves(tmp_path: Path) -> None:
    real = json.loads(RUN.read_text(encoding="utf-8"))
    for requirement in real["requirements"].values():
        requirement["cases"] = [{"seconds": 1.0, "violations": []} | case for case in requirement["cases"]]
    real = plain(written(tmp_path / "real.json", real | {"conformant": None}))
    assert headline(compared(real, real)) == "nothing changed"
    changed = json.loads(json.dumps(real))
    changed["requirements"]["NET-LOCALHOST"]["cases"][0] |= {"outcome": "not applicable", "reason": "no IPv4"}
    assert headline(compared(real, changed)) == "nothing is newly wrong: 1 no longer applicable"
