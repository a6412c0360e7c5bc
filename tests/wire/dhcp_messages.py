"""DHCP messages that tests make."""

from __future__ import annotations

HARDWARE = bytes.fromhex("f01898aabbcc")
COOKIE = bytes.fromhex("63825363")


def options_v4(*options: tuple[int, bytes]) -> bytes:
    """Options of DHCPv4, without an end."""
    return b"".join(bytes([code, len(value)]) + value for code, value in options)


def message_v4(
    *options: tuple[int, bytes],
    kind: int = 1,
    server_name: bytes = b"",
    file: bytes = b"",
    hardware: bytes = HARDWARE,
) -> bytes:
    """A message of DHCPv4."""
    fixed = bytes([kind, 1, len(hardware), 0]) + bytes(24) + hardware.ljust(16, b"\x00")
    areas = server_name.ljust(64, b"\x00") + file.ljust(128, b"\x00")
    return fixed + areas + COOKIE + options_v4(*options) + b"\xff"


def options_v6(*options: tuple[int, bytes]) -> bytes:
    """Options of DHCPv6."""
    return b"".join(
        code.to_bytes(2, "big") + len(value).to_bytes(2, "big") + value for code, value in options
    )


def message_v6(*options: tuple[int, bytes], kind: int = 1) -> bytes:
    """A message of DHCPv6."""
    return bytes([kind]) + b"\x01\x02\x03" + options_v6(*options)


def relayed(message: bytes) -> bytes:
    """A message as a relay passes it on."""
    return bytes([12, 0]) + bytes(32) + options_v6((9, message))
