"""The judges of what the API refuses and accepts: their histories, and what lies at the edges of their rules."""

from dataclasses import replace
from typing import Any

import pytest

from records import Answer, Record
from suite.api import judges
from tests.helpers.histories import (
    exited,
    pod,
    ran,
    record,
    rules,
    said,
)
from tests.helpers.trial import Trial


def answered(code: int, reason: str | None = None, *fields: str, details: bool = True) -> Answer:
    """Return the API's answer to a Pod with underscores in its name."""
    body: dict[str, Any] = {"message": "why"}
    if reason is not None:
        body |= {"kind": "Status", "reason": reason}
    if details:
        body["details"] = {"causes": [{"field": field} for field in fields]}
    return Answer("std_linux", {"metadata": {"name": "std_linux"}}, code, body)


def asked(*answers: Answer) -> Record:
    return record(answers=answers)


REFUSED = answered(422, "Invalid", "metadata.name")

REFUSAL = Trial(
    judges.not_refused_for,
    ("metadata.name",),
    good=asked(REFUSED),
    broken=(
        ("unasked", "a Pod was deployed instead", record(pod(ran("main", 0.0, exited(1.0))))),
        ("accepted", "created", asked(answered(201))),
        ("accepted", "ok", asked(answered(200))),
        ("other-reason", "forbidden", asked(answered(403, "Forbidden", "metadata.name"))),
        ("other-reason", "invalid, with another status", asked(answered(400, "Invalid", "metadata.name"))),
        ("other-reason", "unprocessable, for another reason", asked(answered(422, "Gone", "metadata.name"))),
        ("other-reason", "another field", asked(answered(422, "Invalid", "spec.containers[0].image"))),
        ("other-reason", "that field and another", asked(answered(422, "Invalid", "metadata.name", "spec"))),
        ("other-reason", "no field", asked(answered(422, "Invalid"))),
        ("other-reason", "no details", asked(answered(422, "Invalid", details=False))),
        ("other-reason", "an error of the server", asked(answered(500, "InternalError"))),
    ),
)


def sent_with(fields: dict[str, Any], code: int, *causes: str, reason: str = "Invalid", stored: Any = None) -> Answer:
    """Return the API's answer to a Pod with one ephemeral container; what is stored is its container then."""
    body: dict[str, Any] = {
        "message": "why",
        "reason": reason,
        "details": {"causes": [{"field": each} for each in causes]},
    }
    if code < 300:
        body = {"kind": "Pod", "spec": {"ephemeralContainers": [stored]}}
    return Answer("one", {"metadata": {"name": "one"}, "spec": {"ephemeralContainers": [fields]}}, code, body)


PORTS, POLICY = {"name": "x", "ports": [{"containerPort": 7000}]}, {"name": "x", "restartPolicy": "Always"}
NO_PORTS = sent_with(PORTS, 422, "spec.ephemeralContainers[0].ports")
OF_POLICY = ("spec.ephemeralContainers[0].restartPolicy",)
NO_POLICY = sent_with(POLICY, 422, *OF_POLICY)

REFUSALS = Trial(
    judges.fields_accepted,
    ("ephemeralContainers", "ports", "restartPolicy"),
    good=asked(NO_PORTS, NO_POLICY),
    broken=(
        ("unasked", "nothing was sent", record(pod(ran("main", 0.0, exited(1.0))))),
        ("unasked", "one was not sent", asked(NO_PORTS)),
        ("accepted", "created", asked(NO_PORTS, sent_with(POLICY, 201, stored=POLICY))),
        (
            "accepted",
            "as changed by another",
            asked(NO_PORTS, sent_with(POLICY, 201, stored={"name": "x", "restartPolicy": "Never"})),
        ),
        ("accepted", "it had no such field", asked(NO_PORTS, sent_with({"name": "x"}, 200, stored={"name": "x"}))),
        ("accepted", "no cause", asked(NO_PORTS, sent_with(POLICY, 422))),
        ("other-reason", "another too", asked(NO_PORTS, sent_with(POLICY, 422, *OF_POLICY, "spec"))),
        ("other-reason", "forbidden", asked(NO_PORTS, sent_with(POLICY, 403, *OF_POLICY, reason="Forbidden"))),
        ("other-reason", "another reason", asked(NO_PORTS, sent_with(POLICY, 422, *OF_POLICY, reason="Gone"))),
    ),
)

PROBED: dict[str, Any] = {"name": "x", "livenessProbe": {"tcpSocket": {"port": 7000}}}
WITH_A_PROBE = sent_with(
    PROBED, 201, stored={"name": "x", "livenessProbe": {"tcpSocket": {"port": 7000}, "period": 10}}
)

