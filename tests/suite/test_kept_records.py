"""Real records of every behaviour, of healthy clusters and of what breaks them: runtimes, and controls.

``commands.keep`` keeps them, and the verdicts on them.
"""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

import records
from commands import keep
from fixtures.session.marks import case_of, controls_of
from records import Instance, PodRecord, Record, completeness, refusals, truth
from suite.start import observations
from tests.helpers.paths import RECORDS, ROOT
from tests.helpers.subprocesses import suite

FOLDER = RECORDS
KEPT = {f"{path.parent.name}/{path.stem}": records.load(path) for path in sorted(FOLDER.glob("*/*.json"))}

VERDICTS = json.loads((FOLDER / keep.VERDICTS).read_text(encoding="utf-8"))
BEHAVIOURS = sorted(path.parent.relative_to(ROOT / "suite").as_posix() for path in (ROOT / "suite").rglob("test_*.py"))
REFUSED = {  # what a runtime did not start: containers, or the Pod as a whole
    "no-sysctl/network.sysctls.sysctl[port-range]": {"Pod"},
    "youki/patterns.log_sidecar[log-sidecar]": {"log-reader"},
    "youki/patterns.proxy[proxy]": {"page"},
    "youki/processes.ephemeral_target[ephemeral-target]": {"targets"},
    "youki/processes.shared[shared]": {"beside"},
    "youki/volumes.propagation.propagation[propagation]": {"one", "two", "receiver"},
}
REFUSING = {  # the runtimes that did not, and their own words: youki 0.7.0, and a script that refuses that sysctl
    "no-sysctl": "sysctl net.ipv4.ip_local_port_range is not in a separate kernel namespace",
    "youki": "youki did not terminate successfully",
}
SKIPPED = (
    "not run: no record was kept",
    "not run: slow: --slow runs it",
    "the node has control groups of version 1: .*",  # of OOM-ALONE
)
MOST_IN_ALL = 7_000_000  # bytes
PLAIN = pytest.mark.parametrize("how", ["--assert=rewrite", "--assert=plain"])
RECORDED = "healthy/start.pair[consumer-first]"  # of what nothing promises: there is no verdict
RUNS = {
    f"{name} {instance.container} {instance.container_id[-8:]}": (kept, instance)
    for name, kept in KEPT.items()
    if kept.control is None  # those are enough
    for instance in kept.instances
    if instance.events  # not of a refused container, nor of a program that prints none
}
ENDED = {  # but for those that were ended from outside: they have no last word
    name: run for name, run in RUNS.items() if run[1].terminated and run[1].signal not in completeness.FROM_OUTSIDE
}


def changed(kept: Record, instance: Instance, *others: Instance) -> Record:
    """Return the record with other instances in the place of that one."""

    def pod(old: PodRecord) -> PodRecord:
        return replace(old, instances=tuple(new for i in old.instances for new in (others if i is instance else (i,))))

    return replace(kept, pods=tuple(pod(old) for old in kept.pods))


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_a_healthy_record_and_a_broken_one_are_kept_of_every_behaviour(behaviour: str) -> None:
    of = behaviour.replace("/", ".")
    kinds = [name.partition("/")[0] for name, kept in KEPT.items() if kept.scenario.rpartition(".")[0] == of]
    assert "healthy" in kinds
    assert set(kinds) - {"healthy"}


def test_every_kept_record_is_judged_by_a_test_of_the_suite(suite_items: list[pytest.Item]) -> None:
    judged = {
        case.file_name(control)
        for item in suite_items
        if (case := case_of(item))
        for control in (None, *controls_of(item))
    }
    assert {f"{name.partition('/')[2]}.json" for name in KEPT} <= judged


def test_every_kind_of_kept_records_has_its_verdicts() -> None:
    assert {name.partition("/")[0] for name in KEPT} == {*VERDICTS, keep.CONTROLS}
    assert not VERDICTS["healthy"]["fired"]
    assert all(verdicts["fired"] for kind, verdicts in VERDICTS.items() if kind != "healthy")


@pytest.mark.parametrize("kind", VERDICTS)
def test_kept_records_are_judged_again_as_they_were(kind: str) -> None:
    assert keep.judged(FOLDER / kind) == VERDICTS[kind]


def test_kept_records_of_controls_are_caught_again(tmp_path: Path) -> None:
    run = suite("--judge", FOLDER / keep.CONTROLS, "--teeth", "--output", tmp_path / "out")
    assert run.returncode == 0, run.stdout + run.stderr
    [caught] = re.findall(r"^(\d+) of \d+ controls caught", run.stdout, re.MULTILINE)
    assert int(caught) >= sum(kept.control is not None for kept in KEPT.values())


