"""What judges ask of a record."""

from records import Record
from suite.evidence import events_of, given, last_said, not_on_one_node, tries
from tests.helpers.histories import did, exited, pod, ran, record

TRIED = (did(1, "trying"), did(2, "refused"), did(3, "trying"), did(4, "taken"), did(5, "trying"), exited(6))
TWO_RUNS = record(pod(ran("one", 0, *TRIED), ran("one", 10, did(11, "taken"))))


def with_nodes(*nodes: str) -> Record:
    """Return a record of one Pod on each of these nodes."""
    return record(*(pod(ran(f"on-{node}", 0), role=f"pod-{node}", node=node) for node in nodes))


def test_the_events_of_a_container_are_those_of_all_its_runs_in_order() -> None:
    assert [event.name for event in events_of(TWO_RUNS, "one", "taken", "refused")] == ["refused", "taken", "taken"]
    assert len(events_of(TWO_RUNS, "one")) == 1 + len(TRIED) + 1 + 1
    assert events_of(TWO_RUNS, "one", "never") == events_of(TWO_RUNS, "another") == ()
    assert events_of(TWO_RUNS.pods[0], "one", "trying") == events_of(TWO_RUNS, "one", "trying")


def test_the_last_word_is_of_the_last_run_and_empty_without_a_run() -> None:
    assert last_said(TWO_RUNS.instances_of("one")) == "; its last word was taken"
    assert last_said(TWO_RUNS.instances_of("another")) == ""


def test_a_try_is_a_begin_with_an_outcome_next_to_it() -> None:
    found = tries(TWO_RUNS, "one", "trying", "taken", "refused")
    assert [(begun.seen, outcome.name) for begun, outcome in found] == [(1, "refused"), (3, "taken")]


def test_pods_are_on_one_node_if_it_is_the_same_and_known_for_all() -> None:
    assert not_on_one_node(with_nodes("a", "a"), "they") == []
    assert not_on_one_node(with_nodes("b", "a"), "they") == ["they were not on one node, but on a, b"]
    assert not_on_one_node(with_nodes(""), "they") == ["they were not on one node, but on none"]


def test_an_answer_is_known_with_its_question() -> None:
    asked = [did(1, "asked", nonce="q", answer="a"), did(2, "asked", nonce="p", answer="b")]
    assert given(record(pod(ran("server", 0, *asked))), "server") == {("q", "a"), ("p", "b")}
