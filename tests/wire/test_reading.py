"""The cursor and the stream reader under every decoder."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.reading import Cursor, Pieces, StreamReader


def decode_word(data):
    """A byte with the length, then the word; words longer than 9 are forbidden."""
    if data and data[0] > 9:
        raise RemoteProtocolError("word too long")
    end = 1 + data[0] if data else 1
    return (bytes(data[1:end]), end) if len(data) >= end else None


def read_until_it_breaks(pieces):
    reader, words = StreamReader(decode_word), []
    try:
        for piece in pieces:
            words.extend(reader.feed(piece))
    except RemoteProtocolError:
        words.append(None)
    return words


def test_a_cursor_reads_integers_slices_and_vectors_in_turn():
    cursor = Cursor(bytes.fromhex("01 0203 aabb 02 ccdd 0001 ee"))
    assert (cursor.integer(1), cursor.integer(2), cursor.take(2)) == (1, 0x0203, b"\xaa\xbb")
    assert (cursor.vector(1), cursor.left, cursor.vector(2)) == (b"\xcc\xdd", 3, b"\xee")
    cursor.finish()


@pytest.mark.parametrize(
    "read", [lambda c: c.take(4), lambda c: c.integer(4), lambda c: c.vector(1)]
)
def test_a_cursor_never_reads_past_the_end(read):
    cursor = Cursor(b"\x03ab")
    with pytest.raises(RemoteProtocolError):
        read(cursor)


def test_a_cursor_that_must_finish_refuses_bytes_that_are_left():
    with pytest.raises(RemoteProtocolError):
        Cursor(b"a").finish()


@given(st.lists(st.binary(max_size=12), max_size=12), st.data())
def test_any_cut_gives_the_same_words_and_breaks_at_the_same_place(words, data):
    stream = b"".join(bytes((len(word),)) + word for word in words)
    places = sorted(data.draw(st.lists(st.integers(0, len(stream)))))
    pieces = [stream[a:b] for a, b in itertools.pairwise([0, *places, len(stream)])]
    expected = read_until_it_breaks([stream])
    assert read_until_it_breaks(pieces) == expected
    assert read_until_it_breaks(stream[i : i + 1] for i in range(len(stream))) == expected


def test_a_broken_stream_stays_broken():
    reader = StreamReader(decode_word)
    for _ in range(2):
        with pytest.raises(RemoteProtocolError):
            list(reader.feed(b"\xff"))


def test_an_iterator_left_early_loses_nothing():
    reader = StreamReader(decode_word)
    assert next(reader.feed(b"\x01a\x01b\x05")) == b"a"
    assert reader.pending == 3
    assert list(reader.feed(b"")) == [b"b"]
    assert reader.pending == 1


def test_a_buffer_may_be_used_again_after_it_was_fed():
    reader, buffer = StreamReader(decode_word), bytearray(b"\x02ab")
    words = reader.feed(memoryview(buffer))
    buffer[:] = b"\x02xy"
    assert list(words) == [b"ab"]


@given(st.binary(min_size=1, max_size=60), st.lists(st.integers(0, 59)), st.randoms())
def test_pieces_in_any_order_and_overlap_become_the_whole(whole, cuts, order):
    edges = sorted({0, len(whole), *(cut for cut in cuts if cut < len(whole))})
    parts = [
        (max(start - 2, 0), whole[max(start - 2, 0) : end])
        for start, end in itertools.pairwise(edges)
    ]
    order.shuffle(parts)
    pieces = Pieces(len(whole))
    for start, part in parts:
        pieces.add(start, part)
    assert pieces.joined == whole


def test_pieces_past_a_bound_are_refused_and_what_is_there_stays():
    pieces = Pieces(1000)
    pieces.add(0, b"moth")
    with pytest.raises(RemoteProtocolError):
        pieces.add(998, b"wing")
    for number in range(Pieces.MAX_WAITING):
        pieces.add(10 + number, b"x")
    with pytest.raises(RemoteProtocolError):
        pieces.add(900, b"x")
    assert pieces.joined == b"moth"
