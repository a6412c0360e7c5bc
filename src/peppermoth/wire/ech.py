"""ECH configurations, as HTTPS records carry them (RFC 9849, section 4).

Only the outer names are read: a hello with such a name hides its real one.
Configurations of unknown versions are passed over.
"""

from __future__ import annotations

from typing import Final

from peppermoth.wire.reading import Cursor

VERSION: Final = 0xFE0D


def read_public_names(configurations: bytes) -> tuple[str, ...]:
    """The public name of each configuration in an ECHConfigList. Raises RemoteProtocolError."""
    outer = Cursor(configurations)
    entries = Cursor(outer.vector(2))
    outer.finish()
    names = []
    while entries.left:
        version = entries.integer(2)
        contents = Cursor(entries.vector(2))
        if version == VERSION:
            contents.take(3)  # configuration id, KEM
            contents.vector(2)  # public key
            contents.vector(2)  # cipher suites
            contents.take(1)  # maximum name length
            names.append(contents.vector(1).decode("ascii", "backslashreplace"))
    return tuple(names)
