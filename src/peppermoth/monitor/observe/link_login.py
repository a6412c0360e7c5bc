"""Logins to the network itself, which everybody near can read: 802.1X, PAP and CHAP.

A telephone that lets its SIM card log in names its subscriber there. What is said inside
a tunnel of EAP is sealed; the name outside is often none (``anonymous``), and not told.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from peppermoth.monitor import masks
from peppermoth.monitor.observation import hidden
from peppermoth.monitor.observe import Frame, FrameKind
from peppermoth.monitor.observe.frames import FrameTeller
from peppermoth.wire.link_login import Login, decode_chap, decode_eapol, decode_pap

_NOBODY: Final = frozenset({"", "anonymous"})

_READERS: Final[dict[FrameKind, tuple[Callable[[bytes], Login], str, str]]] = {
    FrameKind.EAPOL: (decode_eapol, "eap.identity", "eap.md5.value"),
    FrameKind.PAP: (decode_pap, "pap.peer_id", "pap.password"),
    FrameKind.CHAP: (decode_chap, "chap.name", "chap.value"),
}
"""For each kind of frame its decoder, and where Wireshark has the name and the secret."""


class LinkLogin(FrameTeller):
    """Sees how the device logs in to a network."""

    family = "link"

    def frame(self, frame: Frame) -> None:
        """Reads a login."""
        found = _READERS.get(frame.kind)
        if found is None:
            return
        decode, user_field, secret_field = found
        login = decode(frame.data)
        self._tell_user(login, frame, user_field)
        shown, protocol = masks.user(login.user), str(frame.kind)
        if login.password:
            password = hidden("password", login.password)
            self.tell(
                "secret.password", password, frame, secret_field, protocol=protocol, user=shown
            )
        if login.proof:
            proof = hidden("response", login.proof)
            self.tell("secret.hash", proof, frame, secret_field, protocol=protocol, user=shown)

    def _tell_user(self, login: Login, frame: Frame, field: str) -> None:
        if login.subscriber:
            number = hidden("number", login.subscriber)
            self.tell("identity.subscriber", number, frame, field, what="IMSI")
        elif login.user.partition("@")[0].lower() not in _NOBODY:
            user = masks.user(login.user)
            self.tell("identity.user", user, frame, field, protocol=str(frame.kind))
