"""Telnet's commands among the text (``wire/telnet.py``)."""

from __future__ import annotations

from peppermoth.wire.telnet import TelnetReader

PERMITTED: tuple[type[Exception], ...] = ()
SEEDS = (b"\xff\xfd\x18a\xff\xfa\x18\x01\xff\xf0b",)


def fuzz(data: bytes) -> None:
    """Any cut gives the same text."""
    middle = len(data) // 2
    whole, cut = TelnetReader(), TelnetReader()
    if whole.feed(data) != cut.feed(data[:middle]) + cut.feed(data[middle:]):
        raise AssertionError("the text depends on the cut")
