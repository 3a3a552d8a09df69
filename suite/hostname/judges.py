"""Names: a Pod's hostname, its aliases, and how its resolver is set up, alike in all of its containers."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any

from records import Violation
from records.timeline import words
from suite.evidence import did_not, events_of

if TYPE_CHECKING:
    from records import Event, PodRecord, Record

Json = dict[str, Any]

NO_ANSWER = frozenset({"ETIMEDOUT", "EAI_AGAIN"})


def misnamed(record: Record, *containers: str) -> list[Violation]:
    """Check that every container has the hostname and the FQDN of the Pod's spec, the same in all.

    The cluster's domain is not judged: of a name that ends with it, only the part before it is compared.

    Rules:
        unwitnessed: a container printed no hostname.
        hostname: a container has another hostname than the spec gives.
        fqdn: a container has another fully qualified name, or none.
        unwitnessed: its hosts file has the hostname, and its resolver gave no answer all the same.
        differs: the names begin as expected, but are not the same in all containers.
    """
    if violations := [v for name in containers for v in did_not(record, name, "hostname", "unwitnessed")]:
        return violations
    hostname, fqdn = expected_names(next(pod for pod in record.pods if pod.instances_of(containers[0])))
    names = {name: events_of(record, name, "hostname")[-1] for name in containers}
    for name, event in names.items():
        for rule, expected in (("hostname", hostname), ("fqdn", fqdn)):
            if rule == "fqdn" and _unanswered(event):
                violations.append(Violation("unwitnessed", f"the resolver of {name} did not answer", "", (event,)))
            elif not _fits(event.fields[rule], expected):
                text = f"{name} has {words(event)}; its Pod is to have the {rule} {_with_domain(expected)}"
                violations.append(Violation(rule, text, f"{name}  hostname {rule}={_with_domain(expected)}", (event,)))
    if not violations and len({(e.fields["hostname"], e.fields["fqdn"]) for e in names.values()}) > 1:
        text = "; ".join(f"{event.fields['hostname']} ({event.fields['fqdn']}) in {n}" for n, event in names.items())
        violations.append(Violation("differs", f"the Pod's names are {text}", events=tuple(names.values())))
    return violations


def _unanswered(event: Event) -> bool:
    """Return whether a resolver gave no answer, although it need not have asked anybody."""
    return event.fields.get("errno") in NO_ANSWER and bool(event.fields.get("listed"))


def expected_names(pod: PodRecord) -> tuple[str, str]:
    """Return the hostname and FQDN of a Pod's spec; if the FQDN ends with a dot, the cluster's domain follows."""
    spec = pod.got["spec"]
    if override := spec.get("hostnameOverride"):
        return override, override
    hostname = spec.get("hostname") or pod.name
    if not spec.get("subdomain"):
        return hostname, hostname
    fqdn = f"{hostname}.{spec['subdomain']}.{pod.got['metadata']['namespace']}.svc."
    return (fqdn if spec.get("setHostnameAsFQDN") else hostname), fqdn


def _fits(name: str | None, expected: str) -> bool:
    if expected.endswith("."):
        return name is not None and name.startswith(expected) and name != expected
    return name == expected


def _with_domain(expected: str) -> str:
    return f"{expected}DOMAIN" if expected.endswith(".") else expected


def not_resolved(record: Record, *containers: str) -> list[Violation]:
    """Check that every container resolved every name in the Pod's hostAliases to its address.

    Rules:
        unasked: a container did not come to ask for a name.
        unwitnessed: its hosts file has the name, and its resolver gave no answer all the same.
        not-resolved: a container found no address of a name.
        elsewhere: a container found others, or one more.
    """
    violations = []
    pod = record.pods[0]
    asked_for = _aliases(pod.sent["spec"])
    for name, addresses in _aliases(pod.got["spec"]).items():
        if name not in asked_for:  # a policy added it
            continue
        for container in containers:
            asked = [
                event
                for kind in ("resolved", "unresolved")
                for event in events_of(record, container, kind)
                if event.fields["host"] == name
            ]
            expected = f"{container}  resolved host={name} addresses={sorted(addresses)}"
            if not asked:
                violations.append(Violation("unasked", f"{container} did not ask for {name}", expected))
            elif _unanswered(asked[-1]):
                text = f"the resolver of {container} did not answer for {name}"
                violations.append(Violation("unwitnessed", text, expected, (asked[-1],)))
            elif asked[-1].name == "unresolved":
                text = f"{container} finds no address of {name}, an alias of its Pod: {asked[-1].fields['errno']}"
                violations.append(Violation("not-resolved", text, expected, (asked[-1],)))
            elif {_plain(each) for each in asked[-1].fields["addresses"]} != addresses:
                text = f"{container} finds {', '.join(asked[-1].fields['addresses'])} as {name}, not "
                violations.append(Violation("elsewhere", text + ", ".join(sorted(addresses)), expected, (asked[-1],)))
    return violations


def _aliases(spec: Json) -> dict[str, set[str]]:
    """Return the addresses of each name in a spec's hostAliases."""
    found: dict[str, set[str]] = {}
    for alias in spec["hostAliases"]:
        for name in alias["hostnames"]:
            found.setdefault(name, set()).add(_plain(alias["ip"]))
    return found


