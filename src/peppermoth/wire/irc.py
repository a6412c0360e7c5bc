"""Messages of IRC (RFC 2812, section 2.3; tags of IRCv3 are passed over)."""

from __future__ import annotations

from typing import Final, NamedTuple

from peppermoth.errors import RemoteProtocolError

MAX_PARAMETERS: Final = 15


class Message(NamedTuple):
    """A message: who it is from (empty from a client), command in capitals, parameters."""

    source: str
    command: str
    parameters: tuple[str, ...]

    @property
    def nick(self) -> str:
        """The nickname of the source."""
        return self.source.partition("!")[0]


def decode_message(line: str) -> Message:
    """Read a line. Raises RemoteProtocolError where it has no command."""
    if line.startswith("@"):
        line = line.partition(" ")[2].lstrip(" ")
    source = ""
    if line.startswith(":"):
        source, _, line = line[1:].partition(" ")
    middle, colon, trailing = line.lstrip(" ").partition(" :")
    words = middle.split(" ", MAX_PARAMETERS)
    command = words[0].upper()
    if not (command.isascii() and command.isalnum()):
        raise RemoteProtocolError("not a message of IRC")
    parameters = [word for word in words[1:] if word] + ([trailing] if colon else [])
    if len(parameters) == 1 and parameters[0].startswith(":"):
        parameters = [parameters[0][1:]]
    return Message(source, command, tuple(parameters))
