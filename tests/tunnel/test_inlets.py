"""The local proxy's inlets as machines; what real curl makes of them stands in its own file."""

from __future__ import annotations

import base64
import dataclasses

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.cloaks.machine import Ended, Event
from peppermoth.errors import Failure
from peppermoth.redact import Address, Secret
from peppermoth.tunnel import inlet_http, inlet_socks
from peppermoth.tunnel.inlets import Inlet, Outgoing, StreamWanted, UdpWanted
from peppermoth.wire.socks import Reply, decode_address

CREDENTIALS = ("user", Secret("pass:wörd"))
BASIC = base64.b64encode("user:pass:wörd".encode())
EXAMPLE = Address("example.com", 443)
GREETING = b"\x05\x01\x00"
TO_EXAMPLE = b"\x05\x01\x00\x03\x0bexample.com\x01\xbb"
SUCCEEDED = b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00"


def login(user: bytes, password: bytes) -> bytes:
    return b"\x05\x01\x02\x01" + bytes((len(user),)) + user + bytes((len(password),)) + password


def http(line: str, *fields: str, body: bytes = b"") -> bytes:
    return "\r\n".join([line, *fields, "", ""]).encode() + body


@dataclasses.dataclass
class Heard:
    """All that came out of an inlet."""

    events: list[Event]
    sent: bytes
    inlet: Inlet

    @property
    def wanted(self) -> Event | None:
        return next((e for e in self.events if isinstance(e, StreamWanted | UdpWanted)), None)

    @property
    def address(self) -> Address | None:
        return self.wanted.address if isinstance(self.wanted, StreamWanted) else None

    @property
    def forwarded(self) -> bytes:
        early = self.wanted.early if isinstance(self.wanted, StreamWanted) else b""
        return early + b"".join(e.data for e in self.events if isinstance(e, Outgoing))

    @property
    def reason(self) -> str | None:
        ends = [e.reason for e in self.events if isinstance(e, Ended)]
        assert len(ends) <= 1
        assert not ends or isinstance(self.events[-1], Ended)
        return ends[0] if ends else None

    @property
    def status(self) -> int:
        return int(self.sent.split()[1])


def say(*pieces: bytes, credentials: inlet_socks.Credentials | None = None) -> Heard:
    inlet = Inlet(credentials, now=0.0)
    for piece in pieces:
        inlet.receive_data(memoryview(bytearray(piece)), 0.0)
    return hear(inlet)


def hear(inlet: Inlet) -> Heard:
    items = inlet.data_to_send()
    assert all(items)
    return Heard(inlet.events(), b"".join(items), inlet)


def request_in(forwarded: bytes) -> tuple[h11.Request, bytes]:
    target = h11.Connection(h11.SERVER)
    target.receive_data(forwarded)
    request = target.next_event()
    assert isinstance(request, h11.Request)
    body = b""
    while isinstance(event := target.next_event(), h11.Data):
        body += bytes(event.data)
    assert isinstance(event, h11.EndOfMessage)
    assert target.trailing_data[0] == b""
    return request, body