def test_kept_records_are_small() -> None:
    sizes = [path.stat().st_size for path in FOLDER.glob("*/*.json")]
    assert sum(sizes) < MOST_IN_ALL


def test_what_was_recorded_is_told_as_it_was() -> None:
    [line] = observations.first_look(KEPT[RECORDED], "producer", "consumer")
    assert line.startswith("in the spec consumer, producer; consumer started ")
    assert line.endswith(" before the queue was made: no-queue key=pair errno=ENOENT looks=1, exit code=1")


@pytest.mark.parametrize("name", KEPT)
def test_a_kept_record_is_complete(name: str) -> None:
    assert records.gaps(KEPT[name]) == []


@pytest.mark.parametrize("name", REFUSED)
def test_what_a_real_runtime_did_not_start_is_violated_in_its_own_words(name: str) -> None:
    violations = refusals.not_started(KEPT[name])
    assert {violation.text.split()[0] for violation in violations} == REFUSED[name]
    assert all(REFUSING[name.partition("/")[0]] in violation.text for violation in violations)


@pytest.mark.parametrize("name", [name for name in KEPT if name.partition("/")[0] not in REFUSING])
def test_a_runtime_that_starts_everything_has_refused_nothing(name: str) -> None:
    assert list(refusals.of(KEPT[name])) == []


