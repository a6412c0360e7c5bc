"""QUIC Initial packets to read: those of the RFCs' appendices, and sealed ones with any frames.

Sealing derives its keys here, apart from the package, with the standard library's HMAC.
"""

from __future__ import annotations

import hmac

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

V1 = 1
V2 = 0x6B3343CF
DRAFT_29 = 0xFF00001D
CONNECTION_ID = bytes.fromhex("8394c8f03e515708")

SALTS = {
    V1: bytes.fromhex("38762cf7f55934b34d179ae6a4c80cadccbb7f0a"),
    V2: bytes.fromhex("0dede3def700a6db819381be6e269dcbf9bd2ed9"),
    DRAFT_29: bytes.fromhex("afbfec289993d24c9e9786f19c6111e04390a899"),
}

# RFC 9001, appendix A.2, and RFC 9369, appendix A.2: the same frame, sealed with other keys.
CLIENT_FRAME = bytes.fromhex(
    "060040f1010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e868"
    "04fe3a47f06a2b69484c00000413011302010000c000000010000e00000b6578"
    "616d706c652e636f6dff01000100000a00080006001d00170018001000070005"
    "04616c706e000500050100000000003300260024001d00209370b2c9caa47fba"
    "baf4559fedba753de171fa71f50f1ce15d43e994ec74d748002b000302030400"
    "0d0010000e0403050306030203080408050806002d00020101001c0002400100"
    "3900320408ffffffffffffffff05048000ffff07048000ffff08011001048000"
    "75300901100f088394c8f03e51570806048000ffff"
)
CLIENT_STARTS = {
    V1: bytes.fromhex("c000000001088394c8f03e5157080000449e7b9aec34d1b1c98dd7689fb8ec11"),
    V2: bytes.fromhex("d76b3343cf088394c8f03e5157080000449ea0c95e82ffe67b6abcdb4298b485"),
}

# Appendix A.3 of both.
SERVER_PACKETS = {
    V1: bytes.fromhex(
        "cf000000010008f067a5502a4262b5004075c0d95a482cd0991cd25b0aac406a"
        "5816b6394100f37a1c69797554780bb38cc5a99f5ede4cf73c3ec2493a1839b3"
        "dbcba3f6ea46c5b7684df3548e7ddeb9c3bf9c73cc3f3bded74b562bfb19fb84"
        "022f8ef4cdd93795d77d06edbb7aaf2f58891850abbdca3d20398c276456cbc4"
        "2158407dd074ee"
    ),
    V2: bytes.fromhex(
        "dc6b3343cf0008f067a5502a4262b5004075d92faaf16f05d8a4398c47089698"
        "baeea26b91eb761d9b89237bbf87263017915358230035f7fd3945d88965cf17"
        "f9af6e16886c61bfc703106fbaf3cb4cfa52382dd16a393e42757507698075b2"
        "c984c707f0a0812d8cd5a6881eaf21ceda98f4bd23f6fe1a3e2c43edd9ce7ca8"
        "4bed8521e2e140"
    ),
}

# RFC 9001, appendix A.4.
RETRY = bytes.fromhex("ff000000010008f067a5502a4262b5746f6b656e04a265ba2eff4d829058fb3f0f2496ba")


def expand(secret: bytes, label: str, length: int) -> bytes:
    """HKDF-Expand-Label for at most one block."""
    name = b"tls13 " + label.encode()
    info = length.to_bytes(2, "big") + bytes((len(name),)) + name + b"\x00\x01"
    return hmac.digest(secret, info, "sha256")[:length]


def keys(version: int, connection_id: bytes, side: str = "client") -> tuple[bytes, bytes, bytes]:
    """Key, IV and header protection key of one side."""
    secret = hmac.digest(SALTS[version], connection_id, "sha256")
    secret = expand(secret, f"{side} in", 32)
    label = "quicv2" if version == V2 else "quic"
    return tuple(
        expand(secret, f"{label} {what}", size)
        for what, size in (("key", 16), ("iv", 12), ("hp", 16))
    )


def varint(value: int) -> bytes:
    """An integer of variable length, in two bytes or four."""
    if value < 1 << 14:
        return (value | 1 << 14).to_bytes(2, "big")
    return (value | 1 << 31).to_bytes(4, "big")


def crypto(offset: int, data: bytes) -> bytes:
    """A CRYPTO frame."""
    return b"\x06" + varint(offset) + varint(len(data)) + data


def initial(
    frames: bytes,
    *,
    version: int = V1,
    number: int = 0,
    destination: bytes = CONNECTION_ID,
    key_id: bytes | None = None,
    source: bytes = b"",
    token: bytes = b"",
    size: int = 1162,
    side: str = "client",
) -> bytes:
    """A sealed Initial packet whose frames are padded to ``size`` bytes."""
    key, iv, protection = keys(version, destination if key_id is None else key_id, side)
    frames = frames.ljust(size, b"\x00")
    first = 0xD3 if version == V2 else 0xC3
    header = bytes((first,)) + version.to_bytes(4, "big")
    header += bytes((len(destination),)) + destination + bytes((len(source),)) + source
    header += (varint(len(token)) if token else b"\x00") + token
    header += varint(4 + len(frames) + 16) + number.to_bytes(4, "big")
    nonce = (int.from_bytes(iv, "big") ^ number).to_bytes(12, "big")
    sealed = AESGCM(key).encrypt(nonce, frames, header)
    mask = Cipher(algorithms.AES(protection), modes.ECB()).encryptor().update(sealed[:16])
    head = bytearray(header)
    head[0] ^= mask[0] & 0x0F
    for index in range(4):
        head[index - 4] ^= mask[1 + index]
    return bytes(head) + sealed
