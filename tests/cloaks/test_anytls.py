"""Client and server of AnyTLS: what each says first, answers, and does with strangers."""

from __future__ import annotations

import pytest

from peppermoth.cloaks.anytls import (
    Alerted,
    AnyTlsServer,
    Authenticated,
    SchemeUpdated,
    StreamAccepted,
    StreamOpened,
    StreamRefused,
)
from peppermoth.cloaks.machine import Ended, Rejected
from peppermoth.cloaks.session import SILENT, SessionReady, StreamClosed, StreamData
from peppermoth.errors import LocalProtocolError
from peppermoth.redact import Address
from peppermoth.wire.anytls import (
    DEFAULT_SCHEME,
    Command,
    PaddingScheme,
    authentication,
    decode_settings,
    encode_settings,
    frame,
    password_key,
    waste,
)
from peppermoth.wire.socks import encode_address
from tests.cloaks.sessions import (
    KEY,
    NO_PADDING,
    OURS,
    TARGET,
    asking_client,
    begun_server,
    frames,
    hear,
    least,
    new_client,
    new_server,
    opening,
    reported,
    said,
    server_settings,
    settings,
    sizes,
)

ANNA = authentication(KEY, 3)


# The first words


def test_a_client_authenticates_in_a_write_of_its_own_then_tells_settings_and_target():
    client = new_client(DEFAULT_SCHEME, least)
    assert client.open_stream(TARGET, 0.0) == 1
    first, *rest = client.data_to_send()
    assert first == authentication(KEY, 30)
    assert sizes(rest) == [100, len(b"".join(rest)) - 100]
    told, syn, push = frames(b"".join(rest))
    assert decode_settings(told[2]) == {
        "v": "2",
        "client": "test/1",
        "padding-md5": "75cff2ad89aadf5e257059ee571ebe11",
        "peppermoth": "1",
    }
    assert syn == (Command.SYN, 1, b"")
    assert push == (Command.PSH, 1, encode_address(TARGET))


def test_both_directions_follow_the_scheme_packet_by_packet():
    client, server = new_client(DEFAULT_SCHEME, least), new_server(DEFAULT_SCHEME, least)
    client.open_stream(TARGET, 0.0)
    for write in client.data_to_send():
        server.receive_data(write, 0.0)
    assert sizes(server.data_to_send()) == [100]
    server.accept(1)
    server.send_data(1, bytes(2000), 0.0)
    client.send_data(1, bytes(2000), 0.0)
    assert sizes(server.data_to_send()) == [400, 500, 500, 500, 500]
    assert sizes(client.data_to_send()) == [400, 500, 500, 500, 500]
    for expected in ([9, 500], [500], [500], [500], [500], [17]):
        client.send_data(1, bytes(10), 0.0)
        server.send_data(1, bytes(10), 0.0)
        assert sizes(client.data_to_send()) == sizes(server.data_to_send()) == expected


def test_a_session_that_only_probes_says_its_settings():
    client = new_client()
    assert client.data_to_send()[0] == authentication(KEY, 0)
    assert client.data_to_send() == []
    assert client.next_wakeup() == 3.0


# Users and strangers


def test_a_user_is_named_and_padding_is_passed_over():
    server = new_server()
    assert hear(server, ANNA[:36]) == [Authenticated("anna")]
    assert hear(server, ANNA[36:] + settings()) == [SessionReady(2, True)]


def test_frames_may_follow_authentication_in_one_piece():
    events = hear(new_server(), ANNA + settings() + opening())
    assert events == [Authenticated("anna"), SessionReady(2, True), StreamOpened(1, TARGET)]


@pytest.mark.parametrize(
    "words",
    [
        b"G",
        b"GET / HTTP/1.1\r\n\r\n",
        KEY,
        KEY + b"\x00",
        password_key("another") + bytes(2),
        bytes(34),
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(4000),
    ],
    ids=len,
)
def test_a_stranger_is_rejected_with_all_it_said_and_told_nothing(words):
    server = new_server()
    assert hear(server, words) == [Rejected("not authenticated", words)]
    assert said(server) == b""
    assert hear(server, ANNA) == hear(server, b"") == []
    assert server.next_wakeup() is None


def test_a_key_in_two_pieces_is_no_key():
    server = new_server()
    assert hear(server, ANNA[:33]) == [Rejected("not authenticated", ANNA[:33])]
    assert hear(server, ANNA[33:]) == []


def test_every_first_piece_is_looked_up_alike_but_the_short():
    asked = []
    for words in (b"x" * 33, b"x" * 34, KEY + b"\x00\x00"):
        AnyTlsServer(asked.append, NO_PADDING, least, 0.0).receive_data(words, 0.0)
    assert asked == [b"x" * 32, KEY]


def test_whoever_leaves_without_a_word_is_no_stranger():
    assert hear(new_server(), b"") == [Ended("")]


