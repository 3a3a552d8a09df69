"""Controls of patterns: each changes what it says, and nothing else."""

from __future__ import annotations

from suite.patterns import controls
from tests.helpers.controls import Change, by_name, names, of


@of(controls.READER_AS_APP)
def test_the_reader_is_an_app_like_the_server(changes: list[Change]) -> None:
    for [settings, before], [same, after] in changes:
        [reader] = before["spec"].pop("initContainers")
        assert reader.pop("restartPolicy") == "Always"
        before["spec"]["containers"].append(reader)
        assert [same, after] == [settings, before]


@of(controls.PROCESSES_APART)
def test_no_container_sees_the_processes_of_another(changes: list[Change]) -> None:
    for [settings, before], [same, after] in changes:
        assert before["spec"].pop("shareProcessNamespace") is True
        assert [same, after] == [settings, before]


@of(controls.OVERWRITTEN_IN_PLACE)
def test_the_loader_alone_writes_over_what_is_served(changes: list[Change]) -> None:
    for [settings, before], [same, after] in changes:
        assert by_name([after])["loader"]["args"].pop() == "--in-place"
        assert [same, after] == [settings, before]


@of(controls.APP_IN_ANOTHER_POD)
def test_the_app_runs_in_a_pod_of_its_own_that_the_service_does_not_select(changes: list[Change]) -> None:
    for before, after in changes:
        pods = [item for item in after if item["kind"] == "Pod"]
        assert [names(pod) for pod in pods] == [["server", "reloader"], ["client"], ["app"]]
        assert pods[-1]["metadata"] == {"name": "app"}
        assert by_name(pods) == by_name([item for item in before if item["kind"] == "Pod"])
        assert [item for item in after if item["kind"] != "Pod"] == [item for item in before if item["kind"] != "Pod"]


@of(controls.STOPPED_INSTEAD)
def test_the_reloader_tells_the_server_to_end(changes: list[Change]) -> None:
    for before, after in changes:
        arguments = by_name([item for item in after if item["kind"] == "Pod"])["reloader"]["args"]
        assert arguments[-2:] == ["--signal", "TERM"]
        del arguments[-2:]
        assert after == before


@of(controls.WITHOUT_INIT_CONTAINERS)
def test_nothing_prepares_anything(changes: list[Change]) -> None:
    for [before], [after] in changes:
        assert names(before, "initContainers")
        assert "initContainers" not in after["spec"]
        del before["spec"]["initContainers"]
        assert after == before
