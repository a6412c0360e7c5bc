"""A session inside TLS, driven as one machine."""

from __future__ import annotations

import pytest

from peppermoth.cloaks.anytls import Alerted, Authenticated, StreamAccepted, StreamOpened
from peppermoth.cloaks.layers import Layered
from peppermoth.cloaks.machine import Ended, Rejected
from peppermoth.cloaks.session import SILENT, SessionReady, StreamData
from peppermoth.cloaks.tls import Plaintext, Secured, Tls, Untrusted, client_stack, server_stack
from peppermoth.wire.anytls import DEFAULT_SCHEME, authentication, frame
from tests.cloaks.sessions import KEY, TARGET, frames, least, new_client, new_server, opening
from tests.cloaks.sessions import settings as told
from tests.cloaks.tls_talk import join, pin_of, records

OVERHEAD = 17


@pytest.fixture
def ends(certificate):
    """The two layered machines after the handshake."""
    client = Layered(
        Tls(client_stack(pin=pin_of(certificate)), "localhost"), lambda now: new_client()
    )
    server = Layered(
        Tls(server_stack(str(certificate.cert), str(certificate.key))), lambda now: new_server()
    )
    assert client.next_wakeup() is server.next_wakeup() is None
    heard = join(client, server)
    assert type(heard.client[0]) is Secured
    return client, server


@pytest.fixture
def outsider(certificate):
    """TLS without a session in it, and the server that it talks to."""
    client = Tls(client_stack(pin=pin_of(certificate)), "localhost")
    server = Layered(
        Tls(server_stack(str(certificate.cert), str(certificate.key))), lambda now: new_server()
    )
    join(client, server)
    return client, server


def test_streams_flow_through_both_layers(ends):
    client, server = ends
    number = client.inner.open_stream(TARGET, 0.0)
    assert join(client, server).server == [StreamOpened(number, TARGET)]
    server.inner.accept(number)
    server.inner.send_data(number, b"x" * 100_000, 0.0)
    accepted, *data = join(client, server).client
    assert accepted == StreamAccepted(number)
    assert b"".join(event.data for event in data) == b"x" * 100_000


def test_each_write_of_the_session_is_one_record(certificate):
    server = Tls(server_stack(str(certificate.cert), str(certificate.key)))
    client = Layered(
        Tls(client_stack(pin=pin_of(certificate)), "localhost"),
        lambda now: new_client(DEFAULT_SCHEME, least),
    )
    join(client, server)
    client.inner.open_stream(TARGET, 0.0)
    client.inner.send_data(1, bytes(1000), 0.0)
    items = client.data_to_send()
    assert [records(item)[0].length - OVERHEAD for item in items] == [400, 500, 500]
    assert all(len(records(item)) == 1 for item in items)


def test_authentication_and_first_packet_are_records_of_their_own(certificate):
    client = Layered(
        Tls(client_stack(pin=pin_of(certificate)), "localhost"),
        lambda now: new_client(DEFAULT_SCHEME, least),
    )
    server = Tls(server_stack(str(certificate.cert), str(certificate.key)))
    while not any(isinstance(event, Secured) for event in client.events()):
        for item in client.data_to_send():
            server.receive_data(item, 0.0)
        for item in server.data_to_send():
            client.receive_data(item, 0.0)
    client.inner.open_stream(TARGET, 0.0)
    _finished, *session = client.data_to_send()
    sizes = [records(item)[0].length - OVERHEAD for item in session]
    assert sizes[:2] == [34 + 30, 100]


def test_a_stranger_is_rejected_and_then_speaks_to_the_cover(outsider):
    client, server = outsider
    client.send(b"GET / HTTP/1.1\r\n\r\n")
    assert join(client, server).server == [Rejected("not authenticated", b"GET / HTTP/1.1\r\n\r\n")]
    assert server.inner is None
    client.send(b"GET /next")
    assert join(client, server).server == [Plaintext(b"GET /next")]
    server.outer.send(b"HTTP/1.1 404 Not Found\r\n\r\n")
    assert join(client, server).client == [Plaintext(b"HTTP/1.1 404 Not Found\r\n\r\n")]
    client.close()
    assert join(client, server).server == [Ended("")]


def test_frames_in_the_record_after_authentication_are_the_session_s(outsider):
    client, server = outsider
    client.send(authentication(KEY, 0))
    client.send(told() + opening())
    assert join(client, server).server == [
        Authenticated("anna"),
        SessionReady(2, True),
        StreamOpened(1, TARGET),
    ]


def test_a_dismissed_session_leaves_plaintext(outsider):
    client, server = outsider
    server.dismiss()
    client.send(authentication(KEY, 0))
    assert join(client, server).server == [Plaintext(authentication(KEY, 0))]
    assert server.next_wakeup() is None
    server.wake(1e9)
    assert server.events() == []


def test_close_says_what_is_left_and_goodbye(ends):
    client, server = ends
    server.inner.alert("enough")
    server.close()
    assert server.events() == [Ended("enough")]
    assert join(client, server).client[0] == Alerted("enough")
    client.close()
    assert records(b"".join(client.data_to_send()))


def test_close_before_tls_is_secured_says_nothing(certificate):
    client = Layered(Tls(client_stack(pin=pin_of(certificate)), "localhost"), lambda now: None)
    client.data_to_send()
    client.close()
    assert client.data_to_send() == []


def test_a_broken_rule_ends_once_whatever_follows(outsider):
    client, server = outsider
    client.send(authentication(KEY, 0) + frame(11))
    client.close()
    (authenticated, ended) = join(client, server).server
    assert (authenticated, type(ended)) == (Authenticated("anna"), Ended)
    server.receive_data(b"garbage", 0.0)
    server.receive_data(b"", 0.0)
    assert server.events() == []


def test_broken_tls_ends_the_session_and_its_time(ends):
    client, server = ends
    client.inner.open_stream(TARGET, 0.0)
    join(client, server)
    assert client.next_wakeup() is not None
    client.receive_data(b"\x17\x03\x03\x00\x20" + bytes(32), 0.0)
    assert [type(event) for event in client.events()] == [Ended]
    assert client.next_wakeup() is None
    client.wake(1e9)
    assert client.events() == []


def test_silence_ends_the_session_through_both_layers(ends):
    client, server = ends
    client.inner.open_stream(TARGET, 0.0)
    join(client, server)
    client.wake(client.next_wakeup())
    assert client.data_to_send()
    client.wake(client.next_wakeup())
    assert client.events() == [Ended(SILENT)]


def test_tls_that_is_not_trusted_never_makes_a_session(certificate):
    made = []
    client = Layered(Tls(client_stack(pin=bytes(32)), "localhost"), made.append)
    server = Tls(server_stack(str(certificate.cert), str(certificate.key)))
    assert [type(event) for event in join(client, server).client] == [Untrusted]
    assert made == []
    assert not any(isinstance(event, Plaintext) for event in server.events())


def test_data_before_the_peer_s_goodbye_is_heard(ends):
    client, server = ends
    client.inner.open_stream(TARGET, 0.0)
    join(client, server)
    client.inner.send_data(1, b"last", 0.0)
    client.close()
    assert join(client, server).server == [StreamData(1, b"last"), Ended("")]
    assert frames(b"".join(server.inner.data_to_send())) == []
