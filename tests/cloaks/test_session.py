"""What both ends of a session share: frames in, frames out, patience, broken rules."""

from __future__ import annotations

import pytest

from peppermoth.cloaks.anytls import Alerted, StreamOpened
from peppermoth.cloaks.machine import Ended
from peppermoth.cloaks.session import (
    MAX_STREAMS,
    SILENT,
    Patience,
    SessionReady,
    StreamClosed,
    StreamData,
    StreamInputEnded,
    StreamPaused,
    StreamResumed,
)
from peppermoth.wire.anytls import DATA_LIMITS, HEADER, MAX_DATA, Command, frame, waste
from tests.cloaks.sessions import (
    TARGET,
    begun_client,
    begun_server,
    frames,
    hear,
    opening,
    said,
    server_settings,
    settings,
)

BEGUN = pytest.mark.parametrize("begun", [begun_client, begun_server])
CONTROL = sorted(set(DATA_LIMITS) - {Command.PSH, Command.WASTE})


@BEGUN
def test_data_longer_than_a_frame_is_cut_into_frames(begun):
    session, data = begun(), bytes(range(256)) * 600
    session.send_data(1, memoryview(data), 0.0)
    written = frames(said(session))
    assert [(c, s, len(d)) for c, s, d in written] == [
        (Command.PSH, 1, MAX_DATA),
        (Command.PSH, 1, MAX_DATA),
        (Command.PSH, 1, len(data) - 2 * MAX_DATA),
    ]
    assert b"".join(d for _, _, d in written) == data


@BEGUN
def test_a_turn_s_frames_are_one_write(begun):
    session = begun()
    session.send_data(1, b"one", 0.0)
    session.send_data(1, b"two", 0.0)
    assert len(session.data_to_send()) == 1
    assert session.data_to_send() == []


@BEGUN
def test_data_is_reported_as_it_arrives(begun):
    session = begun()
    whole = frame(Command.PSH, 1, b"hello")
    assert hear(session, whole[:9]) == [StreamData(1, b"he")]
    assert hear(session, whole[9:]) == [StreamData(1, b"llo")]


@BEGUN
def test_empty_data_and_waste_say_nothing(begun):
    session = begun()
    assert hear(session, frame(Command.PSH, 1) + waste(7) + waste(3000)) == []
    assert hear(session, waste(9)[:8]) == hear(session, waste(9)[8:]) == []
    assert hear(session, frame(Command.PSH, 1, b"on")) == [StreamData(1, b"on")]


@BEGUN
def test_a_heartbeat_is_answered_with_its_number(begun):
    session = begun()
    assert hear(session, frame(Command.HEART_REQUEST, 7)) == []
    assert frames(said(session)) == [(Command.HEART_RESPONSE, 7, b"")]
    assert hear(session, frame(Command.HEART_RESPONSE)) == []
    assert said(session) == b""


@BEGUN
def test_a_closed_stream_is_closed_in_both_directions_and_once(begun):
    session = begun()
    session.close_stream(1)
    assert frames(said(session)) == [(Command.FIN, 1, b"")]
    session.close_stream(1)
    session.send_data(1, b"late", 0.0)
    assert session.pause(1)
    assert said(session) == b""
    assert session.streams == 0


@BEGUN
def test_the_peer_s_fin_is_not_answered(begun):
    session = begun()
    assert hear(session, frame(Command.PSH, 1, b"x") + frame(Command.FIN, 1)) == [
        StreamData(1, b"x"),
        StreamClosed(1),
    ]
    assert said(session) == b""
    assert session.streams == 0


@BEGUN
@pytest.mark.parametrize(
    "late",
    [
        frame(Command.PSH, 1, b"on its way"),
        frame(Command.FIN, 1),
        frame(Command.PAUSE, 1),
        frame(Command.RESUME, 1),
        frame(Command.END_OF_INPUT, 1),
    ],
)
def test_frames_for_a_stream_closed_a_moment_ago_are_dropped(begun, late):
    session = begun()
    session.close_stream(1)
    said(session)
    assert hear(session, late + frame(Command.HEART_REQUEST)) == []
    assert frames(said(session)) == [(Command.HEART_RESPONSE, 0, b"")]


