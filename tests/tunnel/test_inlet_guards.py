"""What keeps strangers, web pages and the slow from using the local proxy."""

from __future__ import annotations

import base64

import pytest

from peppermoth.cloaks.machine import Ended
from peppermoth.errors import Failure, LocalProtocolError
from peppermoth.redact import Address, Secret
from peppermoth.tunnel.inlet_http import MAX_HEAD
from peppermoth.tunnel.inlets import Inlet, StreamWanted

CREDENTIALS = ("user", Secret("word"))
SOCKS_CONNECT = b"\x05\x01\x00\x05\x01\x00\x03\x01a\x00\x50"
SOCKS_UDP = b"\x05\x01\x00\x05\x03\x00\x01" + bytes(6)


def ask(said: bytes, inlet: Inlet | None = None) -> tuple[bytes, Inlet]:
    inlet = inlet or Inlet(None, now=0.0)
    inlet.receive_data(said, 0.0)
    return b"".join(inlet.data_to_send()), inlet


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize("line", ["CONNECT a:1 HTTP/1.1", "GET http://a/ HTTP/1.1"])
@pytest.mark.parametrize(
    ("field", "welcome"),
    [
        (f"Proxy-Authorization: {basic('user:word')}", True),
        (f"proxy-authorization: basic  {basic('user:word')[6:]}", True),
        (f"Proxy-Authorization: {basic('user:wrong')}", False),
        (f"Proxy-Authorization: {basic('userword')}", False),
        ("Proxy-Authorization: Basic ???", False),
        ("Proxy-Authorization: Bearer dXNlcjp3b3Jk", False),
        (f"Authorization: {basic('user:word')}", False),
    ],
)
def test_http_password(line: str, field: str, welcome: bool) -> None:
    said = f"{line}\r\nHost: a\r\n{field}\r\n\r\n".encode()
    answer, inlet = ask(said, Inlet(CREDENTIALS, now=0.0))
    events = inlet.events()
    if welcome:
        assert isinstance(events[0], StreamWanted)
        assert answer == b""
    else:
        assert answer.startswith(b"HTTP/1.1 407 ")
        assert b"\r\nProxy-Authenticate: Basic " in answer
        assert [type(event) for event in events] == [Ended]


@pytest.mark.parametrize("host", ["127.0.0.1:1080", "[::1]:1080", "localhost:1080", "192.0.2.7"])
def test_a_visitor_with_a_browser_is_told_what_the_port_is(host: str) -> None:
    answer, inlet = ask(f"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"Peppermoth's proxy port" in answer
    assert b"frame-ancestors 'none'" in answer
    assert isinstance(inlet.events()[-1], Ended)


@pytest.mark.parametrize(
    "said",
    [
        b"GET / HTTP/1.1\r\nHost: rebound.example:1080\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost.rebound.example\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: user@127.0.0.1\r\n\r\n",
        b"GET / HTTP/1.0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: rebound.example\r\nBad\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: rebound.example\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: rebound.example\r\nX: " + b"x" * MAX_HEAD,
    ],
)
def test_a_rebound_name_learns_nothing_from_the_port(said: bytes) -> None:
    answer, inlet = ask(said)
    assert answer.startswith(b"HTTP/1.1 4")
    assert b"pepper" not in answer.lower()
    assert isinstance(inlet.events()[-1], Ended)


def test_bytes_smuggled_into_a_page_s_post_are_never_a_request() -> None:
    said = (
        b"POST / HTTP/1.1\r\nHost: 127.0.0.1:1080\r\nContent-Length: 200\r\n\r\n"
        b"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n" + SOCKS_CONNECT
    )
    _, inlet = ask(said)
    inlet.receive_data(SOCKS_CONNECT, 0.0)
    assert [type(event) for event in inlet.events()] == [Ended]


@pytest.mark.parametrize("size", [MAX_HEAD - 1, MAX_HEAD, MAX_HEAD + 1])
@pytest.mark.parametrize("step", [None, 4096])
def test_a_head_has_a_limit_however_it_arrives(size: int, step: int | None) -> None:
    start, end = b"GET http://a/ HTTP/1.1\r\nHost: a\r\nX: ", b"\r\n\r\n"
    said = start + b"y" * (size - len(start) - len(end)) + end
    inlet = Inlet(None, now=0.0)
    for pos in range(0, size, step or size):
        inlet.receive_data(said[pos : pos + (step or size)], 0.0)
    answer = b"".join(inlet.data_to_send())
    if size > MAX_HEAD:
        assert answer.startswith(b"HTTP/1.1 431 ")
    else:
        assert isinstance(inlet.events()[0], StreamWanted)


@pytest.mark.parametrize("said", [b"", b"\x05", b"\x05\x01\x00\x05\x01", b"GET http://a/ HT"])
def test_a_request_that_does_not_come_ends_when_patience_does(said: bytes) -> None:
    inlet = Inlet(None, now=100.0, patience=5.0)
    if said:
        inlet.receive_data(said, 104.0)
    assert inlet.next_wakeup() == 105.0
    inlet.wake(104.9)
    assert inlet.events() == []
    inlet.wake(105.0)
    assert [type(event) for event in inlet.events()] == [Ended]
    assert inlet.next_wakeup() is None


def test_patience_is_for_the_request_only() -> None:
    _, inlet = ask(SOCKS_CONNECT)
    inlet.events()
    assert inlet.next_wakeup() is None
    inlet.wake(1e9)
    assert inlet.events() == []


@pytest.mark.parametrize("said", [b"", SOCKS_CONNECT[:5], SOCKS_UDP])
def test_a_stream_that_nobody_wants_cannot_be_accepted(said: bytes) -> None:
    inlet = ask(said)[1] if said else Inlet(None, now=0.0)
    with pytest.raises(LocalProtocolError):
        inlet.accept()


def test_an_association_that_nobody_wants_cannot_be_accepted() -> None:
    _, inlet = ask(SOCKS_CONNECT)
    with pytest.raises(LocalProtocolError):
        inlet.accept_udp(Address("127.0.0.1", 1))


def test_a_request_is_answered_once() -> None:
    _, inlet = ask(SOCKS_CONNECT)
    inlet.accept()
    with pytest.raises(LocalProtocolError):
        inlet.refuse(Failure.OTHER)


def test_no_password_or_target_shows_when_an_event_or_reason_is_printed() -> None:
    said = b"CONNECT secret.example:1 HTTP/1.1\r\nHost: x\r\n\r\n"
    _, inlet = ask(said)
    assert "secret.example" not in repr(inlet.events())
    _, inlet = ask(said, Inlet(CREDENTIALS, now=0.0))
    assert "secret.example" not in repr(inlet.events())