CONVERSATIONS = {
    "socks name": GREETING + TO_EXAMPLE,
    "socks early": GREETING + TO_EXAMPLE + b"\x16\x03\x01 hello",
    "socks ipv4": GREETING + b"\x05\x01\x00\x01\xc0\x00\x02\x01\x00\x50",
    "socks ipv6": GREETING + b"\x05\x01\x00\x04" + bytes(15) + b"\x01\x00\x50",
    "socks udp": GREETING + b"\x05\x03\x00\x01" + bytes(6),
    "socks bind": GREETING + b"\x05\x02\x00\x01" + bytes(6),
    "socks bad address type": GREETING + b"\x05\x01\x00\x09\x00\x00",
    "socks bad version": GREETING + b"\x04\x01\x00\x01" + bytes(6),
    "socks bad name": GREETING + b"\x05\x01\x00\x03\x01\x00\x00\x50",
    "socks no method": b"\x05\x02\x01\x80",
    "socks password unasked": login(b"any", b"body") + TO_EXAMPLE,
    "socks4": b"\x04\x01\x00\x50\x7f\x00\x00\x01\x00",
    "tls": b"\x16\x03\x01\x00\x05hello",
    "connect": http("CONNECT example.com:443 HTTP/1.1", "Host: x", body=b"early"),
    "connect ipv6": http("CONNECT [2001:DB8::1]:443 HTTP/1.0"),
    "connect without port": http("CONNECT example.com HTTP/1.1", "Host: x"),
    "connect with body": http(
        "CONNECT a:1 HTTP/1.1", "Host: x", "Transfer-Encoding: chunked", body=b"0\r\n\r\n"
    ),
    "get": http("GET http://example.com/a?b HTTP/1.1", "Host: example.com"),
    "post": http("POST http://a/ HTTP/1.1", "Host: a", "Content-Length: 5", body=b"hello"),
    "two requests": http("GET http://a/ HTTP/1.1", "Host: a") * 2,
    "two requests, one old": http("GET http://a/ HTTP/1.0") * 2,
    "bad chunk": http(
        "PUT http://a/ HTTP/1.1", "Host: a", "Transfer-Encoding: chunked", body=b"z\r\n"
    ),
    "origin form": http("GET / HTTP/1.1", "Host: localhost:1080"),
    "https absolute": http("GET https://a/ HTTP/1.1", "Host: a"),
    "fragment": http("GET http://a/#b HTTP/1.1", "Host: a"),
    "garbage": b"\x00\x01\x00\x00!\x12\xa4B",
    "no http": b"hello there\r\n\r\n",
    "head too long": http("GET http://a/ HTTP/1.1", "Host: a", "X: " + "y" * inlet_http.MAX_HEAD),
}


@pytest.mark.parametrize("name", CONVERSATIONS)
@given(data=st.data())
def test_cuts_change_nothing(name: str, data: st.DataObject) -> None:
    said = CONVERSATIONS[name]
    cuts = sorted(data.draw(st.sets(st.integers(0, len(said)), max_size=8)))
    pieces = [said[a:b] for a, b in zip([0, *cuts], [*cuts, len(said)], strict=True) if a != b]
    _same(say(said), say(*pieces))


@pytest.mark.parametrize("name", [name for name in CONVERSATIONS if name != "head too long"])
def test_byte_by_byte_changes_nothing(name: str) -> None:
    said = CONVERSATIONS[name]
    _same(say(said), say(*(bytes((byte,)) for byte in said)))


def _same(whole: Heard, cut: Heard) -> None:
    assert type(cut.wanted) is type(whole.wanted)
    assert cut.address == whole.address
    assert cut.forwarded == whole.forwarded
    assert cut.sent == whole.sent
    assert cut.reason == whole.reason


@pytest.mark.parametrize("name", [name for name in CONVERSATIONS if name != "head too long"])
def test_an_end_anywhere_ends_the_machine_once(name: str) -> None:
    said = CONVERSATIONS[name]
    for cut in range(len(said) + 1):
        heard = say(*([said[:cut]] if cut else []), b"", b"", b"more")
        assert heard.reason is not None
        if heard.wanted is None and cut > 0:
            assert heard.reason


def test_a_client_that_says_nothing_ends_without_a_reason() -> None:
    assert say(b"").reason == ""


def test_socks_handshake_reply_and_early_bytes() -> None:
    inlet = Inlet(None, now=0.0)
    inlet.receive_data(GREETING, 0.0)
    assert hear(inlet).sent == b"\x05\x00"
    inlet.receive_data(TO_EXAMPLE + b"early", 0.0)
    inlet.receive_data(b" bird", 0.0)
    assert inlet.events() == [StreamWanted(EXAMPLE, b"early"), Outgoing(b" bird")]
    assert not inlet.transparent
    inlet.accept()
    assert inlet.transparent
    assert inlet.data_to_send() == [SUCCEEDED]


def test_socks_udp_reply_names_the_bound_address_and_the_connection_only_keeps_it() -> None:
    heard = say(GREETING, b"\x05\x03\x00\x01" + bytes(6), b"ignored")
    assert heard.events == [UdpWanted()]
    heard.inlet.accept_udp(Address("127.0.0.1", 5353))
    reply = heard.inlet.data_to_send()[0]
    assert reply[:3] == b"\x05\x00\x00"
    assert decode_address(reply, 3) == (Address("127.0.0.1", 5353), len(reply))
    heard.inlet.receive_data(b"ignored", 1.0)
    heard.inlet.receive_data(b"", 1.0)
    assert heard.inlet.events() == [Ended()]


