"""The shapes of a record.

Two clocks are kept apart and never compared with each other:

- ``clock``: nanoseconds of the node's monotonic clock, read inside a container. One clock for all containers of a Pod.
- ``seen``: seconds since the scenario began, on the suite's monotonic clock, when the suite learnt of something.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from records import addresses
from records.outcome import Cause  # noqa: TC001 # records.files reads it from the annotation

Json = dict[str, Any]
Kind = Literal["init", "sidecar", "app", "ephemeral"]
Output = Literal["whole", "window", "cut"]

GROUPS = ("initContainers", "containers", "ephemeralContainers")
STATUSES = ("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses")
PROBE = "/probe"  # a container without it in its command runs a real program, and prints no events

CPUS = "cpus"  # the act of a look at how many CPUs each node has for Pods, which ``sent`` has by its name
RESIZE_PENDING = "PodResizePending"  # the condition of a Pod whose node cannot, or cannot yet, resize it
RESIZED = "resized"  # the act of other resources for running containers, which ``sent`` has
SEGMENTED = "segmented"  # the act of a NetworkPolicy that the cluster has put into the run's namespace
SANDBOX_LOST = "sandbox-lost"
CONTAINER_KILLED = "container-killed"
CONTAINER_REMOVED = "container-removed"
PART_RESTARTED = "part-restarted"
"""Acts of a hand on the node, each of a Pod's role; ``sent`` has the sandbox, the container and its id, or the part
and the number of its process before and after."""
STATE_LOST = frozenset({SANDBOX_LOST, CONTAINER_REMOVED})
"""The acts after which the runtime no longer knows of runs that there were."""
SIGNALLED = 128  # a signal's number plus this is the exit code of a process that it ended


@dataclass(frozen=True)
class Event:
    """One line that the probe printed.

    Attributes:
        name: what happened, such as ``started`` or ``received``.
        seq: 0, 1, 2 … within one container instance.
        clock: the node's monotonic clock, ns.
        seen: when the suite read the line, s.
        fields: what the probe said of it; an errno is given by name.
    """

    name: str
    seq: int
    clock: int
    seen: float
    fields: Json = field(default_factory=dict)


@dataclass(frozen=True)
class Instance:
    """One run of one container: its output, from its start to its end or to the end of the window.

    Attributes:
        container: the container's name.
        kind: init, sidecar, app or ephemeral.
        container_id: as in the Pod's status; no two instances share one.
        events: in the order of their numbers.
        other: lines that are no events (a traceback, a warning of the interpreter), as printed.
        output: ``whole``, read to its end; ``window``, still running when the scenario's window closed, or removed by a
            kubelet that restarts all containers or by a hand: nobody tells of its end; ``cut``, a part of the output
            could not be read.
        terminated: the terminated state in the Pod's status (exitCode, reason …), where there was one.
    """

    container: str
    kind: Kind
    container_id: str
    events: tuple[Event, ...] = ()
    other: tuple[str, ...] = ()
    output: Output = "whole"
    terminated: Json | None = None

    def first(self, name: str) -> Event | None:
        """Return the first event of that name, or None."""
        return next((event for event in self.events if event.name == name), None)

    def all(self, name: str) -> tuple[Event, ...]:
        """Return every event of that name, in order."""
        return tuple(event for event in self.events if event.name == name)

    @property
    def start_clock(self) -> int | None:
        """Return when the process began, ns: by the kernel if it could say, else by the clock of the first line."""
        started = self.first("started")
        if started is None:
            return None
        start = started.fields.get("process_start")
        return int(start) if start is not None else started.clock

    @property
    def exit_code(self) -> int | None:
        """Return the exit code that the process printed, else that of the status; None where it did not end."""
        if said := self.first("exit"):
            return int(said.fields["code"])
        return int(self.terminated["exitCode"]) if self.terminated else None

    @property
    def signal(self) -> int | None:
        """Return the number of the signal that ended it; None where it exited by itself, or did not end."""
        code = self.exit_code or 0
        return code - SIGNALLED if code > SIGNALLED and not self.first("exit") else None


@dataclass(frozen=True)
class Observation:
    """One event of the watch: the Pod's status at that time, with its uid, deletion and node."""

    seen: float
    type: Literal["ADDED", "MODIFIED", "DELETED"]
    metadata: Json
    status: Json


def containers_of(spec: Json, *groups: str) -> list[Json]:
    """Return all containers of a Pod's spec, init containers first, then apps; or those in some of its groups."""
    return [each for group in groups or GROUPS for each in spec.get(group) or []]


def statuses_of(status: Json) -> list[Json]:
    """Return the status of every container in a Pod's status, in the same order."""
    return [each for group in STATUSES for each in status.get(group) or []]


def named(pod: Json, *groups: str) -> tuple[str, ...]:
    """Return the names of all of a Pod's containers, or of those in some groups of its spec."""
    return tuple(str(each["name"]) for each in containers_of(pod.get("spec", {}), *groups))


def programs(pod: Json) -> frozenset[str]:
    """Return the names of a Pod's containers that run another program than the probe: they print no events."""
    return frozenset(
        str(each["name"])
        for each in containers_of(pod.get("spec", {}))
        if PROBE not in [*each.get("command", [PROBE]), *each.get("args", [])]
    )


