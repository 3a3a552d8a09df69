"""Judges of names: their histories, and what lies at the edges of their rules."""

from dataclasses import replace
from typing import Any

import pytest

from records import Event, PodRecord, Record
from suite.hostname import judges
from tests.helpers.histories import (
    altered,
    did,
    exited,
    instead,
    pod,
    ran,
    record,
    rules,
    said,
    without,
)
from tests.helpers.trial import Trial

EVERYONE = ("before", "left", "right")
NAMESPACE = "podproof-1"
DOMAIN = f"{NAMESPACE}.svc.cluster.local"


def given(history: Record, **spec: Any) -> Record:
    """Return the history with these fields in the first Pod's spec, sent and stored."""
    first, *others = history.pods
    metadata = first.sent["metadata"] | {"namespace": NAMESPACE}
    sent = first.sent | {"metadata": metadata, "spec": first.sent["spec"] | spec}
    return replace(history, pods=(replace(first, sent=sent, got=sent), *others))


def everyone(*events: Event) -> Record:
    """Return a Pod of an init container and two apps; each prints these events."""
    return record(
        pod(
            ran("before", 0.0, *events, exited(0.9), kind="init"),
            ran("left", 1.0, *events, exited(1.9)),
            ran("right", 1.0, *events, exited(1.9)),
        )
    )


def hostname(name: str, fqdn: str | None) -> Event:
    return did(0.1, "hostname", hostname=name, fqdn=fqdn)


SUBDOMAIN = {"hostname": "foo", "subdomain": "bar"}
QUALIFIED = everyone(hostname("foo", f"foo.bar.{DOMAIN}"))


def seen_by_right(**names: Any) -> Record:
    """Return a Pod with a subdomain; one container sees these names."""
    return given(altered(QUALIFIED, "right", "hostname", **names), **SUBDOMAIN)


HOSTNAME = Trial(
    judges.misnamed,
    EVERYONE,
    good=given(QUALIFIED, **SUBDOMAIN),
    broken=(
        ("unwitnessed", "one never ran", given(without(QUALIFIED, "before"), **SUBDOMAIN)),
        ("unwitnessed", "one told none", given(without(QUALIFIED, "right", "hostname"), **SUBDOMAIN)),
        ("hostname", "one has another", seen_by_right(hostname="other")),
        ("hostname", "one has the qualified one", seen_by_right(hostname=f"foo.bar.{DOMAIN}")),
        ("fqdn", "one has none", seen_by_right(fqdn=None)),
        ("fqdn", "one is in no hosts file", seen_by_right(fqdn=None, errno="EAI_AGAIN", listed=False)),
        ("unwitnessed", "no answer came", seen_by_right(fqdn=None, errno="ETIMEDOUT", listed=True)),
        ("fqdn", "one has the short one", seen_by_right(fqdn="foo")),
        ("fqdn", "one is in another namespace", seen_by_right(fqdn="foo.bar.podproof-2.svc.cluster.local")),
        ("fqdn", "one has no domain", seen_by_right(fqdn=f"foo.bar.{NAMESPACE}.svc.")),
        ("differs", "one is in another domain", seen_by_right(fqdn=f"foo.bar.{NAMESPACE}.svc.example.test")),
    ),
)


def resolved(name: str, *addresses: str) -> Event:
    return did(0.1, "resolved", host=name, addresses=list(addresses))


def unresolved(name: str, errno: str = "EAI_NONAME", *, listed: bool = False) -> Event:
    return did(0.1, "unresolved", host=name, errno=errno, awaited=0.0, listed=listed)


ALIASES = {
    "hostAliases": [
        {"ip": "192.0.2.10", "hostnames": ["one", "both"]},
        {"ip": "2001:db8::10", "hostnames": ["both"]},
    ]
}
ONE, BOTH = resolved("one", "192.0.2.10"), resolved("both", "192.0.2.10", "2001:db8::10")


def resolving(*events: Event) -> Record:
    """Return a Pod with two aliases; its last container prints these events."""
    history = everyone(ONE, BOTH)
    last = ran("right", 1.0, *events, exited(8.9))
    return given(record(pod(*history.instances[:2], last)), **ALIASES)


