"""How a censor tests a suspected server before blocking it: connect, say something, look.

The prober knows the address and the name that it saw on the line; it has no password.
``knock`` blocks; call it in a thread.
"""

from __future__ import annotations

import secrets
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from peppermoth.errors import CarrierError, Failure, RemoteProtocolError
from peppermoth.lab.demo.reading import visible_text
from peppermoth.redact import Address
from peppermoth.wire.anytls import (
    DEFAULT_SCHEME,
    Command,
    authentication,
    encode_settings,
    frame,
    password_key,
)
from peppermoth.wire.http import StatusLine
from peppermoth.wire.http_body import messages
from peppermoth.wire.tls import Alert, LineReader

PATIENCE = 3.0  # seconds of silence after which the prober leaves

_MOST = 64 * 1024  # bytes that a prober reads of an answer


@dataclass(frozen=True)
class Knock:
    """One thing to try: what it is, what it says to a server of some name, in TLS or not."""

    what: str
    says: Callable[[str], bytes]
    in_tls: bool


def _get(name: str) -> bytes:
    return f"GET / HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode()


def _guessed_password(_name: str) -> bytes:
    """What a user's program says first, with a password that nobody has."""
    settings = encode_settings({"v": "2", "client": "guess", "padding-md5": DEFAULT_SCHEME.md5})
    key = password_key(secrets.token_hex())
    return authentication(key, 30) + frame(Command.SETTINGS, 0, settings)


def _noise(_name: str) -> bytes:
    return b"\x00" + secrets.token_bytes(255)


KNOCKS = (
    Knock("a browser's visit", _get, in_tls=True),
    Knock("a guessed password", _guessed_password, in_tls=True),
    Knock("HTTP on the TLS port", _get, in_tls=False),
    Knock("random bytes", _noise, in_tls=False),
)
"""What the demonstration tries."""


def knock(server: Address, name: str, trial: Knock) -> bytes:
    """Play one against a server, under the name that it goes by; the whole answer.

    Raises CarrierError when nobody can be reached, or not in TLS.
    """
    try:
        with socket.create_connection(server, PATIENCE) as sock:
            if not trial.in_tls:
                return _talk(sock, trial.says(name))
            with _trusting_anybody().wrap_socket(sock, server_hostname=name) as tls:
                return _talk(tls, trial.says(name))
    except OSError as exc:
        raise CarrierError(Failure.BRIDGE_UNREACHABLE, type(exc).__name__) from exc


def describe(answer: bytes) -> str:
    """An answer in a few words, from its bytes: status, server and title, or an alert."""
    for head, body in messages(answer):
        if isinstance(head.line, StatusLine):
            status = f"{head.line.status} {head.line.reason}"
            title = visible_text(head, body)[:1]
            said = dict.fromkeys([status, head.field("server"), *title])  # each thing once
            return " · ".join(filter(None, said))
    with suppress(RemoteProtocolError):
        for seen in LineReader().feed(answer):
            if isinstance(seen, Alert):
                return f"TLS alert: {seen.text}"
    return f"{len(answer)} bytes that say nothing" if answer else "no word"


def _talk(sock: socket.socket, words: bytes) -> bytes:
    sock.sendall(words)
    answer = b""
    with suppress(TimeoutError, ConnectionError, ssl.SSLError):
        while len(answer) < _MOST and (piece := sock.recv(_MOST)):
            answer += piece
    return answer


def _trusting_anybody() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # a prober wants to see, whoever it is
    return context
