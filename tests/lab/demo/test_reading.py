"""What is read out of recordings that were made by hand, and out of damaged ones."""

from __future__ import annotations

import ssl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.lab.demo.line import Conversation, Segment
from peppermoth.lab.demo.reading import occurring, read, read_all, visible_text
from peppermoth.redact import Address
from peppermoth.wire.http_body import messages

SERVER = Address("192.0.2.7", 443)


def conversation(*pieces):
    """A recording of pieces: ``(up, data)``."""
    made = Conversation(SERVER, began=1000.0)
    for at, (up, data) in enumerate(pieces):
        made.segments.append(Segment(float(at), up, data))
        made.lasted = float(at)
        if up:
            made.sent += len(data)
        else:
            made.received += len(data)
    return made


def hello(name):
    """The first flight of Python's own TLS client."""
    out = ssl.MemoryBIO()
    machine = ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), out, server_hostname=name)
    with pytest.raises(ssl.SSLWantReadError):
        machine.do_handshake()
    return out.read()


def response(body, kind=b"text/html"):
    head = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n" % (kind, len(body))
    return head + body


PAGE = b"<html><head><title>Wool &amp; Sheep</title><style>p {}</style></head><p>Baa,\n baa</p>"


def test_http_in_clear_shows_hosts_requests_and_text():
    seen = read(
        conversation(
            (True, b"GET /wool HTTP/1.1\r\nHost: wool.example\r\n\r\n"),
            (False, response(PAGE)),
            (True, b"POST /order HTTP/1.1\r\nHost: wool.example\r\nContent-Length: 3\r\n\r\na=1"),
            (False, response(b"<p>Thanks</p>")),
        )
    )
    assert seen.names == ("wool.example",)
    assert seen.requests == ("GET /wool", "POST /order")
    assert seen.text == ("Wool & Sheep", "Baa, baa", "Thanks")
    assert (seen.ja4, seen.version) == (None, None)
    assert [size > 0 for size in seen.sizes] == [True, False, True, False]
    assert (seen.server, seen.began, seen.lasted) == (SERVER, 1000.0, 3.0)


def test_tls_shows_the_name_the_client_and_record_sizes_in_any_cut():
    flight = hello("wool.example")
    answer = b"\x17\x03\x03\x00\x04abcd" * 2
    whole = read(conversation((True, flight), (False, answer)))
    cut = read(conversation(*((True, bytes([b])) for b in flight), (False, answer)))
    assert whole.names == cut.names == ("wool.example",)
    assert whole.ja4 == cut.ja4
    assert whole.ja4.startswith("t13d")
    assert whole.sizes == cut.sizes == (len(flight) - 5, -4, -4)
    assert (whole.requests, whole.text) == ((), ())


def test_what_came_before_tls_broke_is_seen():
    seen = read(conversation((True, hello("wool.example")), (False, b"no TLS at all")))
    assert seen.names == ("wool.example",)


def test_words_are_found_where_they_stand_across_pieces():
    heard = [conversation((True, b"the bla"), (True, b"ck sheep")), conversation((False, b"wool"))]
    assert occurring(["black sheep", "wool", "white"], heard) == ("black sheep", "wool")


def test_names_paths_and_text_are_searched_for_and_short_words_are_not():
    request = b"GET / HTTP/1.1\r\nHost: wool.example:8080\r\n\r\n"
    seen = read_all([conversation((True, request), (False, response(PAGE)))])
    assert seen.words == ("wool.example", "Wool & Sheep", "Baa, baa")


def test_only_pages_have_text():
    ((head, body),) = messages(response(b"<p>no</p>", b"image/png"))
    assert visible_text(head, body) == []


def test_a_page_that_breaks_off_in_the_middle_shows_its_beginning():
    ((head, body),) = messages(response(b"<title>Wool</title><p>Baa<![ broken"))
    assert visible_text(head, body) == ["Wool", "Baa"]


BYTES = st.one_of(
    st.binary(max_size=200),
    st.lists(
        st.sampled_from(
            [hello("wool.example"), response(PAGE), b"GET / HTTP/1.1\r\n", b"\r\n", b"\x16\x03\x01"]
        )
    ).map(b"".join),
)


@given(st.lists(st.tuples(st.booleans(), BYTES), max_size=6))
def test_anything_can_be_read(pieces):
    heard = conversation(*pieces)
    seen = read(heard)
    assert (seen.sent, seen.received) == (heard.sent, heard.received)
    assert sum(abs(size) for size in seen.sizes) <= heard.sent + heard.received
