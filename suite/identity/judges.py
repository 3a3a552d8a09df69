"""Identity: the users and groups of a Pod's containers, their service account, the downward API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from records import Violation
from records.timeline import words
from suite.evidence import did_not, events_of, not_on_one_node, only

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from records import Event, Record

CONFINED = {"seccomp": "seccomp", "no_new_privs": "privileges"}  # field → rule
SHUT = "EACCES"
NOT_THERE = "ENOENT"
VALID = 65536
"""How many users and groups a Pod with a user namespace may use, and how many of the node's are never a Pod's.

“The valid UIDs/GIDs when this feature is enabled is the range 0-65535.” The host's own should be in the range 0-65535,
and “the kubelet will assign UIDs/GIDs higher than that to pods”.
"""
OWNERS_ALONE = "0o600"
ACCOUNT = "system:serviceaccount:"  # the claim "sub" of a service account's token: that, its namespace, its name


def context_not_applied(record: Record, expected: Mapping[str, Mapping[str, Any]]) -> list[Violation]:
    """Check that every container has the users, groups and confinement of its own context, else the Pod's.

    Args:
        record: of containers that print ``identity``.
        expected: the identity of each container: any of ``uid``, ``gid``, ``groups`` (it may have more), ``seccomp``,
            ``no_new_privs``.

    Rules:
        unwitnessed: a container did not print who it is.
        user: its user is another.
        group: its group is another.
        groups: it lacks a group.
        seccomp: its system calls are filtered otherwise.
        privileges: it may gain privileges, and was not to, or the other way round.
    """
    violations = [v for name in expected for v in did_not(record, name, "identity", "unwitnessed")]
    for name, wanted in expected.items():
        for event in events_of(record, name, "identity"):
            seen = event.fields
            for field, rule in (("uid", "user"), ("gid", "group")):
                if field in wanted and set(seen[field]) != {wanted[field]}:
                    violations.append(_differs(rule, name, field, wanted[field], event))
            if not set(wanted.get("groups", ())) <= set(seen["groups"]):
                violations.append(_differs("groups", name, "groups", list(wanted["groups"]), event))
            for field, rule in CONFINED.items():
                if field in wanted and seen[field] != wanted[field]:
                    violations.append(_differs(rule, name, field, wanted[field], event))
    return violations


def _differs(rule: str, container: str, field: str, wanted: object, event: Event) -> Violation:
    text = f"{container} was to have {field} {wanted}, and has {event.fields[field]}"
    return Violation(rule, text, f"{container}  identity {field}={wanted}", (event,))


def account_differs(record: Record, *containers: str) -> list[Violation]:
    """Check that every container has a token of the service account in the stored Pod.

    Rules:
        no-token: a container has none.
        other-account: its token is of another service account, or of none.
    """
    violations = [v for name in containers for v in did_not(record, name, "token", "no-token")]
    pod = record.pods[0].got if record.pods else {"metadata": {}, "spec": {}}
    subject = f"{ACCOUNT}{pod['metadata'].get('namespace')}:{pod['spec'].get('serviceAccountName')}"
    for name in containers:
        for event in events_of(record, name, "token"):
            if event.fields["subject"] != subject:
                text = f"{name} has a token of {event.fields['subject']}, its Pod is {subject}"
                violations.append(Violation("other-account", text, f"{name}  token subject={subject}", (event,)))
    return violations


def token_not_its_own(record: Record, user: int, *containers: str) -> list[Violation]:
    """Check that the token's file belongs to the user of all containers, and nobody else may read it.

    Rules:
        unwitnessed: a container has no token, or runs as another user.
        owner: the file is another user's, or the user may not read it.
        mode: its permissions are others than 0600.
    """
    violations = []
    for name in containers:
        refusals = [(each.fields["errno"], each.fields["reader"]) for each in events_of(record, name, "no-token")]
        violations += did_not(record, name, "token", "owner" if (SHUT, user) in refusals else "unwitnessed")
        for event in events_of(record, name, "token"):
            seen = event.fields
            if seen["owner"] != user:
                text = f"the token's file in {name} is owned by user {seen['owner']}, not by {user}"
                violations.append(Violation("owner", text, f"{name}  token owner={user}", (event,)))
            elif seen["reader"] != user:
                text = f"{name} was to run as user {user}, and runs as {seen['reader']}"
                violations.append(Violation("unwitnessed", text, f"{name}  token reader={user}", (event,)))
            if seen["mode"] != OWNERS_ALONE:
                text = f"the token's file in {name} has the mode {seen['mode']}, not {OWNERS_ALONE}"
                violations.append(Violation("mode", text, f"{name}  token mode={OWNERS_ALONE}", (event,)))
    return violations


def token_there(record: Record, *containers: str) -> list[Violation]:
    """Check that no container has a token.

    Rules:
        unwitnessed: a container did not look, or could not.
        token: it has one.
    """
    violations = []
    for name in containers:
        looks = [*events_of(record, name, "token"), *events_of(record, name, "no-token")]
        if not looks:
            violations += did_not(record, name, "no-token", "unwitnessed")
        for event in looks:
            if event.name == "token" or event.fields["errno"] != NOT_THERE:
                rule = "token" if event.name == "token" else "unwitnessed"
                text = f"{name} was to have no token: {words(event)}"
                violations.append(Violation(rule, text, f"{name}  no-token errno={NOT_THERE}", (event,)))
    return violations


def environment_differs(record: Record, *containers: str) -> list[Violation]:
    """Check that in every container the variables about the Pod match the API.

    Rules:
        unwitnessed: a container printed no variables, or the API reports nothing that one of them could show.
        differs: a variable has another value, or none.
    """
    violations = [v for name in containers for v in did_not(record, name, "environment", "unwitnessed")]
    if violations:
        return violations
    expected = _of_the_pod(record)
    violations = [
        Violation("unwitnessed", f"{variable} is of what the API never told of the Pod")
        for variable, value in expected.items()
        if not value
    ]
    return violations + _values_differ(record, dict.fromkeys(containers, expected))


def _of_the_pod(record: Record) -> dict[str, object]:
    """Return what the API reports of the first Pod, by the manifest's names of the variables."""
    pod = record.pods[0]
    metadata, statuses = pod.got["metadata"], [o.status for o in pod.observations]
    hosts: list[dict[str, str]] = next((s["hostIPs"] for s in reversed(statuses) if s.get("hostIPs")), [])
    return {
        "POD_NAME": pod.name,
        "POD_NAMESPACE": metadata.get("namespace"),
        "POD_UID": pod.uid,
        "POD_LABEL": (metadata.get("labels") or {}).get("colour"),
        "POD_ANNOTATION": (metadata.get("annotations") or {}).get("note"),
        "SERVICE_ACCOUNT": pod.got["spec"].get("serviceAccountName"),
        "NODE_NAME": pod.node,
        "HOST_IP": next((s["hostIP"] for s in reversed(statuses) if s.get("hostIP")), None),
        "HOST_IPS": ",".join(each["ip"] for each in hosts),
        "POD_IP": next(iter(pod.addresses), None),
        "POD_IPS": ",".join(pod.addresses),
    }


