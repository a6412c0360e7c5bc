"""The HTTP side of the local proxy: CONNECT and absolute-form requests (RFC 9110, RFC 9112).

A CONNECT opens a raw stream. An ``http://`` request is written anew for its
target: origin-form, Host from the URI, hop-by-hop fields removed, the body framed
again, ``Connection: close``. The answer comes back raw. One connection carries
one request, so that no later request reaches the wrong host. No Via is added.

Web pages and this port: scripts can neither send CONNECT nor absolute-form to it,
and any other request is answered and ended with its body unread, so bytes smuggled
into a body are never a request. Only a request whose Host cannot be a rebound name
(an IP literal or localhost) sees the page that says whose port this is; no other
answer to what scripts can send names Peppermoth, and none may be framed or cached.

Limits: a head has at most ``MAX_HEAD`` bytes (431 otherwise); trailers are dropped.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import html
import re
from collections.abc import Generator, Iterable
from http import HTTPStatus
from typing import ClassVar, NoReturn

import h11

from peppermoth.errors import ConfigError, Failure, RemoteProtocolError
from peppermoth.redact import Address, Secret
from peppermoth.tunnel.addresses import parse_address

MAX_HEAD = 64 * 1024

STATUSES = {
    Failure.TARGET_REFUSED: HTTPStatus.BAD_GATEWAY,
    Failure.TARGET_UNREACHABLE: HTTPStatus.BAD_GATEWAY,
    Failure.TARGET_TIMEOUT: HTTPStatus.GATEWAY_TIMEOUT,
    Failure.TARGET_FORBIDDEN: HTTPStatus.FORBIDDEN,
    Failure.NAME_UNKNOWN: HTTPStatus.BAD_GATEWAY,
    Failure.BRIDGE_UNREACHABLE: HTTPStatus.GATEWAY_TIMEOUT,
    Failure.BRIDGE_UNTRUSTED: HTTPStatus.BAD_GATEWAY,
    Failure.BRIDGE_REJECTED: HTTPStatus.BAD_GATEWAY,
    Failure.BRIDGE_LOST: HTTPStatus.BAD_GATEWAY,
    Failure.BRIDGE_BUSY: HTTPStatus.SERVICE_UNAVAILABLE,
    Failure.OTHER: HTTPStatus.BAD_GATEWAY,
}

_EXPLANATION = (
    "This is Peppermoth's proxy port, not a web site: enter this address as the SOCKS5 or "
    "HTTP proxy in the settings of your browser or program."
)
_MALFORMED = "The request cannot be read."
_NO_TARGET = "This proxy serves http:// addresses and CONNECT, and the request asks for neither."
_CONNECT_BODY = "A CONNECT request has no body."
_UNCLEAR_BODY = "An HTTP/1.0 request cannot have a chunked body."
_WHO_ARE_YOU = "This proxy wants the user name and password that were set for it."
_CHALLENGE = (b"Proxy-Authenticate", b'Basic realm="proxy", charset="UTF-8"')

_ABSOLUTE = re.compile(rb"http://([^/?#]*)([^#]*)", re.IGNORECASE)
_FRAMING = (b"transfer-encoding", b"content-length")
# RFC 9110, section 7.6.1, with what this proxy writes itself; Proxy-* goes by its prefix.
_NOT_FORWARDED = frozenset(
    (b"connection", b"host", b"keep-alive", b"te", b"trailer", b"upgrade", *_FRAMING)
)


class ConnectRequest:
    """A CONNECT: a raw stream to ``address``."""

    __slots__ = ("address", "early")

    granted: ClassVar[bytes] = b"HTTP/1.1 200 Connection established\r\n\r\n"
    transparent: ClassVar[bool] = True
    fault: ClassVar[str] = ""

    def __init__(self, address: Address, early: bytes) -> None:
        self.address = address
        self.early = early

    def refusal(self, failure: Failure) -> bytes:
        """The page that tells the client why not."""
        return page(b"CONNECT", STATUSES[failure], failure.sentence)

    def onward(self, data: bytes) -> bytes:
        """All of ``data`` is for the target."""
        return data


class ForwardedRequest:
    """An ``http://`` request, written anew; ``early`` is its head and what came of its body.

    ``fault`` says why the request cannot go on, once it cannot.
    """

    __slots__ = ("_complete", "_inbound", "_method", "_outbound", "address", "early", "fault")

    granted: ClassVar[bytes] = b""
    transparent: ClassVar[bool] = False

    def __init__(
        self,
        inbound: h11.Connection,
        request: h11.Request,
        address: Address,
        host: bytes,
        path: bytes,
    ) -> None:
        self.address = address
        self.fault = ""
        self._method = request.method
        self._complete = False
        self._inbound = inbound
        self._outbound = h11.Connection(h11.CLIENT)
        head = self._outbound.send(
            h11.Request(
                method=request.method, target=path, headers=_forwarded_headers(request, host)
            )
        )
        if request.http_version < b"1.1":
            # Its answer goes to an old client unchanged, so the target must know the age.
            head = head.replace(b" HTTP/1.1\r\n", b" HTTP/1.0\r\n", 1)
        self.early = head + self._next_body()

    def refusal(self, failure: Failure) -> bytes:
        """The page that tells the client why not."""
        return page(self._method, STATUSES[failure], failure.sentence)

    def onward(self, data: bytes) -> bytes:
        """More of the body, framed for the target; ``b""`` is the client's end."""
        if self._complete:
            self._refuse_more(data)
            return b""
        self._inbound.receive_data(data)
        return self._next_body()

    def _next_body(self) -> bytes:
        pieces = []
        try:
            while True:
                event = self._inbound.next_event()
                if isinstance(event, h11.Data):
                    pieces.append(self._outbound.send(h11.Data(data=event.data)))
                elif isinstance(event, h11.EndOfMessage):
                    pieces.append(self._outbound.send(h11.EndOfMessage()))
                    self._complete = True
                    self._refuse_more(self._inbound.trailing_data[0])
                    break
                else:
                    break
        except h11.RemoteProtocolError:
            self.fault = "the client broke off or garbled the body of its request"
        return b"".join(pieces)

    def _refuse_more(self, data: bytes) -> None:
        # Empty lines after a body are an old habit of clients (RFC 9112, section 2.2).
        if data.strip(b"\r\n"):
            self.fault = "a second request on a connection that carries one"


