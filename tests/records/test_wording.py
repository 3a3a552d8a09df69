"""The cause of trouble: the same for reasons that differ in figures, names and how often they say it."""

import pytest

from records.wording import cause

NAMES = {"one", "two", "mail", "queue-mail"}
NO_NODE = "Pod queue-mail: awaited its first container to start for 120 s; it is Pending, not scheduled: 0/3 nodes"


@pytest.mark.parametrize(
    ("reason", "other"),
    [
        (NO_NODE, NO_NODE.replace("120 s", "60.5 s").replace("0/3", "0/50").replace("queue-mail", "mail")),
        (
            "Pod mail: one waiting (ContainerCreating)",
            "Pod queue-mail: one waiting (ContainerCreating), two waiting (ContainerCreating)",
        ),
    ],
)
def test_figures_names_and_repetition_make_no_other_cause(reason: str, other: str) -> None:
    assert cause(reason, NAMES) == cause(other, NAMES)


@pytest.mark.parametrize("other", ["Pod mail: not scheduled: no node", "Pod mail: one waiting (ImagePullBackOff)"])
def test_other_words_are_another_cause(other: str) -> None:
    assert cause("Pod mail: one waiting (ContainerCreating)", NAMES) != cause(other, NAMES)
