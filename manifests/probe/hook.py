"""The verb of a container whose lifecycle hook is an HTTP request: it does what the request's query says, and answers.

A query is a chain like that of an exec hook's verbs, in files of one folder: ``/?write=began&await=released``.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
import time
from http.client import OK
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import event
import waits
from server import ANY, Server, listen

if TYPE_CHECKING:
    from argparse import Namespace

    from server import Request

PATIENCE = 300.0  # seconds for another container's file: longer than any scenario that awaits one


def do(act: str, value: str, folder: str, held: contextlib.ExitStack) -> None:
    """Do one act: ``write=FILE``, ``await=FILE``, ``lock=FILE`` until ``held`` ends, ``work=SECONDS``."""
    path = os.path.join(folder, value)
    if act == "work":
        time.sleep(float(value))
    elif act == "write":
        with open(path, "w", encoding="ascii"):
            pass
    elif act == "lock":
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        held.callback(os.close, descriptor)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    elif act == "await":
        for _ in waits.looks(PATIENCE):
            if os.path.exists(path):
                return


def serve(arguments: Namespace) -> None:
    """``serve-hooks PORT FOLDER``: do what requests say in a folder, from now on, beside the verbs that follow."""

    def answer(request: Request) -> None:
        """Do what the query says, in its order; what it locks is free before the answer is sent."""
        event.emit("asked", path=request.path, peer=request.client_address[0])
        with contextlib.ExitStack() as held:
            for act, value in parse_qsl(urlsplit(request.path).query):
                do(act, value, arguments.folder, held)
        event.emit("answering", path=request.path)
        with contextlib.suppress(OSError):  # who asked may be gone
            request.answer(OK)

    server = Server(listen(ANY, arguments.port), answer)
    event.emit("serving", port=arguments.port)
    threading.Thread(target=server.serve_forever, daemon=True).start()


VERBS: event.Verbs = {"serve-hooks": (event.parser("serve-hooks", event.PORT, "folder"), serve)}