def _plain(address: str) -> str:
    return str(ipaddress.ip_address(address))


def other_resolver(record: Record, *containers: str) -> list[Violation]:
    """Check that every container's resolver is set up exactly as the Pod's dnsConfig says.

    Rules:
        unwitnessed: a container printed nothing of its resolver.
        nameservers: it asks other servers, or in another order.
        searches: it searches other domains, or in another order.
        options: it has other options; their order means nothing.
    """
    violations = [v for name in containers for v in did_not(record, name, "resolver", "unwitnessed")]
    wanted = _settings(record.pods[0].got["spec"]["dnsConfig"])
    for name in containers:
        for event in events_of(record, name, "resolver"):
            has = _comparable(event.fields)
            violations += [
                Violation(
                    rule,
                    f"{name} has the {rule} {_listed(has[rule])}; its Pod's dnsConfig says {_listed(expected)}",
                    f"{name}  resolver {rule}={expected}",
                    (event,),
                )
                for rule, expected in wanted.items()
                if has[rule] != expected
            ]
    return violations


def not_merged(record: Record, *containers: str) -> list[Violation]:
    """Check that every container's resolver has what the Pod's dnsConfig adds, and is set up as in the others.

    Under a policy that puts the cluster first, the Pod's own namespace must be searched.

    Rules:
        unwitnessed: a container printed nothing of its resolver.
        lacking: a nameserver, a search domain or an option of the dnsConfig is not there.
        not-searched: no search domain is the Pod's namespace in the cluster's domain.
        differs: two containers have different settings.
    """
    if violations := [v for name in containers for v in did_not(record, name, "resolver", "unwitnessed")]:
        return violations
    stored = record.pods[0].got
    wanted, namespace = _settings(stored["spec"]["dnsConfig"]), f"{stored['metadata']['namespace']}.svc."
    violations = []
    for name in containers:
        for event in events_of(record, name, "resolver"):
            lacking = [each for kind, values in wanted.items() for each in values if each not in event.fields[kind]]
            if lacking:
                text = f"{name} has no {' '.join(lacking)}, which its Pod's dnsConfig adds"
                violations.append(Violation("lacking", text, f"{name}  resolver … {lacking[0]}", (event,)))
            searched = any(each.startswith(namespace) for each in event.fields["searches"])
            if stored["spec"]["dnsPolicy"].startswith("ClusterFirst") and not searched:
                text = f"{name} searches {_listed(event.fields['searches'])}, not its own namespace in the cluster"
                violations.append(Violation("not-searched", text, f"{name}  resolver searches={namespace}…", (event,)))
    seen = {name: events_of(record, name, "resolver")[-1] for name in containers}
    first = seen[containers[0]]
    for name, event in seen.items():
        if not violations and _comparable(event.fields) != _comparable(first.fields):
            text = f"{name} has {words(event)}, and {containers[0]} has {words(first)}"
            violations.append(Violation("differs", text, events=(first, event)))
    return violations


def _settings(config: Json) -> dict[str, list[str]]:
    """Return a dnsConfig as the words of a resolv.conf."""
    options = [f"{o['name']}:{o['value']}" if "value" in o else o["name"] for o in config.get("options", [])]
    return {key: config.get(key, []) for key in ("nameservers", "searches")} | {"options": sorted(options)}


def _comparable(settings: Json) -> Json:
    """Return a resolver's settings in a form in which alike is equal: the order of options means nothing."""
    return settings | {"options": sorted(settings["options"])}


def _listed(values: list[str]) -> str:
    return " ".join(values) or "(none)"
