"""Key pins as text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.pins import decode_pin, encode_pin


@given(st.binary(min_size=32, max_size=32))
def test_every_digest_survives_a_round_trip(digest):
    assert decode_pin(encode_pin(digest)) == digest


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A" * 42,
        "A" * 44,
        "A" * 43 + "=",
        "A" * 42 + "B",  # the same bytes as 43 A, in another spelling
        "+" * 43,
        "A" * 42 + "ä",
        " " + "A" * 42,
    ],
)
def test_any_other_spelling_is_refused(text):
    with pytest.raises(RemoteProtocolError, match="43"):
        decode_pin(text)
