"""SSH: the first lines of both sides, behind which nothing can be read (RFC 4253)."""

from __future__ import annotations

from typing import Final

from peppermoth.errors import RemoteProtocolError
from peppermoth.monitor import masks, systems
from peppermoth.monitor.observation import Certainty, Flow, Speaker
from peppermoth.monitor.observe.conversation import Conversation, Steps
from peppermoth.monitor.transcript import Piece, joined
from peppermoth.wire.ssh import Banner, decode_banner, decode_line

MOST_LINES: Final = 32
"""How many lines a server may say before its first line of SSH."""

_FIELD: Final = "ssh.protocol"


class Ssh(Conversation):
    """One connection."""

    protocol = "ssh"

    def __init__(self, flow: Flow) -> None:
        self._banners: dict[Speaker, tuple[Banner, Piece]] = {}
        super().__init__(flow)

    def client(self) -> Steps[None]:
        """The client's first line."""
        return self._banner(Speaker.CLIENT)

    def server(self) -> Steps[None]:
        """The server's first line, before which there may be others."""
        return self._banner(Speaker.SERVER)

    def _banner(self, speaker: Speaker) -> Steps[None]:
        for _ in range(MOST_LINES):
            line, at = yield from self.sides[speaker].message(decode_line)
            if line.startswith(b"SSH-"):
                break
        else:
            raise RemoteProtocolError("no first line of SSH")
        banner = decode_banner(line)
        self._banners[speaker] = banner, at
        if self.flow.is_device(speaker):
            self._tell_program(banner, at)
        if len(self._banners) == len(Speaker):
            self._tell_session()

    def _tell_program(self, banner: Banner, at: Piece) -> None:
        program = masks.words(f"{banner.software} {banner.comments}".strip())
        self.tell("device.software", program, at, _FIELD, "program")
        if system := systems.from_program(program):
            self.tell(
                "device.system",
                system,
                at,
                _FIELD,
                "system",
                certainty=Certainty.LIKELY,
                from_=self.protocol,
            )

    def _tell_session(self) -> None:
        """Version 1 (RFC 4253 section 5 tells it apart) can be broken and is not told."""
        (client, _), (server, _) = (self._banners[speaker] for speaker in Speaker)
        if not all(banner.version in ("2.0", "1.99") for banner in (client, server)):
            return
        pieces = sorted((at for _, at in self._banners.values()), key=lambda at: at.time)
        program = masks.words(server.software)
        self.tell("protected.ssh", "SSH 2", joined(pieces), _FIELD, "session", server=program)
