"""Probes: a failed one ends its container and no other, others wait for the startup probe, and all ask at the Pod's IP.

What a probe asked is what its container answered: the events ``probed``, with the path that it asked for.
"""

from __future__ import annotations

import ipaddress
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from records import Violation, endpoints
from records.timeline import NANOSECONDS, words, zero
from suite.evidence import did_not, events_of, last_said, not_on_one_node
from suite.order import ending, often, restarted, runs_of, seconds
from suite.stored import container

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from records import Event, Instance, PodRecord, Record

Json = dict[str, Any]

OK, BAD = 200, 503  # HTTP
TRUE = "True"  # of a condition
RUNS, AGAIN = "/turn/runs", ".."  # the file that counts runs, and its content in the second
KILL = 9
DEFAULT_FAILURES = 3  # failureThreshold, core/v1 Probe
AGENT = "kube-probe/"  # what the kubelet's User-Agent begins with
ACCEPT = ("accept", "*/*")  # the kubelet's header where the probe has none of that name


def not_restarted_alone(
    record: Record, failing: str, neighbour: str, *, probe: str = "livenessProbe", path: str = "/live"
) -> list[Violation]:
    """Check that a probe that fails ends its container, no sooner than it may, which runs again; its neighbour runs on.

    Args:
        record: of one Pod.
        failing: the container whose first run answers badly in the end.
        neighbour: another, which lives until it has seen the second run of that.
        probe: the field of the probe that fails.
        path: what it asks for; ``tcp`` where it connects alone.

    Rules:
        not-probed: the first run was not asked until it answered badly.
        not-restarted: it did not get TERM, or did not run again.
        too-soon: it had not answered badly as often as the probe's failure threshold says.
        touched: the neighbour got TERM, was run again, or did not see the second run.
    """
    first = next(iter(runs_of(record, failing)), None)
    bad = _bad_answers(first, path)
    violations = _not_asked_in_vain(first, failing, path) + restarted(record, failing)
    if first and not first.first("terminated"):
        text = f"the first run of {failing} was to get TERM, and had {ending(first)}"
        violations.append(Violation("not-restarted", text, f"{failing}  terminated signal=SIGTERM"))
    violations += [violation for pod in record.pods if bad for violation in _too_soon(pod, failing, probe, bad)]
    return violations + _touched(record, failing, neighbour, RUNS)


def not_restarted_once_told(record: Record, server: str, neighbour: str, teller: str) -> list[Violation]:
    """Check that a server whose answers turn bad at a word is ended and runs again, and its neighbour runs on.

    It prints nothing that the suite can read: its statuses tell of it. Before the word it must have started, as its
    startup probe asks like the one that fails.

    Args:
        record: of one Pod.
        server: the container that is told.
        neighbour: another, which lives on.
        teller: the ephemeral container that tells it.

    Rules:
        unwitnessed: nobody told it.
        not-started: before it was told, no status says that it had started and had not run before.
        not-restarted: after it was told, no status says that it had started again, in its second run.
        touched: the neighbour got TERM, or was run again.
    """
    [pod] = record.pods
    told = record.act("injected", pod.role)
    if told is None:
        return [Violation("unwitnessed", f"{teller} was not added")]
    before, after = _statuses(pod, server, before=told.seen), _statuses(pod, server, after=told.seen)
    violations = _not_started(server, before, "not-started", f"before {teller} told it")
    if untold := did_not(record, teller, "loaded", "unwitnessed"):
        return violations + untold
    violations += _not_started(server, after, "not-restarted", f"after {teller} told it", restarts=1)
    return violations + _ended(record, neighbour)


def _not_started(name: str, statuses: list[Json], rule: str, when: str, *, restarts: int = 0) -> list[Violation]:
    """Return a violation if no status has a container started after so many restarts, or one has more of them."""
    counted = [int(status.get("restartCount", 0)) for status in statuses]
    started = [status for status, count in zip(statuses, counted, strict=True) if count == restarts]
    if any(status.get("started") for status in started) and max(counted) <= restarts:
        return []
    text = f"{name} was to have started with {restarts} restarts {when}"
    return [Violation(rule, f"{text}; its statuses count {', '.join(map(str, counted)) or 'none'}")]


