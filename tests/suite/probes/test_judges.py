"""Judges of probes: their histories, and what lies at the edges of their rules."""

from dataclasses import replace
from typing import Any

from records import Act, Event, Instance, Observation, Record
from records.deviations import explaining
from records.endpoints import LOOKED
from reports.matrix.compare import known_issues
from suite.probes import judges
from tests.helpers.histories import altered, did, exited, pod, ran, record, rules, without
from tests.helpers.trial import Trial

ADDRESS = "10.0.0.7"
GATE = "podproof.dev/open"
AGENT, OWN, ACCEPT = ["User-Agent", "kube-probe/1.37"], ["X-Podproof", "of the manifest"], ["Accept", "*/*"]


def asked(at: float, path: str, status: int = 200, **fields: Any) -> Event:
    """Return the event of a question from the node, at the Pod's address."""
    return did(at, "probed", path=path, status=status, **{"local": ADDRESS, "peer": "10.0.0.1", "port": 8080} | fields)


def with_probe(history: Record, app: str, probe: str, **fields: Any) -> Record:
    """Return a copy in which a container is stored with a probe."""
    [old] = history.pods
    spec = old.got["spec"] | {"containers": [{"name": app, probe: fields}]}
    return replace(history, pods=(replace(old, got=old.got | {"spec": spec}),))


def looked(runs: str, content: str = "..") -> Event:
    return did(9.0, "changed", file=runs, content=content)


TERM = did(4.1, "terminated", signal="SIGTERM")
GOOD, BAD, WORSE = asked(2.0, "/live"), asked(3.0, "/live", 503), asked(4.0, "/live", 503)
FIRST = ran("failing", 0.0, GOOD, BAD, WORSE, TERM, exited(4.2))
SECOND = ran("failing", 5.0, asked(7.0, "/live"))
NEIGHBOUR = ran("neighbour", 0.0, looked("/turn/runs"))


def restarting(*runs: Any) -> Record:
    return with_probe(record(pod(*runs)), "failing", "livenessProbe", failureThreshold=2)


ALONE = restarting(FIRST, SECOND, NEIGHBOUR)
CLOSED = ran("failing", 0.0, asked(2.0, "tcp"), did(3.0, "closed", path="tcp"), TERM, exited(4.2))

RESTART = Trial(
    judges.not_restarted_alone,
    ("failing", "neighbour"),
    good=ALONE,
    broken=(
        ("not-probed", "it answered well", altered(ALONE, "failing", "probed", status=200)),
        ("not-probed", "it was asked for something else", altered(ALONE, "failing", "probed", path="/")),
        ("not-restarted", "it did not run again", restarting(FIRST, NEIGHBOUR)),
        (
            "not-restarted",
            "it got no TERM",
            restarting(ran("failing", 0.0, BAD, WORSE, exited(4.2)), SECOND, NEIGHBOUR),
        ),
        ("too-soon", "one bad answer", restarting(ran("failing", 0.0, BAD, TERM, exited(4.2)), SECOND, NEIGHBOUR)),
        ("touched", "the neighbour saw no second run", restarting(FIRST, SECOND, ran("neighbour", 0.0))),
        ("touched", "it saw the first", restarting(FIRST, SECOND, ran("neighbour", 0.0, looked("/turn/runs", ".")))),
        (
            "touched",
            "the neighbour ran again",
            restarting(FIRST, SECOND, ran("neighbour", 0.0, exited(4.0)), ran("neighbour", 5.0, looked("/turn/runs"))),
        ),
        (
            "touched",
            "the neighbour got TERM",
            restarting(FIRST, SECOND, ran("neighbour", 0.0, looked("/turn/runs"), TERM)),
        ),
    ),
)

STARTING = ran("starting", 0.0, asked(1.0, "/startup", 503))
AGAIN = record(pod(FIRST, ran("failing", 5.0, asked(6.0, "/live"), asked(7.0, "/ready")), STARTING))

