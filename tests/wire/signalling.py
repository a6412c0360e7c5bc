"""Messages and packets of calls that tests build: SIP, SDP, RTP, RTCP, STUN."""

from __future__ import annotations

import hashlib
import struct

SDP = """v=0
o=anna 1 1 IN IP4 192.0.2.1
s=-
c=IN IP4 192.0.2.1
t=0 0
m=audio 40000 RTP/AVP 8 101
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
m=video 0 RTP/AVP 96
a=rtpmap:96 H264/90000
""".replace("\n", "\r\n")


def message(first: str, *fields: str, body: str = "", length: bool = True) -> bytes:
    """A message of SIP or RTSP with its length."""
    lines = [first, *fields, *([f"Content-Length: {len(body)}"] if length else []), "", body]
    return "\r\n".join(lines).encode()


def invite(body: str = SDP, **more: str) -> bytes:
    """A call from the device, whose number is +155512342, to Ben."""
    return message(
        "INVITE sip:ben@voip.example SIP/2.0",
        "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKx",
        'From: "Anna Canary" <sip:+15551234242@voip.example;user=phone>;tag=1',
        "To: <sip:ben.canary@voip.example>",
        "Call-ID: 1@192.0.2.1",
        "CSeq: 1 INVITE",
        "User-Agent: Mothphone 3.1",
        *(f"{name.replace('_', '-')}: {value}" for name, value in more.items()),
        "Content-Type: application/sdp",
        body=body,
    )


def answer(body: str = SDP) -> bytes:
    return message(
        "SIP/2.0 200 OK",
        "f: <sip:+15551234242@voip.example>;tag=1",
        "t: <sip:ben.canary@voip.example>;tag=2",
        "Server: Otherphone 9",
        "c: application/sdp",
        body=body,
    )


def rtp(
    sequence: int, payload: bytes, *, kind: int = 8, source: int = 1, first: int = 0x80
) -> bytes:
    head = struct.pack(">BBHII", first, kind, sequence & 0xFFFF, sequence * 160, source)
    return head + payload


def sdes(**items: str) -> bytes:
    """A receiver's report and, behind it, what it says of itself."""
    numbers = {"cname": 1, "name": 2, "email": 3, "phone": 4, "location": 5, "tool": 6}
    chunk = struct.pack(">I", 7)
    for name, text in items.items():
        chunk += bytes((numbers[name], len(text))) + text.encode()
    chunk += bytes(4 - len(chunk) % 4)
    report = struct.pack(">BBHI", 0x80, 201, 1, 7)
    return report + struct.pack(">BBH", 0x81, 202, len(chunk) // 4) + chunk


COOKIE = 0x2112A442
TRANSACTION = b"transaction!"


def stun(kind: int, *attributes: tuple[int, bytes]) -> bytes:
    body = b"".join(
        struct.pack(">HH", number, len(value)) + value + bytes(-len(value) % 4)
        for number, value in attributes
    )
    return struct.pack(">HHI", kind, len(body), COOKIE) + TRANSACTION + body


def disguised(host: bytes, port: int) -> bytes:
    """The value of an XOR address."""
    mask = struct.pack(">I", COOKIE) + TRANSACTION
    family = 1 if len(host) == 4 else 2
    octets = bytes(a ^ b for a, b in zip(host, mask, strict=False))
    return struct.pack(">BBH", 0, family, port ^ COOKIE >> 16) + octets


def noise(number: int, size: int) -> bytes:
    """Bytes that look random, the same on every run."""
    return hashlib.shake_128(number.to_bytes(4, "big")).digest(size)
