"""Messages of SMB (``wire/smb.py``)."""

from __future__ import annotations

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.smb import read_message
from tests.wire.smb_messages import create, open_1, session_setup_1, tree_connect, tree_connect_1

PERMITTED: tuple[type[Exception], ...] = (RemoteProtocolError,)
SEEDS = (
    create("a"),
    tree_connect("b"),
    open_1("c"),
    tree_connect_1("d"),
    session_setup_1(b"e", "f"),
)


def fuzz(data: bytes) -> None:
    """A message is read or refused."""
    read_message(data)
