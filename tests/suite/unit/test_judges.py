"""Judges of the Pod as the unit: their histories, and what lies at the edges of their rules."""

from dataclasses import replace
from typing import Any

from records import Act, Answer, Instance, Observation, PodRecord, Record
from suite.unit import judges
from tests.helpers.histories import did, exited, pod, ran, record, said, without
from tests.helpers.trial import Trial


def classed(given: str | None, code: int = 201) -> Record:
    """Return a history of a Pod that was sent as a dry run, and is of that class."""
    status = {} if given is None else {"qosClass": given}
    body = {"status": status} if code == 201 else {"message": "why"}
    return record(answers=[Answer("qos", {}, code, body)])


CLASS = Trial(
    judges.other_class,
    ("Burstable",),
    good=classed("Burstable"),
    broken=(
        ("unasked", "refused", classed(None, 422)),
        ("other-class", "of another class", classed("Guaranteed")),
        ("other-class", "of none", classed(None)),
    ),
)

LONG, SHORT = "0123456789" * 500, "9876543210"


def left(container: str, text: str, message: str) -> Instance:
    """Return a run that left a text as its termination message, and the message in its status."""
    run = ran(container, 0.0, did(0.1, "last-words", bytes=len(text), content=text), exited(0.2))
    return replace(run, terminated={"exitCode": 0, "reason": "Completed", "message": message})


def messages(long: str = LONG[-4096:], short: str = SHORT) -> Record:
    """Return a history of two containers that left a long text and a short one, and the messages in their statuses."""
    return record(pod(left("left", LONG, long), left("right", SHORT, short)))


def many(length: int) -> Record:
    """Return a history of a Pod whose status has messages of that length together, in parts that each may have."""
    only = pod(left("left", LONG, LONG[:4096]), left("right", SHORT, SHORT))
    statuses = [
        {"name": f"{number}", "state": {"terminated": {"message": LONG[: min(4096, length - number)]}}}
        for number in range(0, length, 4096)
    ]
    seen = Observation(0.3, "MODIFIED", {}, {"phase": "Succeeded", "containerStatuses": statuses})
    return record(replace(only, observations=(seen, *only.observations)))


MESSAGES = Trial(
    judges.messages_differ,
    ("left", "right"),
    options={"whole": ("right",)},
    good=messages(),
    broken=(
        ("unwitnessed", "a container left none", without(messages(), "right", "last-words")),
        ("lost", "a status has none", messages(short="")),
        ("altered", "a status has another", messages(long="another")),
        ("shortened", "a short one was cut", messages(short=SHORT[:5])),
        ("too-long", "one is longer than it may be", messages(long=LONG[:4097])),
        ("too-much", "all together are longer", many(12 * 1024 + 1)),
    ),
)

HELD = ran("init-held", 0.0, did(0.1, "read", content="no"), exited(2.0), kind="init")
SILENT = ran("init-held", 0.0, exited(2.0), kind="init")
BESIDE = ran("beside", 2.1, kind="sidecar")
LET_GO, DELETED = Act(1.0, "changed", "pod"), Act(5.0, "deleted", "pod")
RUNNING: dict[str, Any] = {"running": {}}
WAITING: dict[str, Any] = {"waiting": {}}
ENDED: dict[str, Any] = {"terminated": {"exitCode": 0}}


Moment = tuple[float, str, str, dict[str, Any]]  # when a status was seen, its phase, its true conditions, its apps


def said_of(*moments: Moment, held: Instance = HELD) -> PodRecord:
    """Return a Pod with these statuses, and in the end that of all its runs."""
    only = pod(held, BESIDE, ran("first", 2.2, exited(3.0)), ran("other", 2.2))
    seen = [
        Observation(
            at,
            "MODIFIED",
            only.observations[-1].metadata,
            {
                "phase": phase,
                "conditions": [{"type": kind, "status": "True"} for kind in conditions.split()],
                "containerStatuses": [
                    {"name": name, "containerID": f"containerd://pod-{name}-1", "state": state}
                    for name, state in states.items()
                ],
            },
        )
        for at, phase, conditions, states in moments
    ]
    return replace(only, observations=(*seen, replace(only.observations[-1], seen=7.0)))


def phases(
    before: str, conditions: str = "PodScheduled", acts: tuple[Act, ...] = (LET_GO,), held: Instance = HELD
) -> Record:
    """Return a history of a Pod that was in a phase, with these conditions, before its init container was let go on."""
    apps = {"first": WAITING, "other": WAITING}
    later = (1.5, "Running", "Initialized", apps)
    return record(said_of((0.5, before, conditions, apps), later, held=held), acts=acts)


INITIALIZING = Trial(
    judges.not_initializing,
    ("init-held", "read"),
    good=phases("Pending"),
    broken=(
        ("unwitnessed", "it said nothing before", phases("Pending", held=SILENT)),
        ("unwitnessed", "it was not let go on", phases("Pending", acts=())),
        ("not-pending", "it was Running", phases("Running")),
        ("initialized", "it was said to be initialized", phases("Pending", "PodScheduled Initialized")),
    ),
)


