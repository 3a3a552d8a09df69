"""The program that runs in podproof's containers: it does what its arguments say and prints what it saw.

``python3 /probe VERB [ARGUMENT…] [then VERB [ARGUMENT…]]…``

Every line on stdout is one event, a JSON object: ``event`` (its name), ``seq`` (0, 1, 2 …), ``clock`` (the node's
monotonic clock, ns) and what the verb saw. A system call that fails is an event with the errno's name. The first event
is ``started``, the last ``exit`` with the exit code. A verb that cannot do its work ends the program with code 1.

Verbs bound their own waits (``--within SECONDS``), so that a promise that is broken speaks.
"""

from __future__ import annotations

import sys

import abstract
import coherence
import event
import files
import helper
import identity
import inodes
import life
import mounts
import mqueue
import names
import namespaces
import net
import objects
import processes
import segments
import semaphores
import settings
import space
import sysctl
import sysv
import web

VERBS: event.Verbs = {
    **abstract.VERBS,
    **coherence.VERBS,
    **files.VERBS,
    **helper.VERBS,
    **identity.VERBS,
    **inodes.VERBS,
    **life.VERBS,
    **mounts.VERBS,
    **mqueue.VERBS,
    **names.VERBS,
    **namespaces.VERBS,
    **net.VERBS,
    **objects.VERBS,
    **processes.VERBS,
    **segments.VERBS,
    **semaphores.VERBS,
    **settings.VERBS,
    **space.VERBS,
    **sysctl.VERBS,
    **sysv.VERBS,
    **web.VERBS,
}


def main(arguments: list[str]) -> int:
    """Run the verbs one after another; the exit code is that of the first that does not return 0."""
    event.start()
    for verb in split(arguments):
        code = run(verb)
        if code:
            return code
    return 0


def split(arguments: list[str]) -> list[list[str]]:
    """The verbs with their arguments: what stands between one ``then`` and the next."""
    verbs: list[list[str]] = [[]]
    for argument in arguments:
        if argument == "then":
            verbs.append([])
        else:
            verbs[-1].append(argument)
    return verbs


def run(verb: list[str]) -> int:
    """Run one verb; an OSError that it did not foresee is an event of its own."""
    if not verb or verb[0] not in VERBS:
        event.emit("unknown-verb", verb=" ".join(verb), known=sorted(VERBS))
        return 2
    parser, act = VERBS[verb[0]]
    try:
        return act(parser.parse_args(verb[1:])) or 0
    except OSError as error:
        event.emit("failed", verb=" ".join(verb), errno=event.errno_name(error.errno), path=error.filename)
        return 1


if __name__ == "__main__":
    event.end(main(sys.argv[1:]))
