"""The local proxy's inlets as machines, whatever the client speaks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.cloaks.machine import Ended
from peppermoth.errors import Failure
from peppermoth.tunnel import inlet_http, inlet_socks
from peppermoth.wire.socks import Reply
from tests.tunnel.inlet_talk import GREETING, TO_EXAMPLE, Heard, hear, http, login, say

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