def _statuses(pod: PodRecord, name: str, *, before: float = math.inf, after: float = -math.inf) -> list[Json]:
    seen = [each.status for each in pod.observations if after < each.seen < before]
    return [status for each in seen for status in each.get("containerStatuses") or [] if status["name"] == name]


def _bad_answers(run: Instance | None, path: str) -> list[Event]:
    """Return the events by which a run was bad: its bad answers, or that it listened no more."""
    found = [event for event in (run.events if run else ()) if event.fields.get("path") == path]
    return [event for event in found if event.name == "closed" or event.fields["status"] != OK]


def _not_asked_in_vain(first: Instance | None, app: str, path: str) -> list[Violation]:
    if _bad_answers(first, path):
        return []
    text = f"the first run of {app} was not asked for {path} until it answered badly{_listed(first)}"
    return [Violation("not-probed", text, f"{app}  probed path={path} status=503")]


def _too_soon(pod: PodRecord, failing: str, probe: str, bad: list[Event]) -> list[Violation]:
    """Return a violation if a container got TERM after fewer bad answers than its probe says; TCP has none to count."""
    wanted = int((container(pod.got, failing).get(probe) or {}).get("failureThreshold", DEFAULT_FAILURES))
    if bad[0].name == "closed" or len(bad) >= wanted:
        return []
    text = f"{failing} answered badly {often(len(bad))}; the failure threshold of its {probe} is {wanted}"
    return [Violation("too-soon", text, events=tuple(bad))]


def _ended(record: Record, neighbour: str) -> list[Violation]:
    violations = restarted(record, neighbour, "touched", times=0)
    if ended := events_of(record, neighbour, "terminated", "exit"):
        text = f"{neighbour} was to run on, and printed {words(ended[0])}"
        violations.append(Violation("touched", text, events=ended[:1]))
    return violations


def _touched(record: Record, failing: str, neighbour: str, runs: str) -> list[Violation]:
    violations = _ended(record, neighbour)
    seen = {
        (event.fields["file"], event.fields["content"]) for event in events_of(record, neighbour, "changed", "read")
    }
    if (runs, AGAIN) not in seen:
        text = f"{neighbour} was to live until it saw the second run of {failing}, and did not see it"
        violations.append(Violation("touched", text, f"{neighbour}  changed file={runs} content={AGAIN}"))
    return violations


def _listed(run: Instance | None) -> str:
    """Return what a run was asked for, as the end of a sentence."""
    asked = [f"{event.fields['path']} {event.fields['status']}" for event in (run.all("probed") if run else ())]
    return f"; it was asked for {', '.join(asked)}" if asked else "; it was asked for nothing"


def not_probed_again(record: Record, failing: str, starting: str, *paths: str) -> list[Violation]:
    """Check that a container which ran again is probed again, though its neighbour's startup probe has not succeeded.

    Args:
        record: of one Pod.
        failing: the container that runs again.
        starting: its neighbour, which answers its startup probe badly, always.
        paths: what the probes of its later runs ask for.

    Rules:
        unwitnessed: the neighbour's startup probe did not ask it, or was answered well.
        not-probed-again: nobody asked a later run for one of the paths, or there was none.
    """
    startup = events_of(record, starting, "probed")
    violations = []
    if not startup or any(event.fields["status"] == OK for event in startup):
        told = ", ".join(str(event.fields["status"]) for event in startup) or "none"
        text = f"the startup probe of {starting} was to ask it, and to be answered badly; its answers: {told}"
        violations.append(Violation("unwitnessed", text))
    asked = {event.fields["path"] for run in runs_of(record, failing)[1:] for event in run.all("probed")}
    return violations + [
        Violation(
            "not-probed-again",
            f"nobody asked {failing} for {path} when it ran again, beside {starting}, which has not started",
            f"{failing}  probed path={path}",
        )
        for path in paths
        if path not in asked
    ]


