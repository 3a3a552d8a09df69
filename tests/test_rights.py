"""A run asks for every right before it creates anything, in few requests, and names what is missing."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from fixtures import rights
from fixtures.connection import Connection
from fixtures.errors import PERMISSION, CannotRunError
from fixtures.rights import Right
from tests.helpers.servers import kubeconfig, serving

Json = dict[str, Any]
ALL = rights.needed(runtime_class=True)


class _Authorizer:
    """An API server where a user has the rights of some rules; only ``listed`` ones are told in a list."""

    def __init__(self, rules: list[Json], listed: list[Json] | None = None) -> None:
        self.rules = rules
        self.listed = rules if listed is None else listed
        self.asked: list[str] = []

    def __call__(self, path: str, body: Json) -> tuple[int, Any]:
        self.asked.append(path.rpartition("/")[2])
        if path.endswith("selfsubjectrulesreviews"):
            assert body["spec"]["namespace"] == "podproof-x"
            return 201, {"status": {"resourceRules": self.listed, "incomplete": self.listed != self.rules}}
        asked = body["spec"]["resourceAttributes"]
        resource = asked["resource"] + (f"/{asked['subresource']}" if asked["subresource"] else "")
        right = Right(resource, asked["verb"], asked["group"])
        cluster_wide = resource in rights.CLUSTER_WIDE
        assert asked.get("namespace") == (None if cluster_wide else "podproof-x")
        return 201, {"status": {"allowed": rights.granted(right, self.rules)}}


def _rules(missing: Right | None = None) -> list[Json]:
    return [
        {"apiGroups": [right.group], "resources": [right.resource], "verbs": [right.verb]}
        for right in ALL
        if right != missing
    ]


def _check(authorizer: Any, folder: Path, *, runtime_class: bool = True) -> None:
    with serving(authorizer) as url:
        connection = Connection(kubeconfig(folder / "k", url), "there", 5)
        rights.check(connection, "podproof-x", runtime_class=runtime_class)


def test_one_request_is_enough_where_everything_may_be_done(tmp_path: Path) -> None:
    for rules in (_rules(), [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]):
        authorizer = _Authorizer(rules)
        _check(authorizer, tmp_path)
        assert authorizer.asked == ["selfsubjectrulesreviews"]


def test_what_an_authorizer_does_not_list_it_is_asked_for(tmp_path: Path) -> None:
    authorizer = _Authorizer(_rules(), listed=_rules()[2:])
    _check(authorizer, tmp_path)
    assert authorizer.asked == ["selfsubjectrulesreviews", *["selfsubjectaccessreviews"] * 2]


@pytest.mark.parametrize("missing", ALL, ids=str)
def test_each_right_that_is_missing_is_named(tmp_path: Path, missing: Right) -> None:
    with pytest.raises(CannotRunError) as refused:
        _check(_Authorizer(_rules(missing)), tmp_path)
    assert refused.value.exit_code == PERMISSION
    assert f"does not let context there {missing.verb} {missing.resource}: `kubectl apply -f" in str(refused.value)


def test_rights_that_are_missing_together_are_told_in_one_line(tmp_path: Path) -> None:
    rules = [rule for rule in _rules() if rule["resources"][0] not in {"configmaps", "nodes"}]
    rules = [rule for rule in rules if rule["verbs"][0] not in {"watch", "delete"}]
    with pytest.raises(
        CannotRunError,
        match="context there delete namespaces, create and get and patch configmaps, watch and delete pods,",
    ):
        _check(_Authorizer(rules), tmp_path)


def test_what_a_run_does_without_it_does_not_ask_for(tmp_path: Path) -> None:
    rules = [rule for rule in _rules() if rule["resources"] != ["runtimeclasses"]]
    _check(_Authorizer(rules), tmp_path, runtime_class=False)
    with pytest.raises(CannotRunError, match="get and list runtimeclasses"):
        _check(_Authorizer(rules), tmp_path)


def test_a_server_that_does_not_tell_is_told(tmp_path: Path) -> None:
    with pytest.raises(CannotRunError, match=r"does not tell what context there may do: you are anonymous$") as refused:
        _check(lambda *_: (403, {"message": "you are anonymous"}), tmp_path)
    assert refused.value.exit_code == PERMISSION


@pytest.mark.parametrize(
    ("rule", "gives"),
    [
        ({"apiGroups": [""], "resources": ["pods/log"], "verbs": ["get"]}, True),
        ({"apiGroups": [""], "resources": ["*/log"], "verbs": ["get"]}, True),
        ({"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}, True),
        ({"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}, False),
        ({"apiGroups": ["apps"], "resources": ["pods/log"], "verbs": ["get"]}, False),
        ({"apiGroups": [""], "resources": ["pods/log"], "verbs": ["list"]}, False),
        ({"apiGroups": [""], "resources": ["pods/log"], "verbs": ["get"], "resourceNames": ["one"]}, False),
    ],
)
def test_a_rule_gives_a_right_where_group_resource_and_verb_are_in_it(rule: Json, gives: bool) -> None:
    assert rights.granted(Right("pods/log", "get"), [rule]) == gives


def test_the_manifest_gives_its_rights_to_its_own_user_and_to_nobody_else() -> None:
    items = {item["kind"]: item for item in yaml.safe_load_all(rights.MANIFEST.read_text("utf-8"))}
    account, binding = items["ServiceAccount"]["metadata"], items["ClusterRoleBinding"]
    assert binding["subjects"] == [{"kind": "ServiceAccount", **account}]
    assert binding["roleRef"]["name"] == items["ClusterRole"]["metadata"]["name"]
    assert account["namespace"] == items["Namespace"]["metadata"]["name"]
    assert not any("*" in (right.resource, right.verb, right.group) for right in ALL)