@BEGUN
@pytest.mark.parametrize(
    ("command", "event"),
    [
        (Command.PAUSE, StreamPaused(1)),
        (Command.RESUME, StreamResumed(1)),
        (Command.END_OF_INPUT, StreamInputEnded(1)),
    ],
)
def test_our_own_commands_arrive_between_our_own_ends(begun, command, event):
    assert hear(begun(), frame(command, 1)) == [event]


@BEGUN
def test_our_own_commands_are_sent_between_our_own_ends(begun):
    session = begun()
    assert session.pause(1)
    assert session.resume(1)
    assert session.end_input(1)
    assert [command for command, _, _ in frames(said(session))] == [
        Command.PAUSE,
        Command.RESUME,
        Command.END_OF_INPUT,
    ]


@pytest.mark.parametrize(
    "session",
    [
        lambda: begun_client(server_settings(v="2")),
        lambda: begun_server(settings(v="2"), opening()),
    ],
)
def test_our_own_commands_are_kept_from_others_and_forbidden_to_them(session):
    other = session()
    assert not other.pause(1)
    assert not other.resume(1)
    assert not other.end_input(1)
    assert said(other) == b""
    assert "not agreed on" in hear(other, frame(Command.PAUSE, 1))[-1].reason


@BEGUN
@pytest.mark.parametrize("command", CONTROL)
def test_a_frame_with_more_data_than_its_command_may_carry_ends_the_session(begun, command):
    header = HEADER.pack(command, 1, DATA_LIMITS[command] + 1)
    assert type(hear(begun(), header)[-1]) is Ended


@BEGUN
@pytest.mark.parametrize("command", [11, 72, 239, 243, 255])
def test_an_unknown_command_ends_the_session(begun, command):
    assert hear(begun(), HEADER.pack(command, 0, 0)) == [Ended(f"unknown command {command}")]


@BEGUN
@pytest.mark.parametrize("command", [Command.PSH, Command.FIN, Command.PAUSE, Command.END_OF_INPUT])
@pytest.mark.parametrize("stream", [0, 2, 0xFFFFFFFF])
def test_a_frame_for_a_stream_that_never_was_ends_the_session(begun, command, stream):
    events = hear(begun(), frame(command, stream))
    assert events == [Ended("a frame for a stream that was never opened")]


@pytest.mark.parametrize(
    ("begun", "command"),
    [(begun_client, c) for c in (Command.SYN, Command.SETTINGS)]
    + [
        (begun_server, c)
        for c in (Command.ALERT, Command.UPDATE_PADDING, Command.SYNACK, Command.SERVER_SETTINGS)
    ],
)
def test_the_other_role_s_commands_are_unknown(begun, command):
    assert hear(begun(), frame(command, 1)) == [Ended(f"unknown command {command:d}")]


@BEGUN
def test_nothing_is_reported_after_a_broken_rule(begun):
    session = begun()
    assert len(hear(session, b"\xff" * 7 + frame(Command.PSH, 1, b"x"))) == 1
    assert hear(session, frame(Command.PSH, 1, b"x")) == hear(session, b"") == []
    assert session.next_wakeup() is None


@BEGUN
@pytest.mark.parametrize(
    ("before", "reason"),
    [
        (b"", ""),
        (b"\x02", "cut off inside a frame"),
        (frame(Command.PSH, 1, b"hello")[:-1], "cut off inside a frame"),
        (waste(9)[:-1], "cut off inside a frame"),
    ],
)
def test_an_end_inside_a_frame_is_told_from_a_clean_one(begun, before, reason):
    session = begun()
    if before:
        hear(session, before)
    (ended,) = hear(session, b"")
    assert reason in ended.reason
    assert bool(reason) is bool(ended.reason)


PATIENCE = Patience(unanswered=3.0, quiet=30.0, reply=12.0)


@BEGUN
def test_silence_is_asked_about_and_then_believed(begun):
    session = begun(patience=PATIENCE)
    assert session.next_wakeup() == 3.0
    session.wake(2.9)
    assert said(session) == b""
    session.wake(3.0)
    assert frames(said(session)) == [(Command.HEART_REQUEST, 0, b"")]
    assert session.next_wakeup() == 15.0
    session.wake(14.9)
    assert session.events() == []
    session.wake(15.0)
    assert session.events() == [Ended(SILENT)]
    assert session.next_wakeup() is None