ACCEPTANCE = Trial(
    judges.not_accepted,
    ("spec.ephemeralContainers[0].livenessProbe",),
    good=asked(WITH_A_PROBE, WITH_A_PROBE),
    broken=(
        ("unasked", "a Pod was deployed instead", record(pod(ran("main", 0.0, exited(1.0))))),
        ("unwitnessed", "it is not stored", asked(WITH_A_PROBE, sent_with(PROBED, 201, stored={"name": "x"}))),
        ("unwitnessed", "another container is stored", asked(sent_with(PROBED, 201, stored={"name": "y"}))),
        ("refused", "for that field", asked(WITH_A_PROBE, sent_with(PROBED, 422, "spec"))),
        ("refused", "by nobody knows whom", asked(answered(403, "Forbidden", details=False))),
    ),
)


def warned(*warnings: str) -> Answer:
    """Return the API's answer to a Pod that it accepted with warnings."""
    return replace(answered(201, details=False), warnings=warnings)


OF_ALL = "would violate PodSecurity"
WARNING = Trial(
    judges.not_warned,
    (),
    good=asked(warned(OF_ALL, "twice"), warned(OF_ALL)),
    broken=(
        ("unasked", "nothing was sent", record(pod(ran("main", 0.0, exited(1.0))))),
        ("unasked", "there is no twin", asked(warned("twice"))),
        ("refused", "it was refused", asked(REFUSED, warned())),
        ("refused", "its twin was refused", asked(warned("twice"), REFUSED)),
        ("no-warning", "there is none", asked(warned(), warned())),
        ("no-warning", "its twin alone got one", asked(warned(), warned("twice"))),
        ("no-warning", "each got one, of something else", asked(warned(OF_ALL), warned(OF_ALL))),
    ),
)

OLD, NEW = "python", "agnhost"


def changed(*answers: Answer) -> Record:
    """Return the history of a stored Pod, which is never scheduled, and the answers to its changes."""
    containers = [{"name": "left", "image": OLD}, {"name": "right", "image": OLD}]
    stored = {"kind": "Pod", "metadata": {"name": "stored"}, "spec": {"containers": containers}}
    return record(replace(pod(node=""), got=stored), answers=answers)


def image(code: int, wanted: str, *stored: str) -> Answer:
    """Return the API's answer to a change of the right container's image; what is stored is its image then."""
    body: dict[str, Any] = {"message": "why", "reason": "Invalid", "details": {"causes": [{"field": "spec"}]}}
    if code < 300:
        body = {"kind": "Pod", "spec": {"containers": [{"name": "right", "image": each} for each in stored]}}
    spec = {"containers": [{"name": "left", "image": OLD}, {"name": "right", "image": wanted}]}
    return Answer("app-image", {"metadata": {"name": "stored"}, "spec": spec}, code, body)


IMAGE = Trial(
    judges.image_kept,
    ("right",),
    good=changed(image(200, NEW, NEW), image(200, NEW, f"mirror/{NEW}")),
    broken=(
        ("unasked", "there is no Pod", asked(image(200, NEW, NEW))),
        ("unasked", "nothing was asked", changed()),
        ("unasked", "the image is the same", changed(image(200, OLD, OLD))),
        ("refused", "it was refused", changed(image(200, NEW, NEW), image(422, NEW))),
        ("refused", "it was kept", changed(image(200, NEW, OLD))),
        ("refused", "the container is gone", changed(image(200, NEW))),
    ),
)

TRIALS = (REFUSAL, REFUSALS, ACCEPTANCE, WARNING, IMAGE)


def test_capitals_of_a_field_do_not_count() -> None:
    capitals = sent_with(PORTS, 422, "spec.EphemeralContainers[0].Ports")
    assert REFUSALS(asked(capitals, NO_POLICY)) == []
    assert REFUSAL(asked(answered(422, "Invalid", "metadata.Name"))) == []


def test_a_field_that_was_accepted_is_told() -> None:
    assert said(REFUSALS(asked(NO_PORTS, sent_with(POLICY, 201, stored=POLICY)))) == (
        "the API accepted Pod one with 201, and did not drop spec.ephemeralContainers[0].restartPolicy [accepted]"
    )


@pytest.mark.parametrize("stored", [{"name": "x"}, {"name": "x", "restartPolicy": ""}])
def test_what_was_sent_and_is_not_stored_is_not_set(stored: dict[str, Any]) -> None:
    assert REFUSALS(asked(NO_PORTS, sent_with(POLICY, 200, stored=stored))) == []


def test_containers_that_were_sent_together_are_judged_as_those_sent_one_by_one() -> None:
    containers = {"spec": {"ephemeralContainers": [PORTS, POLICY]}}
    causes = ("spec.ephemeralContainers[0].ports", "spec.ephemeralContainers[1].restartPolicy")
    sent = {"metadata": {"name": "both"}, **containers}
    assert REFUSALS(asked(replace(answered(422, "Invalid", *causes), role="both", sent=sent))) == []
    assert said(REFUSALS(asked(replace(answered(422, "Invalid", causes[0]), role="both", sent=sent)))) == (
        "the API refused Pod both, but not for spec.ephemeralContainers[1].restartPolicy [accepted]"
    )


