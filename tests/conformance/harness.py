"""What every machine must get right, whatever it speaks, and how a test finds out.

``converse`` plays one conversation: turn by turn a peer says something, a ``Cut``
cuts it into pieces, the machine is fed and its owner reacts. Reports are compared
after joining neighbouring pieces of the same data, since how data is cut is the
network's choice. The machine is also woken too early after every piece, which must
change nothing, and each piece lies in a buffer that is used again.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeAlias

from peppermoth.cloaks.machine import Ended, Event, Machine, Rejected
from peppermoth.cloaks.session import StreamData
from peppermoth.cloaks.tls import Plaintext, Untrusted
from peppermoth.tunnel.inlets import Outgoing, StreamWanted
from tests.conftest import Certificate

NOW = 1.0
LAST_WORDS = (Ended, Untrusted)
"""After these a machine reports nothing. After Rejected some go on with plaintext."""

Cut: TypeAlias = Callable[[bytes], Iterable[bytes]]
React: TypeAlias = Callable[[Any, Event], object]


def whole(data: bytes) -> Iterable[bytes]:
    """All at once."""
    return (data,)


def byte_by_byte(data: bytes) -> Iterable[bytes]:
    """As slowly as a network can."""
    return (data[n : n + 1] for n in range(len(data)))


def at(places: Sequence[float]) -> Cut:
    """Cut at these fractions of what is said; equal ones make no empty piece."""

    def cut(data: bytes) -> Iterator[bytes]:
        ends = sorted({int(place * len(data)) for place in places} | {0, len(data)})
        return (data[a:b] for a, b in itertools.pairwise(ends))

    return cut


class Peer(Protocol):
    """The other side of a conversation."""

    def hears(self, data: bytes) -> None:
        """What the machine wrote in a turn, perhaps nothing."""

    def says(self) -> bytes:
        """The next turn's bytes; none when it has nothing more to say."""


class Vector:
    """A peer that needs no answer: it says fixed bytes once."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def hears(self, data: bytes) -> None:
        """Nothing changes its mind."""

    def says(self) -> bytes:
        data, self._data = self._data, b""
        return data


class Opposite:
    """A peer that is a machine itself; ``react`` uses its verbs after each of its events."""

    def __init__(self, machine: Any, react: React) -> None:
        self._machine = machine
        self._react = react

    def hears(self, data: bytes) -> None:
        if data:
            self._machine.receive_data(data, NOW)
        for event in self._machine.events():
            self._react(self._machine, event)

    def says(self) -> bytes:
        return b"".join(self._machine.data_to_send())


@dataclass(frozen=True)
class Case:
    """One machine in one conversation. ``first`` bytes at least arrive in one piece."""

    name: str
    machine: Callable[[Certificate], Machine]
    peer: Callable[[Certificate], Peer]
    react: React = lambda machine, event: None
    first: int = 0


@dataclass
class Played:
    """A conversation that is over: what was reported, and how much the peer said in each turn."""

    machine: Machine
    reported: list[Event]
    turns: list[bytes]


def converse(
    case: Case,
    certificate: Certificate,
    cut: Cut = whole,
    *,
    stop: int | None = None,
    trailing: tuple[int, bytes] = (0, b""),
) -> Played:
    """Play a case to its end, or until the peer has said ``stop`` bytes.

    ``trailing`` is a turn's number, from 1, and what is appended to what the peer says in it.
    """
    machine, peer = case.machine(certificate), case.peer(certificate)
    reported: list[Event] = []
    turns: list[bytes] = []
    written = machine.data_to_send()
    while True:
        peer.hears(b"".join(written))
        said = peer.says()
        if not said:
            break
        if len(turns) + 1 == trailing[0]:
            said += trailing[1]
        if stop is not None:
            said = said[: stop - sum(map(len, turns))]
        first = 0 if turns else case.first
        written = []
        for piece in _pieces(said, cut, first):
            feed(machine, piece, case.react, reported, written)
        turns.append(said)
        if stop is not None and sum(map(len, turns)) == stop:
            break
    return Played(machine, reported, turns)


def _pieces(said: bytes, cut: Cut, first: int) -> Iterator[bytes]:
    begun = said[:first]
    for piece in cut(said[first:]):
        yield begun + piece
        begun = b""
    if begun:
        yield begun


def feed(
    machine: Machine, piece: bytes, react: React, reported: list[Event], written: list[bytes]
) -> None:
    """One read's bytes and all that a driver does after them."""
    buffer = bytearray(piece)
    machine.receive_data(memoryview(buffer), NOW)
    for event in machine.events():
        reported.append(replace(event, data=bytes(event.data)) if _has_data(event) else event)
        react(machine, event)
    written += machine.data_to_send()
    buffer[:] = bytes(len(buffer))  # the driver reads into it again
    wake_too_early(machine)


def wake_too_early(machine: Machine) -> None:
    """A machine that asked for no time, or for a later one, must not do anything."""
    wakeup = machine.next_wakeup()
    machine.wake(math.inf if wakeup is None else math.nextafter(wakeup, -math.inf))
    assert not machine.events()
    assert not machine.data_to_send()


def _has_data(event: Event) -> bool:
    return isinstance(event, Plaintext | StreamData | Outgoing)


def joined(events: Iterable[Event]) -> list[Any]:
    """Events with neighbouring pieces of the same data made one."""
    result: list[Any] = []
    for event in _comparable(events):
        last: Any = result[-1] if result else None
        if _has_data(event) and type(last) is type(event) and _label(last) == _label(event):
            result[-1] = replace(last, data=last.data + event.data)
        else:
            result.append(event)
    return result


def _label(event: Any) -> Event:
    return replace(event, data=b"")


def _comparable(events: Iterable[Event]) -> Iterator[Any]:
    """What depends on the cut by design is put in a form that does not."""
    for event in events:
        if isinstance(event, StreamWanted):  # early data that comes later is Outgoing
            yield replace(event, early=b"")
            if event.early:
                yield Outgoing(event.early)
        elif isinstance(event, Rejected):  # all that was received so far
            yield replace(event, received=b"")
        else:
            yield event


def begins(part: list[Any], full: list[Any]) -> bool:
    """Whether ``part`` is how ``full`` begins; its last piece of data may be shorter."""
    if not part:
        return True
    *before, last = part
    following = full[len(before) :]
    if before != full[: len(before)] or not following:
        return False
    if _has_data(last) and type(last) is type(following[0]):
        return bool(following[0].data.startswith(last.data))
    return bool(last == following[0])


def end(played: Played) -> list[Event]:
    """Let the peer leave and say more all the same; returns all that was reported."""
    machine, reported = played.machine, list(played.reported)
    machine.receive_data(b"", NOW)
    reported += machine.events()
    machine.data_to_send()
    for data in (b"more", b""):
        machine.receive_data(data, NOW)
        assert not machine.events(), "reported after the end"
    assert machine.next_wakeup() is None
    wake_too_early(machine)
    last_words = [event for event in reported if isinstance(event, LAST_WORDS)]
    assert len(last_words) <= 1, "ended twice"
    assert isinstance(reported[-1], (*LAST_WORDS, Rejected)), "the end is not the last event"
    return reported
