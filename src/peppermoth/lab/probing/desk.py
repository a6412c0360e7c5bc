"""What ``peppermoth lab probe`` does: whom it may probe, beside whom, and what it prints.

It probes machines of the user's own: addresses on loopback, and others only where the
user says that the server is theirs. A name is resolved once, and what it resolved to is
what is judged and probed.
"""

from __future__ import annotations

import socket
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from peppermoth.errors import ConfigError
from peppermoth.lab.probing.prober import TRIALS, Trial, render, side_by_side
from peppermoth.lab.probing.reference import nginx_like
from peppermoth.redact import Address
from peppermoth.tunnel.addresses import parse_address

REFERENCES: Final = {"nginx": nginx_like}
"""Servers that can be started beside the one under test."""


def own_server(text: str, *, is_mine: bool) -> Address:
    """The address to probe, as numbers. Raises ConfigError unless the user may probe it."""
    given = parse_address(text)
    try:
        found = socket.getaddrinfo(*given, type=socket.SOCK_STREAM)
    except OSError:
        raise ConfigError("The server's name is not known here.") from None
    address = Address(str(found[0][4][0]), given.port)
    if not is_mine and not (address.ip and address.ip.is_loopback):
        raise ConfigError(
            "Only addresses on loopback are probed, unless the server is yours: "
            "say so by --i-run-this-server."
        )
    return address


def probe(
    server: Address,
    likeness: str,
    reference: Address | None,
    patience: float,
    console: Console,
    trials: Sequence[Trial] = TRIALS,
) -> bool:
    """Probe a server beside its reference, print what was seen; whether the two are the same.

    Raises ConfigError for a likeness that is not known, and WorldError where a server
    cannot be reached.
    """
    if likeness not in REFERENCES:
        raise ConfigError(f"There is no {likeness} to compare with; there is {_names()}.")
    beside: AbstractContextManager[Address] = (
        nullcontext(reference) if reference else REFERENCES[likeness](server)
    )
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with beside as other, Progress(*columns, TimeRemainingColumn(), console=console) as progress:
        row = progress.add_task("probes", total=len(trials))
        verdicts = side_by_side(other, server, patience, trials, lambda: progress.advance(row))
    console.print(render(verdicts))
    return not any(verdict.differences for verdict in verdicts)


def _names() -> str:
    return ", ".join(REFERENCES)
