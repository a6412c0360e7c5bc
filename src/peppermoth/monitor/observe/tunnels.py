"""Tunnels that can be recognised: WireGuard, OpenVPN, IPsec, PPTP, L2TP.

That there is a tunnel is conspicuous, and what is inside it is protected. It is *seen*
when both sides spoke the protocol's handshake, *likely* when only one did or only data
was seen. Of such a flow nothing further can be read. A telephone that calls over Wi-Fi
speaks IPsec to its operator too: the report can tell only by the operator's name.
"""

from __future__ import annotations

from contextlib import suppress
from typing import ClassVar, Final

from peppermoth.errors import RemoteProtocolError
from peppermoth.monitor import masks
from peppermoth.monitor.observation import Certainty, Flow, Speaker, hidden
from peppermoth.monitor.observe.conversation import Conversation, Steps
from peppermoth.monitor.observe.datagrams import Datagrams
from peppermoth.monitor.transcript import Piece, joined
from peppermoth.wire import tunnels
from peppermoth.wire.tunnels import RESET_CLIENT, IkeIdentity, OpenVpn, WireGuard


class _Evidence:
    """What each side said of one tunnel, until it can be told."""

    def __init__(self) -> None:
        self.name = ""
        self._first: dict[Speaker, Piece] = {}
        self._certain = True
        self._told = False

    def add(self, speaker: Speaker, at: Piece, name: str, *, certain: bool = True) -> bool:
        """One side's words; whether both sides have spoken."""
        self.name = self.name or name
        self._certain &= certain
        self._first.setdefault(speaker, at)
        return len(self._first) == len(Speaker)

    def tell(self, teller: Datagrams | Conversation, field: str, *, sealed: bool = True) -> None:
        """Tell of the tunnel, once and if anything was said."""
        if self._told or not self._first:
            return
        self._told = True
        at = joined(sorted(self._first.values(), key=lambda piece: piece.time))
        seen = self._certain and len(self._first) == len(Speaker)
        certainty = Certainty.SEEN if seen else Certainty.LIKELY
        for kind in ("conspicuous.tunnel", "protected.tunnel")[: 2 if sealed else 1]:
            fact = kind.partition(".")[0]
            teller.tell(kind, self.name, at, field, fact, certainty=certainty)


class _DatagramTunnel(Datagrams):
    """A tunnel over UDP, or a protocol of IP."""

    field: ClassVar[str]
    sealed: ClassVar[bool] = True

    def __init__(self, flow: Flow) -> None:
        super().__init__(flow)
        self._evidence = _Evidence()

    def recognise(self, speaker: Speaker, data: bytes) -> tuple[str, bool]:
        """The tunnel's name, and whether this can be nothing else. May raise."""
        raise NotImplementedError

    def datagram(self, speaker: Speaker, at: Piece) -> None:
        """One side's message."""
        name, certain = self.recognise(speaker, at.data)
        if self._evidence.add(speaker, at, name, certain=certain):
            self.last_words()
            self.over()

    def last_words(self) -> None:
        """Only one side was heard."""
        self._evidence.tell(self, self.field, sealed=self.sealed)


class WireGuardTunnel(_DatagramTunnel):
    """WireGuard."""

    protocol = "wireguard"
    field = "wg.type"

    def recognise(self, speaker: Speaker, data: bytes) -> tuple[str, bool]:
        """Any of its messages; of data alone the name is likely."""
        return "WireGuard", tunnels.decode_wireguard(data) is not WireGuard.DATA


class OpenVpnTunnel(_DatagramTunnel):
    """OpenVPN over UDP."""

    protocol = "openvpn"
    field = "openvpn.type"

    def __init__(self, flow: Flow) -> None:
        super().__init__(flow)
        self._session = b""

    def recognise(self, speaker: Speaker, data: bytes) -> tuple[str, bool]:
        """Control messages; certain where the server names the client's session."""
        message = tunnels.decode_openvpn(data)
        certain, self._session = _fits(message, speaker, self._session)
        return "OpenVPN", certain


def _fits(message: OpenVpn, speaker: Speaker, session: bytes) -> tuple[bool, bytes]:
    """Whether a message can be nothing else than OpenVPN's, and the client's session."""
    if speaker is Speaker.CLIENT:
        return True, message.session if message.opcode in RESET_CLIENT else session
    return bool(session) and message.acknowledges == session, session


