"""What a scenario can do, over a connection of a few lines."""

from __future__ import annotations

import copy
import threading
from typing import TYPE_CHECKING, Any, cast

import pytest

from fixtures.announced import NGINX_IMAGE, Surroundings
from fixtures.awaited import ended, event
from fixtures.connection import Answer, Connection
from fixtures.errors import ImageError, LackingError, TroubleError
from fixtures.stage import Deployed, Stage
from fixtures.timeouts import Timeouts
from fixtures.view import PodView
from records.record import named
from tests.helpers.statuses import OURS, running, seen, waiting

if TYPE_CHECKING:
    from fixtures.recorder import Recorder

NAME = {"kind": "Pod", "metadata": {"name": "std_linux"}, "spec": {"containers": [{"name": "main", "image": "x"}]}}


class _Answers:
    """Answers every request in the same way."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def request(self, *_: object, **__: object) -> Answer:
        return self._answer


def stage(code: int) -> Stage:
    """A stage with one Pod, whose API answers everything with that code."""
    connection = cast("Connection", _Answers(Answer(code, {"message": "why"}, ())))
    recorder = cast("Recorder", None)
    return Stage(connection, recorder, Surroundings("space", "run"), Timeouts(), ("api.name", "name", None), [NAME])


@pytest.mark.parametrize("code", [201, 422])
def test_what_validation_said_of_a_pod_is_for_the_judge(code: int) -> None:
    stage(code).dry_run()


@pytest.mark.parametrize("code", [400, 403, 409, 429, 500, 503])
def test_a_pod_that_something_else_refused_than_validation_is_trouble(code: int) -> None:
    with pytest.raises(TroubleError, match=f"Pod std_linux was not validated, but refused: {code} why"):
        stage(code).dry_run()


def late(reason: str) -> Deployed:
    """A Pod of which one container runs, and another waits."""
    view = PodView(0.0, OURS)
    view.observe("MODIFIED", seen(main=running("m"), other=waiting(reason)))
    return Deployed(stage(201), "pod", {"metadata": {"name": "late"}}, {}, view)


def test_a_window_that_closes_before_every_container_was_started_is_trouble() -> None:
    with pytest.raises(TroubleError, match=r"Pod late: ContainerCreating; it is Running, main running, other waiting"):
        late("ContainerCreating").watch_for(ended(), 0.0, 60.0)


def test_a_container_that_waits_for_init_containers_is_for_the_judge() -> None:
    pod = late("PodInitializing")
    pod.watch_for(ended(), 0.0, 60.0)
    assert pod.window == "observed for 60 s, in vain: the Pod to end"


def test_a_refusal_where_pods_need_more_than_others_is_what_the_cluster_lacks() -> None:
    """The API server's own answer, or that of a policy's webhook."""
    for code, message in ((403, "violates PodSecurity"), (400, "admission webhook x denied the request: no")):
        connection = cast("Connection", _Answers(Answer(code, {"message": message}, ())))
        around = Surroundings("space", "run", pod_security="privileged")
        privileged = Stage(connection, cast("Recorder", None), around, Timeouts(), ("a.b", "c", None), [NAME])
        with pytest.raises(LackingError, match=f"the cluster refuses Pods of the level privileged: {message}"):
            privileged()
    with pytest.raises(TroubleError, match="500 why"):
        stage(500)()


def test_a_refusal_for_want_of_room_is_trouble_and_no_lack() -> None:
    for message in ("pods x is forbidden: exceeded quota: few", "because it is being terminated"):
        connection = cast("Connection", _Answers(Answer(403, {"message": message}, ())))
        around = Surroundings("space", "run", pod_security="privileged")
        with pytest.raises(TroubleError, match=f"was refused: 403 .*{message}"):
            Stage(connection, cast("Recorder", None), around, Timeouts(), ("a.b", "c", None), [NAME])()


@pytest.mark.parametrize(
    ("image", "error", "option"), [("mine/nginx:1", TroubleError, "--nginx-image"), ("x", ImageError, "--image")]
)
def test_an_image_that_few_need_does_not_end_the_run(image: str, error: type[TroubleError], option: str) -> None:
    view = PodView(0.0, OURS)
    view.observe("MODIFIED", seen(main=waiting("ImagePullBackOff", "no such image")))
    around = Surroundings("space", "run", {NGINX_IMAGE: "mine/nginx:1"})
    of_run = Stage(cast("Connection", None), cast("Recorder", None), around, Timeouts(), ("a.b", "c", None), [NAME])
    sent = {"metadata": {"name": "web"}, "spec": {"containers": [{"name": "main", "image": image}]}}
    with pytest.raises(TroubleError, match=f"no such image; name one that it can with {option} REFERENCE") as raised:
        Deployed(of_run, "web", sent, {}, view).require(ended(), 0.0)
    assert raised.type is error


class _Api:
    """Keeps what it is asked, and answers as if it had been done."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, Any]] = []

    def request(self, method: str, path: str, *, body: Any = None, query: Any = None) -> Answer:
        self.asked.append((method, path, query))
        if path.endswith("configz"):
            return Answer(200, {"kubeletconfig": {"syncFrequency": "1m0s"}}, ())
        return Answer(200, copy.deepcopy(body) | {"metadata": {**body.get("metadata", {}), "uid": "u"}}, ())


