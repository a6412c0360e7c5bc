"""Names to addresses, at the bridge.

The system's resolver answers (getaddrinfo, in the order of RFC 6724), and the
two families are interleaved as RFC 8305, section 4, asks. getaddrinfo blocks,
so each lookup has a daemon thread: one that hangs never holds up an exit.
Askers of the same name share one lookup.

Limits: 32 lookups at a time and 1,024 waiting, 4,096 names remembered (an
answer for 60 s, a failure for 5 s), 16 addresses for a name, 5 s for an asker.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import itertools
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence

from peppermoth.errors import CarrierError, Failure

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

LOOKUPS_AT_A_TIME = 32
LOOKUPS_WAITING = 1024
NAMES_REMEMBERED = 4096
ADDRESSES_PER_NAME = 16
ANSWER_LIFETIME = 60.0
FAILURE_LIFETIME = 5.0
TIMEOUT = 5.0

_FAILURES = {
    socket.EAI_AGAIN: Failure.TARGET_TIMEOUT,
    socket.EAI_MEMORY: Failure.BRIDGE_BUSY,
}

_Outcome = Sequence[IpAddress] | Failure


def system_lookup(name: str) -> list[str]:
    """The addresses that the system's resolver knows for a name; blocks.

    Raises socket.gaierror, or UnicodeError for a name that DNS cannot carry.
    """
    found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    return [str(sockaddr[0]) for *_, sockaddr in found]


def interleave(addresses: Iterable[IpAddress]) -> list[IpAddress]:
    """The same addresses, families in turn, beginning with the family of the first."""
    families: dict[int, list[IpAddress]] = {}
    for address in addresses:
        families.setdefault(address.version, []).append(address)
    turns = itertools.chain.from_iterable(itertools.zip_longest(*families.values()))
    return [address for address in turns if address is not None]


class Resolver:
    """Resolves names for one event loop; ``lookup`` blocks and runs in threads."""

    def __init__(
        self,
        lookup: Callable[[str], Sequence[str]] = system_lookup,
        *,
        timeout: float = TIMEOUT,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._lookup = lookup
        self._timeout = timeout
        self._clock = clock
        self._remembered: dict[str, tuple[float, _Outcome]] = {}
        self._asked: dict[str, asyncio.Future[_Outcome]] = {}
        self._waiting: deque[str] = deque()
        self._running = 0

    async def resolve(self, name: str) -> list[IpAddress]:
        """At least one address for ``name``, in the order to try them.

        Raises CarrierError: NAME_UNKNOWN, TARGET_TIMEOUT, or BRIDGE_BUSY when too
        many lookups wait already.
        """
        name = name.lower()
        expires, outcome = self._remembered.get(name, (0.0, Failure.OTHER))
        if expires <= self._clock():
            try:
                async with asyncio.timeout(self._timeout):
                    outcome = await asyncio.shield(self._asked.get(name) or self._ask(name))
            except TimeoutError:
                raise CarrierError(Failure.TARGET_TIMEOUT, "name lookup") from None
        if isinstance(outcome, Failure):
            raise CarrierError(outcome, "name lookup")
        return list(outcome)

    def _ask(self, name: str) -> asyncio.Future[_Outcome]:
        if len(self._waiting) >= LOOKUPS_WAITING:
            raise CarrierError(Failure.BRIDGE_BUSY, "too many name lookups")
        future = self._asked[name] = asyncio.get_running_loop().create_future()
        self._waiting.append(name)
        self._start_waiting()
        return future

    def _start_waiting(self) -> None:
        while self._waiting and self._running < LOOKUPS_AT_A_TIME:
            self._running += 1
            name = self._waiting.popleft()
            loop = self._asked[name].get_loop()
            thread = threading.Thread(target=self._work, args=(loop, name), daemon=True)
            try:
                thread.start()
            except RuntimeError:  # the system gives no more threads
                loop.call_soon(self._finish, name, Failure.BRIDGE_BUSY)

    def _work(self, loop: asyncio.AbstractEventLoop, name: str) -> None:
        """In a thread: look up, and hand the outcome to the loop if it still runs."""
        outcome: _Outcome
        try:
            found = dict.fromkeys(map(ipaddress.ip_address, self._lookup(name)))
            outcome = interleave(found)[:ADDRESSES_PER_NAME] or Failure.NAME_UNKNOWN
        except socket.gaierror as exc:
            outcome = _FAILURES.get(exc.errno or 0, Failure.NAME_UNKNOWN)
        except ValueError:  # a label too long or empty, which getaddrinfo cannot encode
            outcome = Failure.NAME_UNKNOWN
        except OSError:
            outcome = Failure.OTHER
        with contextlib.suppress(RuntimeError):  # the loop closed meanwhile
            loop.call_soon_threadsafe(self._finish, name, outcome)

    def _finish(self, name: str, outcome: _Outcome) -> None:
        lifetime = FAILURE_LIFETIME if isinstance(outcome, Failure) else ANSWER_LIFETIME
        self._remembered.pop(name, None)
        self._remembered[name] = (self._clock() + lifetime, outcome)
        if len(self._remembered) > NAMES_REMEMBERED:
            del self._remembered[next(iter(self._remembered))]
        self._asked.pop(name).set_result(outcome)
        self._running -= 1
        self._start_waiting()
