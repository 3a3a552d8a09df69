"""Controls of probes: each changes what it says, and nothing else."""

from __future__ import annotations

from suite.probes import controls
from tests.helpers.controls import Change, Json, by_name, deployed, of

KINDS = ("startupProbe", "livenessProbe", "readinessProbe")


def apps(objects: list[Json]) -> dict[str, Json]:
    return by_name(deployed(objects))


def without_arguments(objects: list[Json]) -> list[Json]:
    """Return the objects without the arguments of their containers."""
    for app in apps(objects).values():
        del app["args"]
    return objects


def without_probes(objects: list[Json], *kinds: str) -> list[Json]:
    """Return the objects without these probes, or without all."""
    for app in apps(objects).values():
        for kind in kinds or KINDS:
            app.pop(kind, None)
    return objects


def check_ends_by_itself(changes: list[Change]) -> None:
    for before, after in changes:
        for name, app in apps(after).items():
            if name in {"neighbour", "sees-live", "sees-start"}:
                assert app == apps(before)[name]
            else:
                assert "--bad" not in app["args"]
                assert app["args"][-2:] == ["work", "4"]
        assert without_arguments(after) == without_arguments(before)


@of(controls.ENDS_BY_ITSELF)
def test_the_app_that_was_to_fail_is_well_and_ends(changes: list[Change]) -> None:
    check_ends_by_itself(changes)


@of(controls.STUBBORN_ENDS_BY_ITSELF)
def test_the_apps_that_ignore_term_are_well_and_end(changes: list[Change]) -> None:
    check_ends_by_itself(changes)


@of(controls.NEIGHBOUR_DOES_NOT_LOOK)
def test_the_neighbour_alone_waits_for_nothing(changes: list[Change]) -> None:
    for before, after in changes:
        assert apps(after)["neighbour"]["args"] == ["expect-term"]
        apps(before)["neighbour"]["args"] = ["expect-term"]
        assert after == before


@of(controls.NEVER_SERVES)
def test_the_server_does_not_know_the_service_that_it_is_asked_for(changes: list[Change]) -> None:
    for before, after in changes:
        apps(before)["server"]["args"].remove("--service=alive")
        assert after == before


@of(controls.TOLD_TO_SERVE)
def test_the_server_is_told_what_it_does(changes: list[Change]) -> None:
    for before, after in changes:
        [[told], [was]] = [
            [pod["spec"]["ephemeralContainers"] for pod in each if "ephemeralContainers" in pod["spec"]]
            for each in (after, before)
        ]
        assert (
            [each["args"] for each in told]
            == [[word.replace("-not-", "-") for word in each["args"]] for each in was]
            != [each["args"] for each in was]
        )


@of(controls.NEIGHBOUR_IS_PROBED_TOO)
def test_the_neighbour_has_the_probe_of_the_server(changes: list[Change]) -> None:
    for before, after in changes:
        neighbour, server = apps(after)["neighbour"], apps(before)["server"]
        assert neighbour.pop("livenessProbe")["grpc"] == server["livenessProbe"]["grpc"]
        assert after == before


@of(controls.FAILS_WHATEVER)
def test_the_liveness_probe_asks_and_fails(changes: list[Change]) -> None:
    for before, after in changes:
        command = apps(after)["failing"]["livenessProbe"].pop("exec")["command"]
        assert command[-1].rstrip().endswith("exit(1)")
        for each in (before, after):
            for handler in ("exec", "httpGet"):
                apps(each)["failing"]["livenessProbe"].pop(handler, None)
        assert after == before


@of(controls.WITHOUT_LIVENESS)
def test_no_app_has_a_liveness_probe(changes: list[Change]) -> None:
    for before, after in changes:
        assert after == without_probes(before, "livenessProbe")


@of(controls.WITHOUT_READINESS)
def test_no_app_has_a_readiness_probe(changes: list[Change]) -> None:
    for before, after in changes:
        assert after == without_probes(before, "readinessProbe")


@of(controls.WITHOUT_STARTUP)
def test_no_app_has_a_startup_probe(changes: list[Change]) -> None:
    for before, after in changes:
        assert after == without_probes(before, "startupProbe")


@of(controls.WITHOUT_THE_OTHERS)
def test_apps_have_a_startup_probe_alone(changes: list[Change]) -> None:
    for before, after in changes:
        assert after == without_probes(before, "livenessProbe", "readinessProbe")


