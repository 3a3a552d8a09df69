"""The specification is consistent: the requirements, the tests that judge them, their controls and faults."""

from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from faults import FAULTS
from fixtures.session.marks import case_name, case_of, controls_of, requirement_of
from records import requirements

FIRST_DAY = date(2026, 11, 22)  # of the repository
SOURCES = ("https://kubernetes.io/", "https://github.com/kubernetes/", "https://pkg.go.dev/k8s.io/")
ALL = requirements.load()
GOOD = """
[SOME-ID]
area = "IPC"
title = "a fact"
level = "MUST"
sentence = "It is promised."
url = "https://kubernetes.io/docs/"
since = "1.0"
read = 2026-11-27
"""


def test_every_requirement_is_judged_and_what_is_judged_is_a_requirement(suite_items: list[pytest.Item]) -> None:
    assert {requirement_of(item) for item in suite_items} == set(ALL)


def test_a_judged_requirement_has_a_control_and_a_recorded_one_has_none(
    suite_items: list[pytest.Item],
) -> None:
    for item in suite_items:
        mark = item.get_closest_marker("requirement")
        assert mark is not None
        controls = controls_of(item)
        assert (not controls) == (ALL[mark.args[0]].level_of(case_name(item)) == "INFO"), item.name
        assert all(control.breaks for control in controls)


def test_no_two_tests_judge_one_case_of_a_requirement(suite_items: list[pytest.Item]) -> None:
    judged = [(requirement_of(item), case_name(item)) for item in suite_items]
    assert len(set(judged)) == len(judged)


def test_a_case_with_words_of_its_own_is_a_case_of_its_requirement(suite_items: list[pytest.Item]) -> None:
    cases = {(requirement_of(item), case_name(item)) for item in suite_items}
    # Every record is judged, each a case of its own where it is untrue.
    cases |= {(requirements.STATUS_TRUE, case.file_name(None)) for item in suite_items if (case := case_of(item))}
    named = {(name, case) for name, requirement in ALL.items() for case in requirement.cases}
    assert named
    for name, pattern in named:
        assert any(fnmatchcase(case, pattern) for judged, case in cases if judged == name), (name, pattern)


def test_a_case_overrides_what_a_requirement_has() -> None:
    for requirement in ALL.values():
        for own in requirement.cases.values():
            assert set(own) <= {"level", "title", "sentence", "url", "since", "read", "note", "feature", "faults"}


def test_a_fault_that_breaks_a_requirement_is_there_and_every_fault_breaks_one() -> None:
    broken = [each.of(case).faults for each in ALL.values() for case in ("", *each.cases)]
    assert {name for faults in broken for name in faults} == set(FAULTS)


@pytest.mark.parametrize("name", ALL)
def test_a_requirement_quotes_a_sentence_from_where_it_stands(name: str) -> None:
    assert len(ALL[name].sentence) > 20
    assert ALL[name].url.startswith(SOURCES)
    major, minor = ALL[name].since.split(".")
    assert major == "1"
    assert minor.isdigit()


@pytest.mark.parametrize("name", ALL)
def test_a_sentence_was_read_on_a_day_since_the_house_was_built(name: str) -> None:
    days = {ALL[name].of(case).read for case in ("", *ALL[name].cases)}
    assert all(FIRST_DAY <= day <= date.today() for day in days)  # noqa: DTZ011 # days have no zone


def test_a_case_that_says_when_it_was_read_quotes_a_sentence_of_its_own() -> None:
    for requirement in ALL.values():
        for own in requirement.cases.values():
            assert "read" not in own or {"sentence", "url"} & set(own)


@pytest.mark.parametrize("name", ALL)
def test_a_title_is_a_short_fact(name: str) -> None:
    title = ALL[name].title
    assert 10 < len(title) <= 80
    assert "should" not in title.lower()
    assert "must" not in title.lower().split()
    assert not title.endswith(".")


@pytest.mark.parametrize("name", ALL)
def test_a_promise_that_nobody_words_says_what_it_leaves_open(name: str) -> None:
    requirement = ALL[name]
    assert requirement.level != "EXPECTED" or requirement.note
    for own in requirement.cases.values():
        assert own.get("level") != "EXPECTED" or own.get("note")


