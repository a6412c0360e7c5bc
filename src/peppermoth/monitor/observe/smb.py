"""Shared folders (SMB 1 to 3): files, shares, who logs in from where, and NTLM's answers.

Sessions that SMB 3 encrypts tell only their opening. Data of files goes by unstored.
"""

from __future__ import annotations

from typing import Final

from peppermoth.errors import RemoteProtocolError
from peppermoth.monitor import masks
from peppermoth.monitor.observation import Speaker, hidden
from peppermoth.monitor.observe.conversation import Conversation, Steps
from peppermoth.monitor.transcript import Piece
from peppermoth.wire.ntlm import Authenticate, decode_ntlm
from peppermoth.wire.smb import LONGEST, Said, What, decode_length, read_message

_NETBIOS_MESSAGE: Final = 0
_FIELDS: Final = {
    ("smb", What.SHARE): "smb.path",
    ("smb", What.FILE): "smb.file",
    ("smb2", What.SHARE): "smb2.tree",
    ("smb2", What.FILE): "smb2.filename",
}


class Smb(Conversation):
    """Follows SMB over TCP, with or without NetBIOS."""

    protocol = "smb"
    family = "files"

    def client(self) -> Steps[None]:
        """Reads requests."""
        side = self.sides[Speaker.CLIENT]
        while True:
            (kind, size), _ = yield from side.message(decode_length)
            start = yield from side.exactly(min(size, LONGEST))
            if kind == _NETBIOS_MESSAGE and size:
                self._tell_message(start)
            yield from side.skip(size - len(start.data))

    def server(self) -> Steps[None]:
        """Reads replies only as far as they keep the framing; they name nobody but servers."""
        side = self.sides[Speaker.SERVER]
        while True:
            (_, size), _ = yield from side.message(decode_length)
            yield from side.skip(size)

    def _tell_message(self, at: Piece) -> None:
        if at.data[1:4] != b"SMB":
            raise RemoteProtocolError("not SMB")
        prefix = "smb" if at.data[0] == 0xFF else "smb2"
        try:
            said = read_message(at.data)
        except RemoteProtocolError:
            return  # this one is malformed; the next may not be
        for one in said:
            self._tell_said(one, prefix, at)

    def _tell_said(self, said: Said, prefix: str, at: Piece) -> None:
        match said.what:
            case What.SHARE | What.FILE if said.text.strip("\\"):
                what = "share" if said.what is What.SHARE else "file"
                shown = masks.words(said.text)
                self.tell(
                    "content.file", shown, at, _FIELDS[prefix, said.what], what,
                    once=True, protocol="smb", what=what,
                )  # fmt: skip
            case What.USER if said.text:
                self._tell_user(said.text, at, "smb.account")
            case What.SYSTEM if said.text and self.flow.is_device(Speaker.CLIENT):
                system = masks.words(said.text)
                self.tell(
                    "device.system", system, at, "smb.native_os", "system", once=True, from_="smb"
                )
            case What.BLOB:
                self._tell_ntlm(said.value, at)

    def _tell_user(self, user: str, at: Piece, field: str) -> None:
        self.tell("identity.user", masks.user(user), at, field, "user", once=True, protocol="smb")

    def _tell_ntlm(self, blob: bytes, at: Piece) -> None:
        try:
            message = decode_ntlm(blob)
        except RemoteProtocolError:
            return
        if not isinstance(message, Authenticate):
            return
        if message.user:
            self._tell_user(message.user, at, "ntlmssp.auth.username")
            self.tell(
                "secret.hash", hidden("response", message.response), at,
                "ntlmssp.auth.ntresponse", "hash", protocol="smb", user=masks.user(message.user),
            )  # fmt: skip
        if message.host and self.flow.is_device(Speaker.CLIENT):
            host = masks.words(message.host)
            self.tell(
                "identity.host_name", host, at, "ntlmssp.auth.hostname", "host-name",
                once=True, protocol="smb",
            )  # fmt: skip
