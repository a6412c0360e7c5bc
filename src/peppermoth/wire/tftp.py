"""TFTP requests (RFC 1350, RFC 2347): which file is read or written."""

from __future__ import annotations

from typing import Final, NamedTuple

from peppermoth.errors import RemoteProtocolError

READ, WRITE = 1, 2
_MODES: Final = (b"netascii", b"octet", b"mail")


class TransferRequest(NamedTuple):
    """A read or write request."""

    operation: int
    name: str


def decode_request(datagram: bytes) -> TransferRequest:
    """Read a request. Raises RemoteProtocolError for anything else."""
    parts = datagram[2:].split(b"\x00")
    operation = int.from_bytes(datagram[:2], "big")
    if operation not in (READ, WRITE) or len(parts) < 3 or parts[1].lower() not in _MODES:
        raise RemoteProtocolError("not a TFTP request")
    return TransferRequest(operation, parts[0].decode("utf-8", "replace"))
