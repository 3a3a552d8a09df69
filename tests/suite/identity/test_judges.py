"""Judges of who the containers of a Pod are: their histories, and what lies at the edges of their rules."""

from dataclasses import replace
from typing import Any

from records import Event, Observation, PodRecord, Record
from suite.identity import judges
from tests.helpers.histories import (
    altered,
    did,
    exited,
    instead,
    pod,
    ran,
    record,
    said,
    without,
)
from tests.helpers.trial import Trial

EVERYONE = ("left", "right")


def both(left: Event, right: Event) -> Record:
    return record(pod(ran("left", 0.0, left, exited(2.0)), ran("right", 0.0, right, exited(2.0))))


def who(uid: int, gid: int) -> Event:
    """Return the event of a confined process in the Pod's supplemental groups."""
    identity = {"uid": [uid] * 4, "gid": [gid] * 4, "groups": [gid, 3, 4], "seccomp": 2, "no_new_privs": 1}
    return did(1.0, "identity", **identity)


CONTEXT = both(who(1, 2), who(11, 12))
OF_THE_POD = {"uid": 1, "gid": 2, "groups": (3, 4), "seccomp": 2, "no_new_privs": 1}

CONTEXTS = Trial(
    judges.context_not_applied,
    ({"left": OF_THE_POD, "right": OF_THE_POD | {"uid": 11, "gid": 12}},),
    good=CONTEXT,
    broken=(
        ("unwitnessed", "one never ran", without(CONTEXT, "left")),
        ("unwitnessed", "one did not tell", without(CONTEXT, "right", "identity")),
        ("user", "another's override", altered(CONTEXT, "left", "identity", uid=[11] * 4)),
        ("user", "an effective user of its own", altered(CONTEXT, "left", "identity", uid=[1, 0, 1, 0])),
        ("user", "it was not overridden", altered(CONTEXT, "right", "identity", uid=[1] * 4)),
        ("group", "another's override", altered(CONTEXT, "left", "identity", gid=[12] * 4)),
        ("groups", "one is missing", altered(CONTEXT, "right", "identity", groups=[12, 3])),
        ("seccomp", "no filter", altered(CONTEXT, "left", "identity", seccomp=0)),
        ("seccomp", "nothing is told of it", altered(CONTEXT, "left", "identity", seccomp=None)),
        ("privileges", "it may gain some", altered(CONTEXT, "left", "identity", no_new_privs=0)),
    ),
)

SUBJECT = "system:serviceaccount:space:robot"


def of_the_account(history: Record) -> Record:
    """Return the history with a namespace and a service account in the stored Pod."""
    [only] = history.pods
    got = only.got | {"metadata": {"name": "pod", "namespace": "space"}, "spec": {"serviceAccountName": "robot"}}
    return replace(history, pods=(replace(only, got=got),))


def mounted(**fields: Any) -> Event:
    """Return the event of a token."""
    token = {"file": "/token", "subject": SUBJECT, "sha256": "a", "owner": 1, "group": 0, "mode": "0o600", "reader": 1}
    return did(1.0, "token", **token | fields)


def missing(errno: str = "ENOENT") -> Event:
    return did(1.0, "no-token", file="/token", errno=errno, reader=1)


TOKENS = both(mounted(), mounted())
ACCOUNT = Trial(
    judges.account_differs,
    EVERYONE,
    good=of_the_account(TOKENS),
    broken=(
        ("no-token", "one has none", of_the_account(both(mounted(), missing()))),
        ("no-token", "one never ran", of_the_account(without(TOKENS, "left"))),
        ("other-account", "one has another", of_the_account(both(mounted(), mounted(subject=f"{SUBJECT}-2")))),
        ("other-account", "one tells none", of_the_account(both(mounted(), mounted(subject=None)))),
    ),
)

OWNER = Trial(
    judges.token_not_its_own,
    (1, *EVERYONE),
    good=TOKENS,
    broken=(
        ("unwitnessed", "one has none", both(mounted(), missing())),
        ("unwitnessed", "one runs as another user", both(mounted(), mounted(reader=0))),
        ("owner", "it is root's", both(mounted(), mounted(owner=0, reader=0))),
        ("owner", "one may not read it", both(mounted(), missing("EACCES"))),
        ("mode", "all may read it", both(mounted(), mounted(mode="0o644"))),
    ),
)

NONE = both(missing(), missing())
OFF = Trial(
    judges.token_there,
    EVERYONE,
    good=NONE,
    broken=(
        ("unwitnessed", "one did not look", without(NONE, "left", "no-token")),
        ("unwitnessed", "one never ran", without(NONE, "left")),
        ("unwitnessed", "one was not let look", both(missing(), missing("EACCES"))),
        ("token", "one has one", both(missing(), mounted())),
    ),
)

