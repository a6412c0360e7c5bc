"""Which observer follows a flow: by its first bytes, else by its port.

The rows of ``table`` are asked in three passes: those whose port and first bytes both
fit, those whose first bytes fit, those that take a port without looking (``looks_like``
is None). Within a pass the first row wins. First bytes are at most ``FIRST_BYTES`` of
each side. A flow that no row has recognised after ``FIRST_PIECES`` is unknown; but the
rows of a TCP port go on waiting for ``FIRST_BYTES``, as a server may say much before its
protocol shows, and programs send what is typed byte by byte.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Final, TypeAlias

from peppermoth.monitor.observation import Flow, Observation, Place, Speaker
from peppermoth.monitor.observe import Observer
from peppermoth.monitor.observe.table import LAST_RESORTS, TABLE, Look, Row, named
from peppermoth.monitor.observe.turned import Turned, turned
from peppermoth.monitor.transcript import Transcript

FIRST_BYTES: Final = 4096
"""How much of a TCP flow is looked at."""

FIRST_PIECES: Final = 6
"""How many segments or datagrams of a flow are looked at, whatever they bring."""

MOST_SPARED: Final = 1 << 30
"""So many bytes at most does an observer ask to be spared at a time."""

DEEPEST: Final = 6
"""How many tunnels and hand-overs around a flow are followed."""

_Looking: TypeAlias = tuple[tuple[Look, Row], ...]


@cache
def _rows(transport: str, port: int) -> tuple[_Looking, _Looking, Row | None]:
    """The rows of a transport with a look, those at the port and others; the port's own row."""
    rows = [row for row in TABLE if transport in row.transports]
    looking = [(row.looks_like, row) for row in rows if row.looks_like is not None]
    at_port = tuple(each for each in looking if port in each[1].ports)
    elsewhere = tuple(each for each in looking if port not in each[1].ports)
    blind = next((row for row in rows if row.looks_like is None and port in row.ports), None)
    return at_port, elsewhere, blind


@cache
def server_ports(transport: str) -> frozenset[int]:
    """The ports at which a protocol of the table is served over this transport."""
    return frozenset().union(*(row.ports for row in TABLE if transport in row.transports))


def serves(transport: str, port: int) -> bool:
    """Whether the end of a flow that has this port is likely its server."""
    return 0 < port < 1024 or port in server_ports(transport)


def identify(
    transport: str, port: int, client: bytes, server: bytes, *, anywhere: bool = True
) -> Row | None:
    """The row that fits the first bytes of a flow to a server's ``port`` (0: none is known), of
    all rows or only those that are served there."""
    at_port, elsewhere, blind = _rows(transport, port)
    for rows in (at_port, elsewhere) if anywhere else (at_port,):
        for looks_like, row in rows:
            if looks_like(client, server):
                return row
    return blind


def owner_of(observer: Observer, flow: Flow, through: str, data: bytes) -> Observer:
    """An observer of the protocol that owns a flow's port, if that is another and begins like
    ``data``, a datagram that cannot be of the protocol ``through``, which ``observer`` reads."""
    for looks_like, row in _rows(flow.transport, flow.server.port)[0]:
        if row.made_by is not type(observer) and looks_like(data, b""):
            return hand_over(flow, through, protocol=row.name)
    return Silent()


def hand_over(flow: Flow, through: str, *, port: int = 0, protocol: str | None = None) -> Observer:
    """An observer for the further bytes of a flow that turns into another protocol.

    ``through`` names what it comes out of (``socks``, ``smtp``). The further protocol is
    ``protocol`` where that is certain (a name of the table); else it is recognised anew,
    as at a server's ``port``. Whatever gets at one observer from another passes here, ``DEEPEST``
    times at most.
    """
    inner = flow._replace(outer=(*flow.outer, through))
    if len(inner.outer) > DEEPEST:
        return Silent()
    return named(protocol).observe(inner) if protocol else Following(inner, port)


def replay(observer: Observer, speaker: Speaker, held: Transcript) -> Iterator[Observation]:
    """Feed what a transcript still holds to an observer, packet by packet, and empty it."""
    pieces = list(held.pieces())
    held.consume(len(held))
    for data, place in pieces:
        yield from observer.receive(speaker, data, place)


