"""Tags of XMPP streams."""

from __future__ import annotations

import pytest

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.xmpp import LONGEST, decode_tag


@pytest.mark.parametrize(
    ("wire", "tag"),
    [
        (b"<stream:stream to='a&amp;b' id=\"c\">", ("stream", {"to": "a&b", "id": "c"}, "")),
        (b"x &lt; y</body>", ("/body", {}, "x < y")),
        (b"<?xml version='1.0'?>", ("?xml", {"version": "1.0"}, "")),
        (b"<a/>", ("a", {}, "")),
    ],
)
def test_a_tag_comes_with_the_text_before_it(wire, tag):
    assert decode_tag(wire + b"<rest>") == (tag, len(wire))
    assert {decode_tag(wire[:end]) for end in range(len(wire))} == {None}


@pytest.mark.parametrize("wire", [b"<>", b"< a>", b"x" * LONGEST, b"<a " + b"x" * LONGEST])
def test_what_is_no_tag_is_refused(wire):
    with pytest.raises(RemoteProtocolError):
        decode_tag(wire)
