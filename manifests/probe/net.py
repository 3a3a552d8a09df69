"""Verbs about the network: serve, ask, bind a port and free it, list this container's addresses.

The client sends a nonce, new for each question; the server prints it, and answers it with a nonce of its own, which the
client prints: two prints of the same two nonces prove both directions.

Addresses come from getifaddrs(3) through ctypes: every libc has it, one call lists IPv4, IPv6 and hardware addresses of
all interfaces, and the libc speaks the kernel's own protocol (netlink).
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import select
import socket
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, Callable, Dict, List, NoReturn

import clib
import event
import waits
from lookup import FAMILIES, is_address, look_up, name_of

if TYPE_CHECKING:
    from argparse import Namespace

INTERVAL = 0.02  # seconds between two tries to reach a server
PATIENCE = 2.0  # seconds for one try to connect, or for a datagram's answer
ANSWER = 5.0  # seconds, at least, for the answer of who was reached, however little is left: either may be starved
QUESTION = 30.0  # seconds for the question on a connection: its other end may be starved, and nobody waits behind it
LONGEST = 4096  # bytes of a line
NONCE = 8  # bytes

Answer = Callable[[str, Dict[str, object], str], bytes]  # of a question, where it came to, and who asked

_answered = threading.Semaphore(0)  # released once for every question that was answered
_bound: dict[tuple[str, int], list[socket.socket]] = {}


def serve(arguments: Namespace) -> int:
    """``serve tcp|udp ADDRESS PORT [--garbled]``: answer every question from now on, beside the verbs that follow.

    ``--garbled`` sends another answer than is printed.
    """
    try:
        listening = open_socket(arguments)
    except OSError as error:
        event.emit("not-bound", **where(arguments), errno=name_of(error))
        return 1
    event.emit("serving", **where(arguments))
    answering = (listening, where(arguments), garbled_answer_to if arguments.garbled else answer_to)
    threading.Thread(target=SERVE[arguments.protocol], args=answering, daemon=True).start()
    return 0


def until_asked(arguments: Namespace) -> int:
    """``until-asked [--within SECONDS]``: live until a question was answered; print that none was."""
    if _answered.acquire(timeout=arguments.within):
        return 0
    event.emit("not-asked", awaited=arguments.within)
    return 1


def ask(arguments: Namespace) -> None:
    """``ask tcp|udp ADDRESS PORT [--within SECONDS]``: ask until there is an answer; print it, or why there is none.

    A name in place of the address is looked up anew for each try; its addresses are tried in turn. Judges weigh what
    was printed: the verb that follows runs either way.
    """
    end = time.monotonic() + arguments.within
    nonce = os.urandom(NONCE).hex()
    arguments.name = None if is_address(arguments.address) else arguments.address
    with contextlib.ExitStack() as opened:
        arguments.asking, arguments.opened = {}, opened
        ask_until(arguments, nonce, end)


def ask_until(arguments: Namespace, nonce: str, end: float) -> None:
    """Ask until there is an answer, or the time is over; print which."""
    for number, last in enumerate(waits.looks(arguments.within)):
        try:
            if arguments.name:
                found = look_up(arguments.name, left(end), arguments.family).addresses
                arguments.address, arguments.others = found[number % len(found)], len(found) > 1
            back, _, answer = ASK[arguments.protocol](arguments, nonce, end).partition(" ")
        except OSError as error:
            if last:
                why = name_of(error)
                event.emit("unanswered", **where(arguments), sent=nonce, errno=why, awaited=arguments.within)
        else:
            event.emit("answered", **where(arguments), sent=nonce, back=back, answer=answer)
            return


def bind(arguments: Namespace) -> None:
    """``bind tcp|udp ADDRESS PORT [--reuse-address] [--reuse-port]``: try to bind; keep the port until it is freed.

    An event before the try and one after it enclose the try between two times. The verb that follows runs either way.
    """
    event.emit("binding", **where(arguments))
    try:
        bound = open_socket(arguments, reuse_address=arguments.reuse_address, reuse_port=arguments.reuse_port)
    except OSError as error:
        event.emit("not-bound", **where(arguments), errno=name_of(error))
        return
    event.emit("bound", **where(arguments))
    _bound.setdefault((arguments.protocol, arguments.port), []).append(bound)


def free(arguments: Namespace) -> int:
    """``free tcp|udp PORT``: close this container's socket there; print an event before and after."""
    bound = _bound.pop((arguments.protocol, arguments.port), [])
    if not bound:
        event.emit("nothing-to-free", protocol=arguments.protocol, port=arguments.port)
        return 1
    event.emit("freeing", protocol=arguments.protocol, port=arguments.port)
    for each in bound:
        each.close()
    event.emit("freed", protocol=arguments.protocol, port=arguments.port)
    return 0


