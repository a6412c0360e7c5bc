"""Logins to a network that tests build: EAP in frames of 802.1X, PAP, CHAP."""

from __future__ import annotations

import struct

IMSI = "001010123456789"
OPERATOR = "@wlan.mnc001.mcc001.3gppnetwork.org"


def packet(code: int, body: bytes) -> bytes:
    return struct.pack(">BBH", code, 7, 4 + len(body)) + body


def eapol(method: int, body: bytes, *, code: int = 2) -> bytes:
    said = packet(code, bytes((method,)) + body)
    return b"\x02\x00" + len(said).to_bytes(2, "big") + said


def identity(name: str) -> bytes:
    return eapol(1, name.encode())


def sim_identity(name: str, method: int = 18) -> bytes:
    """As EAP-SIM and its likes say it again in an attribute, behind another one."""
    value = len(name).to_bytes(2, "big") + name.encode()
    value += bytes(-(len(value) + 2) % 4)
    attribute = bytes((14, (len(value) + 2) // 4)) + value
    return eapol(method, b"\x0a\0\0" + b"\x10\x01\0\x01" + attribute)


def counted(text: bytes) -> bytes:
    return bytes((len(text),)) + text


def pap(user: bytes, password: bytes) -> bytes:
    return packet(1, counted(user) + counted(password))


def chap(user: bytes, proof: bytes) -> bytes:
    return packet(2, counted(proof) + user)