@dataclass(frozen=True)
class PodRecord:
    """One Pod that was deployed.

    Attributes:
        role: its name in the manifest, or that with ``@2`` for the second of that name.
        sent: the Pod as sent to the API, with the ephemeral containers that were sent later.
        got: the Pod as the API stored it, read back from the answer.
        observations: everything that the watch saw of it, in order.
        instances: every instance of a container that was sent, in the order in which they were seen. What others put
            into the Pod (a mesh's container) is in ``got`` and in the statuses alone: its output is not ours.
        window: what closed the observation, in words.
    """

    role: str
    name: str
    uid: str
    sent: Json
    got: Json
    observations: tuple[Observation, ...] = ()
    instances: tuple[Instance, ...] = ()
    window: str = ""

    @property
    def node(self) -> str:
        """Return the node of the Pod, or the empty string."""
        return next((str(o.metadata["nodeName"]) for o in self.observations if o.metadata.get("nodeName")), "")

    @property
    def containers(self) -> tuple[str, ...]:
        """Return the names of the containers that were sent, in the order of the spec."""
        return named(self.sent)

    @property
    def apps(self) -> tuple[str, ...]:
        """Return the apps among these containers."""
        return named(self.sent, "containers")

    @property
    def programs(self) -> frozenset[str]:
        """Return those among these containers that run another program than the probe."""
        return programs(self.sent)

    @property
    def phase(self) -> str:
        """Return the last phase that was seen."""
        return str(self.observations[-1].status.get("phase", "")) if self.observations else ""

    @property
    def addresses(self) -> tuple[str, ...]:
        """Return every address in the Pod's statuses, in the order in which the watch saw them."""
        return tuple(dict.fromkeys(address for o in self.observations for address in addresses.of_status(o.status)))

    @property
    def last_addresses(self) -> tuple[str, ...]:
        """Return the addresses that the Pod was last known to have: a sandbox that was made anew has others."""
        known = (tuple(addresses.of_status(o.status)) for o in reversed(self.observations))
        return next((found for found in known if found), ())

    @property
    def container_statuses(self) -> list[Json]:
        """Return every status of every container that the watch saw, in order."""
        return [status for observation in self.observations for status in statuses_of(observation.status)]

    def instances_of(self, container: str) -> tuple[Instance, ...]:
        """Return every instance of a container, first to last; empty where it never ran."""
        return tuple(instance for instance in self.instances if instance.container == container)


@dataclass(frozen=True)
class Answer:
    """The API server's answer to a Pod that was sent as a server-side dry run, or to a change of one; or a refusal.

    Attributes:
        role: the Pod's role.
        sent: the Pod as sent; of a change, what was to be changed.
        code: the HTTP status.
        body: the stored object, or a ``Status`` with ``reason`` and ``details.causes``.
        warnings: the Warning headers' texts.
    """

    role: str
    sent: Json
    code: int
    body: Json
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Act:
    """One act of the scenario, on the suite's clock: ``created``, ``deleted``, ``gone`` … and its object.

    Attributes:
        seen: when, s.
        what: in a word.
        role: the Pod's role; of another object, kind and name as in ``ConfigMap settings``.
        sent: what was sent, where that is no object of the record.
    """

    seen: float
    what: str
    role: str
    sent: Json | None = None


@dataclass(frozen=True)
class ClusterEvent:
    """An Event of the API, for people. It may be late, merged or missing: no verdict rests on one that did not come.

    Attributes:
        seen: when the suite learnt of its last occurrence, s.
        time: that occurrence, RFC 3339, by the clock of the part that reports it; most tell whole seconds.
        type: ``Normal`` or ``Warning``.
        reason: a word, such as ``Scheduled`` or ``FailedMount``.
        object: what it is about, such as ``Pod sysv-queue-one, spec.containers{consumer}``.
        message: a sentence.
        count: how often it occurred.
    """

    seen: float
    time: str
    type: str
    reason: str
    object: str
    message: str
    count: int = 1


@dataclass(frozen=True, repr=False)
class Record:
    """Everything that one scenario saw.

    Attributes:
        scenario: behaviour and name, such as ``init.sequential``.
        case: the parameters' values joined by ``-``; the manifest's name where there are none.
        control: the name of the control that changed the stimulus, or None.
        began: wall clock of the suite, RFC 3339, UTC.
        seconds: how long the scenario took.
        interruptions: what kept the suite from seeing everything (a watch that had to begin anew …).
        nodes: facts of each node a Pod ran on: kernel, runtime, kubelet.
        cluster_events: the API's Events of what the scenario made, as far as they had come.
        objects: all that was created beside Pods (Services, ConfigMaps …), as sent.
        lacks: why the cluster cannot play this scenario; nothing was judged then. Empty where it can.
        owed: whether it had to be able to: what it lacks is GA in its version.
        cause: why it was not run, where that was somebody's choice; ``lacks`` says it in words.
    """

    scenario: str
    case: str
    control: str | None = None
    began: str = ""
    seconds: float = 0.0
    pods: tuple[PodRecord, ...] = ()
    answers: tuple[Answer, ...] = ()
    acts: tuple[Act, ...] = ()
    interruptions: tuple[str, ...] = ()
    nodes: Json = field(default_factory=dict)
    cluster_events: tuple[ClusterEvent, ...] = ()
    objects: tuple[Json, ...] = ()
    lacks: str = ""
    owed: bool = False
    cause: Cause | None = None

    def __repr__(self) -> str:
        return f"<record of {self.scenario}[{self.case}]>"

    @cached_property
    def instances(self) -> tuple[Instance, ...]:
        """Return every instance of every Pod."""
        return tuple(instance for pod in self.pods for instance in pod.instances)

    def instances_of(self, container: str) -> tuple[Instance, ...]:
        """Return every instance of the container of that name, in whichever Pods it was."""
        return tuple(instance for instance in self.instances if instance.container == container)

    def pod(self, role: str) -> PodRecord | None:
        """Return the Pod in that role, or None."""
        return next((pod for pod in self.pods if pod.role == role), None)

    def act(self, what: str, role: str) -> Act | None:
        """Return the first act of that kind upon that Pod, or None."""
        return next((act for act in self.acts if (act.what, act.role) == (what, role)), None)