def test_two_fields_that_cannot_both_be_set_are_not_where_one_was_dropped() -> None:
    both = {"metadata": {"name": "x"}, "spec": {"hostPID": True, "shareProcessNamespace": True}}
    dropped = Answer("x", both, 201, {"kind": "Pod", "spec": {"hostPID": True}})
    assert judges.not_refused_for(asked(dropped), "spec.shareProcessNamespace") == []
    kept = replace(dropped, body=both)
    assert rules(judges.not_refused_for(asked(kept), "spec.shareProcessNamespace")) == {"accepted"}


def test_one_field_may_be_refused_for_two_causes() -> None:
    assert REFUSAL(asked(answered(422, "Invalid", "metadata.name", "metadata.name"))) == []


def test_every_answer_counts() -> None:
    assert rules(REFUSAL(asked(REFUSED, answered(201)))) == {"accepted"}


def test_a_pod_that_was_accepted_is_told_with_its_name_and_the_status() -> None:
    assert said(REFUSAL(asked(answered(201)))) == "the API accepted Pod std_linux with 201 [accepted]"


def test_another_refusal_is_told_with_all_that_the_api_said() -> None:
    assert said(REFUSAL(asked(answered(422, "Invalid", "spec.nodeName")))) == (
        "the API did not refuse Pod std_linux as Invalid for metadata.name, "
        "but with 422 Invalid for ['spec.nodeName']: why [other-reason]"
    )
    assert "403 Forbidden for no field: why" in said(REFUSAL(asked(answered(403, "Forbidden"))))


def test_a_server_of_an_earlier_version_may_call_the_field_otherwise() -> None:
    now, before = "spec.shareProcessNamespace", "spec.securityContext.shareProcessNamespace"
    older = asked(answered(422, "Invalid", before))
    assert judges.not_refused_for(older, now, older=(before,)) == []
    assert rules(judges.not_refused_for(older, now)) == {"other-reason"}
    both = asked(answered(422, "Invalid", now, before))
    assert rules(judges.not_refused_for(both, now, older=(before,))) == {"other-reason"}


def test_of_several_fields_each_is_a_cause_and_no_other() -> None:
    both = ("spec.hostPID", "spec.hostIPC")
    assert judges.not_refused_for(asked(answered(422, "Invalid", "spec.HostIPC", "spec.HostPID")), *both) == []
    for causes in (both[:1], both[1:], (*both, "spec"), ()):
        assert rules(judges.not_refused_for(asked(answered(422, "Invalid", *causes)), *both)) == {"other-reason"}


def test_of_several_fields_all_were_dropped_or_the_pod_was_accepted() -> None:
    sent = {"metadata": {"name": "x"}, "spec": {"hostPID": True, "hostIPC": True}}
    for spec, broken in (({}, set()), ({"hostPID": True}, {"accepted"}), (sent["spec"], {"accepted"})):
        answer = Answer("x", sent, 201, {"kind": "Pod", "spec": spec})
        assert rules(judges.not_refused_for(asked(answer), "spec.hostPID", "spec.hostIPC")) == broken


@pytest.mark.parametrize(
    ("cause", "broken"),
    [
        ("spec.initContainers[1].livenessProbe", set()),
        ("spec.initContainers[3].livenessProbe", set()),
        ("spec.initContainers[0].livenessProbe", {"other-reason"}),
        ("spec.containers[1].livenessProbe", {"other-reason"}),
        ("spec.initContainers[1].readinessProbe", {"other-reason"}),
        ("spec.initContainers", {"other-reason"}),
    ],
)
def test_a_policy_may_have_put_containers_before_that_which_is_refused(cause: str, broken: set[str]) -> None:
    refused = asked(answered(422, "Invalid", cause))
    assert rules(judges.not_refused_for(refused, "spec.initContainers[1].livenessProbe")) == broken


def test_a_container_that_is_stored_is_known_by_its_name() -> None:
    """Its probe is not its neighbour's, which a policy has put before it."""
    field = "spec.ephemeralContainers[0].livenessProbe"
    probe = PROBED["livenessProbe"]
    for stored, kept in (
        ([{"name": "mesh"}, PROBED], True),
        ([{"name": "mesh", "livenessProbe": probe}, {"name": "x"}], False),
        ([{"name": "mesh", "livenessProbe": probe}], False),
    ):
        body = {"kind": "Pod", "spec": {"ephemeralContainers": stored}}
        history = asked(replace(WITH_A_PROBE, body=body))
        assert rules(judges.not_accepted(history, field)) == (set() if kept else {"unwitnessed"})
        assert rules(judges.not_refused_for(history, field)) == ({"accepted"} if kept else set())


def test_a_change_is_told_by_what_the_pod_was_to_become() -> None:
    assert said(IMAGE(changed(image(422, NEW)))) == (
        "the API refused Pod stored (app-image) with 422 Invalid: why [refused]"
    )