def read_http(
    received: bytearray, out: list[bytes], credentials: tuple[str, Secret] | None
) -> Generator[None, None, ConnectRequest | ForwardedRequest]:
    """Read a request from ``received``, which grows between steps; answers go to ``out``.

    Raises RemoteProtocolError when the client cannot be served.
    """
    inbound = h11.Connection(h11.SERVER, max_incomplete_event_size=MAX_HEAD)
    size = 0
    try:
        while True:
            size += len(received)
            inbound.receive_data(bytes(received))
            received.clear()
            request = inbound.next_event()
            if isinstance(request, h11.Request):
                break
            yield
    except h11.RemoteProtocolError as exc:
        _turn_away(out, b"", HTTPStatus(exc.error_status_hint), _MALFORMED)
    if size - len(inbound.trailing_data[0]) > MAX_HEAD:
        _turn_away(out, request.method, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, _MALFORMED)
    if request.target.startswith(b"/"):
        _answer_visitor(out, request)
    if credentials is not None and not _is_authorised(request, credentials):
        _turn_away(
            out, request.method, HTTPStatus.PROXY_AUTHENTICATION_REQUIRED, _WHO_ARE_YOU, _CHALLENGE
        )
    if request.method == b"CONNECT":
        return _connect(inbound, request, out)
    return _forward(inbound, request, out)


def _connect(inbound: h11.Connection, request: h11.Request, out: list[bytes]) -> ConnectRequest:
    address = _read_address(request.target)
    if address is None:
        _turn_away(out, request.method, HTTPStatus.BAD_REQUEST, _NO_TARGET)
    if any(value != b"0" for _, value in _framing(request)):
        _turn_away(out, request.method, HTTPStatus.BAD_REQUEST, _CONNECT_BODY)
    inbound.next_event()  # the end of a message without a body
    return ConnectRequest(address, inbound.trailing_data[0])