@pytest.mark.parametrize("name", KEPT)
def test_a_kept_record_is_named_for_what_it_is_of(name: str) -> None:
    kept = KEPT[name]
    assert f"{name.partition('/')[2]}.json" == records.file_name(kept.scenario, kept.case, kept.control)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*/*.json")), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_kept_record_tells_no_secret_and_no_path_of_the_machine(path: Path) -> None:
    assert not keep.PRIVATE.search(path.read_text())


@pytest.mark.parametrize(("kept", "instance"), RUNS.values(), ids=RUNS)
def test_without_an_event_in_its_midst_a_record_is_incomplete(kept: Record, instance: Instance) -> None:
    for dropped in instance.events[:-1]:
        fewer = tuple(event for event in instance.events if event is not dropped)
        assert records.gaps(changed(kept, instance, replace(instance, events=fewer)))


@pytest.mark.parametrize(("kept", "instance"), ENDED.values(), ids=ENDED)
def test_without_the_last_event_of_a_run_that_ended_a_record_is_incomplete(kept: Record, instance: Instance) -> None:
    assert records.gaps(changed(kept, instance, replace(instance, events=instance.events[:-1])))


@pytest.mark.parametrize(("kept", "instance"), RUNS.values(), ids=RUNS)
def test_without_one_of_its_runs_a_record_is_incomplete(kept: Record, instance: Instance) -> None:
    assert records.gaps(changed(kept, instance))


@pytest.mark.parametrize(("kept", "instance"), RUNS.values(), ids=RUNS)
def test_with_an_output_that_was_cut_a_record_is_incomplete(kept: Record, instance: Instance) -> None:
    assert records.gaps(changed(kept, instance, replace(instance, output="cut")))


@PLAIN
def test_healthy_records_judged_again_hold_and_what_was_not_kept_was_not_run(tmp_path: Path, how: str) -> None:
    run = suite("--judge", FOLDER / "healthy", "--output", tmp_path / "out", "-vrs", how)
    assert run.returncode == 0, run.stdout + run.stderr
    assert f"{VERDICTS['healthy']['holds']} passed, " in run.stdout
    assert re.search(
        r"consumer-first: .* no-queue key=pair errno=ENOENT looks=1, exit code=1$", run.stdout, re.MULTILINE
    )
    assert re.search(r"^holds +MUST +HOST-ALIASES +host-aliases$", run.stdout, re.MULTILINE)
    assert re.search(r"^not run +MUST +INIT-SEQUENTIAL +Always, OnFailure$", run.stdout, re.MULTILINE)
    assert re.search(r"^not run +MUST +IPC-SYSV-QUEUE .*\bmany\b", run.stdout, re.MULTILINE)
    assert "no claim of conformance" in run.stdout
    assert not re.search(
        rf"^SKIPPED (?!.*: ({'|'.join(SKIPPED)})$)",
        run.stdout,
        re.MULTILINE,
    )


def test_a_status_that_lies_in_any_record_is_a_violation_of_its_own(tmp_path: Path) -> None:
    name = "ipc.sysv_queue[one]"
    kept = records.load(FOLDER / "healthy" / f"{name}.json")
    [first, *_] = kept.instances
    records.save(changed(kept, first, replace(first, terminated={**(first.terminated or {}), "exitCode": 7})), tmp_path)
    run = suite("--judge", tmp_path, "--output", tmp_path / "out", "-v")
    assert run.returncode == 1, run.stdout + run.stderr
    assert re.search(rf"^violated +MUST +STATUS-TRUE +{re.escape(name)}", run.stdout, re.MULTILINE)
    assert re.search(r"^not run +MUST +IPC-SYSV-QUEUE .*\bmany\b", run.stdout, re.MULTILINE)  # and one holds
    assert "said that it ends with 0; its status says 7 [wrong-exit-code]" in run.stdout


@pytest.mark.parametrize("name", [name for name in KEPT if not name.startswith(f"{keep.CONTROLS}/status.")])
def test_the_statuses_of_every_kept_record_are_true(name: str) -> None:
    assert truth.untrue(KEPT[name]) == []


def test_a_record_of_a_cluster_without_ipv6_judged_again_is_not_applicable(tmp_path: Path) -> None:
    kept = records.load(FOLDER / "healthy" / "network.localhost.distinct_ports[ipv6].json")
    for observation in kept.pods[0].observations:
        if "podIPs" in observation.status:
            observation.status["podIPs"] = [{"ip": "10.0.0.7"}]
    records.save(kept, tmp_path)
    run = suite("--judge", tmp_path, "--output", tmp_path / "out", "-rs")
    assert run.returncode == 0, run.stdout + run.stderr
    assert "the cluster gives its Pods no IPv6 address: status.podIPs is 10.0.0.7" in run.stdout


def test_a_container_that_a_policys_limit_ended_is_not_applicable_with_the_path(tmp_path: Path) -> None:
    kept = records.load(FOLDER / "healthy" / "ipc.sysv_queue[one].json")
    [first, *_] = kept.instances
    oom = replace(first, events=first.events[:-1], terminated={"exitCode": 137, "reason": "OOMKilled"})
    for container in kept.pods[0].got["spec"]["containers"]:
        container["resources"] = {"limits": {"memory": "16Mi"}}
    records.save(changed(kept, first, oom), tmp_path)
    run = suite("--judge", tmp_path, "--output", tmp_path / "out", "-rs")
    assert run.returncode == 0, run.stdout + run.stderr
    path = f"spec.containers[{first.container}].resources.limits.memory: sent nothing, got 16Mi"
    assert path in run.stdout


def test_records_of_refusals_judged_again_are_violated_at_their_level(tmp_path: Path) -> None:
    run = suite("--judge", FOLDER / "youki", "--output", tmp_path / "out")
    assert run.returncode == 1, run.stdout + run.stderr
    for line in (
        "MUST +PID-SHARED +seen, signalled, root, reaped .EXPECTED.",
        "MUST +VOL-PROPAGATION +host-to-container, bidirectional, none",
        "MUST +PATTERN-LOG-SIDECAR +log-sidecar, rotation .EXPECTED.",
        "EXPECTED +PATTERN-PROXY +proxy, reload",
        "MUST +EPHEMERAL-JOINS +target .EXPECTED.",
    ):
        assert re.search(f"^violated +{line}", run.stdout, re.MULTILINE), line
    assert not re.search(r"^trouble ", run.stdout, re.MULTILINE)


@PLAIN
def test_faulty_records_judged_again_are_violated_in_the_words_for_an_operator(
    tmp_path: Path, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")  # as every hosted CI does; pytest prints more then
    run = suite("--judge", FOLDER / "own-ipc", "--output", tmp_path / "out", how)
    assert run.returncode == 1, run.stdout + run.stderr
    assert "4 failed, " in run.stdout
    assert re.search(r"^violated +MUST +IPC-SYSV-QUEUE +one$", run.stdout, re.MULTILINE)
    assert re.search(r"^violated +MUST +INIT-PREPARES +sysv-queue", run.stdout, re.MULTILINE)
    assert "IPC-SYSV-QUEUE [one]: consumer received 0 of 1 messages of type 1" in run.stdout
    assert "consumer  no-queue key=" in run.stdout
    assert len(re.findall(r"^> +\d+ .*  \[(no-queue|lost)\]$", run.stdout, re.MULTILINE)) == 3
    assert "https://kubernetes.io/docs/concepts/workloads/pods/#pod-networking" in run.stdout
    assert (tmp_path / "out" / "junit.xml").is_file()
