"""TLS machines against each other: trust, records, ends and what is not TLS."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess

import pytest
from cryptography import x509

from peppermoth.cloaks import nginx
from peppermoth.cloaks.machine import Ended, Rejected
from peppermoth.cloaks.tls import (
    NOT_TLS,
    Plaintext,
    Secured,
    Tls,
    Untrusted,
    client_stack,
    server_stack,
)
from peppermoth.wire.hello import first_client_hello
from tests.cloaks.tls_talk import DAY, Authority, join, pin_of, records, secured
from tests.needs import need

EITHER = pytest.mark.parametrize("fingerprint", ["chrome:stable", "none"])
OVERHEAD = 17  # of a TLS 1.3 record: the content type and the tag


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def server(certificate):
    return Tls(server_stack(str(certificate.cert), str(certificate.key)))


def pinned(certificate, fingerprint="chrome:stable"):
    return Tls(client_stack(fingerprint, pin=pin_of(certificate)), "localhost")


def text(events):
    return b"".join(event.data for event in events if isinstance(event, Plaintext))


@EITHER
def test_the_right_pin_secures_whatever_the_name(fingerprint, certificate, server):
    client = Tls(client_stack(fingerprint, pin=pin_of(certificate)), "another.example")
    heard = join(client, server)
    assert heard.client == heard.server == [Secured("h2", "TLSv1.3")]


@EITHER
@pytest.mark.parametrize(
    ("name", "age", "trusted"),
    [
        ("right.example", DAY, True),
        ("wrong.example", DAY, False),
        ("right.example", 40 * DAY, False),
        ("right.example", -DAY, False),
    ],
    ids=["right", "wrong name", "expired", "not yet"],
)
def test_an_authority_s_word_is_checked_with_name_and_date(
    fingerprint, name, age, trusted, authority
):
    files = authority.issue(name, age=age)
    server = Tls(server_stack(str(files.cert), str(files.key)))
    stack = client_stack(fingerprint, roots=str(authority.roots))
    heard = join(Tls(stack, "right.example"), server)
    assert (type(heard.client[0]) is Secured) is trusted
    if not trusted:
        assert [type(event) for event in heard.client] == [Untrusted]
        assert heard.client[0].reason
        assert [type(event) for event in heard.server] == [Ended]


@EITHER
def test_the_system_s_roots_do_not_know_a_stranger(fingerprint, server):
    heard = join(Tls(client_stack(fingerprint), "localhost"), server)
    assert [type(event) for event in heard.client] == [Untrusted]


@EITHER
def test_a_server_with_another_key_is_told_nothing(fingerprint, server):
    client = Tls(client_stack(fingerprint, pin=bytes(32)), "localhost")
    heard = join(client, server)
    assert [type(event) for event in heard.client] == [Untrusted]
    client.send(b"secret")
    client.close()
    assert client.data_to_send() == []
    assert not text(heard.server)
    client.receive_data(b"more", 0.0)
    assert client.events() == []


@EITHER
def test_a_pinned_server_whose_certificate_cannot_be_read_is_not_trusted(
    fingerprint, certificate, server, monkeypatch
):
    def unreadable(der):
        raise ValueError("an odd certificate")

    client = pinned(certificate, fingerprint)
    monkeypatch.setattr(x509, "load_der_x509_certificate", unreadable)
    heard = join(client, server)
    assert [type(event) for event in heard.client] == [Untrusted]


@EITHER
@pytest.mark.parametrize("host", ["192.0.2.7", "2001:db8::7"])
def test_a_server_known_by_its_ip_address_is_named_to_nobody(fingerprint, host):
    hello = b"".join(Tls(client_stack(fingerprint), host).data_to_send())
    assert first_client_hello(hello).server_name is None


def test_an_unknown_profile_is_named():
    with pytest.raises(ValueError, match="'netscape:2'"):
        client_stack("netscape:2")


@EITHER
def test_one_send_is_one_record_of_exactly_its_size(fingerprint, certificate, server):
    for side in secured(pinned(certificate, fingerprint), server):
        for size in (1, 100, 16_384):
            side.send(memoryview(bytearray(size)))
        assert [records(item)[0].length - OVERHEAD for item in side.data_to_send()] == [
            1, 100, 16_384,
        ]  # fmt: skip


@EITHER
def test_a_longer_send_is_one_write_of_full_records(fingerprint, certificate, server):
    client, server = secured(pinned(certificate, fingerprint), server)
    data = bytes(range(256)) * 700
    for side, other in ((client, server), (server, client)):
        side.send(data)
        (item,) = side.data_to_send()
        sizes = [record.length - OVERHEAD for record in records(item)]
        assert sizes == [16_384] * (len(data) // 16_384) + [len(data) % 16_384]
        other.receive_data(item, 0.0)
        assert text(other.events()) == data
    client.send(b"")
    assert client.data_to_send() == []


@EITHER
@pytest.mark.parametrize("leaver", [0, 1], ids=["client", "server"])
def test_close_notify_ends_cleanly_and_leaves_the_other_way_open(
    fingerprint, leaver, certificate, server
):
    sides = secured(pinned(certificate, fingerprint), server)
    side, other = sides[leaver], sides[not leaver]
    side.send(b"last words")
    side.close()
    heard = join(side, other).server
    assert text(heard) == b"last words"
    other.send(b"answer")
    assert text(join(side, other).client) == b"answer"
    other.close()
    ends = join(side, other).client
    side.receive_data(b"", 0.0)
    assert [*ends, *side.events()] == [Ended("")]


@EITHER
def test_no_record_of_a_long_read_waits_for_the_next(fingerprint, certificate, server):
    client, server = secured(pinned(certificate, fingerprint), server)
    for size in (16_384, 16_384 * 16, 16_384 * 16 + 1, 300_000):
        server.send(bytes(size))
        client.receive_data(b"".join(server.data_to_send()), 0.0)
        assert len(text(client.events())) == size


@EITHER
@pytest.mark.parametrize("speaker", [0, 1], ids=["client", "server"])
def test_last_words_and_close_notify_in_one_read_are_both_heard(
    fingerprint, speaker, certificate, server
):
    sides = secured(pinned(certificate, fingerprint), server)
    side, other = sides[speaker], sides[not speaker]
    side.send(b"last ")
    side.send(b"words")
    side.close()
    other.receive_data(b"".join(side.data_to_send()), 0.0)
    other.receive_data(b"", 0.0)
    events = other.events()
    assert text(events) == b"last words"
    assert events[-1] == Ended("")


@EITHER
def test_nothing_is_said_after_close(fingerprint, certificate, server):
    for side in secured(pinned(certificate, fingerprint), server):
        side.close()
        (notify,) = side.data_to_send()
        side.send(b"late")
        side.close()
        assert side.data_to_send() == []
        assert len(records(notify)) == 1


def test_close_before_the_handshake_is_done_says_nothing(certificate):
    client = pinned(certificate)
    client.data_to_send()
    client.close()
    assert client.data_to_send() == []


@EITHER
def test_a_fin_without_close_notify_ends_too(fingerprint, certificate, server):
    client, server = secured(pinned(certificate, fingerprint), server)
    for side in (client, server):
        side.receive_data(b"", 0.0)
        side.receive_data(b"", 0.0)
        assert side.events() == [Ended("")]


def test_an_end_inside_the_handshake_is_named(certificate, server):
    for side in (pinned(certificate), server):
        side.receive_data(b"\x16\x03", 0.0)
        side.receive_data(b"", 0.0)
        assert side.events() == [Ended("closed during the handshake")]


@EITHER
@pytest.mark.parametrize("forger", [0, 1], ids=["client", "server"])
def test_a_forged_record_ends_with_an_alert(fingerprint, forger, certificate, server):
    sides = secured(pinned(certificate, fingerprint), server)
    side, other = sides[forger], sides[not forger]
    side.send(b"true")
    side.send(b"forged")
    true, forged = side.data_to_send()
    other.receive_data(true + forged[:-1] + bytes((forged[-1] ^ 1,)), 0.0)
    other.receive_data(b"", 0.0)
    plaintext, ended = other.events()
    assert plaintext == Plaintext(b"true")
    assert "mac" in ended.reason
    assert len(other.data_to_send()) == 1
    other.send(b"x")
    assert other.data_to_send() == []


@pytest.mark.parametrize("first", [b"G", b"\x05\x01\x00", b"\x15\x03\x01", b"\x00"])
def test_what_is_not_tls_is_rejected_by_its_first_byte_and_told_nothing(first, server):
    server.receive_data(first, 0.0)
    assert server.events() == [Rejected(NOT_TLS, first)]
    assert server.data_to_send() == []


@pytest.mark.parametrize("first", [b"\x16GET / HTTP", b"\x80GET / HTTP", b"\x16\x03\x01\xff\xff"])
def test_what_only_begins_like_tls_is_openssl_s_to_refuse(first, server):
    server.receive_data(first + bytes(20), 0.0)
    (ended,) = server.events()
    assert type(ended) is Ended
    assert ended.reason


def test_garbage_after_a_hello_ends_with_an_alert(certificate, server):
    (hello,) = pinned(certificate).data_to_send()
    server.receive_data(hello + b"GET / HTTP/1.1\r\n\r\n", 0.0)
    assert [type(event) for event in server.events()] == [Ended]
    assert records(b"".join(server.data_to_send()))


@EITHER
def test_a_server_that_speaks_no_tls_ends_a_client(fingerprint, certificate):
    client = pinned(certificate, fingerprint)
    client.receive_data(b"HTTP/1.1 400 Bad Request\r\n\r\n", 0.0)
    assert client.events() == [Ended("wrong version number")]


@EITHER
@pytest.mark.parametrize("alert", [b"\x02\x28", b"\x02\x50"])
def test_an_alert_in_clear_ends_a_client_with_its_name(fingerprint, alert, certificate):
    client = pinned(certificate, fingerprint)
    client.receive_data(b"\x15\x03\x03\x00\x02" + alert, 0.0)
    (ended,) = client.events()
    assert type(ended) is Ended
    assert ended.reason


def test_tls_1_2_is_spoken_where_the_client_wants_it(certificate, server):
    stack = client_stack("none", pin=pin_of(certificate))
    stack.context.maximum_version = ssl.TLSVersion.TLSv1_2
    client = Tls(stack, "localhost")
    assert join(client, server).server == [Secured("h2", "TLSv1.2")]
    client.send(b"hello")
    assert text(join(client, server).server) == b"hello"


@pytest.mark.parametrize(
    ("offered", "agreed"), [(("http/1.1",), "http/1.1"), ((), None), (("h2", "http/1.1"), "h2")]
)
def test_the_agreed_protocol_is_told_to_both(offered, agreed, certificate, server):
    stack = client_stack("none", pin=pin_of(certificate), protocols=offered)
    heard = join(Tls(stack, "localhost"), server)
    assert heard.client == heard.server == [Secured(agreed, "TLSv1.3")]


def test_a_machine_without_time_asks_for_none(server):
    assert server.next_wakeup() is None
    server.wake(1e9)
    assert server.events() == []


def test_a_peer_may_change_its_keys(server):
    """OpenSSL's own client does so at the line K; Python cannot."""
    program = need(shutil.which("openssl"), "openssl", "install the package openssl")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        command = [program, "s_client", "-connect", f"127.0.0.1:{listener.getsockname()[1]}"]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as peer:
            line, _ = listener.accept()
            with line:
                line.settimeout(20)
                seen, is_secured, lines = b"", False, [b"before\n", b"K\n", b"after\n"]
                while b"after" not in seen:
                    server.receive_data(line.recv(65_536), 0.0)
                    events = server.events()
                    assert not any(isinstance(event, Ended) for event in events)
                    seen += text(events)
                    line.sendall(b"".join(server.data_to_send()))
                    is_secured |= any(isinstance(event, Secured) for event in events)
                    if is_secured and lines:
                        peer.stdin.write(lines.pop(0))
                        peer.stdin.flush()
                peer.terminate()
    assert seen == b"before\nafter\n"


@pytest.mark.parametrize("step", [1, 7, 4096])
def test_a_client_that_speaks_nothing_of_ours_is_refused_however_its_hello_comes(
    step, certificate, server
):
    stack = client_stack("none", pin=pin_of(certificate), protocols=("imap",))
    hello = b"".join(Tls(stack, "localhost").data_to_send())
    for start in range(0, len(hello), step):
        server.receive_data(hello[start : start + step], 0.0)
    assert [type(event) for event in server.events()] == [Ended]
    assert server.data_to_send() == [b"\x15\x03\x03\x00\x02\x02\x78"]


def test_where_libssl_cannot_be_reached_a_server_works_all_the_same(certificate, monkeypatch):
    def missing(path):
        raise OSError(path)

    monkeypatch.setattr(nginx.ctypes, "CDLL", missing)
    server = Tls(server_stack(str(certificate.cert), str(certificate.key)))
    assert type(join(pinned(certificate), server).server[0]) is Secured
