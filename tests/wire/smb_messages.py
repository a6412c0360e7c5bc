"""Messages of SMB and NTLM, made by hand from their specifications."""

from __future__ import annotations

import struct


def ntlm_authenticate(domain: str, user: str, host: str, response: bytes = b"r" * 24) -> bytes:
    """An AUTHENTICATE_MESSAGE ([MS-NLMP], section 2.2.1.3)."""
    values = [b"", response, *(text.encode("utf-16-le") for text in (domain, user, host)), b""]
    fields, offset = b"", 64
    for value in values:
        fields += struct.pack("<HHI", len(value), len(value), offset)
        offset += len(value)
    return b"NTLMSSP\0" + struct.pack("<I", 3) + fields + struct.pack("<I", 1) + b"".join(values)


def framed(message: bytes) -> bytes:
    """Behind its length."""
    return struct.pack(">I", len(message)) + message


def smb2(command: int, body: bytes, *, reply: bool = False, following: int = 0) -> bytes:
    """A message of SMB 2 with this body."""
    head = b"\xfeSMB" + struct.pack(
        "<HHIHHIIQIIQ", 64, 0, 0, command, 0, reply, following, 1, 0, 5, 9
    )
    return head + bytes(16) + body


def session_setup(blob: bytes) -> bytes:
    """SESSION_SETUP of SMB 2."""
    return smb2(1, struct.pack("<HBBIIHHQ", 25, 0, 0, 0, 0, 88, len(blob), 0) + blob)


def tree_connect(path: str) -> bytes:
    """TREE_CONNECT of SMB 2."""
    raw = path.encode("utf-16-le")
    return smb2(3, struct.pack("<HHHH", 9, 0, 72, len(raw)) + raw)


def create(path: str, following: int = 0) -> bytes:
    """CREATE of SMB 2."""
    raw = path.encode("utf-16-le")
    body = struct.pack("<H", 57) + bytes(42) + struct.pack("<HH", 120, len(raw)) + bytes(8)
    return smb2(5, body + raw, following=following)


def smb1(command: int, words: bytes, data: bytes) -> bytes:
    """A request of SMB 1 in Unicode."""
    head = b"\xffSMB" + bytes((command, 0, 0, 0, 0, 0, 1, 0xC0)) + bytes(20)
    return head + bytes((len(words) // 2,)) + words + struct.pack("<H", len(data)) + data


def session_setup_1(blob: bytes, system: str) -> bytes:
    """SESSION_SETUP_ANDX of SMB 1 with extended security."""
    words = b"\xff" + bytes(13) + struct.pack("<H", len(blob)) + bytes(8)
    pad = bytes((33 + len(words) + 2 + len(blob)) % 2)
    return smb1(0x73, words, blob + pad + system.encode("utf-16-le") + b"\0\0")


def open_1(path: str) -> bytes:
    """NT_CREATE_ANDX of SMB 1."""
    return smb1(0xA2, b"\xff" + bytes(47), b"\0" + path.encode("utf-16-le") + b"\0\0")


def tree_connect_1(path: str) -> bytes:
    """TREE_CONNECT_ANDX of SMB 1."""
    words = b"\xff" + bytes(5) + struct.pack("<H", 1)
    return smb1(0x75, words, b"\0" + path.encode("utf-16-le") + b"\0\0?????\0")