@pytest.mark.parametrize(
    ("name", "reply"),
    [
        ("socks bind", Reply.COMMAND_NOT_SUPPORTED),
        ("socks bad address type", Reply.ADDRESS_TYPE_NOT_SUPPORTED),
        ("socks bad version", Reply.GENERAL_FAILURE),
        ("socks bad name", Reply.GENERAL_FAILURE),
    ],
)
def test_socks_requests_that_cannot_be_served_get_their_code(name: str, reply: Reply) -> None:
    heard = say(CONVERSATIONS[name])
    assert heard.sent[2:4] == bytes((5, reply))
    assert heard.reason


@pytest.mark.parametrize(
    ("user", "password", "status"),
    [
        (b"user", "pass:wörd".encode(), 0),
        (b"user", b"wrong", 1),
        (b"other", "pass:wörd".encode(), 1),
        (b"user:pass", "wörd".encode(), 1),
        (b"", b"", 1),
    ],
)
def test_socks_password(user: bytes, password: bytes, status: int) -> None:
    heard = say(login(user, password) + TO_EXAMPLE, credentials=CREDENTIALS)
    assert heard.sent == b"\x05\x02\x01" + bytes((status,))
    assert (heard.address == EXAMPLE) is (status == 0)
    assert (heard.reason is None) is (status == 0)


def test_socks_without_a_password_is_refused_where_one_is_set() -> None:
    heard = say(GREETING, credentials=CREDENTIALS)
    assert heard.sent == b"\x05\xff"
    assert heard.reason


@pytest.mark.parametrize("failure", Failure)
def test_every_failure_has_a_socks_code_and_a_page_with_its_sentence(failure: Failure) -> None:
    heard = say(GREETING + TO_EXAMPLE)
    heard.inlet.refuse(failure)
    refused = hear(heard.inlet)
    assert refused.sent[:2] == bytes((5, inlet_socks.REPLIES[failure]))
    assert refused.sent[1] != Reply.SUCCEEDED
    assert refused.events == [Ended(failure.value)]

    for line in ("GET http://example.com/ HTTP/1.1", "CONNECT example.com:443 HTTP/1.1"):
        heard = say(http(line, "Host: example.com"))
        heard.inlet.refuse(failure)
        refused = hear(heard.inlet)
        assert refused.status == inlet_http.STATUSES[failure]
        assert failure.sentence.encode() in refused.sent
        assert refused.events == [Ended(failure.value)]


@pytest.mark.parametrize("method", ["GET", "HEAD", "CONNECT"])
def test_a_refusal_is_a_complete_answer_in_the_eyes_of_a_client(method: str) -> None:
    target = "example.com:80" if method == "CONNECT" else "http://example.com/"
    client = h11.Connection(h11.CLIENT)
    said = client.send(h11.Request(method=method, target=target, headers=[("Host", "x")]))
    heard = say(said + client.send(h11.EndOfMessage()))
    heard.inlet.refuse(Failure.TARGET_TIMEOUT)
    client.receive_data(hear(heard.inlet).sent)
    answer = client.next_event()
    assert isinstance(answer, h11.Response)
    assert answer.status_code == 504
    assert (b"connection", b"close") in list(answer.headers)
    body = b""
    while isinstance(event := client.next_event(), h11.Data):
        body += bytes(event.data)
    assert isinstance(event, h11.EndOfMessage)
    assert (body == b"") is (method == "HEAD")
    assert b"http://" not in body  # self-contained, and it repeats no target
    assert client.trailing_data[0] == b""


