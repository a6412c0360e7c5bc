"""Telnet's commands among the text (RFC 854, RFC 855).

``TelnetReader`` takes them out of one direction's bytes in any cut. ``negotiated``
tells whether any stood there, which is what distinguishes Telnet from other text.
"""

from __future__ import annotations

from typing import Final

from peppermoth.wire.reading import Buffer

IAC, SB, SE = 255, 250, 240
_WITH_OPTION: Final = (251, 252, 253, 254)  # WILL, WON'T, DO, DON'T


class TelnetReader:
    """Text of one direction."""

    def __init__(self) -> None:
        self.negotiated = False
        self._state = "text"

    def feed(self, data: Buffer) -> bytes:
        """The text in further bytes."""
        if self._state == "text" and IAC not in data:
            return bytes(data)
        text = bytearray()
        for byte in bytes(data):
            self._state = self._step(byte, text)
        return bytes(text)

    def _step(self, byte: int, text: bytearray) -> str:
        match self._state:
            case "command" if byte == IAC:
                text.append(byte)
            case "command":
                self.negotiated = True
                if byte == SB:
                    return "option"
                if byte in _WITH_OPTION:
                    return "skip"
            case "option" | "option command":
                if self._state == "option command" and byte == SE:
                    return "text"
                return "option command" if byte == IAC and self._state == "option" else "option"
            case "skip":
                pass
            case _ if byte == IAC:
                return "command"
            case _:
                text.append(byte)
        return "text"