ALIASED = Trial(
    judges.not_resolved,
    EVERYONE,
    good=resolving(ONE, BOTH),
    broken=(
        ("unasked", "one never ran", given(without(everyone(ONE, BOTH), "before"), **ALIASES)),
        ("unasked", "one did not ask for both", resolving(ONE)),
        ("not-resolved", "one finds no address", resolving(ONE, unresolved("both"))),
        ("not-resolved", "one is in no hosts file", resolving(ONE, unresolved("both", "EAI_AGAIN"))),
        ("unwitnessed", "no answer came", resolving(ONE, unresolved("both", "ETIMEDOUT", listed=True))),
        ("elsewhere", "one finds another", resolving(resolved("one", "192.0.2.99"), BOTH)),
        ("elsewhere", "one finds one more", resolving(resolved("one", "192.0.2.10", "192.0.2.99"), BOTH)),
        ("elsewhere", "one finds one less", resolving(ONE, resolved("both", "192.0.2.10"))),
    ),
)

CONFIG = {
    "dnsConfig": {
        "nameservers": ["192.0.2.53", "192.0.2.54"],
        "searches": ["a.test", "b.test"],
        "options": [{"name": "ndots", "value": "2"}, {"name": "edns0"}],
    }
}
SET_UP = {
    "nameservers": ["192.0.2.53", "192.0.2.54"],
    "searches": ["a.test", "b.test"],
    "options": ["edns0", "ndots:2"],
}
ALIKE = everyone(did(0.1, "resolver", **SET_UP))


def set_up(**fields: Any) -> Record:
    """Return a Pod with a dnsConfig; one container's resolver has these fields."""
    return given(altered(ALIKE, "right", "resolver", **fields), **CONFIG)


RESOLVER = Trial(
    judges.other_resolver,
    EVERYONE,
    good=given(ALIKE, **CONFIG),
    broken=(
        ("unwitnessed", "one never ran", given(without(ALIKE, "before"), **CONFIG)),
        ("unwitnessed", "one told nothing", given(without(ALIKE, "right", "resolver"), **CONFIG)),
        ("nameservers", "one asks one more", set_up(nameservers=[*SET_UP["nameservers"], "10.0.0.10"])),
        ("nameservers", "one asks in another order", set_up(nameservers=SET_UP["nameservers"][::-1])),
        ("searches", "one searches nothing", set_up(searches=[])),
        ("searches", "one searches the cluster too", set_up(searches=[*SET_UP["searches"], "cluster.local"])),
        ("options", "one has another value", set_up(options=["edns0", "ndots:5"])),
        ("options", "one has one more", set_up(options=[*SET_UP["options"], "rotate"])),
    ),
)

ADDED = {
    "dnsPolicy": "ClusterFirst",
    "dnsConfig": {"searches": ["a.test"], "options": [{"name": "timeout", "value": "3"}]},
}
MERGED = {
    "nameservers": ["10.0.0.10"],
    "searches": [DOMAIN, "svc.cluster.local", "a.test"],
    "options": ["ndots:5", "timeout:3"],
}
ALL_MERGED = everyone(did(0.1, "resolver", **MERGED))


def merged(**fields: Any) -> Record:
    """Return a Pod that adds to the cluster's settings; one container's resolver has these fields."""
    return given(altered(ALL_MERGED, "right", "resolver", **fields), **ADDED)


POLICY = Trial(
    judges.not_merged,
    EVERYONE,
    good=given(ALL_MERGED, **ADDED),
    broken=(
        ("unwitnessed", "one never ran", given(without(ALL_MERGED, "before"), **ADDED)),
        ("lacking", "one does not search it", merged(searches=[DOMAIN])),
        ("lacking", "one has another value", merged(options=["ndots:5", "timeout:5"])),
        ("not-searched", "one searches no namespace", merged(searches=["cluster.local", "a.test"])),
        ("not-searched", "one searches another's", merged(searches=["default.svc.cluster.local", "a.test"])),
        ("differs", "one asks another server", merged(nameservers=["10.0.0.11"])),
        ("differs", "one has one more option", merged(options=[*MERGED["options"], "rotate"])),
    ),
)

TRIALS = (HOSTNAME, ALIASED, RESOLVER, POLICY)


