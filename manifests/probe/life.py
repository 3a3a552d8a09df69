"""Verbs about a container's own life: work that takes time, an exit code, the TERM signal."""

import signal
import time

import event


def work(arguments):
    """``work SECONDS``: be alive for that long."""
    event.emit("working", seconds=arguments.seconds)
    time.sleep(arguments.seconds)
    event.emit("worked", seconds=arguments.seconds)


def leave(arguments):
    """``exit CODE``: end with that exit code."""
    event.end(arguments.code)


def expect_term(_arguments):
    """``expect-term``: live until the TERM signal comes, print it, go on."""
    event.emit("waiting", signal="SIGTERM")
    signal.sigwait({signal.SIGTERM})
    event.emit("terminated", signal="SIGTERM")


def _seconds():
    parser = event.Parser(prog="work")
    parser.add_argument("seconds", type=float)
    return parser


def _code():
    parser = event.Parser(prog="exit")
    parser.add_argument("code", type=int)
    return parser


VERBS = {
    "work": (_seconds(), work),
    "exit": (_code(), leave),
    "expect-term": (event.Parser(prog="expect-term"), expect_term),
}
