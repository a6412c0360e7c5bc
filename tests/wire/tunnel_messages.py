"""First messages of tunnels that tests make."""

from __future__ import annotations

WIREGUARD_INITIATION = b"\x01\x00\x00\x00" + bytes(range(144))
WIREGUARD_RESPONSE = b"\x02\x00\x00\x00" + bytes(range(88))
WIREGUARD_DATA = b"\x04\x00\x00\x00" + bytes(range(92))

SESSION = bytes.fromhex("1122334455667788")
OPENVPN_RESET = bytes([7 << 3]) + SESSION + bytes(5)
OPENVPN_ANSWER = (
    bytes([8 << 3]) + bytes.fromhex("8877665544332211") + b"\x01" + bytes(4) + SESSION + bytes(4)
)
OPENVPN_WRAPPED = bytes([7 << 3]) + SESSION + bytes(range(1, 46))
OPENVPN_WRAPPED_ANSWER = bytes([8 << 3]) + SESSION[::-1] + bytes(range(1, 58))

PPTP = bytes.fromhex("009c00011a2b3c4d0001") + bytes(146)
L2TP = bytes.fromhex("c802001400000000000000008008000000000001")


def aggressive(*parts: tuple[int, bytes], flags: int = 0) -> bytes:
    """A message of IKEv1's aggressive mode with these parts."""
    kinds = [kind for kind, _ in parts] + [0]
    body = b"".join(
        bytes((following, 0)) + (4 + len(data)).to_bytes(2, "big") + data
        for (_, data), following in zip(parts, kinds[1:], strict=True)
    )
    header = SESSION + bytes(8) + bytes([kinds[0], 0x10, 4, flags]) + bytes(4)
    return header + (28 + len(body)).to_bytes(4, "big") + body


def ike(version: int, exchange: int, *, marker: bool = False) -> bytes:
    """An IKE message with an empty body."""
    header = SESSION + bytes(8) + bytes([33, version << 4, exchange, 8]) + bytes(4)
    data = header + (32).to_bytes(4, "big") + bytes(4)
    return bytes(4) + data if marker else data