def premature(
    record: Record,
    app: str,
    *others: str,
    startup: str = "/startup",
    witness: str | None = None,
    hesitates: bool = False,
) -> list[Violation]:
    """Check that a container's other probes wait, in each of its runs, until its startup probe has succeeded.

    Args:
        record: of one Pod.
        app: the container.
        others: what its other probes ask for.
        startup: what its startup probe asks for.
        witness: the neighbour that answers in its place; None where it does so itself.
        hesitates: whether one of its runs answers the startup probe badly before it answers well.

    Rules:
        unwitnessed: none did: nothing shows that the others wait in a run whose startup probe succeeds.
        not-probed: its last run was not asked by the startup probe until that was answered well.
        premature: another probe asked before the startup probe was answered well.
        never: after that, another probe did not ask.
        started: a status says of a run whose startup probe was not answered well that it is started, or ready.
    """
    violations, good, waited = [], None, not hesitates
    for number, (run, asked) in enumerate(_asked_in_turn(record, app, witness), 1):
        early = f"{app} was asked in run {number} before its startup probe succeeded"
        good = next((event for event in asked if _is(event, startup) and event.fields["status"] == OK), None)
        violations += [
            Violation("premature", f"{early}: {words(event)}", events=(event,))
            for event in asked
            if event.fields["path"] in others and (good is None or not good.clock < event.clock)
        ]
        if good is None:
            violations += _said_to_have_started(record, run)
            continue
        waited |= any(_is(event, startup) and event.clock < good.clock for event in asked)
        violations += [
            Violation(
                "never", f"{app} was not asked for {path} after its startup probe had succeeded", f"{app}  probed"
            )
            for path in others
            if not any(_is(event, path) for event in asked)
        ]
    if good is None:
        text = f"the last run of {app} was not asked for {startup} until it answered well"
        return [*violations, Violation("not-probed", text, f"{app}  probed path={startup} status=200")]
    if not waited and not violations:
        violations.append(Violation("unwitnessed", f"no run of {app} answered {startup} badly, and then well"))
    return violations


def _asked_in_turn(record: Record, app: str, witness: str | None) -> list[tuple[Instance, list[Event]]]:
    """Return each run of a container with what it was asked; its neighbour was, from its start to that of the next."""
    runs = runs_of(record, app)
    if witness is None:
        return [(run, list(run.all("probed"))) for run in runs]
    asked, starts = events_of(record, witness, "probed"), [run.start_clock or 0 for run in runs]
    ends = [*starts[1:], None]
    return [
        (run, [event for event in asked if start <= event.clock and (end is None or event.clock < end)])
        for run, start, end in zip(runs, starts, ends, strict=True)
    ]


def _is(event: Event, path: str) -> bool:
    return bool(event.fields["path"] == path)


def _said_to_have_started(record: Record, run: Instance) -> list[Violation]:
    statuses = [status for pod in record.pods for status in pod.container_statuses]
    own = [status for status in statuses if status.get("containerID") == run.container_id]
    return [
        Violation(
            "started", f"a status says that a run of {run.container} is {field}; its startup probe did not succeed"
        )
        for field in ("started", "ready")
        if any(status.get(field) for status in own)
    ]


def grace_ignored(
    record: Record, stubborn: str, neighbour: str, *, probe: str, path: str, runs: str
) -> list[Violation]:
    """Check that a container that ignores TERM is killed after its probe's own grace period, not after its Pod's.

    The Pod's is an hour: that the container runs again while the suite watches proves that it was not that one. The
    period is counted from its last bad answer, after which TERM comes, to the begin of the next run.

    Args:
        record: of one Pod.
        stubborn: the container, whose first run answers a probe badly.
        neighbour: another, which lives until it has seen the second run of that.
        probe: the field of the probe.
        path: what it asks for.
        runs: the file in which the neighbour sees the runs.

    Rules:
        not-probed: the first run was not asked until it answered badly.
        not-killed: no KILL ended it, or it was not run again.
        too-soon: the next run began sooner after its last bad answer than the probe's grace period.
        touched: the neighbour got TERM, was run again, or did not see the second run.
    """
    found = runs_of(record, stubborn)
    first = found[0] if found else None
    violations = _not_asked_in_vain(first, stubborn, path) + restarted(record, stubborn, "not-killed")
    if first and first.signal != KILL:
        text = f"the first run of {stubborn}, which ignores TERM, was to be killed, and had {ending(first)}"
        violations.append(Violation("not-killed", text))
    if found[1:] and (bad := _bad_answers(first, path)):
        violations += [v for pod in record.pods for v in _grace_shortened(pod, found[1], probe, bad[-1])]
    return violations + _touched(record, stubborn, neighbour, runs)