@BEGUN
def test_words_that_go_unanswered_are_asked_about_sooner(begun):
    session = begun(patience=PATIENCE)
    for _ in range(9):  # long quiet, so that it would not be looked into soon
        hear(session, frame(Command.HEART_RESPONSE), 10.0)
    session.send_data(1, b"anybody?", 10.0)
    assert session.next_wakeup() == 13.0
    session.send_data(1, b"really?", 12.0)
    assert session.next_wakeup() == 13.0
    session.wake(13.0)
    assert (Command.HEART_REQUEST, 0, b"") in frames(said(session))


@BEGUN
def test_any_sign_of_life_answers(begun):
    session = begun(patience=PATIENCE)
    session.wake(3.0)
    hear(session, waste(7), 10.0)
    assert session.next_wakeup() == 13.0
    session.send_data(1, b"x", 40.0)
    hear(session, frame(Command.PSH, 1, b"y"), 41.0)
    assert session.next_wakeup() == 44.0


@BEGUN
def test_each_answered_heartbeat_doubles_the_trust_until_somebody_speaks(begun):
    session = begun(patience=PATIENCE)
    spans = []
    for _ in range(6):
        asked_at = session.next_wakeup()
        session.wake(asked_at)
        hear(session, frame(Command.HEART_RESPONSE), asked_at)
        spans.append(session.next_wakeup() - asked_at)
    assert spans == [6.0, 12.0, 24.0, 30.0, 30.0, 30.0]
    hear(session, frame(Command.PSH, 1, b"at last"), 1000.0)
    assert session.next_wakeup() == 1003.0


@BEGUN
def test_a_session_without_streams_sleeps(begun):
    session = begun(patience=PATIENCE)
    session.close_stream(1)
    assert session.next_wakeup() is None


def test_no_two_sessions_have_the_same_beat():
    beats = {begun_server(draw=lambda _low, _high, n=n: n).next_wakeup() for n in (700, 1300)}
    assert len(beats) == 2


@pytest.mark.parametrize("version", ["1", "", "x", "\u00b2", "-3"])
def test_version_1_knows_no_heartbeat(version):
    server = begun_server(settings(v=version), opening(), patience=PATIENCE)
    assert server.next_wakeup() == 3.0
    server.wake(3.0)
    assert said(server) == b""
    assert server.next_wakeup() == 6.0


@pytest.mark.parametrize(
    ("values", "ready"),
    [
        ({"v": "2"}, SessionReady(2, False)),
        ({"v": "2", "peppermoth": "1"}, SessionReady(2, True)),
        ({"v": "9", "peppermoth": "2"}, SessionReady(9, False)),
        ({"client": "old"}, SessionReady(1, False)),
    ],
)
def test_settings_tell_the_version_both_ways(values, ready):
    server = begun_server(frame(Command.HEART_REQUEST))
    assert hear(server, settings(**values)) == [ready]
    assert (server.version, server.extended) == (ready.version, ready.extended)
    client = begun_client(frame(Command.HEART_REQUEST))
    assert hear(client, server_settings(**values)) == [ready]


def test_more_streams_than_anyone_needs_end_the_session():
    server = begun_server()
    fine = b"".join(opening(number) for number in range(2, MAX_STREAMS + 1))
    assert {type(event) for event in hear(server, fine)} == {StreamOpened}
    assert server.streams == MAX_STREAMS
    assert hear(server, opening(MAX_STREAMS + 1)) == [Ended("too many streams")]


def test_two_real_ends_understand_each_other():
    client, server = begun_client(), begun_server()
    client.send_data(1, b"request", 0.0)
    assert hear(server, said(client)) == [StreamData(1, b"request")]
    server.send_data(1, b"answer", 0.0)
    server.end_input(1)
    assert hear(client, said(server)) == [StreamData(1, b"answer"), StreamInputEnded(1)]
    assert client.open_stream(TARGET, 0.0) == 2
    assert hear(server, said(client)) == [StreamOpened(2, TARGET)]
    client.close_stream(1)
    assert hear(server, said(client)) == [StreamClosed(1)]
    server.alert("enough")
    assert hear(client, said(server))[0] == Alerted("enough")


@BEGUN
def test_silence_while_we_did_not_listen_is_excused(begun):
    session = begun(patience=PATIENCE)
    session.wake(3.0)
    session.excuse(41.0)
    assert session.next_wakeup() == 44.0