def list_addresses(_arguments: Namespace) -> None:
    """``list-addresses``: print every IPv4 and IPv6 address, with its interface, its index and its hardware address.

    An interface that is gone before its index was read is left out: on the node's own network others come and go.
    In the end, one event has all interfaces, those without an address too, and all addresses.
    """
    found = interface_addresses()
    hardware = {interface: address for interface, family, address in found if family == socket.AF_PACKET}
    own: List[List[str]] = []
    for interface, family, address in found:
        if family != socket.AF_PACKET:
            try:
                index = socket.if_nametoindex(interface)
            except OSError:
                continue
            own.append([interface, address])
            event.emit("address", address=address, interface=interface, index=index, mac=hardware.get(interface))
    event.emit("looked", interfaces=sorted(map(list, socket.if_nameindex())), addresses=sorted(own))


def open_socket(arguments: Namespace, *, reuse_address: bool = False, reuse_port: bool = False) -> socket.socket:
    """Return a bound socket; TCP listens, IPv6 excludes IPv4."""
    opened = new_socket(arguments)
    try:
        if opened.family == socket.AF_INET6:
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        if reuse_address:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if reuse_port:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        opened.bind((arguments.address, arguments.port))
        if arguments.protocol == "tcp":
            opened.listen()
    except OSError:
        opened.close()
        raise
    return opened


def new_socket(arguments: Namespace) -> socket.socket:
    """Return a new socket of the protocol and of the address's family."""
    family = socket.AF_INET6 if ":" in arguments.address else socket.AF_INET
    return socket.socket(family, socket.SOCK_STREAM if arguments.protocol == "tcp" else socket.SOCK_DGRAM)


def ask_tcp(arguments: Namespace, nonce: str, end: float) -> str:
    """Connect once, and return the answer; who was reached has until the time is over, and some time in any case."""
    with new_socket(arguments) as asking:
        asking.settimeout(min(PATIENCE, left(end)))
        asking.connect((arguments.address, arguments.port))
        event.emit("connected", **where(arguments))
        asking.settimeout(max(left(end), ANSWER))
        asking.sendall(f"{nonce}\n".encode())
        return line_from(asking)


def ask_udp(arguments: Namespace, nonce: str, end: float) -> str:
    """Ask again and again from one socket for each address, so that a late answer to an early question still arrives.

    Where the name has other addresses, ask once: it is their turn. Who has no time left waits for all of them.
    """
    asking: Dict[str, socket.socket] = arguments.asking
    if arguments.address not in asking:
        asking[arguments.address] = arguments.opened.enter_context(new_socket(arguments))
        asking[arguments.address].connect((arguments.address, arguments.port))
    for last in waits.looks(end - time.monotonic()):
        try:
            asking[arguments.address].send(f"{nonce}\n".encode())
            return line_at_any(arguments, asking, ANSWER if last else min(PATIENCE, left(end)))
        except OSError:
            if last and len(asking) > 1:
                return line_at_any(arguments, asking, ANSWER)
            if last or getattr(arguments, "others", False):
                raise
    raise socket.timeout


def line_at_any(arguments: Namespace, asking: dict[str, socket.socket], within: float) -> str:
    """Return the line that comes to one of these sockets, by the address that each asks; that address is the one."""
    ready, _, _ = select.select([*asking.values()], [], [], within)
    for address, each in asking.items():
        if each in ready:
            arguments.address = address
            return line_from(each)
    raise socket.timeout


def serve_tcp(listening: socket.socket, at: dict[str, object], answer: Answer) -> None:
    """Answer one question of each connection, in a thread of its own, for ever."""

    def answer_one(connection: socket.socket, peer: tuple[Any, ...]) -> None:
        with connection:
            connection.settimeout(QUESTION)
            try:
                connection.sendall(answer(line_from(connection), at, peer[0]))
            except OSError as error:
                event.emit("not-answered", **at, peer=peer[0], errno=name_of(error))
                return
        _answered.release()

    accept_all(listening, answer_one)


def accept_all(listening: socket.socket, take: Callable[[socket.socket, Any], None]) -> NoReturn:
    """Take each connection, with its other end's address, in a thread of its own, for ever."""
    while True:
        threading.Thread(target=take, args=listening.accept(), daemon=True).start()


def serve_udp(listening: socket.socket, at: dict[str, object], answer: Answer) -> None:
    """Answer every datagram, in a thread of its own, for ever."""

    def answer_one(question: str, peer: tuple[Any, ...]) -> None:
        listening.sendto(answer(question, at, peer[0]), peer)
        _answered.release()

    while True:
        datagram, peer = listening.recvfrom(LONGEST)
        question = datagram.decode(errors="replace").strip()
        threading.Thread(target=answer_one, args=(question, peer), daemon=True).start()


