"""Changes under which apps are not alive at one time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from suite.control import Control, in_another_pod, pods_of

if TYPE_CHECKING:
    from suite.control import Json


def an_app_before_the_others(objects: list[Json]) -> list[Json]:
    """Run the last app as an init container: it waits for apps that wait for its end."""
    [pod] = pods_of(objects)
    pod["spec"]["initContainers"] = [pod["spec"]["containers"].pop()]
    return objects


def a_program_that_is_not_there(objects: list[Json]) -> list[Json]:
    """Let the last app be a program that its image does not have: the runtime cannot start it."""
    [pod] = pods_of(objects)
    pod["spec"]["containers"][-1]["command"] = ["/not-there"]
    return objects


A_PROGRAM_THAT_IS_NOT_THERE = Control("a-program-that-is-not-there", ("not-started",), a_program_that_is_not_there)
AN_APP_IN_ANOTHER_POD = Control("an-app-in-another-pod", ("apart",), in_another_pod("three"))
AN_APP_BEFORE_THE_OTHERS = Control("an-app-before-the-others", ("never-started",), an_app_before_the_others)