def test_authentication_cut_short_is_an_end_inside_a_frame():
    server = new_server()
    hear(server, ANNA[:-1])
    assert "cut off" in hear(server, b"")[0].reason


# Settings and schemes


def test_a_server_answers_settings_with_its_own_and_its_scheme_where_they_differ():
    server = begun_server(frame(Command.HEART_RESPONSE))
    md5 = {"padding-md5": NO_PADDING.md5}
    hear(server, settings(**OURS, **md5))
    assert frames(said(server)) == [(Command.SERVER_SETTINGS, 0, encode_settings(OURS))]
    server = begun_server(frame(Command.HEART_RESPONSE))
    hear(server, settings(v="2", client="sing-box/1.12"))
    assert frames(said(server)) == [
        (Command.SERVER_SETTINGS, 0, b"v=2"),
        (Command.UPDATE_PADDING, 0, b"stop=1"),
    ]


def test_version_1_gets_neither_settings_nor_synack():
    server = begun_server(frame(Command.HEART_RESPONSE))
    hear(server, settings(v="1", **{"padding-md5": NO_PADDING.md5}) + opening() + opening(2))
    server.accept(1)
    assert said(server) == b""
    server.refuse(2, "no")
    assert frames(said(server)) == [(Command.FIN, 2, b"")]


def test_a_new_scheme_is_for_the_sessions_to_come():
    text = "stop=2\n0=5-5"
    client = asking_client(server_settings())
    (updated,) = hear(client, frame(Command.UPDATE_PADDING, 0, text.encode()))
    assert updated == SchemeUpdated(PaddingScheme.parse(text))
    assert updated.scheme.md5 == PaddingScheme.parse(text).md5


@pytest.mark.parametrize("text", [b"\xff", b"", b"stop=2\n1=9-1"])
def test_a_scheme_that_cannot_be_used_ends_the_session(text):
    (ended,) = hear(asking_client(server_settings()), frame(Command.UPDATE_PADDING, 0, text))
    assert "padding scheme" in ended.reason


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (frame(Command.SYN, 1), "a stream before the settings"),
        (frame(Command.PSH, 1, b"x"), "a frame before the settings"),
        (frame(Command.FIN, 1), "a frame before the settings"),
        (settings() + settings(), "a second settings frame"),
        (frame(Command.SETTINGS, 0, b"\xff"), "settings are not text"),
        (settings() + opening(2) + opening(2), "stream numbers must rise"),
        (settings() + opening(2) + opening(1), "stream numbers must rise"),
        (settings() + frame(Command.SYN, 0), "stream numbers must rise"),
        (settings() + frame(Command.SYN, 1) + frame(Command.PSH, 1, b"\x09"), "address type"),
        (settings() + frame(Command.SYN, 1) + frame(Command.PSH, 1, b"\x03\x00"), "host name"),
    ],
)
def test_a_server_tells_whoever_breaks_a_rule_and_ends(wrong, reason):
    server = new_server()
    hear(server, ANNA)
    *_, ended = hear(server, wrong)
    assert reason in ended.reason
    *_, alert = frames(said(server))
    assert alert == (Command.ALERT, 0, ended.reason.encode())
    assert hear(server, settings()) == []
    server.alert("again")
    assert said(server) == b""


# Streams


def test_a_target_may_come_in_pieces_and_with_the_first_data():
    server = begun_server(settings())
    target = encode_address(TARGET)
    assert hear(server, frame(Command.SYN, 1) + frame(Command.PSH, 1, target[:5])) == []
    assert hear(server, frame(Command.PSH, 1, target[5:] + b"hello")) == [
        StreamOpened(1, TARGET),
        StreamData(1, b"hello"),
    ]


def test_a_stream_closed_before_its_target_is_known_was_never_there():
    server = begun_server(settings())
    events = hear(server, frame(Command.SYN, 1) + frame(Command.FIN, 1) + opening(2))
    assert events == [StreamOpened(2, TARGET)]
    assert server.streams == 1


def test_an_accepted_stream_is_answered_and_so_is_a_refused_one():
    server = begun_server(settings(), opening(1), opening(2))
    server.accept(1)
    server.refuse(2, "target_refused")
    assert frames(said(server)) == [
        (Command.SYNACK, 1, b""),
        (Command.SYNACK, 2, b"target_refused"),
        (Command.FIN, 2, b""),
    ]
    server.accept(2)
    server.refuse(2, "again")
    server.accept(9)
    assert said(server) == b""


def test_long_words_are_cut_to_what_a_frame_may_carry():
    server = begun_server()
    server.refuse(1, "x" * 9000)
    server.alert("y" * 9000)
    assert [len(data) for _, _, data in frames(said(server))] == [1024, 0, 1024]