PROBED_AGAIN = Trial(
    judges.not_probed_again,
    ("failing", "starting", "/live", "/ready"),
    good=AGAIN,
    broken=(
        ("unwitnessed", "the neighbour was not asked", without(AGAIN, "starting", "probed")),
        ("unwitnessed", "the neighbour has started", altered(AGAIN, "starting", "probed", status=200)),
        ("not-probed-again", "it did not run again", record(pod(FIRST, STARTING))),
        ("not-probed-again", "for one path alone", record(pod(FIRST, SECOND, STARTING))),
        ("not-probed-again", "not at all", record(pod(FIRST, ran("failing", 5.0), STARTING))),
    ),
)

TELLER = ran("teller", 5.0, did(5.1, "loaded", versions=1), exited(5.2), kind="ephemeral")
IN_VAIN = ran("teller", 5.0, exited(5.2, code=1), kind="ephemeral")


def of_server(at: float, restarts: int, *, started: bool = True) -> Observation:
    """Return a status in which a server, whose output is not read, has been restarted so often."""
    status = {"name": "server", "restartCount": restarts, "started": started}
    return Observation(at, "MODIFIED", {"nodeName": "node-1"}, {"containerStatuses": [status]})


def told(
    *moments: Observation, beside: tuple[Any, ...] = (ran("neighbour", 0.0), TELLER), added: bool = True
) -> Record:
    old = pod(*beside)
    acts = [Act(4.0, "injected", "pod")] if added else []
    return record(replace(old, observations=(*old.observations, *moments)), acts=acts)


SERVED, AGAIN_SERVED = of_server(2.0, 0), of_server(7.0, 1)

TOLD = Trial(
    judges.not_restarted_once_told,
    ("server", "neighbour", "teller"),
    good=told(
        of_server(1.0, 0, started=False), SERVED, of_server(6.0, 0), of_server(6.5, 1, started=False), AGAIN_SERVED
    ),
    broken=(
        ("unwitnessed", "nobody told it", told(SERVED, AGAIN_SERVED, beside=(ran("neighbour", 0.0),))),
        ("unwitnessed", "it was told in vain", told(SERVED, beside=(ran("neighbour", 0.0), IN_VAIN))),
        ("unwitnessed", "nobody was added", told(SERVED, AGAIN_SERVED, added=False)),
        ("not-started", "it had not started before", told(of_server(1.0, 0, started=False), AGAIN_SERVED)),
        ("not-started", "it had been restarted before", told(SERVED, of_server(3.0, 1), AGAIN_SERVED)),
        ("not-started", "no status tells of it", told(AGAIN_SERVED)),
        ("not-restarted", "it ran on", told(SERVED, of_server(7.0, 0))),
        ("not-restarted", "it did not start again", told(SERVED, of_server(7.0, 1, started=False))),
        ("not-restarted", "it was restarted twice", told(SERVED, AGAIN_SERVED, of_server(8.0, 2))),
        ("touched", "the neighbour got TERM", told(SERVED, AGAIN_SERVED, beside=(ran("neighbour", 0.0, TERM), TELLER))),
        (
            "touched",
            "the neighbour ran again",
            told(SERVED, AGAIN_SERVED, beside=(ran("neighbour", 0.0, exited(6.0)), ran("neighbour", 7.0), TELLER)),
        ),
    ),
)

NOT_STARTED = ran("app", 0.0, asked(1.0, "/startup", 503), TERM, exited(4.2))
STARTED = ran(
    "app", 5.0, asked(6.0, "/startup", 503), asked(7.0, "/startup"), asked(8.0, "/live"), asked(8.1, "/ready")
)
IN_TURN = record(pod(NOT_STARTED, STARTED))
AT_ONCE = ran("app", 5.0, asked(7.0, "/startup"), asked(8.0, "/live"), asked(8.1, "/ready"))
EARLY = ran("app", 5.0, asked(6.0, "/live"), asked(7.0, "/startup"), asked(8.0, "/live"), asked(8.1, "/ready"))