VALUES = {
    "POD_NAME": "pod",
    "POD_NAMESPACE": "space",
    "POD_UID": "uid-of-pod",
    "POD_LABEL": "green",
    "POD_ANNOTATION": "a word",
    "SERVICE_ACCOUNT": "robot",
    "NODE_NAME": "node-1",
    "HOST_IP": "192.0.2.1",
    "HOST_IPS": "192.0.2.1,2001:db8::1",
    "POD_IP": "10.0.0.7",
    "POD_IPS": "10.0.0.7,fd00::7",
}


def variables(**values: str | None) -> Event:
    return did(1.0, "environment", values=VALUES | {"CPU_LIMIT": "400"} | values)


def of_that_pod(history: Record, host: str | None = "192.0.2.1") -> Record:
    """Return the history in a Pod with the variables' values; ``host`` is its node's address, if known."""
    [only] = history.pods
    metadata = {"name": "pod", "namespace": "space", "labels": {"colour": "green"}, "annotations": {"note": "a word"}}
    hosts = {"hostIP": host, "hostIPs": [{"ip": "192.0.2.1"}, {"ip": "2001:db8::1"}]}
    status = {"podIPs": [{"ip": "10.0.0.7"}, {"ip": "fd00::7"}]} | hosts
    got = only.got | {"metadata": metadata, "spec": {"serviceAccountName": "robot"}}
    observations = tuple(replace(each, status=each.status | status) for each in only.observations)
    return replace(history, pods=(replace(only, got=got, observations=observations),))


ENVIRONMENT = both(variables(), variables())
FIELDS = Trial(
    judges.environment_differs,
    EVERYONE,
    good=of_that_pod(ENVIRONMENT),
    broken=(
        ("unwitnessed", "one told nothing", of_that_pod(without(ENVIRONMENT, "left", "environment"))),
        ("unwitnessed", "one never ran", of_that_pod(without(ENVIRONMENT, "right"))),
        (
            "unwitnessed",
            "nobody knows its node's address",
            of_that_pod(both(variables(HOST_IP=None), variables(HOST_IP=None)), host=None),
        ),
        *(
            ("differs", f"another {name}", of_that_pod(both(variables(), variables(**{name: "other"}))))
            for name in VALUES
        ),
        ("differs", "a variable is not there", of_that_pod(both(variables(), variables(POD_UID=None)))),
        (
            "differs",
            "both have the same other value",
            of_that_pod(both(variables(POD_UID="x"), variables(POD_UID="x"))),
        ),
    ),
)

OWN = both(variables(), variables(CPU_LIMIT="500"))
RESOURCES = Trial(
    judges.resources_differ,
    ({"left": {"CPU_LIMIT": "400"}, "right": {"CPU_LIMIT": "500"}},),
    good=OWN,
    broken=(
        ("unwitnessed", "one told nothing", without(OWN, "left", "environment")),
        ("differs", "the neighbour's", both(variables(), variables())),
        ("differs", "none", both(variables(), variables(CPU_LIMIT=None))),
    ),
)

MAP = [[0, 65536, 65536]]


def mapped(
    left: list[list[int]] = MAP, other: list[list[int]] | None = None, *, node: str = "node-1", ended: float = 6.0
) -> Record:
    """Return a Pod of two containers with these maps of users and groups, and another Pod."""
    last = [[0, 131072, 65536]] if other is None else other
    first = pod(
        ran("left", 0.0, did(1.0, "user-map", users=left, groups=left), did(ended, "terminated"), exited(ended + 1)),
        ran("right", 0.0, did(1.0, "user-map", users=MAP, groups=MAP), did(ended, "terminated"), exited(ended + 1)),
        role="first",
    )
    second = pod(
        ran("other", 3.0, did(4.0, "user-map", users=last, groups=last), exited(4.1)), role="second", node=node
    )
    return record(first, second)


