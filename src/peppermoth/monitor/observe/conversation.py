"""What observers of byte streams share: each side is read top to bottom by a generator.

A family's ``client`` and ``server`` ask their ``Side`` for lines and lengths with
``yield from``; a bare ``yield`` waits for anything new from either side. The same
observations come out however the stream was cut. ``skip`` lets bytes go by unstored.
``tell`` makes an observation, once for each fact of a flow where ``once`` is set;
``turn_into`` hands further bytes of both sides to another protocol's observer. Who visits
a server on the device is somebody else, whose name and secrets are not told.

Bounded: a side holds ``HELD`` bytes at most and ends where more would be needed.
What breaks the format (RemoteProtocolError) ends what a side can tell, and so do missing
bytes unless the family's ``after_gap`` finds its place again.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from typing import ClassVar, Final, TypeAlias, TypeVar

from peppermoth.errors import RemoteProtocolError
from peppermoth.monitor.observation import Certainty, Flow, Observation, Place, Speaker, said
from peppermoth.monitor.observe import Observer, spared
from peppermoth.monitor.observe.identify import MOST_SPARED, hand_over, replay
from peppermoth.monitor.transcript import Piece, Transcript
from peppermoth.wire.reading import Buffer

HELD: Final = 256 * 1024
LONGEST_LINE: Final = 8 * 1024
_TOLD_ONCE: Final = 512

T = TypeVar("T")
Steps: TypeAlias = Generator[None, None, T]
"""Something read step by step; each ``yield`` waits for more."""

_TURNS: Final = (
    (Speaker.CLIENT, Speaker.SERVER, Speaker.CLIENT),
    (Speaker.SERVER, Speaker.CLIENT, Speaker.SERVER),
)


class Side(Transcript):
    """One direction: what was received and not yet read."""

    __slots__ = ("_passing", "_searched")

    def __init__(self) -> None:
        super().__init__(HELD)
        self._passing: float = 0  # bytes to come that nobody wants to see
        self._searched = 0  # up to where no line ends, since the first byte ever

    @property
    def waits_for_bytes(self) -> bool:
        """Whether nothing can be read before bytes that are being skipped have gone by."""
        return self._passing > 0

    def append(self, data: bytes, packets: tuple[int, ...], time: float) -> None:
        """More bytes of this direction."""
        if self._passing:
            gone = min(self._passing, len(data))
            self._passing -= gone
            data = data[int(gone) :]
        super().append(data, packets, time)

    def leave_out(self) -> int:
        """Bytes that are being skipped and need not come here at all."""
        spared = int(min(self._passing, MOST_SPARED))
        self._passing -= spared
        return spared

    def forget(self) -> None:
        """Let go of everything, also of what was to be skipped."""
        self.consume(len(self.data))
        self._passing = 0

    def exactly(self, count: int) -> Steps[Piece]:
        """The next ``count`` bytes. Raises RemoteProtocolError for more than can be held."""
        if count > HELD:
            raise RemoteProtocolError("a message is longer than an observer holds")
        while len(self.data) < count:
            yield
        return self.take(count)

    def line(self) -> Steps[Piece]:
        """The next line without its end, and of one beyond ``LONGEST_LINE`` its beginning."""
        while (end := self.data.find(b"\n", max(self._searched - self._taken, 0))) < 0:
            self._searched = self._taken + len(self.data)
            if len(self.data) > LONGEST_LINE:
                start = self.take(LONGEST_LINE)
                yield from self.skip_past(b"\n")
                return start
            yield
        line = self.take(end + 1)
        return Piece(line.data.rstrip(b"\r\n"), line.packets, line.time)

    def skip_past(self, marker: bytes) -> Steps[None]:
        """Let everything up to the end of ``marker`` go by without keeping it."""
        while (found := self.data.find(marker)) < 0:
            self.consume(max(len(self.data) - len(marker) + 1, 0))
            yield
        self.consume(found + len(marker))

    def starts_with(self, *starts: bytes) -> Steps[bytes | None]:
        """Takes the one of ``starts`` that comes next; None where none does."""
        while True:
            for start in starts:
                if self.data.startswith(start):
                    return self.take(len(start)).data
            held = bytes(self.data[: max(map(len, starts))])
            if not any(start.startswith(held) for start in starts):
                return None
            yield

    def message(self, decode: Callable[[Buffer], tuple[T, int] | None]) -> Steps[tuple[T, Piece]]:
        """What a decoder of ``wire`` reads at the front, and its bytes."""
        while (found := self.read(decode)) is None:
            yield
        return found

    def skip(self, count: float) -> Steps[None]:
        """Let ``count`` bytes go by without keeping them."""
        here = int(min(count, len(self.data)))
        self.consume(here)
        self._passing = count - here
        while self._passing:
            yield


class Teller:
    """Base of all observers of flows: makes observations and holds them until they are taken."""

    protocol: ClassVar[str] = ""
    """The name of the protocol in details, rules and hand-overs."""

    family: ClassVar[str] = ""
    """The first part of rule ids; the protocol's name where empty."""

    _unsaid: frozenset[str] = frozenset()
    """Kinds of which nothing is told."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self._told: list[Observation] = []
        self._known: set[tuple[str, ...]] = set()

    def tell(
        self,
        kind: str,
        value: str,
        at: Piece,
        field: str,
        fact: str,
        *,
        once: bool = False,
        certainty: Certainty = Certainty.SEEN,
        **details: str,
    ) -> None:
        """An observation from the bytes ``at``; ``fact`` completes the rule's id.
        Details are as ``observation.said`` has them."""
        if kind in self._unsaid:
            return
        if once:
            key = (kind, value, *details.values())
            if key in self._known or len(self._known) >= _TOLD_ONCE:
                return
            self._known.add(key)
        rule = f"{self.family or self.protocol}.{fact}"
        self._told.append(
            Observation(
                kind, value, self.flow, at.packets, at.time, field, certainty, rule,
                details=said(details),
            )
        )  # fmt: skip

    def _take_told(self) -> list[Observation]:
        told, self._told = self._told, []
        return told


class Conversation(Teller):
    """Base of the observers of TCP protocols.

    A family gives ``client`` and ``server``, or ``says`` where both speak alike.
    """

    of_who_connects: ClassVar[frozenset[str]] = frozenset(
        {
            "identity.mail_address",
            "identity.user",
            "name.proxy",
            "secret.cookie",
            "secret.hash",
            "secret.password",
            "secret.token",
        }
    )
    """Kinds that are about who began the connection, and not told where that is a visitor."""

    def __init__(self, flow: Flow) -> None:
        super().__init__(flow)
        if not flow.device_is_client:
            self._unsaid = self.of_who_connects
        self.sides = (Side(), Side())
        self._readers: list[Steps[None] | None] = [self.client(), self.server()]
        self._inner: Observer | None = None

    def client(self) -> Steps[None]:
        """Reads what the one who connected says."""
        return self.says(Speaker.CLIENT)

    def server(self) -> Steps[None]:
        """Reads what the other end says."""
        return self.says(Speaker.SERVER)

    def says(self, speaker: Speaker) -> Steps[None]:
        """Reads what either end says."""
        raise NotImplementedError

    def after_gap(self, speaker: Speaker) -> Steps[None] | None:
        """Reads a side on after bytes were lost; None ends it."""
        return None

    def last_words(self) -> None:
        """The flow is over: tell what only the whole shows."""

    @property
    def done(self) -> bool:
        """Nothing more can be told from this flow's bytes."""
        if self._inner is not None:
            return self._inner.done
        return not any(self._readers)

    def receive(self, speaker: Speaker, data: bytes, place: Place) -> Iterable[Observation]:
        """A segment's bytes; what they tell."""
        if self._inner is not None:
            return self._inner.receive(speaker, data, place)
        if self._readers[speaker] is None:
            return ()
        side = self.sides[speaker]
        side.append(data, (place.packet,), place.time)
        if side.overflowed:
            self._readers[speaker] = None
        if not side.waits_for_bytes:
            self._read_on(speaker)
        return self._take_told()

    def gap(self, speaker: Speaker) -> None:
        """Bytes of this direction are missing from here on."""
        if self._inner is not None:
            self._inner.gap(speaker)
        elif self._readers[speaker] is not None:
            self.sides[speaker].forget()
            self._readers[speaker] = self.after_gap(speaker)

    def leave_out(self, speaker: Speaker) -> int:
        """How many of the next bytes of this direction need not be given."""
        if self._inner is not None:
            return spared(self._inner, speaker)
        if self._readers[speaker] is None:
            return MOST_SPARED
        return self.sides[speaker].leave_out()

    def end(self) -> Iterable[Observation]:
        """The flow is over; what it tells as a whole."""
        if self._inner is None:
            self.last_words()
        self._readers = [None, None]  # which refer to this and back: garbage in a cycle
        told = self._take_told()
        return [*told, *self._inner.end()] if self._inner is not None else told

    def over(self) -> None:
        """Nothing more is to be learned here."""
        self._readers = [None, None]

    def turn_into(self, protocol: str | None = None, *, port: int = 0) -> None:
        """Let another observer have all further bytes, beginning with those held."""
        self._inner = hand_over(self.flow, self.protocol, port=port, protocol=protocol)
        for speaker in Speaker:
            self._told += replay(self._inner, speaker, self.sides[speaker])

    def tell_login(self, user: str, secret: str, at: Piece, field: str, host: str = "") -> None:
        """A password in clear, with the masked name of its user and the site where known."""
        self.tell(
            "secret.password", secret, at, field, "password",
            protocol=self.protocol, user=user, host=host,
        )  # fmt: skip

    def _read_on(self, speaker: Speaker) -> None:
        """Let both sides read: one may wait for what the other has just said."""
        for side in _TURNS[speaker]:
            reader = self._readers[side]
            if reader is None or self._inner is not None:
                continue
            try:
                next(reader)
            except (StopIteration, RemoteProtocolError):
                self._readers[side] = None