def resources_differ(record: Record, expected: Mapping[str, Mapping[str, str]]) -> list[Violation]:
    """Check that in every container the variables about limits and requests show its own.

    Args:
        record: of containers that print ``environment``.
        expected: the values of each container's variables.

    Rules:
        unwitnessed: a container printed no variables.
        differs: a variable has another value, or none.
    """
    violations = [v for name in expected for v in did_not(record, name, "environment", "unwitnessed")]
    return violations or _values_differ(record, expected)


def _values_differ(record: Record, expected: Mapping[str, Mapping[str, object]]) -> list[Violation]:
    return [
        Violation(
            "differs",
            f"{variable} in {name} is {event.fields['values'].get(variable)!r}, not {value!r}",
            f"{name}  environment {variable}={value}",
            (event,),
        )
        for name, values in expected.items()
        for event in events_of(record, name, "environment")
        for variable, value in values.items()
        if event.fields["values"].get(variable) != value
    ]


def users_not_mapped(record: Record, containers: Iterable[str], other: str) -> list[Violation]:
    """Check that the containers of a Pod have one map of users and groups.

    The map has all 65536 users that a Pod may use, root among them; none of them is one of the node's own, which are
    its first 65536, and none one of another Pod's. So no user has the same number inside and outside.

    Args:
        record: of two Pods on one node; the first is there while the other looks.
        containers: of the first Pod.
        other: the other Pod's container, and its role.

    Rules:
        not-mapped: a user from 0 to 65535 in a container is none outside, or one of the node's own.
        differs: a container of the first Pod has another map than one of its neighbours.
        overlap: the two Pods share users or groups of the node.
        unwitnessed: a container printed no map, or the Pods were not on one node at one time.
    """
    containers = tuple(containers)
    violations = [v for name in (*containers, other) for v in did_not(record, name, "user-map", "unwitnessed")]
    if violations:
        return violations
    maps = {name: only(record, name, "user-map") for name in (*containers, other)}
    first = maps[containers[0]]
    for name, event in maps.items():
        for kind in ("users", "groups"):
            if why := _not_mapped(event.fields[kind]):
                text = f"{why} in {name}: the map of its {kind} is {event.fields[kind]}"
                expected = f"{name}  user-map {kind}=[[0, {VALID} or more, {VALID} or more]]"
                violations.append(Violation("not-mapped", text, expected, (event,)))
            if name != other and event.fields[kind] != first.fields[kind]:
                text = f"the map of {kind} is {event.fields[kind]} in {name}, {first.fields[kind]} in {containers[0]}"
                violations.append(Violation("differs", text, f"{name}  user-map {kind}=…", (first, event)))
    last = maps[other]
    for kind in ("users", "groups"):
        if any(_meet(one, two) for one in first.fields[kind] for two in last.fields[kind]):
            text = f"two Pods of a node share {kind} of it: {first.fields[kind]} and {last.fields[kind]}"
            violations.append(Violation("overlap", text, f"{other}  user-map {kind}, of others", (first, last)))
    return violations + [Violation("unwitnessed", text) for text in _not_side_by_side(record, containers, other)]