def said_of_the_first_run(field: str) -> Record:
    """Return the good history, in which a status says that of the run whose startup probe failed."""
    [old] = IN_TURN.pods
    first, *others = [each for each in old.observations if each.status["containerStatuses"]]
    [status] = first.status["containerStatuses"]
    lie = replace(first, status=first.status | {"containerStatuses": [status | {field: True}]})
    return record(replace(old, observations=(old.observations[0], lie, *others)))


WAITING = Trial(
    judges.premature,
    ("app", "/live", "/ready"),
    options={"hesitates": True},
    good=IN_TURN,
    broken=(
        ("unwitnessed", "it started at once", record(pod(NOT_STARTED, AT_ONCE))),
        ("not-probed", "the startup probe was never answered well", record(pod(NOT_STARTED))),
        ("not-probed", "it never ran", without(IN_TURN, "app")),
        ("premature", "before the startup probe in the second run", record(pod(NOT_STARTED, EARLY))),
        (
            "premature",
            "while the startup probe failed",
            record(pod(ran("app", 0.0, asked(1.0, "/startup", 503), asked(2.0, "/ready"), exited(4.2)), STARTED)),
        ),
        (
            "premature",
            "at the very time",
            record(
                pod(
                    ran(
                        "app",
                        0.0,
                        asked(1.0, "/startup"),
                        asked(1.0, "/live"),
                        asked(2.0, "/live"),
                        asked(2.0, "/ready"),
                    )
                )
            ),
        ),
        ("never", "one did not ask", record(pod(ran("app", 0.0, asked(1.0, "/startup"), asked(2.0, "/live"))))),
        ("started", "it is said to have started", said_of_the_first_run("started")),
        ("started", "it is said to be ready", said_of_the_first_run("ready")),
    ),
)

KILLED = {"exitCode": 137, "reason": "Error"}


def stubborn(*runs: Any) -> Record:
    """Return a history whose first run of ``live`` was killed, where it did not exit."""
    old = pod(*runs)
    [first, *others] = old.instances
    if not first.first("exit"):
        status = KILLED | {"containerID": first.container_id}
        first = replace(first, terminated=status, output="whole")
    history = record(replace(old, instances=(first, *others)))
    return with_probe(history, "live", "livenessProbe", terminationGracePeriodSeconds=2)


LIVE = ran("live", 0.0, BAD, TERM)
WATCHING = ran("neighbour", 0.0, looked("/turn/live"))
SHORT = stubborn(LIVE, ran("live", 5.0), WATCHING)

GRACE = Trial(
    judges.grace_ignored,
    ("live", "neighbour"),
    options={"probe": "livenessProbe", "path": "/live", "runs": "/turn/live"},
    good=SHORT,
    broken=(
        ("not-probed", "it answered well", stubborn(ran("live", 0.0, GOOD, TERM), ran("live", 5.0), WATCHING)),
        ("not-killed", "it ended by itself", stubborn(ran("live", 0.0, BAD, exited(4.2)), ran("live", 5.0), WATCHING)),
        ("not-killed", "it did not run again", stubborn(LIVE, WATCHING)),
        ("too-soon", "after less than two seconds", stubborn(LIVE, ran("live", 4.99), WATCHING)),
        (
            "touched",
            "the neighbour saw another",
            stubborn(LIVE, ran("live", 5.0), ran("neighbour", 0.0, looked("/turn/runs"))),
        ),
    ),
)

INSIDE = ran("app", 0.0, did(0.1, "serving", port=8080), exited(4.2))
SENT: dict[str, Any] = {"host": f"{ADDRESS}:8080", "headers": [AGENT, OWN, ACCEPT]}


def at_the_pod(*runs: Any) -> Record:
    history = record(pod(*runs, addresses=(ADDRESS, "fd00::7")))
    return with_probe(
        history, "app", "livenessProbe", httpGet={"httpHeaders": [{"name": OWN[0].lower(), "value": OWN[1]}]}
    )


OUTSIDE = at_the_pod(INSIDE, ran("app", 5.0, asked(6.0, "/live", **SENT)))

