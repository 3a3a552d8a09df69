"""The program that runs in podproof's containers: it does what its arguments say and prints what it saw.

``python3 /probe VERB [ARGUMENT…] [then VERB [ARGUMENT…]]…``

Every line on stdout is one event, a JSON object: ``event`` (its name), ``seq`` (0, 1, 2 …), ``clock`` (the node's
monotonic clock, ns) and what the verb saw. A system call that fails is an event with the errno's name. The first event
is ``started``, the last ``exit`` with the exit code. A verb that cannot do its work ends the program with code 1.

Verbs bound their own waits (``--within SECONDS``), so that a broken promise is an event. Each module beside this one
lists its verbs in ``VERBS``, a ``"name": what`` each; a module without ``VERBS`` serves the others.
"""

from __future__ import annotations

import importlib
import os
import sys

import event

HERE = os.path.dirname(__file__)
NAMES = sorted(file[:-3] for file in os.listdir(HERE) if file.endswith(".py") and file != "__main__.py")


def main(arguments: list[str]) -> int:
    """Run the verbs one after another; return the first exit code that is not 0, or 0."""
    given = split(arguments)
    known = verbs(*(verb[0] for verb in given if verb))
    event.start()
    for verb in given:
        code = run(verb, known)
        if code:
            return code
    return 0


def verbs(*names: str) -> event.Verbs:
    """Return the verbs of the modules that list one of these names; without names, all.

    The other modules are not imported: no folder of compiled ones can be beside this program, to compile them all takes
    longer than most verbs, and the kubelet's probes start it every second.
    """
    found: event.Verbs = {}
    for module in NAMES:
        with open(os.path.join(HERE, f"{module}.py"), encoding="utf-8") as file:
            text = file.read()
        if not names or any(f'"{name}": ' in text for name in names):
            found.update(getattr(importlib.import_module(module), "VERBS", {}))
    return found


def split(arguments: list[str]) -> list[list[str]]:
    """Return the verbs with their arguments, split at each ``then``."""
    verbs: list[list[str]] = [[]]
    for argument in arguments:
        if argument == "then":
            verbs.append([])
        else:
            verbs[-1].append(argument)
    return verbs


def run(verb: list[str], known: event.Verbs) -> int:
    """Run a known verb and return its exit code; an OSError that the verb did not foresee is an event of its own."""
    if not verb or verb[0] not in known:
        event.emit("unknown-verb", verb=" ".join(verb), known=sorted(verbs()))
        return 2
    parser, act = known[verb[0]]
    event.jitter(0.3)
    try:
        return act(parser.parse_args(verb[1:])) or 0
    except OSError as error:
        event.emit("failed", verb=" ".join(verb), errno=event.errno_name(error.errno), path=error.filename)
        return 1


if __name__ == "__main__":
    event.end(main(sys.argv[1:]))