@pytest.mark.parametrize(
    ("target", "address"),
    [
        ("example.com:443", EXAMPLE),
        ("192.0.2.1:80", Address("192.0.2.1", 80)),
        ("[2001:DB8::1]:8443", Address("2001:db8::1", 8443)),
        ("example.com", None),
        ("example.com:65536", None),
        ("2001:db8::1:443", None),
        ("[example.com]:443", None),
        ("u@example.com:443", None),
        (":443", None),
        ("EXAMPLE.com:443", EXAMPLE),
        ("127.1:443", None),
    ],
)
def test_connect_targets(target: str, address: Address | None) -> None:
    heard = say(http(f"CONNECT {target} HTTP/1.1", "Host: x", body=b"\x16\x03"))
    assert heard.address == address
    if address is None:
        assert heard.status == 400
        return
    assert heard.forwarded == b"\x16\x03"
    heard.inlet.accept()
    assert heard.inlet.transparent
    assert heard.inlet.data_to_send()[0].startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    ("target", "address", "host", "path"),
    [
        ("http://a.example/b?c=/d", Address("a.example", 80), b"a.example", b"/b?c=/d"),
        ("HTTP://a.example:81", Address("a.example", 81), b"a.example:81", b"/"),
        ("http://a.example?q", Address("a.example", 80), b"a.example", b"/?q"),
        ("http://u:p@[::1]:8080/x", Address("::1", 8080), b"[::1]:8080", b"/x"),
    ],
)
def test_an_absolute_request_is_written_anew_for_its_target(
    target: str, address: Address, host: bytes, path: bytes
) -> None:
    heard = say(http(f"GET {target} HTTP/1.1", "Host: elsewhere.example", "X-Kept: 1"))
    request, body = request_in(heard.forwarded)
    assert heard.address == address
    assert (request.method, request.target, body) == (b"GET", path, b"")
    assert list(request.headers) == [
        (b"host", host),
        (b"x-kept", b"1"),
        (b"connection", b"close"),
    ]
    heard.inlet.accept()
    assert heard.inlet.data_to_send() == []
    assert not heard.inlet.transparent


def test_what_is_for_the_proxy_stays_with_the_proxy() -> None:
    heard = say(
        http(
            "GET http://a/ HTTP/1.1",
            "Host: a",
            f"Proxy-Authorization: Basic {BASIC.decode()}",
            "Proxy-Connection: keep-alive",
            "Connection: X-Hop , keep-alive, content-length",
            "x-hop: 1",
            "Keep-Alive: 5",
            "TE: trailers",
            "Upgrade: h2c",
            "Content-Length: 2",
            "Accept: */*",
            body=b"hi",
        ),
        credentials=CREDENTIALS,
    )
    request, body = request_in(heard.forwarded)
    names = [name for name, _ in request.headers]
    assert names == [b"host", b"accept", b"content-length", b"connection"]
    assert body == b"hi"


@given(
    body=st.binary(max_size=200),
    chunks=st.integers(1, 50),
    reads=st.integers(1, 60),
)
def test_a_chunked_body_arrives_whole_and_cannot_hide_a_request(
    body: bytes, chunks: int, reads: int
) -> None:
    pieces = [body[i : i + chunks] for i in range(0, len(body), chunks)]
    coded = b"".join(b"%x;ext=1\r\n%b\r\n" % (len(p), p) for p in pieces) + b"0\r\nX-T: 1\r\n\r\n"
    said = http(
        "POST http://a/ HTTP/1.1", "Host: a", "Content-Length: 7", "Transfer-Encoding: chunked"
    )
    said += coded
    heard = say(*(said[i : i + reads] for i in range(0, len(said), reads)))
    request, received = request_in(heard.forwarded)
    assert received == body
    assert b"content-length" not in dict(request.headers)
    assert heard.reason is None


@pytest.mark.parametrize("late", [False, True])
def test_a_second_request_is_never_forwarded(late: bool) -> None:
    first = http("POST http://a/ HTTP/1.1", "Host: a", "Content-Length: 2", body=b"hi\r\n")
    second = http("GET http://b/ HTTP/1.1", "Host: b")
    heard = say(first, second) if late else say(first + second)
    assert request_in(heard.forwarded)[1] == b"hi"
    assert heard.reason


def test_a_body_that_breaks_off_is_not_a_clean_end() -> None:
    said = http("POST http://a/ HTTP/1.1", "Host: a", "Content-Length: 5", body=b"he")
    assert say(said, b"").reason
    assert say(said, b"llo", b"").reason == ""


def test_an_old_client_is_forwarded_as_old_and_may_not_chunk() -> None:
    heard = say(http("GET http://a/ HTTP/1.0"))
    assert heard.forwarded.startswith(b"GET / HTTP/1.0\r\nHost: a\r\n")
    heard = say(http("POST http://a/ HTTP/1.0", "Transfer-Encoding: chunked"))
    assert (heard.status, heard.wanted) == (400, None)
