"""Messages of IRC (``wire/irc.py``)."""

from __future__ import annotations

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.irc import decode_message

PERMITTED: tuple[type[Exception], ...] = (RemoteProtocolError,)
SEEDS = (b"@a=b :ben!b@h PRIVMSG #moths :hello",)


def fuzz(data: bytes) -> None:
    """A message is read or refused."""
    decode_message(data.decode("latin-1"))
