"""Verbs about a container's own life: work that takes time, an exit code, the TERM signal."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING

import event

if TYPE_CHECKING:
    from argparse import Namespace


def work(arguments: Namespace) -> None:
    """``work SECONDS``: be alive for that long."""
    event.emit("working", seconds=arguments.seconds)
    time.sleep(arguments.seconds)
    event.emit("worked", seconds=arguments.seconds)


def leave(arguments: Namespace) -> None:
    """``exit CODE``: end with that exit code."""
    event.end(arguments.code)


def expect_term(_arguments: Namespace) -> None:
    """``expect-term``: live until the TERM signal comes, print it, go on."""
    event.emit("waiting", signal="SIGTERM")
    signal.sigwait({signal.SIGTERM})
    event.emit("terminated", signal="SIGTERM")


def _seconds() -> event.Parser:
    parser = event.Parser(prog="work")
    parser.add_argument("seconds", type=float)
    return parser


def _code() -> event.Parser:
    parser = event.Parser(prog="exit")
    parser.add_argument("code", type=int)
    return parser


VERBS: event.Verbs = {
    "work": (_seconds(), work),
    "exit": (_code(), leave),
    "expect-term": (event.Parser(prog="expect-term"), expect_term),
}
