"""Padding schemes from a server (``wire/anytls.py``) and their use (``cloaks/padding.py``)."""

from __future__ import annotations

from peppermoth.cloaks.padding import Padder
from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.anytls import DEFAULT_SCHEME_TEXT, HEADER, Command, PaddingScheme, frame

PERMITTED = (RemoteProtocolError,)
SEEDS = (
    DEFAULT_SCHEME_TEXT.encode(),
    b"stop=3\n0=900-1400\n1=900-1400\n2=900-1400",
    b"stop=2\n1=0-6,c,65535-65535,7-7",
)


def fuzz(data: bytes) -> None:
    """Whatever is accepted can be used, and loses no byte."""
    scheme = PaddingScheme.parse(data.decode(errors="surrogateescape"))
    for pick in (min, max):
        padder = Padder(scheme, pick, 1)
        assert 0 <= padder.authentication_padding() <= 0xFFFF
        for _ in range(4):
            packet = frame(Command.PSH, 1, bytes(range(1, 200)))
            writes = padder.shape(packet)
            assert all(writes)
            written = b"".join(writes)
            assert written.startswith(packet)
            pos = len(packet)
            while pos < len(written):
                command, stream, length = HEADER.unpack_from(written, pos)
                assert (command, stream) == (Command.WASTE, 0)
                pos += HEADER.size + length
            assert pos == len(written)
