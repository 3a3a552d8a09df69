"""The network: one set of addresses, one port space and one loopback interface for the containers of a Pod."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from records import Violation
from records.timeline import words
from suite.evidence import did_not, events_of, interfaces, only, tries
from suite.order import bracketed, in_turn, restarted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from records import Event, Instance, PodRecord, Record
    from suite.evidence import Interface

TRIES = 2  # of the challenger: while the port is held, and once it is freed


def not_reached(record: Record, client: str, owners: Mapping[str, int]) -> list[Violation]:
    """Check that each owner answered every run of the client at its port, nonce for nonce.

    Args:
        record: of the owners, which print ``asked``, and the client, which prints ``answered``.
        client: the container that asks.
        owners: the port that each container serves.

    Rules:
        not-bound: an owner did not come to listen.
        not-reached: the client got no answer at an owner's port.
        unwitnessed: it waited in vain for its turn, or ended, before it asked; or the owner had been told to end, or
            took the question up when the client no longer waited for the answer, or got none on a connection.
        wrong-owner: another container answered there.
        altered: one got something else than the other sent.
    """
    asking = record.instances_of(client)
    violations = []
    for owner, port in owners.items():
        violations += did_not(record, owner, "serving", "not-bound")
        if not asking:
            violations.append(_unreached(client, owner, port, ()))
        for run in asking:
            if not _at(run.all("answered"), port):
                unproven = _could_not_ask(
                    run, owner, port, _said(record, owner, run, "terminated", "asked", "not-answered")
                )
                violations.append(unproven or _unreached(client, owner, port, _at(run.all("unanswered"), port)))
            answers = _at(run.all("answered"), port)
            violations += [v for answer in answers for v in _wrongly_answered(record, client, owner, answer)]
    return violations


def not_run_again(record: Record, container: str) -> list[Violation]:
    """Check that a container that crashed ran a second time, and no more often.

    Rules:
        not-restarted: it did not, or it did.
    """
    return restarted(record, container, "not-restarted", times=1)


def _said(record: Record, owner: str, run: Instance, *names: str) -> tuple[Event, ...]:
    """Return events of an owner in the Pod of that run: the clocks of two Pods are never compared."""
    return tuple(event for pod in record.pods if run in pod.instances for event in events_of(pod, owner, *names))


def _could_not_ask(run: Instance, owner: str, port: int, said: Sequence[Event]) -> Violation | None:
    """Return why a run without an answer proves nothing, if it does.

    Args:
        run: of the client.
        owner: of the port.
        port: its number.
        said: when the owner was told to end, what it was asked, and each connection on which it was not.
    """
    events: tuple[Event, ...] = ()
    unanswered = _at(run.all("unanswered"), port)
    last = unanswered[-1] if unanswered else None
    ended = [event for event in said if last and event.name == "terminated" and event.clock < last.clock]
    late = [
        event for event in said if last and event.name == "asked" and event.fields["nonce"] == last.fields.get("sent")
    ]
    if last and ended:
        why, events = f"{owner} had been told to end when it asked", (ended[0], last)
    elif last and late and all(event.clock > last.clock for event in late):
        why, events = f"{owner} took its question up after it had given up", (last, late[0])
    elif last and _at(run.all("connected"), port) and (silent := [e for e in said if e.name == "not-answered"]):
        why, events = f"{owner} waited in vain for the question of who had connected", (last, silent[0])
    elif not unanswered and (waited := run.all("not-read")):
        why, events = f"it waited in vain for its turn: {words(waited[-1])}", tuple(waited[-1:])
    elif not unanswered and not run.all("exit"):
        why = "it ended before it had asked"
    else:
        return None
    text = f"{run.container} did not reach {owner} at port {port}: {why}"
    return Violation("unwitnessed", text, f"{run.container}  answered port={port}", events)


def _unreached(client: str, owner: str, port: int, unanswered: Sequence[Event]) -> Violation:
    why = words(unanswered[-1]) if unanswered else "it did not come to ask"
    text = f"{client} did not reach {owner} at port {port}: {why}"
    return Violation("not-reached", text, f"{client}  answered port={port}", tuple(unanswered[-1:]))


def _at(events: Iterable[Event], port: int) -> list[Event]:
    return [event for event in events if event.fields["port"] == port]


def _wrongly_answered(record: Record, client: str, owner: str, answer: Event) -> list[Violation]:
    sent, back, got, port = (answer.fields[name] for name in ("sent", "back", "answer", "port"))
    if back != sent:
        text = f"{client} sent {sent} to port {port}, and what came back with the answer is {back}"
        return [Violation("altered", text, f"{client}  answered back={sent}", (answer,))]
    givers = {
        instance.container
        for instance in record.instances
        for event in instance.all("asked")
        if (event.fields["nonce"], event.fields["answer"]) == (sent, got)
    }
    if owner in givers:
        return []
    if givers:
        text = f"{', '.join(sorted(givers))} answered {client} at port {port}, which is {owner}'s"
        return [Violation("wrong-owner", text, f"{owner}  asked nonce={sent}", (answer,))]
    text = f"{client} got the answer {got} at port {port}, and no container gave it"
    return [Violation("altered", text, f"{owner}  asked nonce={sent} answer={got}", (answer,))]


def not_one_address(record: Record, *containers: str) -> list[Violation]:
    """Check that every container saw every address of the Pod's status, each on one interface.

    An init container too: a Pod has its addresses before its first container starts.

    Rules:
        absent: no container has an address of the status, or the status has none.
        differs: two containers have an address on different interfaces, or only one of them has it; or one had an
            interface or address, of whomever, before and after another looked, who did not.
    """
    addresses, violations = record.pods[0].last_addresses, []
    if not addresses:
        return [Violation("absent", f"the status of Pod {record.pods[0].role} tells no address")]
    for address in addresses:
        there = {name: interfaces(record, name, address) for name in containers}
        if not any(there.values()):
            text = f"status.podIPs tells {address}, which no container has"
            violations.append(Violation("absent", text, f"each container  address address={address}"))
        elif len(set(there.values())) > 1:
            text = f"{address} is on {'; '.join(f'{_named(on)} in {name}' for name, on in there.items())}"
            expected = f"each container  address address={address}, on one interface"
            violations.append(Violation("differs", text, expected))
    return violations + _lacked(record.pods[0])


def _lacked(pod: PodRecord) -> list[Violation]:
    """Return a violation for each interface and address that one container had all the while, and another had not.

    By the node's clock: it was there at two looks of the one, and missing at a look of the other between them.
    """
    looks = [(run, event) for run in pod.instances for event in run.all("looked")]
    violations = []
    for run in pod.instances:
        mine = [(event, _things(event)) for event in run.all("looked")]
        for thing in sorted({thing for _, things in mine for thing in things}):
            had = [event for event, things in mine if thing in things]
            for other, look in looks:
                if had[0].clock < look.clock < had[-1].clock and thing not in _things(look):
                    text = f"{run.container} had {thing} before and after {other.container} looked, which had not"
                    events = (had[0], look, had[-1])
                    violations.append(Violation("differs", text, f"{other.container}  looked … {thing}", events))
    return violations


def _things(look: Event) -> set[str]:
    """Return what a container saw at one look: interfaces with their index, and addresses with their interface."""
    interfaces = {f"{name} (index {index})" for index, name in look.fields["interfaces"]}
    return interfaces | {f"{address} on {name}" for name, address in look.fields["addresses"]}


def not_one_hardware_address(record: Record, *containers: str) -> list[Violation]:
    """Check that the interface with the Pod's addresses has one hardware address in all containers.

    Rules:
        unseen: a container listed no address of its Pod.
        differs: two containers saw different hardware addresses, or one saw none.
    """
    seen: dict[str, set[str]] = {}
    for pod in record.pods:
        for instance in pod.instances:
            for event in instance.all("address"):
                if event.fields["address"] in pod.addresses:
                    seen.setdefault(instance.container, set()).add(str(event.fields["mac"]))
    missing = [name for name in containers if name not in seen]
    if missing:
        return [Violation("unseen", f"{name} listed no address of its Pod") for name in missing]
    if len({frozenset(each) for each in seen.values()}) > 1:
        text = "; ".join(f"{' and '.join(sorted(seen[name]))} in {name}" for name in containers)
        return [Violation("differs", f"the interface with the Pod's addresses has {text}")]
    return []


def _named(found: frozenset[Interface]) -> str:
    return " and ".join(f"{name} (index {index})" for index, name in sorted(found)) or "no interface"


def port_not_shared(record: Record, holder: str, challenger: str) -> list[Violation]:
    """Check that another container could not bind a port while it was held, and could once it was freed.

    By the node's clock: the holder bound it, the challenger tried, the holder began to free it and had freed it, the
    challenger tried again. Equal times prove nothing.

    Rules:
        unwitnessed: nothing proves that the tries took place, and when they were to.
        bound-twice: the challenger bound what the holder held.
        refused-otherwise: it was refused, but not because the address was in use.
        not-freed: it was refused again once the holder had freed the port.
    """
    violations = [v for event in ("bound", "freeing", "freed") for v in did_not(record, holder, event, "unwitnessed")]
    tried = tries(record, challenger, "binding", "bound", "not-bound")
    if len(tried) != TRIES:
        text = f"{challenger} tried to bind {len(tried)} times, not {TRIES}"
        violations.append(Violation("unwitnessed", text))
    if violations:
        return violations
    bound, freeing, freed = (only(record, holder, event) for event in ("bound", "freeing", "freed"))
    (begun, outcome), (begun_again, outcome_again) = tried
    moments = [(holder, bound), (challenger, begun), (challenger, outcome), (holder, freeing), (holder, freed)]
    violations = in_turn(record.pods[0], "unwitnessed", *moments, (challenger, begun_again))
    refused = f"{challenger}  not-bound errno=EADDRINUSE"
    held = f"port {bound.fields['port']} ({bound.fields['protocol']})"
    if outcome.name == "bound":
        text = f"{challenger} bound {held} while {holder} held it"
        violations.append(Violation("bound-twice", text, refused, (bound, outcome)))
    elif outcome.fields["errno"] != "EADDRINUSE":
        text = f"{challenger} was refused {held} with {outcome.fields['errno']}, not EADDRINUSE"
        violations.append(Violation("refused-otherwise", text, refused, (outcome,)))
    if outcome_again.name != "bound":
        text = f"{challenger} was refused {held} once {holder} had freed it: {outcome_again.fields['errno']}"
        violations.append(Violation("not-freed", text, f"{challenger}  bound", (freed, outcome_again)))
    return violations


def port_not_kept(record: Record, keeper: str, port: int, *challengers: str) -> list[Violation]:
    """Check that nobody could bind a port that a container held for all of that time, in any of their runs.

    Rules:
        unwitnessed: nothing proves that the port was held before and after each try, or that a run tried.
        bound-twice: another bound it.
        refused-otherwise: another was refused, but not because the address was in use.
    """
    violations = [v for event in ("bound", "freeing") for v in did_not(record, keeper, event, "unwitnessed")]
    for name in challengers:
        runs = [_tries_of(run, port) for run in record.instances_of(name)]
        if not runs or not all(runs):
            violations.append(Violation("unwitnessed", f"{name} did not try to bind port {port} in each of its runs"))
        for begun, outcome in (pair for tried in runs for pair in tried):
            refused = f"{name}  not-bound port={port} errno=EADDRINUSE"
            if outcome.name == "bound":
                text = f"{name} bound port {port} while {keeper} held it"
                violations.append(Violation("bound-twice", text, refused, (outcome,)))
            elif outcome.fields["errno"] != "EADDRINUSE":
                text = f"{name} was refused port {port} with {outcome.fields['errno']}, not EADDRINUSE"
                violations.append(Violation("refused-otherwise", text, refused, (outcome,)))
            bound, freeing = (events_of(record, keeper, event)[:1] for event in ("bound", "freeing"))
            moments = [(keeper, e) for e in bound] + [(name, begun), (name, outcome)] + [(keeper, e) for e in freeing]
            violations += in_turn(record.pods[0], "unwitnessed", *moments)
    return violations


def _tries_of(run: Instance, port: int) -> list[tuple[Event, Event]]:
    moments = [(begun, outcome) for begun, outcome in pairwise(run.events) if begun.name == "binding"]
    return [(begun, outcome) for begun, outcome in moments if begun.fields["port"] == port]


def not_freed_by_crash(record: Record, container: str, port: int) -> list[Violation]:
    """Check that a port of a container that crashed could be bound in its next run.

    Rules:
        not-restarted: it did not run again, or more than once.
        not-freed: a run did not bind the port.
    """
    violations = restarted(record, container, "not-restarted", times=1)
    for run in record.instances_of(container):
        if not _at(run.all("bound"), port):
            refused = _at(run.all("not-bound"), port)[:1]
            why = words(refused[0]) if refused else "it did not come to try"
            text = f"a run of {container} did not bind port {port}: {why}"
            violations.append(Violation("not-freed", text, f"{container}  bound port={port}", tuple(refused)))
    return violations


def loopback_exposed(
    record: Record, neighbour: str, intruder: str, *, listener: str, asked: Sequence[int]
) -> list[Violation]:
    """Check that a listener on loopback was out of reach for another Pod, though it lived and the way was open.

    The neighbour's questions bracket the intruder's life: it was answered before the intruder's Pod was created, and
    after the intruder had looked. The intruder's own, at public ports, bracket its tries at private ones.

    Args:
        record: of the two Pods.
        neighbour: the container that asks on loopback.
        intruder: the container of the other Pod.
        listener: the container that listens.
        asked: the ports that the intruder asks, in turn: a public one, a private one, a public one … of the Pod and of
            its Service; the first private one is the listener's own.

    Rules:
        unwitnessed: nothing proves that the listener lived all the while, that the way to its Pod was open, or that the
            intruder looked. That a neighbour reaches it is NET-LOCALHOST's promise.
        reached: the intruder was answered at a private port, or its question came to the listener there. To be
            connected is no proof: a proxy in the Pod (a mesh's) may take any connection. The listener takes one after
            another: when it answers its neighbour's last question, it has printed all that came before.
    """
    closed = asked[1::2]
    private = closed[0]
    events = events_of(record, intruder)
    its_own = {event.fields["sent"] for event in events if "sent" in event.fields}
    came = [event for event in _of_port(record, listener, "asked", private) if event.fields["nonce"] in its_own]
    answered = [event for port in closed for event in _of_port(record, intruder, "answered", port)]
    if reached := answered + came:
        text = f"{intruder} reached {listener}'s port {private}, which is on loopback: {words(reached[0])}"
        return [Violation("reached", text, f"{intruder}  unanswered port={private}", tuple(reached))]
    tried = [e for e in events if e.name in {"answered", "unanswered"}]
    expected = [("unanswered" if turn % 2 else "answered", port) for turn, port in enumerate(asked)]
    texts = []
    if [(event.name, event.fields["port"]) for event in tried] != expected:
        seen = "; ".join(words(event) for event in tried) or "it asked nothing"
        texts.append(f"{intruder} was not answered at a public port before and after it tried each private one: {seen}")
    proofs = _of_port(record, neighbour, "answered", private)
    wrong = [v for answer in proofs for v in _wrongly_answered(record, neighbour, listener, answer)]
    if wrong:
        texts += [violation.text for violation in wrong]
    elif not bracketed(record, intruder, proofs, tried):
        texts.append(f"{neighbour} did not reach {listener} both before and after {intruder} was there")
    return [Violation("unwitnessed", text) for text in texts]


def _of_port(record: Record, container: str, event: str, port: int) -> list[Event]:
    return _at(events_of(record, container, event), port)
