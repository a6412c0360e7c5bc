"""Sides that are read step by step, and what all conversations share."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.errors import RemoteProtocolError
from peppermoth.monitor.observe.conversation import HELD, LONGEST_LINE, Conversation, Side
from peppermoth.monitor.observe.identify import named
from peppermoth.monitor.transcript import Piece, joined
from tests.monitor.observe.feeding import CLIENT, SERVER, a_flow, c, facts, listen, s
from tests.monitor.observe.test_greetings import CONVERSATIONS


class Lines(Conversation):
    """Tells every line of the client's, until one says END."""

    protocol = "lines"

    def client(self):
        while (line := (yield from self.sides[CLIENT].line())).data != b"END":
            self.tell(
                "content.chat", line.text, line, "a.b", "line", once=True, where="", from_="x"
            )

    def server(self):
        yield from self.sides[SERVER].skip(math.inf)


def run(steps):
    """The result of steps that need nothing more."""
    with pytest.raises(StopIteration) as stopped:
        next(steps)
    return stopped.value.value


def side(*pieces: bytes) -> Side:
    held = Side()
    for number, piece in enumerate(pieces, 1):
        held.append(piece, (number,), number / 2)
    return held


def test_a_line_knows_its_packets_and_the_time_of_its_first_byte():
    held = side(b"ab", b"c\r", b"\nde\nf")
    assert run(held.line()) == Piece(b"abc", (1, 2, 3), 0.5)
    assert run(held.line()) == Piece(b"de", (3,), 1.5)
    assert next(held.line()) is None


@given(st.lists(st.binary(max_size=9), max_size=9), st.integers(0, 60))
def test_skipping_takes_exactly_so_many_bytes_in_any_cut(pieces, count):
    held = Side()
    steps = held.skip(count)
    rest = b""
    waits = True
    for number, piece in enumerate(pieces):
        held.append(piece, (number,), 0.0)
        if waits:
            waits = next(steps, True) is None
    whole = b"".join(pieces)
    rest = bytes(held.data)
    assert rest == (whole[count:] if not waits or len(whole) >= count else b"")


def test_a_marker_is_found_across_packets_and_nothing_before_it_held():
    held = side(b"x" * 1000 + b"\r\n")
    steps = held.skip_past(b"\n.\r\n")
    next(steps)
    assert len(held) < 4
    held.append(b".\r\nnext", (2,), 0.0)
    run(steps)
    assert bytes(held.data) == b"next"


def test_a_start_is_taken_only_where_it_stands():
    assert run(side(b".\r\nrest").starts_with(b".\r\n", b".\n")) == b".\r\n"
    assert run(side(b"..\r\n").starts_with(b".\r\n", b".\n")) is None
    assert next(side(b".").starts_with(b".\r\n", b".\n")) is None


def test_what_could_not_be_held_is_refused():
    with pytest.raises(RemoteProtocolError):
        next(side(b"x").exactly(HELD + 1))


def test_of_a_line_that_is_too_long_the_beginning_is_kept():
    held = side(b"x" * (LONGEST_LINE + 1))
    steps = held.line()
    next(steps)
    held.append(b"xx\nnext", (2,), 0.0)
    assert run(steps).data == b"x" * LONGEST_LINE
    assert bytes(held.data) == b"next"


def test_pieces_join_with_all_their_packets():
    assert joined([Piece(b"a", (3, 4), 2.0), Piece(b"b", (4, 5), 3.0)]) == Piece(
        b"ab", (3, 4, 5), 2.0
    )
    assert joined([]) == Piece(b"", (), 0.0)


def test_text_is_utf_8_or_else_every_byte_a_character():
    assert Piece("ä".encode(), (), 0.0).text == "ä"
    assert Piece(b"\xe4", (), 0.0).text == "ä"


def test_a_fact_told_once_is_not_repeated_and_empty_details_are_left_out():
    (told,) = listen(Lines(a_flow()), [c("a", "a")])
    assert (told.rule, dict(told.details), told.packets) == ("lines.line", {"from": "x"}, (1,))


def test_a_side_that_overflows_or_breaks_leaves_the_other():
    observer = Lines(a_flow())
    listen(observer, [c(b"x" * (HELD + 1))], end=False)
    assert not observer.done
    listen(observer, [s(b"x")], end=False)
    observer.gap(SERVER)
    assert observer.done


def test_bytes_for_a_side_that_is_over_are_let_go():
    observer = Lines(a_flow())
    assert facts(listen(observer, [c("END", "a"), c("b")])) == []


def test_a_gap_ends_a_side_that_cannot_find_its_place():
    observer = Lines(a_flow())
    listen(observer, [c("a")], end=False)
    observer.gap(CLIENT)
    assert listen(observer, [c("b")]) == []


def test_further_bytes_go_to_the_observer_of_what_the_flow_became():
    observer = Lines(a_flow())
    listen(observer, [c(b"GET /held HTTP/1.1\r\n"[:9])], end=False)
    observer.turn_into("http")
    told = listen(observer, [c(b" HTTP/1.1\r\n\r\n")])
    assert facts(told) == [("content.http_request", "GET /held")]
    assert told[0].flow is not None
    assert told[0].flow.outer == ("lines",)


def kinds(name: str, *, device_is_client: bool) -> set[str]:
    """What a protocol's example conversation tells."""
    flow = a_flow(device_is_client=device_is_client)
    return set(dict(facts(listen(named(name).observe(flow), CONVERSATIONS[name]))))


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_the_name_and_the_secrets_of_a_visitor_are_not_told(name):
    assert kinds(name, device_is_client=True) & Conversation.of_who_connects
    assert not kinds(name, device_is_client=False) & Conversation.of_who_connects
