"""Telnet's commands among the text (RFC 854, RFC 855).

``TelnetReader`` takes them out of one direction's bytes in any cut. ``negotiated``
tells whether any stood there, which is what distinguishes Telnet from other text.
"""

from __future__ import annotations

from typing import Final

from peppermoth.wire.reading import Buffer

IAC, SB, SE = 255, 250, 240
_WITH_OPTION: Final = (251, 252, 253, 254)  # WILL, WON'T, DO, DON'T
_BEFORE_COMMAND: Final = {"text": "command", "option": "option command"}
"""States in which every byte but IAC is like the one before, and what IAC leads to."""


class TelnetReader:
    """Text of one direction."""

    def __init__(self) -> None:
        self.negotiated = False
        self._state = "text"

    def feed(self, data: Buffer) -> bytes:
        """The text in further bytes."""
        data, text, pos = bytes(data), bytearray(), 0
        while pos < len(data):
            if self._state not in _BEFORE_COMMAND:
                self._state = self._step(data[pos], text)
                pos += 1
                continue
            command = data.find(IAC, pos)
            end = command if command >= 0 else len(data)
            if self._state == "text":
                text += data[pos:end]
            if command >= 0:
                self._state = _BEFORE_COMMAND[self._state]
            pos = end + 1
        return bytes(text)

    def _step(self, byte: int, text: bytearray) -> str:
        """What follows a byte that is no text; one that is meant as text goes there."""
        match self._state:
            case "command" if byte == IAC:
                text.append(byte)
            case "command":
                self.negotiated = True
                if byte == SB:
                    return "option"
                if byte in _WITH_OPTION:
                    return "skip"
            case "option command" if byte != SE:
                return "option"
        return "text"