@of(controls.THE_PODS_GRACE)
def test_the_probes_have_no_grace_period_of_their_own(changes: list[Change]) -> None:
    for before, after in changes:
        taken = [
            probe.pop("terminationGracePeriodSeconds", None)
            for app in apps(before).values()
            for kind in KINDS
            if (probe := app.get(kind))
        ]
        assert [each for each in taken if each] == [4, 6]
        assert after == before


@of(controls.ENDS_AT_TERM)
def test_the_apps_wait_for_term_once(changes: list[Change]) -> None:
    for before, after in changes:
        for name in ("live", "start"):
            assert [*apps(after)[name]["args"], "then", "expect-term"] == apps(before)[name]["args"]
        assert without_arguments(after) == without_arguments(before)


@of(controls.GRACE_OF_THE_POD_ALONE)
def test_the_readiness_probe_has_no_grace_period(changes: list[Change]) -> None:
    for before, after in changes:
        del apps(before)["main"]["readinessProbe"]["terminationGracePeriodSeconds"]
        assert after == before


@of(controls.EVERYWHERE_AT_ONCE)
def test_the_apps_listen_on_all_addresses_from_the_first(changes: list[Change]) -> None:
    for before, after in changes:
        for app in apps(before).values():
            app["args"].remove("127.0.0.1")
        assert after == before


def check_asked_from_inside(changes: list[Change]) -> None:
    for before, after in changes:
        for name, app in apps(after).items():
            old = apps(before)[name]["livenessProbe"]
            port = (old.get("httpGet") or old["tcpSocket"])["port"]
            assert f'("127.0.0.1", {port})' in app["livenessProbe"]["exec"]["command"][-1]
            assert app["args"] == apps(before)[name]["args"]
        assert without_probes(after, "livenessProbe") == without_probes(before, "livenessProbe")


@of(controls.ASKED_FROM_INSIDE)
def test_each_app_is_asked_by_a_command_inside(changes: list[Change]) -> None:
    check_asked_from_inside(changes)


@of(controls.HEADERS_FROM_INSIDE)
def test_each_app_is_sent_headers_from_inside(changes: list[Change]) -> None:
    check_asked_from_inside(changes)


@of(controls.AGAIN_BUT_NOT_PROBED)
def test_each_app_ends_once_by_itself_and_has_no_liveness_probe(changes: list[Change]) -> None:
    for before, after in changes:
        for name, app in apps(after).items():
            assert app["args"][-5:] == ["attempt", f"/turn/own-{name}", "3", "then", "expect-term"]
            assert app["args"][:-5] == apps(before)[name]["args"][:-1]
        assert without_arguments(after) == without_probes(without_arguments(before), "livenessProbe")


@of(controls.ACCEPT_REMOVED)
def test_the_http_probe_has_an_empty_header(changes: list[Change]) -> None:
    for before, after in changes:
        headers = apps(before)["over-http"]["livenessProbe"]["httpGet"]["httpHeaders"]
        headers.append({"name": "Accept", "value": ""})
        assert after == before


@of(controls.WITHOUT_THE_HOST)
def test_no_probe_has_a_host(changes: list[Change]) -> None:
    for before, after in changes:
        del apps(before)["over-http"]["readinessProbe"]["httpGet"]["host"]
        del apps(before)["over-tcp"]["readinessProbe"]["tcpSocket"]["host"]
        assert after == before


@of(controls.WITHOUT_THE_GATE)
def test_the_pod_has_no_readiness_gate(changes: list[Change]) -> None:
    for before, after in changes:
        pod, _ = deployed(before)
        del pod["spec"]["readinessGates"]
        assert after == before


def check_another_gate(changes: list[Change]) -> None:
    for before, after in changes:
        pod, _ = deployed(after)
        assert len(pod["spec"]["readinessGates"]) == 2
        del pod["spec"]["readinessGates"][-1]
        assert after == before


@of(controls.ANOTHER_GATE)
def test_the_pod_has_a_second_gate(changes: list[Change]) -> None:
    check_another_gate(changes)


@of(controls.A_GATE_THAT_NOBODY_SETS)
def test_the_endpoint_has_a_second_gate(changes: list[Change]) -> None:
    check_another_gate(changes)


@of(controls.PUBLISHED_UNREADY)
def test_the_service_has_pods_that_are_not_ready(changes: list[Change]) -> None:
    for before, after in changes:
        [service] = [item for item in after if item["kind"] == "Service"]
        assert service["spec"].pop("publishNotReadyAddresses") is True
        assert after == before


@of(controls.NEVER_CLOSED)
def test_no_app_is_ever_bad(changes: list[Change]) -> None:
    for before, after in changes:
        assert "--bad-with" not in apps(after)["one"]["args"]
        assert without_arguments(after) == without_arguments(before)