class Silent:
    """An observer that tells nothing."""

    done = True

    def __init__(self, flow: Flow | None = None) -> None:
        """Of any flow."""

    def receive(self, speaker: Speaker, data: bytes, place: Place) -> Iterable[Observation]:
        """Nothing."""
        return ()

    def gap(self, speaker: Speaker) -> None:
        """Nothing."""

    def end(self) -> Iterable[Observation]:
        """Nothing."""
        return ()


def _nothing(speaker: Speaker) -> int:
    return 0


class Following:
    """Follows any flow: holds its first bytes until a row fits, then is that row's observer.

    ``protocol`` is the row's name, empty while none fits; ``leave_out`` its observer's.
    """

    __slots__ = (
        "_firsts", "_flow", "_held", "_left", "_observer", "_port", "leave_out", "protocol",
    )  # fmt: skip

    def __init__(self, flow: Flow, port: int | None = None) -> None:
        self._flow = flow
        self._port = flow.server.port if port is None else port
        self._observer: Observer | None = None
        self._held: list[tuple[Speaker, bytes | None, Place]] = []
        self._firsts = [b"", b""]
        self._left = FIRST_BYTES  # before nothing more is waited for at a port of the table
        self.protocol = ""
        self.leave_out: Callable[[Speaker], int] = _nothing

    @property
    def done(self) -> bool:
        """Nothing more can be told from this flow's bytes."""
        return self._observer is not None and self._observer.done

    def receive(self, speaker: Speaker, data: bytes, place: Place) -> Iterable[Observation]:
        """A segment's bytes or a datagram; what it tells."""
        if self._observer is not None:
            return self._observer.receive(speaker, data, place)
        self._held.append((speaker, data, place))
        if self._flow.transport == "tcp":
            self._left -= len(data)
            data = (self._firsts[speaker] + data)[:FIRST_BYTES]
        self._firsts[speaker] = data
        observer = self._recognised()
        if observer is not None:
            return self._become(observer)
        return () if len(self._held) < FIRST_PIECES or self._is_awaited() else self._give_up()

    def _is_awaited(self) -> bool:
        """Whether the port's own protocol may still show."""
        is_tcp = self._flow.transport == "tcp"
        return is_tcp and self._left > 0 and self._port in server_ports("tcp")

    def _recognised(self) -> Observer | None:
        """An observer of the row that fits, if need be with the ends of the flow exchanged."""
        flow = self._flow
        transport, other_port = flow.transport, flow.client.port
        is_early = len(self._held) <= FIRST_PIECES
        row = identify(transport, self._port, *self._firsts, anywhere=is_early)
        if row is not None:
            self.protocol = row.name
            return row.observe(flow)
        is_clear = serves(transport, self._port) and not serves(transport, other_port)
        if flow.opened or is_clear or not is_early:
            return None
        row = identify(transport, other_port, *reversed(self._firsts))
        if row is None:
            return None
        self.protocol = row.name
        return Turned(row.observe(turned(flow)))

    def gap(self, speaker: Speaker) -> None:
        """Bytes of this direction are missing from here on."""
        if self._observer is not None:
            self._observer.gap(speaker)
        elif self._held:
            self._held.append((speaker, None, self._held[-1][2]))
            self._firsts[speaker] = b""  # what comes next is not their continuation

    def end(self) -> Iterable[Observation]:
        """The flow is over; what it tells as a whole."""
        told = self._give_up() if self._held else []
        if self._observer is not None:
            told += self._observer.end()
        return told

    def _give_up(self) -> list[Observation]:
        for row in LAST_RESORTS:
            if self._flow.transport in row.transports and (
                row.looks_like is None or row.looks_like(*self._firsts)
            ):
                return self._become(row.observe(self._flow))
        return self._become(Silent())

    def _become(self, observer: Observer) -> list[Observation]:
        """Let the observer have what was held; what that tells."""
        held, self._held, self._firsts = self._held, [], [b"", b""]
        self._observer = observer
        self.leave_out = getattr(observer, "leave_out", _nothing)
        told: list[Observation] = []
        for speaker, data, place in held:
            if data is None:
                observer.gap(speaker)
            else:
                told += observer.receive(speaker, data, place)
        return told
