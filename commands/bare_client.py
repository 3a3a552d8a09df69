"""A bare client for the Pods of a scenario: it creates them, watches their status, and deletes them.

Its steps come from a record: the same Pods, in the same order. It reads no output and stores nothing. So the time that
the suite takes beyond the bare client's is the cost of the suite itself.

Before each act it waits until the Pods' status shows what the suite knew before that act:

- what the suite had seen in the status;
- that a container with output had started;
- that a container that had printed its exit had ended, as the next act may depend on that. Status shows an exit a
  moment later than output does: only here may the bare client wait longer than the suite did.
"""

from __future__ import annotations

import contextlib
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from fixtures.api import namespace
from fixtures.api.connection import delete_object
from fixtures.api.owner import RUN_LABEL
from fixtures.api.pod_security import POD_SECURITY, RESTRICTED
from fixtures.errors import TroubleError
from fixtures.play.names import cluster_name
from fixtures.play.objects import PATHS
from fixtures.play.stage import CLEAN_UP_GRACE
from records.addresses import of_status
from records.record import statuses_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fixtures.api.connection import Connection
    from records import PodRecord, Record

Json = dict[str, Any]
Progress = tuple[int, int]  # restarts, and 0 waiting, 1 running, 2 terminated
ENDED = ("", (0, 1))  # an item of a State: the Pod itself has ended
State = dict[str, Progress]

WAITING, RUNNING, TERMINATED = 0, 1, 2
LONGEST = 300.0  # seconds for one step: no scenario waits longer


@dataclass(frozen=True)
class Step:
    """One step of the bare client.

    Attributes:
        what: ``create``, ``await`` (until the Pod has reached the state), ``delete``, ``gone`` (wait until the Pod is
            gone), ``changed`` (patch an object), or ``injected`` (send a Pod its ephemeral containers).
        role: the Pod's role; for another object, its kind and its name in the manifest.
        sent: the Pod to create, or the patch.
        state: the awaited progress, by container; with ENDED for the Pod itself.
        grace: the grace period of a delete request, seconds; None for the Pod's own.
    """

    what: Literal["create", "await", "delete", "gone", "changed", "injected"]
    role: str
    sent: Json | None = None
    state: State | None = None
    grace: int | None = None


def steps(record: Record) -> list[Step]:
    """Return the steps that repeat a record's acts, for a client that reads nothing but status."""
    done: list[Step] = []
    there: dict[str, PodRecord] = {}
    for act in record.acts:
        pod = record.pod(act.role)
        if act.what == "gone":
            done.append(Step("gone", act.role))
            continue
        if pod is None and act.what != "changed":
            continue
        done += [Step("await", role, state=known_of(each, act.seen, exits=True)) for role, each in there.items()]
        match act.what:
            case "changed" | "injected" as what:
                done.append(Step(what, act.role, sent=act.sent))
            case "created" if pod:
                there[act.role] = pod
                done.append(Step("create", act.role, sent=pod.sent))
            case "deleted" if pod:
                del there[act.role]
                done.append(Step("delete", act.role, grace=_grace(pod)))
    done += [Step("await", role, state=known_of(each, record.seconds)) for role, each in there.items()]
    return done + [Step("delete", role, grace=CLEAN_UP_GRACE) for role in there]


def known_of(pod: PodRecord, until: float, *, exits: bool = False) -> State:
    """Return the progress of a Pod's containers that the suite knew at a time, as far as status shows it.

    Args:
        pod: as recorded.
        until: the time, seconds since the scenario began.
        exits: whether a container that had printed its exit counts as ended before a status shows it.
    """
    known: State = {}
    for observation in pod.observations:
        if observation.seen <= until:
            _advance(known, observation.status)
    for instance in pod.instances:
        if instance.events and instance.events[0].seen <= until:
            ended = exits and any(event.name == "exit" and event.seen <= until for event in instance.events)
            reached = (pod.instances_of(instance.container).index(instance), TERMINATED if ended else RUNNING)
            known[instance.container] = max(known.get(instance.container, reached), reached)
    return {name: progress for name, progress in known.items() if progress > (0, WAITING)}


def _advance(state: State, status: Json) -> None:
    """Update the state by a status; progress never goes back."""
    for each in statuses_of(status):
        now = each.get("state", {})
        ran = each.get("lastState", {}).get("terminated")
        reached = RUNNING if "running" in now else TERMINATED if "terminated" in now or ran else WAITING
        progress = (int(each.get("restartCount", 0)), reached)
        state[each["name"]] = max(state.get(each["name"], progress), progress)
    if status.get("phase") in {"Succeeded", "Failed"}:
        state[ENDED[0]] = ENDED[1]


def _grace(pod: PodRecord) -> int | None:
    """Return the grace period of a Pod's deletion, from its first metadata with one; None where it is the Pod's own."""
    periods = [o.metadata["deletionGracePeriodSeconds"] for o in pod.observations if "deletionTimestamp" in o.metadata]
    own = pod.got.get("spec", {}).get("terminationGracePeriodSeconds")
    return int(periods[0]) if periods and periods[0] != own else None


def readdressed(sent: Any, addresses: dict[str, str]) -> Any:
    """Return a copy of what was sent, with the recorded Pods' addresses replaced.

    Args:
        sent: any JSON value.
        addresses: the current address of each recorded one.
    """
    if isinstance(sent, dict):
        return {key: readdressed(value, addresses) for key, value in sent.items()}
    if isinstance(sent, list):
        return [readdressed(value, addresses) for value in sent]
    return addresses.get(sent, sent) if isinstance(sent, str) else sent