AT_THE_POD = Trial(
    judges.not_at_the_pods_address,
    ("app", "/live"),
    good=OUTSIDE,
    broken=(
        ("unwitnessed", "it did not listen", without(OUTSIDE, "app", "serving")),
        (
            "reached",
            "its first run was asked",
            at_the_pod(
                replace(
                    INSIDE,
                    events=(*INSIDE.events[:2], replace(asked(2.0, "/live"), seq=2), replace(INSIDE.events[2], seq=3)),
                ),
                ran("app", 5.0, asked(6.0, "/live")),
            ),
        ),
        ("not-probed", "it did not run again", at_the_pod(INSIDE)),
        ("not-probed", "nobody asked later", without(OUTSIDE, "app", "probed")),
        ("elsewhere", "at the other address", altered(OUTSIDE, "app", "probed", local="fd00::7")),
        ("from-inside", "from the Pod itself", altered(OUTSIDE, "app", "probed", peer=ADDRESS)),
        ("from-inside", "from the loopback interface", altered(OUTSIDE, "app", "probed", peer="127.0.0.1")),
    ),
)


def answered_by_a_witness(*events: Event) -> Record:
    """Return a history in which a neighbour answers for an app whose two runs begin at 0 and at 5 s."""
    return record(pod(ran("app", 0.0, TERM, exited(4.2)), ran("app", 5.0), ran("witness", 0.0, *events)))


FIRST_LIFE = (asked(0.5, "/startup"), asked(1.0, "/live", 503))


def sent(**fields: Any) -> Record:
    return at_the_pod(INSIDE, ran("app", 5.0, asked(6.0, "/live", **SENT | fields)))


HEADERS = Trial(
    judges.headers_altered,
    ("app", "/live"),
    good=OUTSIDE,
    broken=(
        ("not-probed", "nobody asked", without(OUTSIDE, "app", "probed")),
        ("wrong-host", "another port", sent(host=f"{ADDRESS}:80")),
        ("wrong-host", "no host", sent(host=None)),
        ("wrong-agent", "another agent", sent(headers=[["User-Agent", "curl"], OWN, ACCEPT])),
        ("wrong-agent", "no agent", sent(headers=[OWN, ACCEPT])),
        ("header-lost", "its own header is not there", sent(headers=[AGENT, ACCEPT])),
        ("header-lost", "it has another value", sent(headers=[AGENT, [OWN[0], "other"], ACCEPT])),
        ("header-lost", "no Accept", sent(headers=[AGENT, OWN])),
        ("header-lost", "another Accept", sent(headers=[AGENT, OWN, ["Accept", "text/html"]])),
    ),
)

WITNESS = ran("witness", 0.0, did(0.1, "serving", port=8080), asked(3.0, "/app"))
UNBOUND = ran("witness", 0.0, did(0.1, "not-bound", port=8080, errno="EADDRINUSE"), exited(0.2, code=1))
APP = ran("app", 0.0, did(0.1, "serving", port=8080))
AT_NODE = record(pod(WITNESS, role="witness"), pod(APP, role="probed"))

NODE = Trial(
    judges.not_at_the_node,
    ("app", "witness", 8080, "/app"),
    good=AT_NODE,
    broken=(
        ("unwitnessed", "the port is taken", record(pod(UNBOUND, role="witness"), pod(APP, role="probed"))),
        ("unwitnessed", "the app does not listen", without(AT_NODE, "app", "serving")),
        ("unwitnessed", "two nodes", record(pod(WITNESS, role="witness"), pod(APP, role="probed", node="node-2"))),
        ("not-at-node", "nobody came to the node", without(AT_NODE, "witness", "probed")),
        (
            "asked-inside",
            "the app was asked",
            record(
                pod(WITNESS, role="witness"),
                pod(replace(APP, events=(*APP.events, replace(asked(2.0, "/app"), seq=2))), role="probed"),
            ),
        ),
    ),
)