def lived(*later: tuple[str, dict[str, Any]]) -> Record:
    """Return a history of a Pod that ran, and had then these phases and states of apps, until it was deleted."""
    both = {"first": RUNNING, "other": RUNNING}
    moments = [(1.0 + number, phase, "", states) for number, (phase, states) in enumerate(later)]
    starting = (0.1, "Pending", "", {"first": ENDED, "other": WAITING})
    gone = (6.0, "Succeeded", "", {"first": ENDED, "other": ENDED})
    return record(said_of(starting, (0.5, "Running", "", both), *moments, gone), acts=(DELETED,))


ONE_ENDED = {"first": ENDED, "other": RUNNING}

LIVES = Trial(
    judges.not_running,
    ("first",),
    good=lived(("Running", ONE_ENDED)),
    broken=(
        ("unwitnessed", "the first was not said to have ended", lived(("Running", {"first": WAITING}))),
        ("other-phase", "the Pod succeeded", lived(("Running", ONE_ENDED), ("Succeeded", ONE_ENDED))),
        ("other-phase", "it was Pending again", lived(("Pending", ONE_ENDED))),
    ),
)

LISTED = pod(HELD, BESIDE, ran("first", 2.2, exited(3.0)), ran("other", 2.2))


def listed(group: str, *statuses: dict[str, Any]) -> Record:
    """Return a history of a Pod with these statuses in a list, and as they are to be in the others."""
    last = LISTED.observations[-1]
    seen = replace(last, seen=4.0, status=last.status | {group: [*statuses]})
    return record(replace(LISTED, observations=(*LISTED.observations, seen)), acts=(DELETED,))


FIRST, OTHER = LISTED.observations[-1].status["containerStatuses"]
INITS = LISTED.observations[-1].status["initContainerStatuses"]

STATUSES = Trial(
    judges.statuses_differ,
    (),
    good=record(LISTED, acts=(DELETED,)),
    broken=(
        ("statuses", "an app has none", listed("containerStatuses", FIRST)),
        ("statuses", "an app has two", listed("containerStatuses", FIRST, OTHER, OTHER)),
        ("statuses", "one is of nobody", listed("ephemeralContainerStatuses", OTHER | {"name": "nobody"})),
        ("statuses", "a sidecar has none", listed("initContainerStatuses", INITS[0])),
        ("no-id", "an app has no id", listed("containerStatuses", FIRST, {"name": "other", "state": WAITING})),
    ),
)

ORDER = ("PodScheduled", "PodReadyToStartContainers", "Initialized")


def became(*conditions: str) -> Record:
    """Return a history of a Pod with these conditions, in turn, until it was deleted; it then has none."""
    moments: list[Moment] = [(1.0 + number, "Pending", each, {}) for number, each in enumerate(conditions)]
    return record(said_of(*moments, (6.0, "Succeeded", "Initialized", {})), acts=(DELETED,))


CONDITIONS = Trial(
    judges.out_of_order,
    ORDER,
    good=became("", "PodScheduled", " ".join(ORDER)),
    broken=(
        ("unset", "one was never true", became("PodScheduled", "PodScheduled PodReadyToStartContainers")),
        ("out-of-order", "a later one came first", became("PodScheduled", "PodScheduled Initialized", " ".join(ORDER))),
        ("out-of-order", "an earlier one was lost", became(" ".join(ORDER), "PodScheduled Initialized")),
    ),
)

BOOT = "/proc/sys/kernel/random/boot_id"


def boots(left: str | None = "one", right: str | None = "one", *nodes: str) -> Record:
    """Return a history of two containers that read the id of a boot, and of the nodes of their Pod, in turn."""
    runs = [
        ran(name, 0.0, *([did(0.1, "read", file=BOOT, content=f"{text}\n")] if text else []), exited(0.2))
        for name, text in (("left", left), ("right", right))
    ]
    only = pod(*runs)
    last = only.observations[-1]
    moved = [replace(last, metadata=last.metadata | {"nodeName": node}) for node in nodes]
    return record(replace(only, observations=(*only.observations, *moved)))


NODE = Trial(
    judges.on_several_nodes,
    (BOOT, "left", "right"),
    good=boots(),
    broken=(
        ("unwitnessed", "one read nothing", boots(right=None)),
        ("apart", "they are of two boots", boots(right="another")),
        ("apart", "the node changed", boots("one", "one", "node-2")),
    ),
)


