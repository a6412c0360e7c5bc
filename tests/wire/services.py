"""Packets of things and databases that tests build."""

from __future__ import annotations

import struct


def _text(text: str | bytes) -> bytes:
    data = text.encode() if isinstance(text, str) else text
    return len(data).to_bytes(2, "big") + data


# MQTT


def mqtt(first: int, body: bytes) -> bytes:
    """A packet behind its fixed header."""
    length, head = len(body), bytearray((first,))
    while True:
        length, low = length >> 7, length & 0x7F
        head.append(low | 0x80 if length else low)
        if not length:
            return bytes(head) + body


def mqtt_connect(
    client: str, *, version: int = 4, user: str = "", password: str = "", will: str = ""
) -> bytes:
    name = "MQIsdp" if version == 3 else "MQTT"
    properties = b"\x05\x11\0\0\0\x0a" if version == 5 else b""
    flags = 2 | 0x80 * bool(user) | 0x40 * bool(password) | 4 * bool(will)
    body = _text(name) + bytes((version, flags, 0, 60)) + properties + _text(client)
    if will:
        body += (b"\0" if version == 5 else b"") + _text(will) + _text("canary will")
    body += (_text(user) if user else b"") + (_text(password) if password else b"")
    return mqtt(0x10, body)


def mqtt_publish(topic: str, payload: bytes, *, version: int = 4) -> bytes:
    return mqtt(0x30, _text(topic) + (b"\0" if version == 5 else b"") + payload)


def mqtt_subscribe(*topics: str, version: int = 4) -> bytes:
    asked = b"".join(_text(topic) + b"\0" for topic in topics)
    return mqtt(0x82, b"\0\1" + (b"\0" if version == 5 else b"") + asked)


MQTT_WELCOME = mqtt(0x20, b"\0\0")

# Small services


def coap(code: int, *options: tuple[int, str], payload: bytes = b"") -> bytes:
    """A confirmable message; options in rising order."""
    out, before = struct.pack(">BBH", 0x42, code, 7) + b"tk", 0
    for number, text in options:
        delta, before = number - before, number
        size = len(text)
        out += bytes((_nibble(delta) << 4 | _nibble(size),))
        out += _extension(delta) + _extension(size) + text.encode()
    return out + (b"\xff" + payload if payload else b"")


def _nibble(number: int) -> int:
    return number if number < 13 else 13 if number < 269 else 14


def _extension(number: int) -> bytes:
    if number < 13:
        return b""
    return bytes((number - 13,)) if number < 269 else struct.pack(">H", number - 269)


def ntp(mode: int, *, stratum: int = 0, reference: bytes = bytes(4), version: int = 4) -> bytes:
    return bytes((version << 3 | mode, stratum, 6, 0xEC)) + bytes(8) + reference + bytes(32)


# PostgreSQL


def pg_startup(**said: str) -> bytes:
    body = struct.pack(">I", 196608)
    body += b"".join(f"{name}\0{text}\0".encode() for name, text in said.items()) + b"\0"
    return struct.pack(">I", len(body) + 4) + body


def pg_message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack(">I", len(body) + 4) + body


def pg_asks(way: int, more: bytes = b"") -> bytes:
    return pg_message(b"R", struct.pack(">I", way) + more)


PG_WANTS_TLS = struct.pack(">II", 8, 80877103)
PG_CANCEL = struct.pack(">IIII", 16, 80877102, 1, 2)

# MySQL


def my_packet(number: int, body: bytes) -> bytes:
    return len(body).to_bytes(3, "little") + bytes((number,)) + body


def my_greeting(version: str = "8.0.36") -> bytes:
    body = b"\x0a" + version.encode() + b"\0" + bytes(4) + b"saltsalt\0" + b"\xff\xff\xff\2\0"
    return my_packet(0, body + b"\xff\xdf\x15" + bytes(10) + b"saltsaltsalt\0plugin\0")


def my_login(user: str, answer: bytes, *, database: str = "", plugin: str = "") -> bytes:
    flags = 0x8200 | 8 * bool(database) | 0x80000 * bool(plugin)
    body = struct.pack("<IIB", flags, 1 << 24, 33) + bytes(23)
    body += user.encode() + b"\0" + bytes((len(answer),)) + answer
    body += (database.encode() + b"\0") if database else b""
    return my_packet(1, body + ((plugin.encode() + b"\0") if plugin else b""))


MY_WANTS_TLS = my_packet(1, struct.pack("<IIB", 0x8A00, 1 << 24, 33) + bytes(23))

# Others


def redis(*words: str) -> bytes:
    parts = "".join(f"${len(word)}\r\n{word}\r\n" for word in words)
    return f"*{len(words)}\r\n{parts}".encode()


def tds(kind: int, body: bytes) -> bytes:
    return struct.pack(">BBHHBB", kind, 1, len(body) + 8, 0, 0, 0) + body


TDS_PRELOGIN = tds(0x12, b"\0\0\x0b\0\6\x01\0\x11\0\1\xff" + bytes(7))


def tds_login(host: str, user: str, password: str, program: str) -> bytes:
    spans, texts, start = b"", b"", 94
    for text in (host, user, password, program):
        spans += struct.pack("<HH", start + len(texts), len(text))
        texts += text.encode("utf-16-le")
    return tds(0x10, bytes(36) + spans + bytes(94 - 36 - 16) + texts)


def mongodb(kind: int = 2013, size: int = 40, answers: int = 0) -> bytes:
    return struct.pack("<IIII", size, 1, answers, kind) + bytes(size - 16)