def _not_mapped(lines: list[list[int]]) -> str:
    """Return what is wrong with a map of users or groups, as the beginning of a sentence; empty where nothing is."""
    outside = next((line for line in sorted(lines) if line[2] and line[1] < VALID), None)
    if outside:
        return f"{outside[0]} is {outside[1]}, one of the node's own,"
    following = 0
    for inside, _, count in sorted(lines):
        if inside > following:
            break
        following = max(following, inside + count)
    return "" if following >= VALID else f"{following} is mapped to none outside"


def _meet(one: list[int], two: list[int]) -> bool:
    """Return whether two lines of maps have users outside in common."""
    return one[1] < two[1] + two[2] and two[1] < one[1] + one[2]


def _not_side_by_side(record: Record, containers: tuple[str, ...], other: str) -> list[str]:
    texts = not_on_one_node(record, "the Pods")
    ends = [event.seen for name in containers for event in events_of(record, name, "terminated")]
    looked = only(record, other, "user-map").seen
    begun = max(event.seen for name in containers for event in events_of(record, name, "user-map"))
    if not ends or not begun < looked < max(ends):
        texts.append(f"{other} did not tell its map while the first Pod was there for certain")
    return texts


def owners_differ(record: Record, user: int, writer: str, reader: str, *, root_files: Iterable[str]) -> list[Violation]:
    """Check that a neighbour sees the writer's file as the writer's, and the kubelet's files as root's.

    Without a map of the volume, what the kubelet made, root of the node, would be nobody's inside.

    Args:
        record: of a writer that prints ``wrote``, and a reader that prints ``stat``.
        user: the writer's user.
        writer: that container.
        reader: its neighbour.
        root_files: files and folders that the kubelet made.

    Rules:
        unwitnessed: nothing was written, or the reader did not look.
        owner: a file belongs to another.
    """
    violations = did_not(record, writer, "wrote", "unwitnessed")
    if violations:
        return violations
    expected = {only(record, writer, "wrote").fields["file"]: user} | dict.fromkeys(root_files, 0)
    seen = {event.fields["file"]: event for event in events_of(record, reader, "stat")}
    for file, owner in expected.items():
        if file not in seen:
            violations.append(
                Violation("unwitnessed", f"{reader} did not look whose {file} is", f"{reader}  stat {file}")
            )
        elif seen[file].fields["uid"] != owner:
            text = f"{file} belongs to user {seen[file].fields['uid']} in {reader}, and was to be user {owner}'s"
            violations.append(Violation("owner", text, f"{reader}  stat file={file} uid={owner}", (seen[file],)))
    return violations
