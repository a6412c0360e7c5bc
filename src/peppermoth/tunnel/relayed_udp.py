"""UDP over TCP at the bridge: a stream whose frames are datagrams to and from anywhere."""

from __future__ import annotations

from typing import ClassVar

from peppermoth.cloaks.machine import Buffer
from peppermoth.errors import RemoteProtocolError
from peppermoth.redact import Address
from peppermoth.tunnel.streams import Session
from peppermoth.tunnel.targets import Targets
from peppermoth.tunnel.udp import UdpAssociation
from peppermoth.wire import uot

_MAX_REQUEST = 300


class RelayedUdp:
    """One association. Version 2 streams begin with a request, version 1 streams do not."""

    NAMES: ClassVar = frozenset({uot.MAGIC_NAME, uot.LEGACY_MAGIC_NAME})

    __slots__ = ("_association", "_destination", "_framing", "_reader", "_request", "_stops",
                 "number", "patience", "session", "used")  # fmt: skip

    def __init__(
        self, session: Session, number: int, name: str, targets: Targets, idle: float
    ) -> None:
        self.session = session
        self.number = number
        self.used = session.loop.time()
        self.patience = idle
        self._request = b""
        self._destination: Address | None = None
        self._framing = uot.Framing.ADDRESSED
        self._reader: uot.DatagramReader | None = None
        self._stops = 0
        self._association = UdpAssociation(targets, self._from_target)
        if name == uot.LEGACY_MAGIC_NAME:
            self._reader = uot.DatagramReader(self._framing)

    def deliver(self, data: Buffer) -> None:
        """Bytes of the request, then of framed datagrams."""
        self.used = self.session.loop.time()
        try:
            if self._reader is None:
                data = self._read_request(data)
            if self._reader is not None:
                self._send_all(self._reader.feed(data))
        except RemoteProtocolError:
            self.close()

    def _read_request(self, data: Buffer) -> Buffer:
        self._request += bytes(data)
        found = uot.decode_request(self._request)
        if found is None:
            if len(self._request) > _MAX_REQUEST:
                raise RemoteProtocolError("the UDP request is too long")
            return b""
        (self._framing, destination), end = found
        if self._framing is uot.Framing.CONNECTED:
            self._destination = destination
        self._reader = uot.DatagramReader(self._framing)
        return self._request[end:]

    def _send_all(self, datagrams: list[tuple[Address | None, bytes]]) -> None:
        for address, payload in datagrams:
            target = address or self._destination
            if target is not None:
                self._association.send(target, payload)

    def _from_target(self, source: Address, payload: bytes) -> None:
        self.used = self.session.loop.time()
        if not self._stops:  # UDP may lose; it must not pile up
            frame = uot.encode_datagram(self._framing, source, payload)
            self.session.send(self.number, frame)

    def flush(self) -> None:
        """Datagrams left as they came."""

    def input_ended(self) -> None:
        """The client has no more datagrams."""
        self.close()

    def closed(self) -> None:
        """The client ended the association."""
        self._association.close()

    def broken(self) -> None:
        """The session ended."""
        self._association.close()

    def close(self) -> None:
        """End the association at both ends."""
        self._association.close()
        self.session.close_stream(self.number)

    def stop(self, reason: int) -> None:
        """Drop datagrams while the session is full."""
        self._stops |= reason

    def go(self, reason: int) -> None:
        """Take datagrams again."""
        self._stops &= ~reason
