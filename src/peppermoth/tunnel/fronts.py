"""The stranger's side of a cover relay: behind TLS, or in clear on the TLS port."""

from __future__ import annotations

from collections.abc import Callable

from peppermoth.cloaks.layers import Layered
from peppermoth.cloaks.machine import Buffer
from peppermoth.tunnel.carrier import Carrier
from peppermoth.tunnel.cover_relay import CoverRelay
from peppermoth.tunnel.pump import Pump


class TlsFront:
    """A stranger behind TLS. The first word of the cover ends any hope for a user."""

    def __init__(self, machine: Layered, pump: Pump) -> None:
        self._machine = machine
        self._pump = pump

    @property
    def full(self) -> bool:
        """Whether the web server should wait."""
        return self._pump.carrier.full

    def write(self, data: Buffer) -> None:
        """Bytes for the stranger, as one TLS write."""
        self._machine.dismiss()
        self._machine.outer.send(data)
        self._pump.turn()

    def finish(self, polite: bool) -> None:
        """FIN, after close_notify if ``polite``."""
        self._machine.dismiss()
        if polite:
            self._machine.outer.close()
            self._pump.turn()
        self._pump.carrier.finish()

    def close(self) -> None:
        """Close the socket."""
        self._pump.carrier.close()

    def abort(self) -> None:
        """Close the socket with RST."""
        self._pump.carrier.abort()

    def pause(self) -> None:
        """Stop reading."""
        self._pump.carrier.pause()

    def resume(self) -> None:
        """Go on reading."""
        self._pump.carrier.resume()


class ClearFront:
    """A stranger without TLS; takes over the carrier as its sink."""

    relay: CoverRelay

    def __init__(self, carrier: Carrier, gone: Callable[[OSError | None], None]) -> None:
        self._carrier = carrier
        self._gone = gone
        self.write = carrier.write
        self.close = carrier.close
        self.abort = carrier.abort
        self.pause = carrier.pause
        self.resume = carrier.resume
        carrier.sink = self

    @property
    def full(self) -> bool:
        """Whether the web server should wait."""
        return self._carrier.full

    def finish(self, polite: bool) -> None:
        """FIN; there is no close_notify without TLS."""
        self._carrier.finish()

    # The carrier's sink

    def received(self, data: memoryview) -> None:
        """Bytes from the stranger."""
        self.relay.from_client(data)

    def ended(self) -> None:
        """The stranger's FIN."""
        self.relay.client_ended()

    def drained(self) -> None:
        """The stranger takes more."""
        self.relay.front_drained()

    def lost(self, error: OSError | None) -> None:
        """The connection is closed."""
        self._gone(error)
