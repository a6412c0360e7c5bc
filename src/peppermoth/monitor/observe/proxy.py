"""SOCKS 4, 4a and 5 in clear (RFC 1928, RFC 1929): the target, logins, and what is inside.

Once the proxy agrees, further bytes are recognised anew as at the target's port.
"""

from __future__ import annotations

from typing import Final

from peppermoth.errors import RemoteProtocolError
from peppermoth.monitor import masks
from peppermoth.monitor.observation import Flow, Speaker, hidden
from peppermoth.monitor.observe.conversation import Conversation, Steps
from peppermoth.monitor.transcript import Piece
from peppermoth.redact import Address
from peppermoth.wire import socks, socks4

_REPLIES: Final = {5: 0, 4: socks4.GRANTED}


class Socks(Conversation):
    """Follows a connection to a SOCKS proxy."""

    protocol = "socks"
    family = "proxy"

    def __init__(self, flow: Flow) -> None:
        super().__init__(flow)
        self._version = 0
        self._target: Address | None = None

    def client(self) -> Steps[None]:
        """Reads greeting, login and request."""
        side = self.sides[Speaker.CLIENT]
        while not len(side):
            yield
        self._version = side.data[0]
        if self._version == socks.VERSION:
            count = (yield from side.exactly(2)).data[1]
            yield from side.exactly(count)
            yield from self._request_5()
        else:
            request, at = yield from side.message(socks4.decode_request)
            if request.user:
                self._tell_user(request.user, at)
            self._tell_target(request.address, at, is_connect=request.command == socks4.CONNECT)
        while True:  # further bytes are the target's, once the proxy agrees
            yield

    def server(self) -> Steps[None]:
        """Reads answers up to the one that grants the request."""
        side = self.sides[Speaker.SERVER]
        if (yield from side.exactly(1)).data[0] == socks.VERSION:
            method = (yield from side.exactly(1)).data[0]
            if method == socks.USER_PASSWORD:
                yield from side.exactly(2)
            code = (yield from side.exactly(3)).data[1]
            yield from side.message(socks.decode_address)
        else:
            code = (yield from side.exactly(socks4.REPLY_SIZE - 1)).data[0]
        if self._target is not None and code == _REPLIES.get(self._version):
            self.turn_into(port=self._target.port)
        self.over()

    def last_words(self) -> None:
        """A proxy whose answer was not seen: what was said to its target all the same."""
        if self._target is not None and self._readers[Speaker.SERVER] is not None:
            self.turn_into(port=self._target.port)

    def _request_5(self) -> Steps[None]:
        side = self.sides[Speaker.CLIENT]
        head = yield from side.exactly(2)
        if head.data[0] == socks.AUTH_VERSION:
            user = yield from side.exactly(head.data[1])
            size = yield from side.exactly(1)
            password = yield from side.exactly(size.data[0])
            self._tell_user(user.text, user)
            shown = hidden("password", password.data)
            self.tell_login(masks.user(user.text), shown, password, "socks.password")
            head = yield from side.exactly(2)
        if head.data[0] != socks.VERSION:
            raise RemoteProtocolError("not SOCKS5")
        yield from side.exactly(1)
        address, at = yield from side.message(socks.decode_address)
        is_connect = head.data[1] == socks.Command.CONNECT
        self._tell_target(address, at, is_connect=is_connect)

    def _tell_target(self, address: Address, at: Piece, *, is_connect: bool) -> None:
        self._target = address if is_connect else None
        field = "socks.dst" if address.ip is not None else "socks.remote_name"
        self.tell(
            "name.proxy", masks.words(address.host.lower()), at, field, "target",
            protocol=f"socks{self._version}", port=str(address.port),
        )  # fmt: skip

    def _tell_user(self, user: str, at: Piece) -> None:
        self.tell("identity.user", masks.user(user), at, "socks.username", "user", protocol="socks")
