"""Services: the named ports that they find in a Pod's containers, and the addresses that their names stand for."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from records import Violation
from records.addresses import of_family
from records.timeline import words
from suite.evidence import did_not, events_of, given

if TYPE_CHECKING:
    from collections.abc import Sequence

    from records import Record


def init_port_served(
    record: Record, client: str, owner: str, *, init: str, port: int, others: Sequence[int]
) -> list[Violation]:
    """Check that nobody is reached at a Service's port whose name only an init container's port has.

    The client's own questions prove that the way was open: the owner answered at the other ports before, and at the
    last of them after. A Service's ports are found for a Pod all at once: if one reaches it, all would.

    Args:
        record: of the client and the owner.
        client: the container that asks.
        owner: the app that listens at the number of the init container's port.
        init: the init container.
        port: the Service's port of that name.
        others: the ports that answer the client before it; the last of them answers after it too.

    Rules:
        unwitnessed: nothing proves that the init container ran and the owner listened, or that the way was open: that a
            Service reaches an app is NET-SERVICE-PORTS' promise.
        aggregated: the client was answered at the init container's port.
    """
    asked = events_of(record, client, "answered", "unanswered")
    if reached := [e for e in asked if e.name == "answered" and e.fields["port"] == port]:
        text = f"{client} was answered at the Service's port {port}, whose name is that of a port of {init} alone"
        return [Violation("aggregated", text, f"{client}  unanswered port={port}", tuple(reached))]
    violations = [
        *did_not(record, init, "bound", "unwitnessed"),
        *did_not(record, owner, "serving", "unwitnessed"),
    ]
    expected = [*(("answered", other) for other in others), ("unanswered", port), ("answered", others[-1])]
    if [(event.name, event.fields["port"]) for event in asked] != expected:
        seen = "; ".join(words(event) for event in asked) or "it asked nothing"
        text = (
            f"{client} was not answered at {' and '.join(map(str, others))} before it tried {port}, and after: {seen}"
        )
        violations.append(Violation("unwitnessed", text))
    known = given(record, owner)
    violations += [
        Violation("unwitnessed", f"{owner} did not give this answer to that question: {words(event)}", "", (event,))
        for event in asked
        if event.name == "answered" and (event.fields["sent"], event.fields["answer"]) not in known
    ]
    return violations


def name_elsewhere(record: Record, resolving: str, asking: str) -> list[Violation]:
    """Check that a Service's name resolves to its address, and to no other of that family.

    Args:
        record: of two containers of a client Pod.
        resolving: the container that resolves the Service's name.
        asking: the container that was given the Service's address, and asks there.

    Rules:
        unwitnessed: the other container printed no address of the Service.
        unresolved: the name was not resolved.
        elsewhere: it resolves to other addresses, or to none of that family.
    """
    asked = events_of(record, asking, "answered", "unanswered")
    address = str(asked[0].fields["address"]) if asked else ""
    if not address:
        text = f"{asking} told no address of the Service: it did not come to ask"
        return [Violation("unwitnessed", text, f"{asking}  answered")]
    if violations := did_not(record, resolving, "resolved", "unresolved"):
        return violations
    return [
        Violation(
            "elsewhere",
            f"{event.fields['host']} stands for {', '.join(event.fields['addresses'])}; the Service's is {address}",
            f"{resolving}  resolved host={event.fields['host']} addresses={[address]}",
            (event,),
        )
        for event in events_of(record, resolving, "resolved")
        if _of_the_family_of(address, event.fields["addresses"]) != [ipaddress.ip_address(address)]
    ]


def pod_name_elsewhere(record: Record, resolving: str, family: str) -> list[Violation]:
    """Check that the first Pod's name resolves to its ``ipv4`` or ``ipv6`` address, and to no other of that family.

    Rules:
        unresolved: the name was not resolved.
        elsewhere: it resolves to other addresses, or to none of that family.
    """
    pod = record.pods[0]
    address = of_family(pod.last_addresses, family)
    return did_not(record, resolving, "resolved", "unresolved") + [
        Violation(
            "elsewhere",
            f"{event.fields['host']} stands for {', '.join(event.fields['addresses'])}; "
            f"Pod {pod.role} has {', '.join(pod.last_addresses) or 'no address'}",
            f"{resolving}  resolved host={event.fields['host']} addresses={[address]}",
            (event,),
        )
        for event in events_of(record, resolving, "resolved")
        if address is None or _of_the_family_of(address, event.fields["addresses"]) != [ipaddress.ip_address(address)]
    ]


def _of_the_family_of(address: str, among: Sequence[str]) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    found = [ipaddress.ip_address(each) for each in among]
    return [each for each in found if each.version == ipaddress.ip_address(address).version]
