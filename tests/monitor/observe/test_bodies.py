"""What is held of a body."""

from __future__ import annotations

import pytest

from peppermoth.monitor.observe.bodies import Body
from peppermoth.monitor.observe.conversation import Side


def pass_by(body: Body, count: int, *arrivals: bytes) -> Side:
    """Read ``count`` bytes as they arrive."""
    side = Side()
    reading = body.read(side, count)
    for number, data in enumerate(arrivals, 1):
        side.append(data, (number,), float(number))
        next(reading, None)
    return side


def test_what_came_is_held_before_all_has_come():
    body = Body(None, 100)
    pass_by(body, 50, b"abc", b"de")
    assert (body.beginning.data, body.beginning.packets) == (b"abcde", (1, 2))
    assert not body.is_cut


@pytest.mark.parametrize("room", [0, 1, 4, 5, 6])
def test_no_more_is_held_than_there_is_room_for_and_what_follows_is_left(room):
    body = Body(None, room)
    side = pass_by(body, 5, b"ab", b"cdef")
    assert body.beginning.data == b"abcde"[:room]
    assert body.is_cut == (room < 5)
    assert side.data == b"f"


def test_parts_of_a_body_share_its_room():
    body = Body(None, 6)
    pass_by(body, 4, b"abcd")
    pass_by(body, 4, b"efgh")
    assert (body.beginning.data, body.is_cut) == (b"abcdef", True)
