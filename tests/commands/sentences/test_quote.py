"""A sentence is found by its words, whole and in their order; else what comes nearest is shown."""

import pytest

from commands.sentences.page import of_html
from commands.sentences.quote import difference, nearest, place

TEXT = of_html("""
<p>Init containers run to completion one after another. If you define a Job that uses <em>sidecars</em>, the sidecar
container in each Pod does not prevent the Job from completing.</p><p>The path is <code>volumeMounts[*].subPath</code>:
see <code>$(VAR_NAME)</code>, <code>rw-rw----</code> (10s, 20s, …). It is older than 24 hours.Defaults to 1.</p>
<ul><li><code>Always</code>: Automatically restarts the container.</li><li><code>Never</code>: Does not.</li></ul>
""").text


@pytest.mark.parametrize(
    "sentence",
    [
        "Init containers run to completion",
        "run to completion one after another.",
        "*Init* containers `run` to _completion_",
        "[…] the sidecar container in each Pod does not prevent the Job from completing.",
        "If you define a Job […], the sidecar container in each Pod",
        "If you define a Job [...] the sidecar",
        "The path is `volumeMounts[*].subPath`: see `$(VAR_NAME)`, `rw-rw----` (10s, 20s, …).",
        "The path is `volumeMounts[…]`: see",
        "It is older than 24 hours.",
        "Automatically restarts the container. `Never`: Does not.",
    ],
)
def test_a_sentence_is_found_whatever_its_markup_and_without_what_it_leaves_out(sentence: str) -> None:
    assert place(sentence, TEXT) is not None


@pytest.mark.parametrize(
    ("sentence", "why"),
    [
        ("Init container", "half a word"),
        ("nit containers run", "half a word"),
        ("init containers run", "another case"),
        ("Init containers run one after another.", "words left out without a sign"),
        ("Init containers run to completion one after another", "not at the place"),
        ("run to completion […] It is older", "the gap goes over a paragraph"),
        ("one after another. […] Init containers run", "another order"),
        ("The path is volumeMounts.subPath", "a bracket less"),
    ],
)
def test_a_sentence_of_other_words_is_not_found(sentence: str, why: str) -> None:
    begin = TEXT.index("If you") if why == "not at the place" else 0
    assert place(sentence, TEXT, begin) is None


def test_a_sentence_is_sought_between_two_places() -> None:
    at = TEXT.index("The path is")
    assert place("The path is", TEXT, at) == at
    assert place("The path is", TEXT, 0, at + 4) is None


@pytest.mark.parametrize(
    ("sentence", "passage"),
    [
        ("Init containers run to completion, in parallel.", "Init containers run to completion one after another."),
        (
            "The sidecar container of a Pod does not prevent a Job from completing.",
            "the sidecar container in each Pod does not prevent the Job from completing.",
        ),
        ("`Always`: Never restarts the container.", "Always: Automatically restarts the container."),
        ("Pods are deployed by people who read the documentation.", ""),
        ("", ""),
    ],
)
def test_the_nearest_passage_is_shown_if_any_is_near(sentence: str, passage: str) -> None:
    assert nearest(sentence, TEXT) == passage
    assert nearest(sentence, "") == ""


def test_a_difference_shows_both_and_what_a_sentence_leaves_out() -> None:
    assert difference("The `old` word is […] here", "The new word is here now") == (
        "The [-old-] {+new+} word is [-[…]-] here {+now+}"
    )


def test_a_passage_of_the_same_words_in_another_order_does_not_hide_the_nearest() -> None:
    sentence = "the sidecar container does not prevent the Job from completing"
    other = " ".join(reversed(sentence.split()))
    text = f"{other} {other} {other}. The Pod: the sidecar container does not hinder the Job from completing"
    assert nearest(sentence, text) == "the sidecar container does not hinder the Job from completing"


def test_the_nearest_passage_is_found_at_either_end_and_among_many_like_it() -> None:
    words = [f"word{number % 50}" for number in range(2000)]
    for start in (0, 1000, 1985):
        text = " ".join([*words[:start], "the mount is made recursively read-only for all Pods", *words[start:]])
        assert nearest("the mount is not made recursively read-only for Pods", text) == (
            "the mount is made recursively read-only for all Pods"
        )
