"""A byte queue that remembers packets: against a model that keeps one packet per byte."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from peppermoth.monitor.transcript import Piece, Transcript
from peppermoth.wire.dns import decode_framed

PIECES = st.lists(st.binary(max_size=9), max_size=12)


def filled(pieces: list[bytes], limit: int = 64 * 1024) -> Transcript:
    """A transcript of pieces, each from a packet of its own."""
    transcript = Transcript(limit)
    for number, piece in enumerate(pieces, 1):
        transcript.append(piece, (number,), float(number))
    return transcript


@given(PIECES, st.lists(st.integers(1, 12)))
def test_what_is_taken_names_the_packets_of_its_bytes(pieces: list[bytes], counts: list[int]):
    transcript = filled(pieces)
    stream = b"".join(pieces)
    owners = [number for number, piece in enumerate(pieces, 1) for _ in piece]
    for count in counts:
        if not owners:
            break
        packets = tuple(sorted(set(owners[:count])))
        assert transcript.take(count) == Piece(stream[:count], packets, float(owners[0]))
        stream, owners = stream[count:], owners[count:]
        assert bytes(transcript.data) == stream
        transcript.append(b"x", (99,), 99.0)
        stream, owners = stream + b"x", [*owners, 99]


@given(PIECES)
def test_bytes_of_many_packets_name_them_all(pieces: list[bytes]):
    outer, inner = filled(pieces), Transcript()
    whole = outer.take(len(outer))
    inner.append(*whole)
    assert inner.take(len(whole.data)) == (whole if whole.data else Piece(b"", (), 0.0))


def test_a_decoder_reads_off_the_front_once_all_is_there():
    transcript = Transcript()
    assert transcript.read(decode_framed) is None
    transcript.append(b"\0\x0e0123456789", (1,), 1.0)
    assert transcript.read(decode_framed) is None
    transcript.append(b"abcdrest", (2,), 2.0)
    message, at = transcript.read(decode_framed)
    assert (message, at.packets, at.time) == (b"0123456789abcd", (1, 2), 1.0)
    assert bytes(transcript.data) == b"rest"


@given(PIECES, st.integers(0, 40))
def test_pieces_are_what_is_left_cut_at_packets(pieces: list[bytes], taken: int):
    transcript = filled(pieces)
    transcript.consume(taken)
    left = list(transcript.pieces())
    assert b"".join(piece for piece, _ in left) == b"".join(pieces)[taken:]
    for piece, place in left:
        assert pieces[place.packet - 1].endswith(piece)


def test_past_its_limit_nothing_more_is_taken():
    transcript = filled([b"12345", b"678", b"9", b""], limit=7)
    assert transcript.overflowed
    assert bytes(transcript.data) == b"12345"
