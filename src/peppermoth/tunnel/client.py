"""The client: a local proxy whose streams travel through a bridge.

Programs reach it by SOCKS5 or as an HTTP proxy on one port. No name that a
program asks for is looked up here; it travels to the bridge as it is.
"""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import Sequence

from peppermoth.cloaks import tls
from peppermoth.errors import ConfigError, Failure
from peppermoth.redact import Address
from peppermoth.tunnel.carrier import Carrier
from peppermoth.tunnel.inlet_socks import Credentials
from peppermoth.tunnel.lines import Line, Lines, Policy
from peppermoth.tunnel.links import Link
from peppermoth.tunnel.listener import Listener, bind
from peppermoth.tunnel.outbound import Outbound
from peppermoth.tunnel.programs import Program
from peppermoth.tunnel.resolve import Resolver
from peppermoth.tunnel.targets import Targets
from peppermoth.wire.pins import decode_pin

DRAIN = 5.0  # seconds that open streams have when the client is told to stop
_SWEEP = 1.0
_LOOK = 0.05


def stack_for(link: Link, fingerprint: str) -> tls.Stack:
    """The TLS client for a link, looking as the link asks, else like ``fingerprint``.

    Raises ConfigError for a profile that does not exist or cannot run here.
    """
    pin = decode_pin(link.pin) if link.pin else None
    try:
        return tls.client_stack(link.fingerprint or fingerprint, pin)
    except ImportError as exc:
        raise ConfigError(
            "The library that imitates Chrome (utls) does not run here; "
            "use --fingerprint none, which is easier to recognise."
        ) from exc
    except ValueError as exc:
        where = "The parameter 'fp' of the link" if link.fingerprint else "--fingerprint"
        raise ConfigError(f"{where}: {exc}; try chrome:stable or none.") from exc


class Client:
    """A running client. ``start`` it on the running loop, ``stop`` it when done."""

    def __init__(
        self,
        links: Sequence[Link],
        fingerprint: str = "chrome:stable",
        credentials: Credentials | None = None,
        policy: Policy | None = None,
    ) -> None:
        self.loop = asyncio.get_running_loop()
        self.credentials = credentials
        policy = policy or Policy()
        outbound = Outbound(Targets(Resolver(), allow_private=True), timeout=policy.dial_timeout)
        draw = secrets.SystemRandom().randint
        self._lines = Lines(
            [
                Line(
                    place,
                    link,
                    stack_for(link, fingerprint),
                    outbound,
                    draw,
                    policy,
                    self._changed,
                )
                for place, link in enumerate(links, 1)
            ],
            policy,
        )
        self._listener: Listener | None = None
        self._programs: set[Program] = set()
        self._carriers: set[Carrier] = set()  # of all programs; the sweep forgets closed ones
        self._sweeper: asyncio.TimerHandle | None = None

    @property
    def lines(self) -> Lines:
        """The bridges and how they fare."""
        return self._lines

    @property
    def failure(self) -> Failure:
        """Why no bridge serves at present."""
        return self._lines.current.failure or Failure.BRIDGE_UNREACHABLE

    @property
    def streams(self) -> int:
        """Open streams, those that are being opened included."""
        return sum(line.streams for line in self._lines.lines)

    def totals(self) -> tuple[int, int]:
        """Bytes of streams sent to bridges and received from them."""
        lines = self._lines.lines
        sent = sum(line.sent + sum(s.sent for s in line.sessions) for line in lines)
        received = sum(line.received + sum(s.received for s in line.sessions) for line in lines)
        return sent, received

    def start(self, listen: Address) -> Address:
        """Listen for programs; the address bound. Raises ConfigError."""
        self._listener = Listener(self.loop, bind(listen), self._accepted)
        self._sweep()
        return self._listener.address

    async def stop(self, drain: float = DRAIN) -> None:
        """Take nothing new, give open streams ``drain`` seconds, end the rest."""
        if self._listener is not None:
            self._listener.close()
        deadline = self.loop.time() + drain
        while self._busy() and self.loop.time() < deadline:  # noqa: ASYNC110 - a plain wait
            await asyncio.sleep(_LOOK)
        if self._sweeper is not None:
            self._sweeper.cancel()
        self._lines.close()
        for carrier in list(self._carriers):
            carrier.drop()
        await asyncio.sleep(0)

    def _busy(self) -> bool:
        """Whether streams are open, or programs have not taken all that came on closed ones."""
        return bool(self.streams) or any(carrier.buffered for carrier in self._carriers)

    def _accepted(self, sock: socket.socket) -> None:
        program = Program(self, sock)
        self._programs.add(program)
        self._carriers.add(program.carrier)

    def _changed(self, line: Line) -> None:
        self._lines.changed(line)

    def _sweep(self) -> None:
        self._sweeper = self.loop.call_later(_SWEEP, self._sweep)
        now = self.loop.time()
        for program in [program for program in self._programs if now > program.deadline]:
            program.too_late()
        self._carriers = {carrier for carrier in self._carriers if not carrier.closed}
        self._lines.sweep(now)

    # What programs ask for

    def choose(self, tried: list[Line]) -> Line | None:
        """The line for a stream that was on ``tried`` in vain."""
        return self._lines.choose(tried)

    def left(self, program: Program) -> None:
        """The program has its stream or is gone."""
        self._programs.discard(program)
