"""User-Agent fields (``wire/user_agent.py``)."""

from __future__ import annotations

from peppermoth.wire.user_agent import read_user_agent

PERMITTED: tuple[type[Exception], ...] = ()
SEEDS = (
    b"Mozilla/5.0 (Linux; Android 13; SM-G991B) AppleWebKit/537.36 Chrome/119.0 Mobile",
    b"curl/8.5",
)


def fuzz(data: bytes) -> None:
    """Whatever it is, it is read."""
    read_user_agent(data.decode("latin-1"))
