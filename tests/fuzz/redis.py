"""Redis (``wire/redis.py``)."""

from __future__ import annotations

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.redis import begins_redis, decode_command, password_in
from tests.wire.services import redis

PERMITTED = (RemoteProtocolError,)
SEEDS = (redis("AUTH", "anna", "canary"), redis("HELLO", "3", "AUTH", "a", "b"), b"SET a b\r\n")


def fuzz(data: bytes) -> None:
    """A command lies within what was given."""
    begins_redis(data, b"")
    found = decode_command(data)
    if found:
        password_in(found[0])
        if not 0 < found[1] <= len(data):
            raise AssertionError("a command that ends elsewhere")