def _forward(inbound: h11.Connection, request: h11.Request, out: list[bytes]) -> ForwardedRequest:
    found = _ABSOLUTE.fullmatch(request.target)
    host = found[1].rpartition(b"@")[2] if found else b""
    address = _read_address(host, default_port=80)
    if found is None or address is None:
        _turn_away(out, request.method, HTTPStatus.BAD_REQUEST, _NO_TARGET)
    framing = _framing(request)
    if request.http_version < b"1.1" and (b"transfer-encoding", b"chunked") in framing:
        _turn_away(out, request.method, HTTPStatus.BAD_REQUEST, _UNCLEAR_BODY)
    path = found[2]
    if not path and request.method == b"OPTIONS":
        path = b"*"  # RFC 9112, section 3.2.4
    elif not path.startswith(b"/"):
        path = b"/" + path
    return ForwardedRequest(inbound, request, address, host, path)


def _read_address(text: bytes, default_port: int | None = None) -> Address | None:
    """``host[:port]`` as HTTP has it; None when it is malformed or lacks a needed port."""
    try:
        return parse_address(text.decode("ascii", "replace"), default_port)
    except ConfigError:
        return None


def _framing(request: h11.Request) -> list[tuple[bytes, bytes]]:
    """The one field that delimits the body; a coding wins over a length, as in h11."""
    fields = dict(request.headers)
    return [(name, fields[name]) for name in _FRAMING if name in fields][:1]


def _forwarded_headers(request: h11.Request, host: bytes) -> list[tuple[bytes, bytes]]:
    named = [value for name, value in request.headers if name == b"connection"]
    dropped = {option.strip().lower() for option in b",".join(named).split(b",")} | _NOT_FORWARDED
    kept = [
        (name, value)
        for name, value in request.headers.raw_items()
        if name.lower() not in dropped and not name.lower().startswith(b"proxy-")
    ]
    framing = [(name.title(), value) for name, value in _framing(request)]
    return [(b"Host", host), *kept, *framing, (b"Connection", b"close")]


def _is_authorised(request: h11.Request, credentials: tuple[str, Secret]) -> bool:
    user, password = credentials
    wanted = f"{user}:{password.reveal()}".encode()
    for name, value in request.headers:
        if name == b"proxy-authorization":
            scheme, _, token = value.partition(b" ")
            try:
                given = base64.b64decode(token.strip(), validate=True)
            except binascii.Error:
                return False
            return scheme.lower() == b"basic" and hmac.compare_digest(given, wanted)
    return False


def _answer_visitor(out: list[bytes], request: h11.Request) -> NoReturn:
    """Somebody took the port for a web site: say what it is, but never to a rebound name."""
    address = _read_address(dict(request.headers).get(b"host", b""), default_port=80)
    at_home = address is not None and (address.ip is not None or address.host == "localhost")
    _turn_away(out, request.method, HTTPStatus.BAD_REQUEST, _EXPLANATION if at_home else _MALFORMED)


def _turn_away(
    out: list[bytes],
    method: bytes,
    status: HTTPStatus,
    sentence: str,
    *fields: tuple[bytes, bytes],
) -> NoReturn:
    out.append(page(method, status, sentence, fields))
    raise RemoteProtocolError(f"{status} {status.phrase}")


def page(
    method: bytes, status: HTTPStatus, sentence: str, fields: Iterable[tuple[bytes, bytes]] = ()
) -> bytes:
    """A whole answer to ``method`` that says one sentence, needs nothing else and closes."""
    title = f"{status} {status.phrase}"
    body = (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{title}</title><p>{html.escape(sentence, quote=False)}</p></html>\n"
    ).encode()
    head = (
        f"HTTP/1.1 {title}\r\n"
        "Content-Type: text/html; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\n"
        "Cache-Control: no-store\r\n"
        "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
        "X-Content-Type-Options: nosniff\r\n"
        "Connection: close\r\n"
    ).encode()
    extra = b"".join(name + b": " + value + b"\r\n" for name, value in fields)
    return head + extra + b"\r\n" + (b"" if method == b"HEAD" else body)
