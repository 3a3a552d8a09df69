"""The program that runs in podproof's containers: it does what its arguments say and prints what it saw.

``python3 /probe VERB [ARGUMENT…] [then VERB [ARGUMENT…]]…``

Every line on stdout is one event, a JSON object: ``event`` (its name), ``seq`` (0, 1, 2 …), ``clock`` (the node's
monotonic clock, ns) and what the verb saw. A system call that fails is an event with the errno's name. The first event
is ``started``, the last ``exit`` with the exit code. A verb that cannot do its work ends the program with code 1.

Verbs bound their own waits (``--within SECONDS``), so that a broken promise is an event. Each module beside this one
lists its verbs in ``VERBS``; a module without ``VERBS`` serves the others.
"""

from __future__ import annotations

import importlib
import os
import sys

import event

NAMES = sorted(file[:-3] for file in os.listdir(os.path.dirname(__file__)) if file.endswith(".py"))
MODULES = {name: importlib.import_module(name) for name in NAMES if name != "__main__"}
VERBS: event.Verbs = {verb: what for own in MODULES.values() for verb, what in getattr(own, "VERBS", {}).items()}


def main(arguments: list[str]) -> int:
    """Run the verbs one after another; return the first exit code that is not 0, or 0."""
    event.start()
    for verb in split(arguments):
        code = run(verb)
        if code:
            return code
    return 0


def split(arguments: list[str]) -> list[list[str]]:
    """Return the verbs with their arguments, split at each ``then``."""
    verbs: list[list[str]] = [[]]
    for argument in arguments:
        if argument == "then":
            verbs.append([])
        else:
            verbs[-1].append(argument)
    return verbs


def run(verb: list[str]) -> int:
    """Run one verb and return its exit code; an OSError that the verb did not foresee is an event of its own."""
    if not verb or verb[0] not in VERBS:
        event.emit("unknown-verb", verb=" ".join(verb), known=sorted(VERBS))
        return 2
    parser, act = VERBS[verb[0]]
    event.jitter(0.3)
    try:
        return act(parser.parse_args(verb[1:])) or 0
    except OSError as error:
        event.emit("failed", verb=" ".join(verb), errno=event.errno_name(error.errno), path=error.filename)
        return 1


if __name__ == "__main__":
    event.end(main(sys.argv[1:]))