def test_a_case_has_its_own_level_or_the_requirements() -> None:
    requirement = ALL["INIT-PREPARES"]
    assert requirement.level_of("sysv-queue") == "EXPECTED"
    assert requirement.level_of("file") == "MUST"


def load(folder: Path, text: str) -> dict[str, requirements.Requirement]:
    path = folder / "requirements.toml"
    path.write_text(text)
    return requirements.load(folder)


def test_a_good_file_is_loaded(tmp_path: Path) -> None:
    found = load(tmp_path, GOOD + '[SOME-ID.cases.hard]\nlevel = "INFO"')["SOME-ID"]
    assert (found.id, found.area, found.note) == ("SOME-ID", "IPC", "")
    assert [found.level_of(case) for case in ("hard", "other")] == ["INFO", "MUST"]


def test_a_case_has_words_of_its_own_by_its_name_or_by_a_pattern(tmp_path: Path) -> None:
    own = '[SOME-ID.cases."soft-*"]\nsentence = "Softly."\n[SOME-ID.cases.soft-two]\nnote = "Twice."'
    found = load(tmp_path, GOOD + own)["SOME-ID"]
    cases = [found.of(case) for case in ("soft-one", "soft-two", "hard")]
    assert [case.sentence for case in cases] == ["Softly.", "Softly.", "It is promised."]
    assert [case.note for case in cases] == ["", "Twice.", ""]
    assert {(case.id, case.level) for case in cases} == {("SOME-ID", "MUST")}


def test_a_case_is_broken_as_its_requirement_is_and_by_faults_of_its_own(tmp_path: Path) -> None:
    own = '[SOME-ID.cases.hard]\nfaults.two = ["late"]\n[SOME-ID.cases.soft]\nfaults.one = []'
    found = load(tmp_path, GOOD + 'faults.one = ["lost"]\n' + own)["SOME-ID"]
    assert found.of("other").faults == {"one": ["lost"]}
    assert found.of("hard").faults == {"one": ["lost"], "two": ["late"]}
    assert found.of("soft").faults == {"one": []}


def test_two_files_with_one_requirement_are_refused_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    load(tmp_path / "other", GOOD)
    with pytest.raises(ValueError, match=r"/requirements\.toml: SOME-ID: another file"):
        load(tmp_path, GOOD)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (GOOD.replace('since = "1.0"', ""), "SOME-ID: .*since"),
        (GOOD + 'author = "me"', "SOME-ID: .*author"),
        (GOOD.replace("MUST", "MAY"), "SOME-ID: no level MAY"),
        (GOOD + '[SOME-ID.cases.hard]\nlevel = "MAY"', "SOME-ID: no level MAY"),
        ("SOME-ID = 1", "SOME-ID: "),
        (GOOD.replace("read = 2026-11-27", ""), "SOME-ID: .*read"),
        (GOOD.replace("read = 2026-11-27", 'read = "2026-11-27"'), "SOME-ID: read = '2026-11-27' is no day"),
        (GOOD.replace("read = 2026-11-27", "read = 2026-11-27T08:00:00"), "SOME-ID: read = .* is no day"),
        (GOOD + '[SOME-ID.cases.hard]\nread = "today"', "SOME-ID: read = 'today' is no day"),
    ],
)
def test_a_bad_file_is_refused_by_the_name_of_the_requirement(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(ValueError, match=r"/requirements\.toml: " + why):
        load(tmp_path, text)


def test_a_fault_breaks_the_requirements_that_name_it_and_those_of_which_a_case_does(tmp_path: Path) -> None:
    own = {
        "WHOLE": 'faults.own-ipc = ["lost"]',
        "A-CASE": '[A-CASE.cases.one]\nfaults.own-ipc = ["lost"]',
        "ANOTHER": 'faults.own-network = ["lost"]',
        "NONE": "faults.own-ipc = []",
        "UNSHOWN": 'faults.own-ipc = ["unwitnessed", "untried"]',
    }
    (tmp_path / "requirements.toml").write_text(
        "\n".join(f"{GOOD.replace('SOME-ID', name)}{words}\n" for name, words in own.items())
    )
    assert requirements.broken_by("own-ipc", tmp_path) == ["WHOLE", "A-CASE"]
    assert requirements.broken_by("own-uts", tmp_path) == []