def answer_to(nonce: str, at: dict[str, object], peer: str) -> bytes:
    """Return the answer to a question; print it first, so that the client never knows it before its event."""
    answer = os.urandom(NONCE).hex()
    event.emit("asked", **at, peer=peer, nonce=nonce, answer=answer)
    return f"{nonce} {answer}\n".encode()


def garbled_answer_to(nonce: str, at: dict[str, object], peer: str) -> bytes:
    """Return another answer to a question than is printed."""
    answer_to(nonce, at, peer)
    return f"{nonce} {os.urandom(NONCE).hex()}\n".encode()


def line_from(peer: socket.socket) -> str:
    """Return one line; raise ECONNABORTED where the other side ends before its line does."""
    text = b""
    while not text.endswith(b"\n") and len(text) < LONGEST:
        part = peer.recv(LONGEST)
        if not part:
            raise ConnectionAbortedError(errno.ECONNABORTED, "it ended before its line did")
        text += part
    return text.decode(errors="replace").strip()


def left(end: float) -> float:
    """Return the seconds until ``end``, and a moment more: a time-out of 0 would not wait at all."""
    return max(end - time.monotonic(), INTERVAL)


def where(arguments: Namespace) -> dict[str, object]:
    """Return the fields that name the peer in all events of a verb; ``host`` only where a name was looked up."""
    name = getattr(arguments, "name", None)
    at = {"protocol": arguments.protocol, "address": arguments.address, "port": arguments.port}
    return {**at, "host": name} if name else at


class Interface(ctypes.Structure):
    """``struct ifaddrs``: one address of one interface, and the pointer to the next one."""


Interface._fields_ = (  # only now: it points to its like
    ("next", ctypes.POINTER(Interface)),
    ("name", ctypes.c_char_p),
    ("flags", ctypes.c_uint),
    ("address", ctypes.c_void_p),
    ("netmask", ctypes.c_void_p),
    ("broadcast", ctypes.c_void_p),
    ("data", ctypes.c_void_p),
)

getifaddrs = clib.function("getifaddrs", ctypes.POINTER(ctypes.POINTER(Interface)))
freeifaddrs = clib.function("freeifaddrs", ctypes.POINTER(Interface), result=None, failed=())


def interface_addresses() -> list[tuple[str, int, str]]:
    """Return interface, address family and address in the kernel's order; without empty hardware addresses."""
    first = ctypes.POINTER(Interface)()
    getifaddrs(ctypes.byref(first))
    found = []
    try:
        each = first
        while each:
            interface = each.contents
            each = interface.next
            if interface.address:
                family = int.from_bytes(ctypes.string_at(interface.address, 2), sys.byteorder)
                if read := READ.get(family):
                    text = read(interface.address)
                    found += [(interface.name.decode(), family, text)] if text else []
    finally:
        freeifaddrs(first)
    return found


def ipv4(address: int) -> str:
    """Return the address of a ``struct sockaddr_in``: after family and port, 2 bytes each."""
    return socket.inet_ntop(socket.AF_INET, ctypes.string_at(address + 4, 4))


def ipv6(address: int) -> str:
    """Return the address of a ``struct sockaddr_in6``: after family and port, 2 bytes each, and the flow's 4."""
    return socket.inet_ntop(socket.AF_INET6, ctypes.string_at(address + 8, 16))


def mac(address: int) -> str:
    """Return the address of a ``struct sockaddr_ll``: at byte 12; its length is at byte 11."""
    length = ctypes.string_at(address + 11, 1)[0]
    return ":".join(f"{byte:02x}" for byte in ctypes.string_at(address + 12, length))


SERVE: dict[str, Callable[[socket.socket, dict[str, object], Answer], None]] = {"tcp": serve_tcp, "udp": serve_udp}
ASK: dict[str, Callable[[Namespace, str, float], str]] = {"tcp": ask_tcp, "udp": ask_udp}
READ: dict[int, Callable[[int], str]] = {socket.AF_INET: ipv4, socket.AF_INET6: ipv6, socket.AF_PACKET: mac}


PROTOCOL = event.argument("protocol", choices=["tcp", "udp"])
FAMILY = event.argument("--family", choices=FAMILIES, default="", help="of the address that a name stands for")
REUSE = (event.flag("--reuse-address"), event.flag("--reuse-port"))
VERBS: event.Verbs = {
    "serve": (event.parser("serve", PROTOCOL, "address", event.PORT, event.flag("--garbled")), serve),
    "until-asked": (event.parser("until-asked", within=True), until_asked),
    "ask": (event.parser("ask", PROTOCOL, "address", event.PORT, FAMILY, within=True), ask),
    "bind": (event.parser("bind", PROTOCOL, "address", event.PORT, *REUSE), bind),
    "free": (event.parser("free", PROTOCOL, event.PORT), free),
    "list-addresses": (event.parser("list-addresses"), list_addresses),
}