MAPPED = mapped()
USERS = Trial(
    judges.users_not_mapped,
    (EVERYONE, "other"),
    good=MAPPED,
    broken=(
        ("unwitnessed", "one told none", without(MAPPED, "left", "user-map")),
        ("unwitnessed", "the other Pod never ran", without(MAPPED, "other")),
        ("not-mapped", "root is root", mapped(other=[[0, 0, 1], [1, 131072, 65536]])),
        ("not-mapped", "root is an ordinary user", mapped(other=[[0, 1000, 1], [1, 131073, 65535]])),
        ("not-mapped", "root is the last of the node's own", mapped(other=[[0, 65535, 1], [1, 131072, 65535]])),
        ("not-mapped", "root is none", mapped(other=[[1, 131073, 65535]])),
        (
            "not-mapped",
            "one is the same user inside and outside",
            mapped(other=[[0, 131072, 10001], [10001, 10001, 1]]),
        ),
        ("not-mapped", "one between is none", mapped(other=[[0, 131072, 9], [10, 131082, 65526]])),
        ("not-mapped", "the last one is none", mapped(other=[[0, 131072, 65535]])),
        ("not-mapped", "nobody is mapped", mapped(other=[])),
        ("not-mapped", "of groups only", altered(MAPPED, "other", "user-map", groups=[[0, 0, 65536]])),
        ("differs", "a map of its own", mapped(left=[[0, 262144, 65536]])),
        ("differs", "of groups only", altered(MAPPED, "right", "user-map", groups=[[0, 262144, 65536]])),
        ("overlap", "the same map", mapped(other=MAP)),
        ("overlap", "its last user is another's first", mapped(other=[[0, 131071, 65536]])),
        ("overlap", "of groups only", altered(MAPPED, "other", "user-map", groups=MAP)),
        ("unwitnessed", "on another node", mapped(node="node-2")),
        ("unwitnessed", "after the first had ended", mapped(ended=4.0)),
        (
            "unwitnessed",
            "the first was not ended",
            without(without(MAPPED, "left", "terminated"), "right", "terminated"),
        ),
    ),
)

OWNED = record(
    pod(
        ran("left", 0.0, did(1.0, "wrote", file="/data/file", content="x"), exited(3.0)),
        ran(
            "right",
            0.0,
            did(2.0, "stat", file="/data/file", uid=1),
            did(2.1, "stat", file="/root", uid=0),
            did(2.2, "stat", file="/folder", uid=0),
            exited(3.0),
        ),
    )
)


def seen(file: str, uid: int) -> Record:
    """Return the history with another owner of that file in the reader."""
    pod_, [left, right] = OWNED.pods[0], OWNED.pods[0].instances
    events = [replace(e, fields=e.fields | {"uid": uid}) if e.fields.get("file") == file else e for e in right.events]
    return replace(OWNED, pods=(replace(pod_, instances=(left, replace(right, events=tuple(events)))),))


OWNERS = Trial(
    judges.owners_differ,
    (1, "left", "right"),
    options={"root_files": ("/root", "/folder")},
    good=OWNED,
    broken=(
        ("unwitnessed", "nothing was written", without(OWNED, "left", "wrote")),
        ("unwitnessed", "nobody looked", without(OWNED, "right", "stat")),
        ("owner", "nobody's", seen("/data/file", 65534)),
        ("owner", "the kubelet's file is not root's", seen("/root", 65534)),
        ("owner", "the folder of the volume is not root's", seen("/folder", 65534)),
    ),
)

TRIALS = (CONTEXTS, ACCOUNT, OWNER, OFF, FIELDS, RESOURCES, USERS, OWNERS)


def test_two_maps_side_by_side_do_not_overlap() -> None:
    assert USERS(mapped(other=[[0, 131072, 65536]])) == []
    assert USERS(mapped(other=[[0, 131072, 1], [1, 200000, 65535]])) == []
    assert USERS(mapped(other=[[0, 131072, 131072]])) == []


def test_a_file_of_another_is_told_with_both() -> None:
    assert said(OWNERS(seen("/data/file", 65534))) == (
        "/data/file belongs to user 65534 in right, and was to be user 1's [owner]"
    )


def test_a_user_that_differs_is_told_with_both() -> None:
    assert said(CONTEXTS(altered(CONTEXT, "left", "identity", uid=[11] * 4))) == (
        "left was to have uid 1, and has [11, 11, 11, 11] [user]"
    )


def test_a_token_of_another_account_is_told_with_both() -> None:
    assert said(ACCOUNT(of_the_account(both(mounted(), mounted(subject="x"))))) == (
        f"right has a token of x, its Pod is {SUBJECT} [other-account]"
    )


def test_a_container_of_another_pod_is_told_of_that_one() -> None:
    history = of_that_pod(both(variables(), variables(POD_NAME="other", POD_UID="uid-of-other")))
    assert said(FIELDS(history)).splitlines() == [
        "POD_NAME in right is 'other', not 'pod' [differs]",
        "POD_UID in right is 'uid-of-other', not 'uid-of-pod' [differs]",
    ]


def test_a_status_without_addresses_is_nothing_that_a_variable_can_tell() -> None:
    [only] = FIELDS.good.pods
    bare: PodRecord = replace(only, observations=(Observation(0.0, "ADDED", {"nodeName": "node-1"}, {}),))
    variables = {violation.text.split()[0] for violation in FIELDS(replace(FIELDS.good, pods=(bare,)))}
    assert variables == {"HOST_IP", "HOST_IPS", "POD_IP", "POD_IPS"}


def test_a_refusal_to_read_a_token_is_no_absence() -> None:
    history = instead(NONE, "left", "no-token", missing("EACCES"))
    assert said(OFF(history)) == "left was to have no token: no-token file=/token errno=EACCES reader=1 [unwitnessed]"