def test_the_settings_of_a_node_need_not_search_the_pods_namespace() -> None:
    of_node = everyone(did(0.1, "resolver", **MERGED | {"searches": ["a.test"]}))
    assert judges.not_merged(given(of_node, **ADDED | {"dnsPolicy": "Default"}), *EVERYONE) == []


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({}, ("pod", "pod")),
        ({"hostname": "foo"}, ("foo", "foo")),
        (SUBDOMAIN, ("foo", f"foo.bar.{NAMESPACE}.svc.")),
        ({"subdomain": "bar"}, ("pod", f"pod.bar.{NAMESPACE}.svc.")),
        (SUBDOMAIN | {"setHostnameAsFQDN": True}, (f"foo.bar.{NAMESPACE}.svc.",) * 2),
        ({"setHostnameAsFQDN": True}, ("pod", "pod")),
        (SUBDOMAIN | {"hostnameOverride": "other.test"}, ("other.test", "other.test")),
    ],
)
def test_the_names_follow_from_the_spec(spec: dict[str, Any], expected: tuple[str, str]) -> None:
    sent: PodRecord = given(QUALIFIED, **spec).pods[0]
    assert judges.expected_names(sent) == expected


def test_a_hostname_that_is_the_qualified_name_may_end_with_any_domain() -> None:
    whole = everyone(hostname(f"foo.bar.{DOMAIN}", f"foo.bar.{DOMAIN}"))
    assert HOSTNAME(given(whole, **SUBDOMAIN, setHostnameAsFQDN=True)) == []


def test_another_hostname_is_told_with_the_one_that_it_is_to_be() -> None:
    assert said(HOSTNAME(seen_by_right(fqdn="foo"))) == (
        f"right has hostname hostname=foo fqdn=foo; its Pod is to have the fqdn foo.bar.{NAMESPACE}.svc.DOMAIN [fqdn]"
    )


def test_an_alias_that_is_not_found_is_told_with_why() -> None:
    assert said(ALIASED(resolving(ONE, unresolved("both")))) == (
        "right finds no address of both, an alias of its Pod: EAI_NONAME [not-resolved]"
    )


def test_an_address_is_the_same_however_it_is_written() -> None:
    assert ALIASED(resolving(ONE, resolved("both", "192.0.2.10", "2001:0DB8::10"))) == []


def test_options_have_no_order() -> None:
    assert RESOLVER(set_up(options=["ndots:2", "edns0"])) == []


def test_other_search_domains_are_told_beside_those_of_the_pod() -> None:
    assert said(RESOLVER(set_up(searches=[]))) == (
        "right has the searches (none); its Pod's dnsConfig says a.test b.test [searches]"
    )


def test_a_resolver_that_could_not_be_read_is_told_with_the_errno() -> None:
    failed = did(0.1, "failed", verb="tell-resolver", errno="ENOENT", path="/etc/resolv.conf")
    history = given(instead(ALIKE, "right", "resolver", failed), **CONFIG)
    assert said(RESOLVER(history)).startswith("right has no event resolver; its last word was failed")


def stored(history: Record, **spec: Any) -> Record:
    """Return the history with these fields in the first Pod's spec as stored alone: a policy's."""
    [first] = history.pods
    return replace(history, pods=(replace(first, got=first.got | {"spec": first.got["spec"] | spec}),))


def test_what_a_policy_made_of_names_and_resolvers_is_what_is_expected() -> None:
    assert HOSTNAME(stored(given(QUALIFIED, hostname="other", subdomain="bar"), **SUBDOMAIN)) == []
    added = {"ip": "192.0.2.77", "hostnames": ["registry.example.test", "one"]}
    aliases = {"hostAliases": [*ALIASES["hostAliases"], added]}
    history = resolving(ONE, BOTH)
    assert rules(ALIASED(stored(history, **aliases))) == {"elsewhere"}
    both = resolved("one", "192.0.2.10", "192.0.2.77")
    assert ALIASED(stored(given(everyone(both, BOTH), **ALIASES), **aliases)) == []
    options = [{"name": "ndots", "value": "1"}]
    config = {"dnsConfig": CONFIG["dnsConfig"] | {"options": options}}
    assert rules(RESOLVER(stored(given(ALIKE, **CONFIG), **config))) == {"options"}
    other = everyone(did(0.1, "resolver", **ALIKE.instances[0].events[1].fields | {"options": ["ndots:1"]}))
    assert RESOLVER(stored(given(other, **CONFIG), **config)) == []
