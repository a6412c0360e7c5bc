"""Terminals and screens in clear: Telnet (RFC 854), rlogin (RFC 1282), RDP, VNC (RFC 6143).

In terminals what the person types is told by the prompt that stood before it: a name, a
password, or else only that the session could be read. RDP tells its cookie and, without
TLS, the client's name; with TLS it is handed over. VNC tells its login.
"""

from __future__ import annotations

import re
from typing import Final

from peppermoth.errors import RemoteProtocolError
from peppermoth.monitor import masks
from peppermoth.monitor.observation import Certainty, Flow, Speaker, hidden
from peppermoth.monitor.observe.conversation import Conversation, Steps
from peppermoth.monitor.transcript import Piece, joined
from peppermoth.wire import rdp
from peppermoth.wire.telnet import TelnetReader

_PROMPT_BYTES: Final = 200
_LINE_BYTES: Final = 1024
_KEYS: Final = re.compile(rb"[\r\n]|[^\r\n]+")
_NAME_PROMPT: Final = re.compile(
    rb"(?:login|user ?name|user|account)\s{0,3}:\s{0,3}$", re.IGNORECASE
)
_PASSWORD_PROMPT: Final = re.compile(
    rb"(?:password|passwort|passphrase|passcode|pin)[^\r\n]{0,40}:\s{0,3}$", re.IGNORECASE
)


class Terminal(Conversation):
    """What is typed after prompts. Lines are held only until they are judged."""

    family = "terminal"

    def __init__(self, flow: Flow) -> None:
        super().__init__(flow)
        self._readers_of_text = (TelnetReader(), TelnetReader())
        self._shown = b""  # the end of what the server wrote
        self._user = ""

    def client(self) -> Steps[None]:
        """Reads typed lines."""
        typed: list[Piece] = []
        asked = b""
        while True:
            piece = yield from self._text(Speaker.CLIENT)
            for part in _KEYS.findall(piece.data):
                if part not in (b"\r", b"\n"):
                    asked = asked if typed else self._shown
                    if len(typed) < _LINE_BYTES:
                        typed.append(Piece(part[:_LINE_BYTES], piece.packets, piece.time))
                elif typed:
                    self._line(joined(typed), asked)
                    typed = []

    def server(self) -> Steps[None]:
        """Remembers the end of what the server writes."""
        while True:
            piece = yield from self._text(Speaker.SERVER)
            self._shown = (self._shown + piece.data)[-_PROMPT_BYTES:]

    def _text(self, speaker: Speaker) -> Steps[Piece]:
        side = self.sides[speaker]
        while not len(side):
            yield
        piece = side.take(len(side))
        text = self._readers_of_text[speaker].feed(piece.data).replace(b"\0", b"")
        return Piece(text, piece.packets, piece.time)

    def _line(self, line: Piece, asked: bytes) -> None:
        negotiated = any(reader.negotiated for reader in self._readers_of_text)
        certainty = Certainty.SEEN if negotiated or self._user else Certainty.LIKELY
        field = f"{self.protocol}.data"
        if _PASSWORD_PROMPT.search(asked):
            self.tell(
                "secret.password", hidden("password", line.data), line, field, "password",
                certainty=certainty, protocol=self.protocol, user=self._user,
            )  # fmt: skip
        elif _NAME_PROMPT.search(asked):
            self._user = masks.user(line.text)
            self.tell(
                "identity.user", self._user, line, field, "user",
                once=True, certainty=certainty, protocol=self.protocol,
            )  # fmt: skip
        self.tell(
            "content.terminal", self.protocol, line, field, "session",
            once=True, certainty=certainty, protocol=self.protocol,
        )  # fmt: skip


class Telnet(Terminal):
    """Follows Telnet."""

    protocol = "telnet"


class Rlogin(Terminal):
    """Follows rlogin."""

    protocol = "rlogin"

    def client(self) -> Steps[None]:
        """Reads names, then typed lines."""
        side = self.sides[Speaker.CLIENT]
        yield from side.exactly(1)
        for what in ("local user", "remote user", "kind of terminal"):
            word = yield from self._word()
            if word.data and what != "kind of terminal":
                self._user = masks.user(word.text)
                self.tell(
                    "identity.user", self._user, word, "rlogin.user_info", "user",
                    once=True, protocol="rlogin",
                )  # fmt: skip
        yield from super().client()

    def _word(self) -> Steps[Piece]:
        side = self.sides[Speaker.CLIENT]
        while (end := side.data.find(b"\0")) < 0:
            if len(side) > _PROMPT_BYTES:
                raise RemoteProtocolError("not rlogin")
            yield
        word = side.take(end + 1)
        return Piece(word.data[:-1], word.packets, word.time)


class Rdp(Conversation):
    """Follows the opening of a remote desktop session."""

    protocol = "rdp"
    family = "terminal"

    def client(self) -> Steps[None]:
        """Reads the request, then the settings."""
        side = self.sides[Speaker.CLIENT]
        packet, at = yield from side.message(rdp.decode_packet)
        if packet.kind == rdp.REQUEST and (name := rdp.cookie(packet)):
            self.tell(
                "identity.user", masks.user(name), at, "rdp.rt_cookie", "cookie", protocol="rdp"
            )
        while self._readers[Speaker.SERVER] is not None:
            yield
        packet, at = yield from side.message(rdp.decode_packet)
        self.tell("content.terminal", "rdp", at, "rdp", "session", protocol="rdp")
        if (name := rdp.client_name(packet)) and self.flow.is_device(Speaker.CLIENT):
            shown = masks.words(name)
            self.tell(
                "identity.host_name", shown, at, "rdp.client.name", "host-name", protocol="rdp"
            )
        self.over()

    def server(self) -> Steps[None]:
        """Reads the answer."""
        packet, _ = yield from self.sides[Speaker.SERVER].message(rdp.decode_packet)
        if packet.kind == rdp.CONFIRM and rdp.chose_tls(packet):
            self.turn_into("tls")
            self.over()


class Vnc(Conversation):
    """Follows the opening of a VNC session."""

    protocol = "vnc"
    family = "terminal"

    _NONE: Final = 1
    _CHALLENGE: Final = 2

    def __init__(self, flow: Flow) -> None:
        super().__init__(flow)
        self._method: int | None = None

    def client(self) -> Steps[None]:
        """Reads version, choice and response."""
        side = self.sides[Speaker.CLIENT]
        version = yield from side.exactly(12)
        if version.data[8:11] > b"003":
            self._method = (yield from side.exactly(1)).data[0]
        while self._method is None:
            yield
        if self._method == self._CHALLENGE:
            response = yield from side.exactly(16)
            self.tell(
                "secret.hash", hidden("response", response.data), response,
                "vnc.auth_response", "hash", protocol="vnc",
            )  # fmt: skip
        if self._method in (self._NONE, self._CHALLENGE):
            began = yield from side.exactly(1)
            self.tell(
                "content.terminal", "vnc", began, "vnc.share_desktop_flag", "session",
                protocol="vnc",
            )  # fmt: skip
        self.over()

    def server(self) -> Steps[None]:
        """Reads how version 3.3 chooses."""
        side = self.sides[Speaker.SERVER]
        version = yield from side.exactly(12)
        if version.data[8:11] <= b"003":
            self._method = (yield from side.exactly(4)).data[3]
