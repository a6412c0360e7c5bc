"""Frames and fields of HTTP/2 for observers (``wire/http2.py``)."""

from __future__ import annotations

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.http2 import FieldReader, Type, content, decode_frame_head, table_size

PERMITTED: tuple[type[Exception], ...] = (RemoteProtocolError,)
SEEDS = (b"\0\0\3\1\4\0\0\0\1\x82\x86\x84", b"\0\0\6\4\0\0\0\0\0\0\1\0\0\x10\0")


def fuzz(data: bytes) -> None:
    """Frames are walked to the end; fields are read in order."""
    reader, pos = FieldReader(), 0
    while (found := decode_frame_head(data, pos)) is not None:
        head, start = found
        pos = start + head.length
        payload = data[start:pos]
        if head.type == Type.SETTINGS:
            reader.allow_table(table_size(payload) or 0)
        else:
            reader.fields(content(head, payload))