def level_of(record: Record) -> str:
    """Return the Pod Security level of the namespace of a record's objects."""
    sent = [*(pod.sent for pod in record.pods), *record.objects][:1]
    names = [each["metadata"].get("namespace", "") for each in sent]
    return next((level for level in POD_SECURITY for name in names if name.endswith(f"-{level}")), RESTRICTED)


def addresses_of(pod: PodRecord) -> list[str]:
    """Return the Pod's last addresses; empty where it never had one."""
    return next((found for o in reversed(pod.observations) if (found := of_status(o.status))), [])


class _Pod:
    def __init__(self) -> None:
        self.state: State = {}
        self.addresses: list[str] = []
        self.gone = False


class BareClient:
    """Plays many records side by side, with one watch for each namespace."""

    def __init__(self, connection: Connection, run: str) -> None:
        """Make a client that works in the namespaces of the run with this id."""
        self._connection = connection
        self._run = run
        self._pods: dict[str, _Pod] = {}
        self._changed = threading.Condition()

    def play(self, records: Iterable[Record], in_flight: int) -> float:
        """Play the records, to the last delete request; return the sum of the scenarios' times, seconds.

        Raises:
            TroubleError: a request was refused, or a Pod did not reach a state of its record.
        """
        records = [record for record in records if not record.lacks]
        with contextlib.ExitStack() as watches:
            for level in sorted({level_of(record) for record in records}):
                path = PATHS["Pod"].format(namespace=namespace.name_of(self._run, level))
                version = str(self._connection.get(path)["metadata"]["resourceVersion"])
                stream = self._connection.stream(path, watch="true", resourceVersion=version)
                watch = threading.Thread(target=self._watch, args=(stream,), name="bare watch", daemon=True)
                watch.start()
                watches.callback(watch.join)
                watches.callback(stream.close)
            with ThreadPoolExecutor(in_flight) as threads:
                return sum(threads.map(self._play, records))

    def _watch(self, stream: Iterable[bytes]) -> None:
        for line in stream:
            event = json.loads(line)
            status = event["object"].get("status", {})
            with self._changed:
                pod = self._pods.setdefault(event["object"]["metadata"]["uid"], _Pod())
                _advance(pod.state, status)
                pod.addresses = of_status(status) or pod.addresses
                pod.gone = event["type"] == "DELETED"
                self._changed.notify_all()

    def _play(self, record: Record) -> float:
        began = time.monotonic()
        made: dict[str, Json] = {}
        for sent in record.objects:
            self._create(sent, level_of(record))
        for step in steps(record):
            if step.what == "create":
                addresses = {
                    old: new for role, each in made.items() for old, new in self._moved(record, role, each["uid"])
                }
                made[step.role] = self._create(readdressed(step.sent, addresses), level_of(record))
            elif step.what == "delete":
                self._delete(made[step.role], step.grace)
            elif step.what in {"changed", "injected"}:
                self._change(record, step)
            else:
                self._await(record, step, made[step.role]["uid"])
        return time.monotonic() - began

    def _moved(self, record: Record, role: str, uid: str) -> list[tuple[str, str]]:
        """Return pairs of a Pod's addresses: in the record, and now."""
        pod = record.pod(role)
        with self._changed:
            return list(zip(addresses_of(pod) if pod else [], self._pods.get(uid, _Pod()).addresses, strict=False))

    def _create(self, sent: Json, level: str) -> Json:
        labels = sent["metadata"].get("labels", {}) | {RUN_LABEL: self._run}
        metadata = sent["metadata"] | {"namespace": namespace.name_of(self._run, level), "labels": labels}
        spec = {key: value for key, value in sent.get("spec", {}).items() if key != "ephemeralContainers"}
        if RUN_LABEL in (selector := spec.get("selector", {})):
            spec["selector"] = selector | {RUN_LABEL: self._run}
        body = sent | {"metadata": metadata} | ({"spec": spec} if spec else {})
        path = PATHS[sent.get("kind", "Pod")].format(namespace=metadata["namespace"])
        answer = self._connection.request("POST", path, body=body)
        if not answer.ok:
            raise TroubleError(f"{sent.get('kind', 'Pod')} {sent['metadata']['name']} was refused: {answer.message}")
        return dict(answer.body["metadata"])

    def _change(self, record: Record, step: Step) -> None:
        """Send a patch of a Pod or of another object, or ephemeral containers."""
        pod = record.pod(step.role)
        kind, _, name = step.role.rpartition(" ")
        in_cluster = pod.name if pod else cluster_name(record.scenario, record.case, name, record.control)
        path = PATHS[kind or "Pod"].format(namespace=namespace.name_of(self._run, level_of(record)))
        path += f"/{in_cluster}{'/ephemeralcontainers' if step.what == 'injected' else ''}"
        answer = self._connection.request("PATCH", path, body=step.sent)
        if not answer.ok:
            raise TroubleError(f"{record!r}: {step.role} could not be changed: {answer.message}")

    def _delete(self, made: Json, grace: int | None) -> None:
        path = f"{PATHS['Pod'].format(namespace=made['namespace'])}/{made['name']}"
        if refused := delete_object(self._connection, path, uid=made["uid"], grace=grace):
            raise TroubleError(f"Pod {made['name']} could not be deleted: {refused.message}")

    def _await(self, record: Record, step: Step, uid: str) -> None:
        wanted = step.state or {}

        def met() -> bool:
            pod = self._pods.get(uid, _Pod())
            if step.what == "gone":
                return pod.gone
            return all(pod.state.get(name, (0, WAITING)) >= progress for name, progress in wanted.items())

        with self._changed:
            if not self._changed.wait_for(met, LONGEST):
                seen = self._pods.get(uid, _Pod()).state
                raise TroubleError(f"{record!r}: Pod {step.role} was to be {step.state or 'gone'}, and is {seen}")
