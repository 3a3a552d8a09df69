"""Controls of patterns: each changes what it says, and nothing else."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from suite.patterns import controls
from tests.helpers.controls import Change, Json, by_name, names, of


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


def configured(objects: list[Json]) -> str:
    [text] = [str(item["data"].pop("nginx.conf")) for item in objects if item["kind"] == "ConfigMap"]
    return text


@of(controls.READER_KILLED)
def test_a_program_kills_the_reader_that_it_runs(changes: list[Change]) -> None:
    for [settings, before], [same, after] in changes:
        [reader] = after["spec"]["initContainers"]
        assert reader["command"] == ["python3", "-c", controls.KILLS, "/probe"]
        reader["command"] = ["python3", "/probe"]
        assert [same, after] == [settings, before]


def test_who_is_told_to_end_kills_its_child_and_itself() -> None:
    child = "import time; print(flush=True); time.sleep(30); print('survived')"
    with subprocess.Popen([sys.executable, "-c", controls.KILLS, "-c", child], stdout=subprocess.PIPE) as program:
        assert program.stdout is not None
        assert program.stdout.read(1) == b"\n"
        program.terminate()
        assert program.stdout.read() == b""
    assert program.returncode == -signal.SIGKILL


@pytest.mark.parametrize(
    ("changes", "old", "new"),
    [
        (controls.LOG_OF_OTHER_SIZES, "$body_bytes_sent", "$bytes_sent"),
        (controls.THE_FIRST_VERSION_ALONE, "/data/current", "/data/version-1"),
        (controls.FRESH_AND_KEPT_IN_TURN, "root /data/current;", controls.FRESH_AND_KEPT),
        (controls.ANOTHER_QUESTION, "http://elsewhere;", "http://elsewhere/app/not-;"),
        (
            controls.THE_FIRST_QUESTION_ALONE,
            "location /app/ {",
            "location /app/ { return 503; } location = /app/first {",
        ),
        (controls.STATE_OF_ANOTHER_TIME, "stub_status;", f'return 200 "{controls.STATUS}";'),
    ],
    indirect=["changes"],
)
def test_the_servers_configuration_alone_is_another(changes: list[Change], old: str, new: str) -> None:
    for before, after in changes:
        was, now = configured(before), configured(after)
        assert was != now == was.replace(old, new)
        assert after == before


@of(controls.ANOTHER_PAGE_AND_PATH)
def test_the_page_is_written_elsewhere_and_the_app_asked_for_something_else(changes: list[Change]) -> None:
    for before, after in changes:
        was, now = configured(before), configured(after)
        assert was != now == was.replace(":8081;", ":8081/app/not-;")
        page = by_name([item for item in after if item["kind"] == "Pod"])["page"]
        assert page["args"][:2] == ["write", "/site/other"]
        page["args"][1] = "/site/page"
        assert after == before


@of(controls.AMBASSADOR_IN_ANOTHER_POD)
def test_the_ambassador_runs_in_a_pod_of_its_own_with_what_prepares_it(changes: list[Change]) -> None:
    for before, after in changes:
        pods = [item for item in after if item["kind"] == "Pod"]
        assert [names(pod) for pod in pods] == [["server"], ["ambassador"], ["app"]]
        assert [names(pod, "initContainers") for pod in pods] == [[], ["upstream"], []]
        assert [pod["metadata"]["name"] for pod in pods] == ["server", "ambassador", "app"]
        was, now = by_name([item for item in before if item["kind"] == "Pod"]), by_name(pods)
        assert was["ambassador"].pop("restartPolicy") == "Always"
        assert now == was
        assert [item for item in after if item["kind"] != "Pod"] == [item for item in before if item["kind"] != "Pod"]


@of(controls.STATE_AS_IT_IS)
def test_the_adapter_passes_the_status_on_as_it_is(changes: list[Change]) -> None:
    for before, after in changes:
        adapter = by_name([item for item in after if item["kind"] == "Pod"])["adapter"]
        assert adapter["args"][-3:] == ["--as-is", "then", "expect-term"]
        adapter["args"].remove("--as-is")
        assert after == before


@of(controls.METRICS_OF_ANOTHER)
def test_the_client_looks_at_metrics_of_the_server_itself(changes: list[Change]) -> None:
    for before, after in changes:
        was, now = configured(before), configured(after)
        assert was != now == was.replace("location / {", controls.METRICS)
        client = by_name([item for item in after if item["kind"] == "Pod"])["client"]
        assert client["args"][2:4] == ["8080", "8080"]
        client["args"][3] = "9113"
        assert after == before


@of(controls.HOOK_OF_ANOTHER)
def test_the_hook_is_anothers_and_the_service_leads_to_the_pod_until_it_is_gone(changes: list[Change]) -> None:
    for before, after in changes:
        was, now = (by_name([item for item in objects if item["kind"] == "Pod"]) for objects in (before, after))
        other, hook = now.pop("other"), was["server"].pop("lifecycle")
        assert (other["args"], other["lifecycle"]) == (["expect-term"], hook)
        assert not {"ports", "readinessProbe"} & other.keys()
        assert now == was
        [service] = [item for item in after if item["kind"] == "Service"]
        assert service["spec"].pop("publishNotReadyAddresses") is True
        assert service in before


@of(controls.NOT_ASKED_WHETHER_READY)
def test_the_server_serves_late_and_is_not_asked_whether_it_does(changes: list[Change]) -> None:
    for before, after in changes:
        server = by_name([item for item in before if item["kind"] == "Pod"])["server"]
        assert server.pop("readinessProbe")
        server["args"] = ["work", "4", "then", *server["args"]]
        assert after == before
