"""A byte queue that remembers packets: against a model that keeps one packet per byte."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from peppermoth.monitor.observation import Place
from peppermoth.monitor.transcript import Transcript

PIECES = st.lists(st.binary(max_size=9), max_size=12)


def filled(pieces: list[bytes], limit: int = 64 * 1024) -> Transcript:
    """A transcript of pieces, each from a packet of its own."""
    transcript = Transcript(limit)
    for number, piece in enumerate(pieces, 1):
        transcript.append(piece, Place(number, float(number)))
    return transcript


@given(PIECES, st.data())
def test_every_span_names_the_packets_of_its_bytes(pieces: list[bytes], data: st.DataObject):
    transcript = filled(pieces)
    owners = [number for number, piece in enumerate(pieces, 1) for _ in piece]
    taken = data.draw(st.integers(0, len(owners)))
    assert transcript.consume(taken) == b"".join(pieces)[:taken]
    owners = owners[taken:]
    assert len(transcript) == len(owners)
    if owners:
        start = data.draw(st.integers(0, len(owners) - 1))
        end = data.draw(st.integers(start + 1, len(owners)))
        assert transcript.packets(start, end) == tuple(sorted(set(owners[start:end])))
        assert transcript.places(start, end)[0] == Place(owners[start], float(owners[start]))


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