class Ipsec(_DatagramTunnel):
    """IKE, and ESP in datagrams beside it.

    The aggressive mode of version 1 says in clear who comes, and the answer has a hash of
    the key that both share.
    """

    protocol = "ike"
    field = "isakmp.version"

    def datagram(self, speaker: Speaker, at: Piece) -> None:
        """A message, and what stands in it in clear."""
        with suppress(RemoteProtocolError):
            for number, body in tunnels.aggressive_payloads(at.data):
                if number == tunnels.IKE_IDENTITY and self.flow.is_device(speaker):
                    self._tell_identity(body, at)
                elif number == tunnels.IKE_HASH and speaker is Speaker.SERVER:
                    shown = hidden("response", body)
                    self.tell(
                        "secret.hash", shown, at, "isakmp.hash", "hash", once=True, protocol="ipsec"
                    )
        super().datagram(speaker, at)

    def _tell_identity(self, body: bytes, at: Piece) -> None:
        """A name behind its kind, a protocol and a port."""
        kind, name = body[0] if body else 0, body[4:].decode("utf-8", "replace")
        if not name:
            return
        if kind == IkeIdentity.HOST:
            shown, field = masks.words(name), "isakmp.id.data.fqdn"
            self.tell("identity.host_name", shown, at, field, "host", once=True, protocol="ipsec")
        elif kind in (IkeIdentity.MAIL, IkeIdentity.KEY):
            shown = masks.user(name)
            self.tell(
                "identity.user", shown, at, "isakmp.id.data", "user", once=True, protocol="ipsec"
            )

    def recognise(self, speaker: Speaker, data: bytes) -> tuple[str, bool]:
        """A header of IKE."""
        return f"IPsec (IKEv{tunnels.decode_ike(data).version})", True


class Esp(_DatagramTunnel):
    """ESP as a protocol of IP."""

    protocol = "esp"
    field = "esp.spi"

    def recognise(self, speaker: Speaker, data: bytes) -> tuple[str, bool]:
        """Anything long enough: IP itself says what it is."""
        if len(data) < 8:
            raise RemoteProtocolError("too short for ESP")
        return "IPsec (ESP)", True


class EspOverUdp(_DatagramTunnel):
    """ESP at its UDP port, where no IKE was seen (RFC 3948)."""

    protocol = "esp"
    field = "esp.spi"

    def recognise(self, speaker: Speaker, data: bytes) -> tuple[str, bool]:
        """A number that is not reserved, a counter and what they go before."""
        if len(data) < 32 or data[:3] == bytes(3):
            raise RemoteProtocolError("not ESP in a datagram")
        return "IPsec (ESP)", False


class L2tp(_DatagramTunnel):
    """L2TP, which seals nothing itself."""

    protocol = "l2tp"
    field = "l2tp.type"
    sealed = False

    def recognise(self, speaker: Speaker, data: bytes) -> tuple[str, bool]:
        """A control message."""
        if not tunnels.begins_l2tp(data):
            raise RemoteProtocolError("not an L2TP control message")
        return "L2TP", True


class _StreamTunnel(Conversation):
    """A tunnel over TCP: each side's first message is read."""

    field: ClassVar[str]
    sealed: ClassVar[bool] = True

    def __init__(self, flow: Flow) -> None:
        self._evidence = _Evidence()
        super().__init__(flow)

    def client(self) -> Steps[None]:
        """The first message of who opened the connection."""
        return self._first(Speaker.CLIENT)

    def server(self) -> Steps[None]:
        """The first message of the other end."""
        return self._first(Speaker.SERVER)

    def _first(self, speaker: Speaker) -> Steps[None]:
        raise NotImplementedError

    def last_words(self) -> None:
        """What was heard, from both sides or one."""
        self._evidence.tell(self, self.field, sealed=self.sealed)


class OpenVpnStream(_StreamTunnel):
    """OpenVPN over TCP."""

    protocol = "openvpn"
    field = "openvpn.type"

    def __init__(self, flow: Flow) -> None:
        self._session = b""
        super().__init__(flow)

    def _first(self, speaker: Speaker) -> Steps[None]:
        size = yield from self.sides[speaker].exactly(2)
        at = yield from self.sides[speaker].exactly(int.from_bytes(size.data, "big"))
        if speaker is Speaker.SERVER:
            while self._evidence.name == "":
                yield
        message = tunnels.decode_openvpn(at.data)
        certain, self._session = _fits(message, speaker, self._session)
        if self._evidence.add(speaker, joined((size, at)), "OpenVPN", certain=certain):
            self.last_words()


_PPTP_MESSAGE: Final = 156


class Pptp(_StreamTunnel):
    """The control connection of PPTP, whose own sealing is long broken."""

    protocol = "pptp"
    field = "pptp.control_message_type"
    sealed = False

    def _first(self, speaker: Speaker) -> Steps[None]:
        at = yield from self.sides[speaker].exactly(_PPTP_MESSAGE)
        if not tunnels.begins_pptp(at.data):
            raise RemoteProtocolError("not a control message of PPTP")
        if self._evidence.add(speaker, at, "PPTP"):
            self.last_words()