class _Recorder:
    """Registers Pods."""

    def register(self, *_: object) -> None:
        """Nobody watches."""


DEBUGGED = [
    {"kind": "ConfigMap", "metadata": {"name": "settings"}, "data": {}},
    {"kind": "Service", "metadata": {"name": "web"}, "spec": {"selector": {"app": "web"}}},
    {"kind": "Pod", "metadata": {"name": "app"}, "spec": {"containers": [{"name": "main", "image": "x"}]}},
    {
        "kind": "Pod",
        "metadata": {"name": "app"},
        "spec": {"ephemeralContainers": [{"name": "debugger", "image": "x", "command": ["python3", "/probe"]}]},
    },
]


@pytest.fixture
def api() -> _Api:
    return _Api()


@pytest.fixture
def staged(api: _Api) -> Stage:
    """A stage with a Pod, other objects, and an ephemeral container for the Pod."""
    connection, recorder = cast("Connection", api), cast("Recorder", _Recorder())
    return Stage(connection, recorder, Surroundings("space", "run"), Timeouts(), ("a.b", "c", None), DEBUGGED)


def test_every_other_object_is_created_once_and_before_the_pods(staged: Stage, api: _Api) -> None:
    staged("app")
    kinds = [path.rpartition("/")[2] for _, path, _ in api.asked]
    assert kinds == ["configmaps", "services", "pods"]
    assert staged.named("web") == "b-web-c"


def test_the_address_of_a_service_is_the_clusters_of_that_family_and_that_there_is_none_is_what_it_lacks(
    staged: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"clusterIPs": ["198.19.0.7"], "ipFamilies": ["IPv4"]}  # by the API
    monkeypatch.setitem(DEBUGGED[1], "spec", {"selector": {"app": "web"}} | given)
    staged("app")
    assert staged.service_address("web", "ipv4") == "198.19.0.7"
    with pytest.raises(LackingError, match="the cluster gives its Services no ipv6 address"):
        staged.service_address("web", "ipv6")


def test_a_change_is_a_patch_of_the_object_that_has_that_name_in_the_manifest(staged: Stage, api: _Api) -> None:
    staged("app")
    staged.change("ConfigMap", "settings", {"data": {"k": "v"}})
    assert api.asked[-1][:2] == ("PATCH", "/api/v1/namespaces/space/configmaps/b-settings-c")


def test_ephemeral_containers_are_sent_to_the_pod_that_is_there(staged: Stage, api: _Api) -> None:
    pod = staged("app")
    pod.dry_inject()
    assert "ephemeralContainers" not in pod.sent["spec"]
    pod.inject()
    path = "/api/v1/namespaces/space/pods/b-app-c/ephemeralcontainers"
    assert api.asked[-2:] == [("PATCH", path, {"dryRun": "All"}), ("PATCH", path, None)]
    assert named(pod.sent) == ("main", "debugger")


def test_a_kubelets_configuration_is_asked_for_once(staged: Stage, api: _Api) -> None:
    for field, default, told in (("syncFrequency", "10s", "1m0s"), ("other", 7, 7), ("syncFrequency", "", "1m0s")):
        assert staged.kubelet("node-1", field, default) == told
    assert len(api.asked) == 1


@pytest.mark.parametrize("renewed", [False, True])
def test_a_window_begins_anew_with_every_change_of_the_pods_status_but_not_for_ever(
    renewed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fixtures.stage.MOST_WINDOWS", 20)
    view = PodView(0.0, OURS)
    view.observe("MODIFIED", seen(main=running("m")))
    pod = Deployed(stage(201), "pod", {"metadata": {"name": "slow"}}, {}, view)
    later = threading.Timer(0.2, view.observe, ["MODIFIED", seen("Running", main=running("m"))])
    last = threading.Timer(0.5, view.observe, ["MODIFIED", seen("Succeeded", main=running("m"))])
    for timer in (later, last):
        timer.start()
    pod.watch_for(ended(), 0.3, 0.4, renewed=renewed)
    last.join()
    assert pod.window.startswith("observed until" if renewed else "observed for 0.4 s, in vain")
    monkeypatch.setattr("fixtures.stage.MOST_WINDOWS", 1)
    pod.watch_for(event("main", "never"), 0.0, 60.0, renewed=renewed)
    assert pod.window.startswith("observed for 60 s, in vain")