def _grace_shortened(pod: PodRecord, second: Instance, probe: str, bad: Event) -> list[Violation]:
    wanted = int(container(pod.got, second.container)[probe]["terminationGracePeriodSeconds"])
    began = second.start_clock
    if began is not None and began - bad.clock >= wanted * NANOSECONDS:
        return []
    when = f"at {seconds(began, zero(pod))}" if began is not None else "without a word of when"
    text = f"{second.container} ran again {when}; its last bad answer was at {seconds(bad.clock, zero(pod))}"
    return [Violation("too-soon", f"{text}, and its {probe} gives it {wanted} s", events=(bad, *second.all("started")))]


def not_at_the_pods_address(record: Record, app: str, path: str) -> list[Violation]:
    """Check that a probe fails a container that listens on 127.0.0.1 alone, and reaches one that listens everywhere.

    Args:
        record: of one Pod.
        app: the container, whose first run listens on 127.0.0.1 alone, the later ones on all addresses.
        path: what its probe asks for; ``tcp`` where it connects alone.

    Rules:
        unwitnessed: the first run did not listen.
        reached: the first run was asked.
        not-probed: no later run was asked, or there was none.
        elsewhere: a later run was asked at another address than the Pod's first.
        from-inside: who asked has an address of the Pod, or 127.0.0.1.
    """
    runs = runs_of(record, app)
    violations = []
    if not runs or not runs[0].first("serving"):
        text = f"the first run of {app} was to listen on 127.0.0.1 alone{last_said(runs[:1])}"
        violations.append(Violation("unwitnessed", text))
    violations += [
        Violation("reached", f"{app}, which listens on 127.0.0.1 alone, was asked: {words(event)}", "", (event,))
        for event in _asked(runs[:1], path)
    ]
    asked = _asked(runs[1:], path)
    if not asked:
        text = f"no later run of {app}, which listens on all addresses then, was asked{last_said(runs)}"
        violations.append(Violation("not-probed", text, f"{app}  probed path={path}"))
    own = {address: None for pod in record.pods for address in pod.addresses}
    for event in asked:
        here, peer = event.fields["local"], event.fields["peer"]
        if here != next(iter(own), None):
            text = f"{app} was asked at {here}; the Pod's addresses are {', '.join(own) or 'unknown'}"
            violations.append(Violation("elsewhere", text, events=(event,)))
        if peer in own or ipaddress.ip_address(peer).is_loopback:
            violations.append(Violation("from-inside", f"{app} was asked from inside the Pod, by {peer}", "", (event,)))
    return violations


def _asked(runs: Iterable[Instance], path: str) -> list[Event]:
    return [event for run in runs for event in run.all("probed") if _is(event, path)]


def headers_altered(record: Record, app: str, path: str, *, probe: str = "livenessProbe") -> list[Violation]:
    """Check that an HTTP probe sends the Host of the address that it asks, its own agent, and the headers of the Pod.

    Args:
        record: of one Pod.
        app: the container, which prints what it is sent.
        path: what its probe asks for.
        probe: the field of the probe.

    Rules:
        not-probed: it was not asked.
        wrong-host: the header Host is not the Pod's first address with the port.
        wrong-agent: the header User-Agent does not begin with ``kube-probe/``.
        header-lost: it was not sent a header of the probe as it was stored; or Accept for all, where that has none.
    """
    asked = _asked(runs_of(record, app), path)
    if not asked:
        return [Violation("not-probed", f"{app} was not asked for {path}", f"{app}  probed path={path}")]
    [pod] = record.pods
    stored = (container(pod.got, app).get(probe) or {}).get("httpGet", {}).get("httpHeaders") or []
    wanted = {(each["name"].casefold(), each["value"]) for each in stored}
    if not any(name == ACCEPT[0] for name, _ in wanted):
        wanted.add(ACCEPT)
    violations = []
    for event in asked:
        sent = {(name.casefold(), value) for name, value in event.fields["headers"]}
        host = _with_port(next(iter(pod.addresses), ""), event.fields["port"])
        agents = [value for name, value in sent if name == "user-agent"]
        if event.fields["host"] != host:
            text = f"{app} was sent the header Host {event.fields['host']}, not {host}"
            violations.append(Violation("wrong-host", text, events=(event,)))
        if not all(agent.startswith(AGENT) for agent in agents or [""]):
            text = f"{app} was sent the header User-Agent {', '.join(agents) or 'nowhere'}, not {AGENT}…"
            violations.append(Violation("wrong-agent", text, events=(event,)))
        violations += [
            Violation("header-lost", f"{app} was not sent the header {name}: {value}", "", (event,))
            for name, value in sorted(wanted - sent)
        ]
    return violations


