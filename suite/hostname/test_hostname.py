"""The containers of a Pod have one hostname, know the same aliases, and resolve names in the same way.

https://kubernetes.io/docs/concepts/workloads/pods/pod-hostname/
https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.play.awaited import ended
from fixtures.session.marks import requirement, scenario
from suite.hostname import controls, judges

if TYPE_CHECKING:
    from fixtures.play.stage import Stage
    from records import Record, Violation

EVERYONE = ("before", "beside", "left", "right")  # an init container, a sidecar, two apps


@scenario("hostname/{given}.yaml", given=["pod-name", "hostname", "subdomain", "override"])
def hostname(deploy: Stage) -> None:
    """Print the hostname and its full form in an init container, and then in a sidecar and two apps."""
    deploy().observe(ended())


@scenario("hostname/fqdn-as-hostname.yaml", seconds=6)
def fqdn_as_hostname(deploy: Stage) -> None:
    """Print them where the full name is the hostname, unless another Pod of that name tells that it is too long."""
    measured = deploy("measure").observe(ended())
    deploy.needs_short(measured.said("measure", "hostname").get("fqdn") or "")
    deploy("whole").observe(ended())
    deploy("right").observe(ended())


@scenario("hostname/host-aliases.yaml")
def host_aliases(deploy: Stage) -> None:
    """Resolve the Pod's aliases in an init container, and then in a sidecar and two apps."""
    deploy().observe(ended())


@scenario("hostname/dns-config.yaml")
def dns_config(deploy: Stage) -> None:
    """Print the resolver's settings in an init container, a sidecar and two apps."""
    deploy().observe(ended())


@scenario("hostname/{policy}.yaml", policy=["dns-cluster-first", "dns-default"])
def dns_policy(deploy: Stage) -> None:
    """Print the settings of a resolver to which the Pod adds in an init container, a sidecar and two apps."""
    deploy().observe(ended())


@scenario("hostname/dns-cluster-first-host.yaml", pod_security="privileged")
def dns_policy_on_host(deploy: Stage) -> None:
    """Print the settings of a resolver of the cluster on the node's network in the same containers."""
    deploy().observe(ended())


@requirement("HOST-NAME", control=controls.RIGHT_UNDER_ANOTHER_NAME)
def test_every_container_has_the_hostname_of_its_pod(hostname: Record) -> list[Violation]:
    return judges.misnamed(hostname, *EVERYONE)


@requirement("HOST-NAME", control=(controls.RIGHT_UNDER_ANOTHER_NAME, controls.RIGHT_IN_ANOTHER_DOMAIN))
def test_every_container_has_its_pods_full_name_as_its_hostname(fqdn_as_hostname: Record) -> list[Violation]:
    return judges.misnamed(fqdn_as_hostname, *EVERYONE)


@requirement("HOST-ALIASES", control=(controls.RIGHT_WITHOUT_ALIASES, controls.RIGHT_WITH_OTHER_ALIASES))
def test_every_container_resolves_the_aliases_of_its_pod(host_aliases: Record) -> list[Violation]:
    return judges.not_resolved(host_aliases, *EVERYONE)


@requirement("HOST-DNS-CONFIG", control=controls.RIGHT_WITH_ANOTHER_RESOLVER)
def test_the_resolver_of_every_container_is_set_up_as_the_pod_says(dns_config: Record) -> list[Violation]:
    return judges.other_resolver(dns_config, *EVERYONE)


@requirement("HOST-DNS-MERGED", control=(controls.RIGHT_WITHOUT_DNS_CONFIG, controls.RIGHT_WITH_ONE_SEARCH_MORE))
def test_the_resolver_of_every_container_has_what_the_pod_adds(dns_policy: Record) -> list[Violation]:
    return judges.not_merged(dns_policy, *EVERYONE)


@requirement("HOST-DNS-MERGED", control=(controls.RIGHT_WITHOUT_DNS_CONFIG, controls.RIGHT_WITH_THE_NODES_RESOLVER))
def test_a_pod_on_its_nodes_network_can_have_the_clusters_resolver(dns_policy_on_host: Record) -> list[Violation]:
    return judges.not_merged(dns_policy_on_host, *EVERYONE)
