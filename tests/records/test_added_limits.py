"""A container that a policy's memory limit ended, by what was sent and stored."""

from dataclasses import replace

import pytest

from records import Record
from records.added_limits import killed
from records.record import Json
from tests.helpers.histories import pod, ran, record

OOM = {"exitCode": 137, "reason": "OOMKilled"}
TOO_LOW = {"exitCode": 128, "reason": "StartError", "message": "runc create failed: container init was OOM-killed"}
CRASH = {"exitCode": 139, "reason": "Error"}
PATH = "spec.containers[main].resources.limits.memory: sent nothing, got 16Mi (main was ended for it)"
OF_POD = "spec.resources.limits.memory: sent nothing, got 16Mi (main was ended for it)"


def limited(memory: str | None = None, of_pod: str | None = None) -> Json:
    """Return a Pod with these limits of its container, and of itself."""
    own, whole = ({"resources": {"limits": {"memory": each}}} if each else {} for each in (memory, of_pod))
    return {"spec": {"containers": [{"name": "main", **own}], **whole}}


def ended(terminated: Json, sent: Json, got: Json) -> Record:
    main = replace(ran("main", 0.0), terminated=terminated, output="whole")
    return record(replace(pod(main), sent=sent, got=got))


@pytest.mark.parametrize(
    ("terminated", "sent", "got", "told"),
    [
        (OOM, limited(), limited("16Mi"), [PATH]),
        (TOO_LOW, limited(), limited("16Mi"), [PATH]),
        (OOM, limited(), limited(of_pod="16Mi"), [OF_POD]),
        (CRASH, limited(), limited("16Mi"), []),
        (OOM, limited("16Mi"), limited("16Mi"), []),
        (OOM, limited("32Mi"), limited("16Mi"), []),
        (OOM, limited(), limited(), []),
    ],
)
def test_the_added_limit_that_ended_a_run_is_told(terminated: Json, sent: Json, got: Json, told: list[str]) -> None:
    assert killed(ended(terminated, sent, got)) == told


def test_the_group_of_the_container_is_told() -> None:
    got = {"spec": {"initContainers": limited("16Mi")["spec"]["containers"], "containers": []}}
    assert killed(ended(OOM, {"spec": {}}, got)) == [PATH.replace("containers", "initContainers")]