def _with_port(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def not_at_the_node(record: Record, app: str, witness: str, port: int, path: str) -> list[Violation]:
    """Check that a probe with the host 127.0.0.1 goes to the node, not to its container.

    Args:
        record: of two Pods on one node.
        app: the container, which listens at that port on all of its addresses.
        witness: a container on the node's network, which listens there on 127.0.0.1.
        port: where both listen.
        path: what the probe asks for.

    Rules:
        unwitnessed: the witness, or the container, did not listen; or they were not on one node.
        not-at-node: the witness was not asked.
        asked-inside: the container was asked.
    """
    violations = [Violation("unwitnessed", text) for text in not_on_one_node(record, "the witness and the probed Pod")]
    for name in (witness, app):
        if not any(event.fields["port"] == port for event in events_of(record, name, "serving")):
            text = f"{name} does not listen at port {port}{last_said(runs_of(record, name))}"
            violations.append(Violation("unwitnessed", text))
    if violations:
        return violations
    if not _asked(runs_of(record, witness), path):
        text = f"nobody asked {witness} for {path} at 127.0.0.1 of the node"
        violations.append(Violation("not-at-node", text, f"{witness}  probed path={path}"))
    return violations + [
        Violation("asked-inside", f"{app} was asked, though its probe names a host: {words(event)}", "", (event,))
        for event in _asked(runs_of(record, app), path)
    ]


def ready_too_early(record: Record, *apps: str, gate: str, closer: str) -> list[Violation]:
    """Check that a Pod is ready if all its containers are and its readiness gate is True, and else it is not.

    Args:
        record: its first Pod's gate was missing first, then True, and then one app answered badly.
        apps: the containers, the one that answers badly in the end first.
        gate: the type of the condition.
        closer: the ephemeral container whose file makes the first one answer badly.

    Rules:
        unwitnessed: no status has all containers ready without the gate, or the gate is not set in any; or the closer
            wrote no file.
        not-probed: a container was not asked, or the first one did not answer badly in the end.
        too-early: a status has the Pod ready, and a container is not, or the gate is not True.
        never-ready: no status has the Pod ready, after the gate was set.
        still-ready: the last status has the Pod, or the first app, ready, or another app not.
    """
    pod = record.pods[0]
    violations = [violation for app in apps for violation in _never_answered(record, app, OK)]
    moments = [_readiness(observation.status, gate, apps) for observation in pod.observations]
    if not any(all(each.apps) and each.gate is None for each in moments):
        text = f"no status has all containers ready, without the condition {gate}"
        violations.append(Violation("unwitnessed", text))
    if not any(each.gate == TRUE for each in moments):
        violations.append(Violation("unwitnessed", f"no status has the condition {gate} as True"))
    for each in moments:
        if each.pod and not (all(each.apps) and each.gate == TRUE):
            text = f"a status has the Pod ready, with its containers ready {each.told(apps)} and {gate} {each.gate}"
            violations.append(Violation("too-early", text))
            break
    if not any(each.pod for each in moments):
        violations.append(Violation("never-ready", f"no status has the Pod ready, though {gate} was set to True"))
    if open_to_the_end := did_not(record, closer, "wrote", "unwitnessed"):
        return violations + open_to_the_end
    violations += _never_answered(record, apps[0], BAD)
    last = moments[-1]
    if last.pod or last.apps[0] or not all(last.apps[1:]):
        text = f"{apps[0]} answered badly; the last status has the Pod {'' if last.pod else 'not '}ready"
        violations.append(Violation("still-ready", f"{text}, and its containers {last.told(apps)}"))
    return violations


def _never_answered(record: Record, app: str, status: int) -> list[Violation]:
    if any(event.fields["status"] == status for event in events_of(record, app, "probed")):
        return []
    text = f"{app} was not asked, or did not answer {status}"
    return [Violation("not-probed", text, f"{app}  probed status={status}")]


def endpoint_not_as_ready(record: Record, service: str, *, closer: str, later: str) -> list[Violation]:
    """Check that a Pod is a ready endpoint of its Service once its gate is set, and no more once an app is not ready.

    Args:
        record: of a Pod whose readiness gate the suite sets once all apps are ready; then it adds a container, whose
            word makes an app answer badly.
        service: the Service, by its name in the manifest.
        closer: the container that is added.
        later: a Pod behind the same Service, created once all apps were ready; it is ready itself.

    Rules:
        unwitnessed: an app was not ready when the later Pod was created; nobody looked once that was an endpoint, and
            the gate not yet set, or after all; or the closer wrote no file.
        too-early: the Pod was a ready endpoint before the gate was set.
        never-ready: it was none afterwards.
        still-ready: it was one to the end, though an app was ready no more.
    """
    pod = record.pods[0]
    looks = [(act.seen, ready) for act, ready in endpoints.looks(record, pod, service)]
    opened, closed = record.act("condition", pod.role), record.act("injected", pod.role)
    created, since = record.act("created", later), endpoints.found_later(record, service, later)
    if created is None or not _all_ready(pod, before=created.seen):
        return [Violation("unwitnessed", f"an app of Pod {pod.role} was not ready before Pod {later} was created")]
    if opened is None or closed is None or not any(since < seen < opened.seen for seen, _ in looks):
        text = f"nobody looked for Pod {pod.role} at Service {service}, beside Pod {later}, before its gate was set"
        return [Violation("unwitnessed", text)]
    if not closed.seen < looks[-1][0]:
        return [Violation("unwitnessed", f"nobody looked for Pod {pod.role} at Service {service} in the end")]
    violations = []
    if any(ready for seen, ready in looks if seen < opened.seen):
        text = f"Pod {pod.role} was a ready endpoint of Service {service} before its readiness gate was set"
        violations.append(Violation("too-early", text))
    if not any(ready for seen, ready in looks if opened.seen < seen < closed.seen):
        text = f"Pod {pod.role} was no ready endpoint of Service {service} after its readiness gate was set"
        violations.append(Violation("never-ready", text))
    if open_to_the_end := did_not(record, closer, "wrote", "unwitnessed"):
        return violations + open_to_the_end
    if looks[-1][1]:
        text = f"Pod {pod.role} was a ready endpoint of Service {service} to the end, though an app was ready no more"
        violations.append(Violation("still-ready", text))
    return violations


def _all_ready(pod: PodRecord, *, before: float) -> bool:
    """Return whether a status before that time had all apps ready."""
    statuses = [each.status.get("containerStatuses") or [] for each in pod.observations if each.seen < before]
    return any(apps and all(each.get("ready") for each in apps) for apps in statuses)


@dataclass(frozen=True)
class Readiness:
    """What one status says: of the Pod, of its containers in the order that was asked for, and of its gate."""

    pod: bool
    apps: tuple[bool, ...]
    gate: str | None

    def told(self, apps: Sequence[str]) -> str:
        """Return the containers' readiness in words."""
        return ", ".join(f"{app} {'yes' if ready else 'no'}" for app, ready in zip(apps, self.apps, strict=True))


def _readiness(status: Json, gate: str, apps: Sequence[str]) -> Readiness:
    conditions = {each["type"]: each["status"] for each in status.get("conditions") or []}
    ready = {each["name"]: bool(each.get("ready")) for each in status.get("containerStatuses") or []}
    return Readiness(
        conditions.get("Ready") == TRUE, tuple(ready.get(app, False) for app in apps), conditions.get(gate)
    )