def test_a_client_hears_of_acceptance_and_refusal():
    client = asking_client(server_settings(), streams=2)
    assert hear(client, frame(Command.SYNACK, 1)) == [StreamAccepted(1)]
    assert hear(client, frame(Command.SYNACK, 2, b"no \xff")) == [StreamRefused(2, "no \ufffd")]
    assert frames(said(client)) == [(Command.FIN, 2, b"")]
    assert hear(client, frame(Command.FIN, 2) + frame(Command.SYNACK, 1)) == []
    assert client.streams == 1


def test_data_is_an_acceptance_too():
    client = asking_client(server_settings())
    assert hear(client, frame(Command.PSH, 1, b"x")) == [StreamAccepted(1), StreamData(1, b"x")]


def test_an_answer_for_a_stream_given_up_is_dropped():
    client = asking_client(server_settings())
    client.close_stream(1)
    assert hear(client, frame(Command.SYNACK, 1)) == []


def test_an_answer_for_a_stream_that_never_was_ends_the_session():
    assert type(hear(asking_client(server_settings()), frame(Command.SYNACK, 5))[0]) is Ended


def test_an_ended_session_opens_nothing():
    client = asking_client(server_settings())
    client.receive_data(b"", 0.0)
    with pytest.raises(LocalProtocolError):
        client.open_stream(TARGET, 0.0)


def test_a_bad_target_harms_nothing_but_itself():
    client = asking_client(server_settings())
    with pytest.raises(LocalProtocolError):
        client.open_stream(Address("x" * 256, 1), 0.0)
    assert client.open_stream(TARGET, 0.0) == 2
    assert client.streams == 2


def test_an_alert_is_told_and_ends():
    events = hear(asking_client(server_settings()), frame(Command.ALERT, 0, b"too old"))
    assert events == [Alerted("too old"), Ended("the server ended the session")]


# A server of version 1


def test_a_server_that_tells_no_settings_is_taken_for_version_1_after_3_seconds():
    client = asking_client(streams=2)
    assert client.next_wakeup() == 3.0
    client.wake(2.9)
    assert client.events() == []
    client.wake(3.0)
    assert client.events() == [StreamAccepted(1), StreamAccepted(2)]
    assert said(client) == b""
    client.open_stream(TARGET, 5.0)
    assert client.next_wakeup() <= 5.0
    client.wake(5.0)
    assert client.events() == [StreamAccepted(3)]


def test_a_server_that_spoke_version_2_is_asked_when_it_is_silent():
    client = new_client(version=2)
    client.open_stream(TARGET, 0.0)
    said(client)
    assert client.next_wakeup() == 3.0
    client.wake(3.0)
    assert reported(client) == []
    assert frames(said(client)) == [(Command.HEART_REQUEST, 0, b"")]
    client.wake(15.0)
    assert reported(client) == [Ended(SILENT)]
    assert client.ended


def test_a_scheme_from_version_1_does_not_stand_in_for_its_answer():
    client = asking_client(frame(Command.UPDATE_PADDING, 0, b"stop=1"))
    assert client.next_wakeup() == 3.0
    client.wake(3.0)
    assert client.events() == [StreamAccepted(1)]


def test_a_version_1_server_that_was_of_use_is_no_web_site():
    client = asking_client()
    assert hear(client, frame(Command.PSH, 1, b"x")) == [StreamAccepted(1), StreamData(1, b"x")]
    assert hear(client, frame(Command.FIN, 1)) == [StreamClosed(1)]
    assert hear(client, b"") == [Ended("")]


def test_version_1_refuses_by_closing():
    assert hear(asking_client(), frame(Command.FIN, 1)) == [StreamRefused(1, "closed")]


def test_an_ended_session_assumes_nothing():
    client = asking_client()
    client.receive_data(b"", 1.0)
    assert reported(client) == [Rejected("closed without a word", b"")]
    client.wake(100.0)
    assert client.events() == []
    assert client.next_wakeup() is None


# A web site where a bridge should be


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        bytes.fromhex("000012040000000000000300000080000400010000000500ffffff"),
        b"",
    ],
    ids=["HTTP/1.1", "HTTP/2", "nothing"],
)
def test_a_web_site_s_answer_means_that_we_were_not_known(answer):
    client = asking_client()
    events = hear(client, answer) or hear(client, b"")
    assert [type(event) for event in events] == [Rejected]


def test_waste_proves_no_bridge():
    client = asking_client()
    assert hear(client, waste(20)) == []
    assert type(hear(client, b"")[0]) is Rejected


def test_a_known_bridge_that_breaks_a_rule_is_no_web_site():
    assert type(hear(asking_client(server_settings()), b"\xff" * 7)[0]) is Ended


def test_a_silent_bridge_is_given_up_with_its_streams():
    client = asking_client(server_settings())
    client.send_data(1, b"x", 0.0)
    client.wake(client.next_wakeup())
    assert (Command.HEART_REQUEST, 0, b"") in frames(said(client))
    client.wake(client.next_wakeup())
    assert client.events() == [Ended(SILENT)]
