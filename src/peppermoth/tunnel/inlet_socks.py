"""The SOCKS5 side of the local proxy: greeting, password, request (RFC 1928, RFC 1929).

The handshake is a generator that reads top to bottom over the bytes received so
far and yields when it needs more. CONNECT and UDP ASSOCIATE are served; BIND is
not, since a bridge opens no port for strangers.

Invariants: every refusal queues the reply that the protocol has for it before
RemoteProtocolError is raised, whose message holds no address and no secret. The
longest handshake is 1,033 bytes, so nothing here needs a limit.
"""

from __future__ import annotations

import hmac
from collections.abc import Generator
from typing import ClassVar

from peppermoth.errors import Failure, RemoteProtocolError
from peppermoth.redact import Address, Secret
from peppermoth.wire.socks import (
    AUTH_VERSION,
    NO_ACCEPTABLE_METHOD,
    NO_AUTHENTICATION,
    SOCKS_TYPES,
    USER_PASSWORD,
    VERSION,
    Command,
    Reply,
    decode_address,
    encode_reply,
)

Credentials = tuple[str, Secret]

REPLIES = {
    Failure.TARGET_REFUSED: Reply.CONNECTION_REFUSED,
    Failure.TARGET_UNREACHABLE: Reply.HOST_UNREACHABLE,
    Failure.TARGET_TIMEOUT: Reply.TTL_EXPIRED,
    Failure.TARGET_FORBIDDEN: Reply.NOT_ALLOWED,
    Failure.NAME_UNKNOWN: Reply.HOST_UNREACHABLE,
    Failure.BRIDGE_UNREACHABLE: Reply.NETWORK_UNREACHABLE,
    Failure.BRIDGE_UNTRUSTED: Reply.GENERAL_FAILURE,
    Failure.BRIDGE_REJECTED: Reply.GENERAL_FAILURE,
    Failure.BRIDGE_LOST: Reply.NETWORK_UNREACHABLE,
    Failure.BRIDGE_BUSY: Reply.GENERAL_FAILURE,
    Failure.OTHER: Reply.GENERAL_FAILURE,
}

_ENCODED = {reply: encode_reply(reply) for reply in Reply}
# Without a password of ours, a client that insists on sending one is welcome too.
_OPEN_METHODS = (NO_AUTHENTICATION, USER_PASSWORD)
_GUARDED_METHODS = (USER_PASSWORD,)


class SocksRequest:
    """What a SOCKS5 client asked for: a stream to ``address``, or, without one, UDP."""

    __slots__ = ("address", "early")

    granted: ClassVar[bytes] = _ENCODED[Reply.SUCCEEDED]
    transparent: ClassVar[bool] = True
    fault: ClassVar[str] = ""

    def __init__(self, address: Address | None, early: bytes) -> None:
        self.address = address
        self.early = early

    def refusal(self, failure: Failure) -> bytes:
        """The reply that tells the client why not."""
        return _ENCODED[REPLIES[failure]]

    def onward(self, data: bytes) -> bytes:
        """What of ``data`` is for the target; a UDP association's connection carries nothing."""
        return b"" if self.address is None else data


def read_socks(
    received: bytearray, out: list[bytes], credentials: Credentials | None
) -> Generator[None, None, SocksRequest]:
    """Read a handshake from ``received``, which grows between steps; answers go to ``out``.

    Raises RemoteProtocolError when the client cannot be served.
    """
    while len(received) < 2:
        yield
    pos = 2 + received[1]
    while len(received) < pos:
        yield
    offered = received[2:pos]
    for method in _OPEN_METHODS if credentials is None else _GUARDED_METHODS:
        if method in offered:
            break
    else:
        out.append(bytes((VERSION, NO_ACCEPTABLE_METHOD)))
        raise RemoteProtocolError("the client offers no acceptable SOCKS authentication")
    out.append(bytes((VERSION, method)))
    if method == USER_PASSWORD:
        pos = yield from _read_password(received, pos, out, credentials)

    while len(received) < pos + 4:
        yield
    version, command, _, kind = received[pos : pos + 4]
    if version != VERSION:
        out.append(_ENCODED[Reply.GENERAL_FAILURE])
        raise RemoteProtocolError("a SOCKS request of another version")
    if kind not in SOCKS_TYPES:
        out.append(_ENCODED[Reply.ADDRESS_TYPE_NOT_SUPPORTED])
        raise RemoteProtocolError("a SOCKS address of unknown type")
    try:
        while (found := decode_address(received, pos + 3)) is None:
            yield
    except RemoteProtocolError:
        out.append(_ENCODED[Reply.GENERAL_FAILURE])
        raise
    address, pos = found
    if command == Command.CONNECT:
        return SocksRequest(address, bytes(received[pos:]))
    if command == Command.UDP_ASSOCIATE:
        return SocksRequest(None, b"")
    out.append(_ENCODED[Reply.COMMAND_NOT_SUPPORTED])
    raise RemoteProtocolError("a SOCKS command that is not supported")


def _read_password(
    received: bytearray, pos: int, out: list[bytes], credentials: Credentials | None
) -> Generator[None, None, int]:
    """Read ``version, user, password`` at ``pos``; returns where the request begins."""
    while len(received) < pos + 2:
        yield
    user_end = pos + 2 + received[pos + 1]
    while len(received) < user_end + 1:
        yield
    end = user_end + 1 + received[user_end]
    while len(received) < end:
        yield
    right = received[pos] == AUTH_VERSION
    if credentials is not None:
        user, password = credentials
        # Both are compared, always, so that the time tells nothing about either.
        right &= hmac.compare_digest(received[pos + 2 : user_end], user.encode())
        right &= hmac.compare_digest(received[user_end + 1 : end], password.reveal().encode())
    out.append(bytes((AUTH_VERSION, not right)))
    if not right:
        raise RemoteProtocolError("a wrong user name or password for the local proxy")
    return end