UNREADY, READY = {"one": False, "two": True}, {"one": True, "two": True}
ONE = ran("one", 0.0, asked(1.0, "/ready"), asked(5.0, "/ready", 503))
TWO = ran("two", 0.0, asked(1.0, "/ready"))
CLOSER = ran("closer", 4.5, did(4.6, "wrote", file="/turn/closed", content="0"), exited(4.7), kind="ephemeral")
CLOSES_NOT = ran("closer", 4.5, exited(4.7, code=1), kind="ephemeral")
OPEN_STILL = ran("one", 0.0, asked(1.0, "/ready"))


def seen(number: int, ready: dict[str, bool], *, whole: bool, gate: str | None) -> Observation:
    conditions = [{"type": "Ready", "status": str(whole)}] + ([{"type": GATE, "status": gate}] if gate else [])
    statuses = [{"name": name, "ready": each} for name, each in ready.items()]
    return Observation(
        number, "MODIFIED", {"nodeName": "node-1"}, {"conditions": conditions, "containerStatuses": statuses}
    )


FIRST_READY = seen(7, READY, whole=False, gate=None)
OPEN, SHUT = seen(8, READY, whole=True, gate="True"), seen(9, UNREADY, whole=False, gate="True")


def observed(*moments: Observation, one: Any = ONE, two: Any = TWO, closer: Any = CLOSER) -> Record:
    old = pod(one, two, closer)
    return record(replace(old, observations=(*old.observations, *moments)))


GATED_SO = (FIRST_READY, OPEN, SHUT)

READINESS = Trial(
    judges.ready_too_early,
    ("one", "two"),
    options={"gate": GATE, "closer": "closer"},
    good=observed(*GATED_SO),
    broken=(
        ("unwitnessed", "the gate was there from the first", observed(OPEN, SHUT)),
        ("unwitnessed", "nobody closed it", observed(FIRST_READY, OPEN, one=OPEN_STILL, closer=CLOSES_NOT)),
        ("not-probed", "one was always well", observed(*GATED_SO, one=OPEN_STILL)),
        ("not-probed", "two was not asked", observed(*GATED_SO, two=ran("two", 0.0))),
        ("too-early", "without the gate", observed(FIRST_READY, seen(7, READY, whole=True, gate=None), OPEN, SHUT)),
        (
            "too-early",
            "while the gate is False",
            observed(FIRST_READY, seen(7, READY, whole=True, gate="False"), OPEN, SHUT),
        ),
        (
            "too-early",
            "while an app is not ready",
            observed(FIRST_READY, OPEN, seen(8, UNREADY, whole=True, gate="True"), SHUT),
        ),
        ("never-ready", "the Pod", observed(FIRST_READY, seen(8, READY, whole=False, gate="True"), SHUT)),
        ("still-ready", "the Pod and the app", observed(FIRST_READY, OPEN)),
        (
            "still-ready",
            "the neighbour is not",
            observed(FIRST_READY, OPEN, seen(9, {"one": False, "two": False}, whole=False, gate="True")),
        ),
    ),
)


def look(seconds: float, role: str, *, ready: bool) -> Act:
    found = {"service": "web", "endpoints": [{"addresses": [ADDRESS], "conditions": {"ready": ready}}]}
    return Act(seconds, LOOKED, role, found)


LATER = (Act(0.8, "created", "later"), look(0.85, "later", ready=False), look(0.9, "later", ready=True))


def looks(
    *ready: bool,
    at: tuple[float, ...] = (1.0, 3.0, 5.0),
    closer: Any = CLOSER,
    later: tuple[Act, ...] = LATER,
    since: float = 0.7,
) -> Record:
    """Return a history with three looks: before the gate was set, after it, and after a container was added.

    Its apps are ready since that time; a Pod was created later.
    """
    acts = [*later, Act(2.0, "condition", "pod"), Act(4.0, "injected", "pod")]
    acts += [look(seconds, "pod", ready=each) for seconds, each in zip(at, ready, strict=True)]
    old = pod(ONE, TWO, closer)
    moment = replace(seen(0, READY, whole=False, gate=None), seen=since)
    first = replace(old, observations=(*old.observations, moment))
    return record(first, pod(ran("later", 0.8), role="later"), acts=acts)