def requested(*cpus: str, node: str = "", phase: str = "Pending", most: float | None = 2.0) -> Record:
    """Return a history of a Pod whose containers request so much CPU, of nodes with so much, until its deletion."""
    spec = {"containers": [{"name": f"{n}", "resources": {"requests": {"cpu": c}}} for n, c in enumerate(cpus)]}
    stored = {"kind": "Pod", "metadata": {"name": "pod"}, "spec": spec}
    look = () if most is None else (Act(0.0, "cpus", "nodes", {"node-1": most, "node-2": 1.0}),)
    return record(replace(pod(node=node, phase=phase), sent=stored, got=stored), acts=(*look, DELETED))


SUM = Trial(
    judges.placed,
    (),
    good=requested("1100m", "1100m"),
    broken=(
        ("unwitnessed", "nobody knows of the nodes", requested("1100m", "1100m", most=None)),
        ("unwitnessed", "a node has as much", requested("1", "1")),
        ("unwitnessed", "one container asks for too much", requested("2", "1")),
        ("placed", "it has a node", requested("1100m", "1100m", node="node-1")),
        ("placed", "it runs", requested("1100m", "1100m", phase="Running")),
    ),
)

HOLDER, OTHER, TAKEN = "holder", "other", ("taken-app", "taken-sidecar")
PHASES = {HOLDER: "Pending", OTHER: "Pending", "taken-app": "Pending", "taken-sidecar": "Pending"}


def bound(nodes: dict[str, str], **phases: str) -> Record:
    """Return a history of Pods that are bound to these nodes, in these phases until their deletion."""
    given = PHASES | {name.replace("_", "-"): phase for name, phase in phases.items()}
    return record(*(pod(role=role, node=nodes.get(role, ""), phase=phase) for role, phase in given.items()))


BOUND = {HOLDER: "node-1", OTHER: "node-1"}

PORT = Trial(
    judges.port_shared,
    (HOLDER, OTHER, *TAKEN),
    good=bound(BOUND),
    broken=(
        ("unwitnessed", "nobody has the ports", bound({})),
        ("unwitnessed", "the node takes none", bound({HOLDER: "node-1"})),
        ("unwitnessed", "it is on another node", bound(BOUND | {OTHER: "node-2"})),
        ("unwitnessed", "one was not sent", record(*bound(BOUND).pods[:-1])),
        ("shared", "one was bound to the node", bound(BOUND | {"taken-app": "node-1"})),
        ("shared", "one runs", bound(BOUND, taken_sidecar="Running")),
    ),
)

TRIALS = (CLASS, MESSAGES, INITIALIZING, LIVES, STATUSES, CONDITIONS, NODE, SUM, PORT)


def test_a_port_that_two_pods_have_is_told_with_the_node() -> None:
    assert said(PORT(bound(BOUND | {"taken-app": "node-1"}))) == (
        "Pod taken-app was bound to node node-1, where Pod holder has its port [shared]"
    )


def test_a_pod_that_was_placed_is_told_with_what_it_requests() -> None:
    assert said(SUM(requested("1100m", "1100m", node="node-1"))) == (
        "Pod pod requests 2.2 CPUs of nodes with 2 at most, and was bound to node node-1 [placed]"
    )


def test_a_container_that_waits_for_its_restart_has_ended() -> None:
    again = {"first": WAITING, "other": RUNNING}
    history = lived(("Running", again))
    [only] = history.pods
    waits = [each for o in only.observations for each in o.status["containerStatuses"] if "waiting" in each["state"]]
    for each in waits:
        each["lastState"] = ENDED
    assert LIVES(history) == []


def test_a_condition_that_is_true_too_early_is_told_with_what_it_was_to_follow() -> None:
    assert said(CONDITIONS(became("PodScheduled Initialized", " ".join(ORDER)))) == (
        "Pod pod was Initialized while it was not PodReadyToStartContainers [out-of-order]"
    )


def test_statuses_of_others_than_the_containers_are_told_with_both() -> None:
    assert said(STATUSES(listed("containerStatuses", FIRST))) == (
        "containerStatuses of Pod pod are of first; its containers are first other [statuses]"
    )


def test_messages_may_be_as_long_as_they_may_be() -> None:
    assert MESSAGES(many(12 * 1024)) == []


def test_a_runtime_may_put_words_before_a_message_and_they_count() -> None:
    assert MESSAGES(messages(short=f"the runtime: {SHORT}")) == []
    assert {each.rule for each in MESSAGES(messages(long=f"{'x' * 4090}: {LONG[:10]}"))} == {"too-long"}


def test_a_message_that_was_cut_is_told_with_both_lengths() -> None:
    text = "right left a message of 10 bytes; its status has 5 of them [shortened]"
    assert said(MESSAGES(messages(short=SHORT[:5]))) == text


def test_a_record_without_answers_asked_nothing() -> None:
    assert said(judges.other_class(record(), "Burstable")) == "the API server was not sent the Pod [unasked]"


def test_another_class_is_told_with_the_one_that_was_to_be() -> None:
    assert said(CLASS(classed("Guaranteed"))) == "Pod qos is Guaranteed, and was to be Burstable [other-class]"