ENDPOINT = Trial(
    judges.endpoint_not_as_ready,
    ("web",),
    options={"closer": "closer", "later": "later"},
    good=looks(False, True, False),
    broken=(
        ("unwitnessed", "nobody looked", looks(at=())),
        ("unwitnessed", "nobody looked before", looks(False, True, False, at=(2.5, 3.0, 5.0))),
        ("unwitnessed", "nobody looked once the later Pod was one", looks(False, True, False, at=(0.86, 3.0, 5.0))),
        ("unwitnessed", "the later Pod was none", looks(False, True, False, later=LATER[:2])),
        ("unwitnessed", "there was no later Pod", looks(False, True, False, later=())),
        ("unwitnessed", "the apps were not ready by then", looks(False, True, False, since=0.81)),
        ("unwitnessed", "nobody looked after", looks(False, True, False, at=(1.0, 3.0, 3.5))),
        ("unwitnessed", "nobody closed it", looks(False, True, True, closer=CLOSES_NOT)),
        ("too-early", "before the gate", looks(True, True, False)),
        ("never-ready", "not after it", looks(False, False, False)),
        ("still-ready", "to the end", looks(False, True, True)),
    ),
)

TRIALS = (RESTART, TOLD, PROBED_AGAIN, WAITING, GRACE, AT_THE_POD, HEADERS, NODE, READINESS, ENDPOINT)


def test_a_server_that_listens_no_more_has_no_bad_answers_to_count() -> None:
    tcp = restarting(CLOSED, ran("failing", 5.0, asked(7.0, "tcp")), NEIGHBOUR)
    assert judges.not_restarted_alone(tcp, "failing", "neighbour", path="tcp") == []


def test_the_grace_period_may_be_over_at_the_very_time_of_the_next_start() -> None:
    assert rules(GRACE(stubborn(LIVE, ran("live", 5.0), WATCHING))) == set()


def test_an_ipv6_address_stands_in_brackets_in_a_host() -> None:
    history = record(
        pod(
            INSIDE,
            ran("app", 5.0, asked(6.0, "/live", host="[fd00::7]:8080", headers=[AGENT, ACCEPT])),
            addresses=("fd00::7",),
        )
    )
    assert judges.headers_altered(history, "app", "/live") == []


def test_a_neighbour_may_answer_in_an_apps_place_from_each_start_of_it_to_the_next() -> None:
    def broken(*later: Event) -> set[str]:
        return rules(judges.premature(answered_by_a_witness(*FIRST_LIFE, *later), "app", "/live", witness="witness"))

    startup, live = asked(6.0, "/startup"), asked(7.0, "/live")
    assert broken(startup, live) == set()
    assert broken(asked(5.0, "/live"), startup) == {"premature"}
    assert broken(asked(4.9, "/live"), startup, live) == set()  # of the run before
    assert broken(startup) == {"never"}
    assert broken() == {"not-probed"}


def test_what_is_known_of_a_probe_that_comes_too_soon_is_known_of_later_runs_alone() -> None:
    def known(*runs: Instance) -> bool:
        violations = judges.premature(record(pod(*runs)), "failing", "/live")
        found = [{"rule": each.rule, "text": each.text} for each in violations]
        assert {each["rule"] for each in found} == {"premature"}
        return bool(explaining(known_issues(), "PROBE-STARTUP", "startup-again", found, "1.37"))

    startup, live = asked(7.0, "/startup"), asked(8.0, "/live")
    first, early = ran("failing", 0.0, asked(1.0, "/startup"), live, exited(4.2)), asked(6.0, "/live")
    assert known(first, ran("failing", 5.0, early, startup, live))
    assert not known(ran("failing", 0.0, asked(0.5, "/live"), asked(1.0, "/startup"), live, exited(4.2)))


def test_a_probe_may_have_an_accept_header_of_its_own() -> None:
    own = ["accept", "text/plain"]
    history = sent(headers=[AGENT, own])
    http = {"httpHeaders": [{"name": "Accept", "value": own[1]}]}
    assert judges.headers_altered(with_probe(history, "app", "livenessProbe", httpGet=http), "app", "/live") == []
