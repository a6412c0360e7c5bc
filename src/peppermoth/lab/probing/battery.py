"""The battery: every probe by name, as data. ``probes`` says what a row means.

What web servers get, by how it is carried: HTTP/1 and HTTP/2 in TLS, handshakes good and
bad, and clear text where TLS is expected. What a censor's prober is known to send stands
in ``published``. The random bytes are always the same.
"""

from __future__ import annotations

import random
import ssl
from typing import Final

from peppermoth.lab.probing.probes import CloseNotify, Fin, Hello, Probe, Raw, Reset, Wait
from peppermoth.wire.http2 import PREFACE

_TLS10, _TLS11, _TLS12 = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_2
_TLS13 = ssl.TLSVersion.TLSv1_3

EMPTY_SETTINGS: Final = bytes.fromhex("000000040000000000")
_H1 = Hello()
_H2 = Hello(alpn=("h2", "http/1.1"))
_NO_ALPN = Hello(alpn=())
_NO_NAME = Hello(name=None)
_ONLY_12 = Hello(versions=(_TLS12, _TLS12))
HOST: Final = b"Host: localhost\r\n"
_GET = b"GET / HTTP/1.1\r\n" + HOST
LAST_GET: Final = _GET + b"Connection: close\r\n\r\n"
_PLAIN_GET = _GET + b"\r\n"
noise = random.Random(20).randbytes
FLIGHT: Final = _H1.first_flight()


def _headers(stream: int, block: str) -> bytes:
    """An HTTP/2 HEADERS frame that ends its stream; ``block`` is HPACK in hex."""
    body = bytes.fromhex(block)
    return len(body).to_bytes(3, "big") + b"\x01\x05" + stream.to_bytes(4, "big") + body


_INDEXED_GET = "828487" + "4109" + b"localhost".hex()  # GET / https :authority localhost
_H2_GET = PREFACE + EMPTY_SETTINGS + _headers(1, _INDEXED_GET)
_GOAWAY = bytes.fromhex("000008070000000000" + "00" * 8)

HTTP_1: Final[dict[str, Probe]] = {
    "a page": Probe(_H1, (_PLAIN_GET,)),
    "a page, then close": Probe(_H1, (LAST_GET,)),
    "a page without ALPN": Probe(_NO_ALPN, (LAST_GET,)),
    "the old ALPN http/1.0": Probe(Hello(alpn=("http/1.0",)), (LAST_GET,)),
    "HEAD": Probe(_H1, (b"HEAD / HTTP/1.1\r\n" + HOST + b"\r\n",)),
    "a missing page": Probe(_H1, (b"GET /none HTTP/1.1\r\n" + HOST + b"\r\n",)),
    "a directory without its slash": Probe(_H1, (b"GET /flock HTTP/1.1\r\n" + HOST + b"\r\n",)),
    "a page in HTTP/1.0": Probe(_H1, (b"GET / HTTP/1.0\r\n\r\n",)),
    "a page in HTTP/0.9": Probe(_H1, (b"GET /\r\n",)),
    "two pipelined": Probe(_H1, (_PLAIN_GET + LAST_GET,)),
    "a page in two writes": Probe(_H1, (_GET, Wait(0.3), b"\r\n")),
    "a large file": Probe(
        _H1, (b"GET /large.bin HTTP/1.1\r\nConnection: close\r\n" + HOST + b"\r\n",)
    ),
    "not modified": Probe(
        _H1, (_GET + b"If-Modified-Since: Wed, 01 Jan 2098 00:00:00 GMT\r\n\r\n",)
    ),
    "a range": Probe(_H1, (_GET + b"Range: bytes=2-9\r\n\r\n",)),
    "POST": Probe(_H1, (b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\n\r\nhello",)),
    "POST without its body": Probe(
        _H1, (b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\n\r\n",)
    ),
    "Expect": Probe(
        _H1,
        (b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 5\r\n" + HOST + b"\r\n",),
    ),
    "TRACE": Probe(_H1, (b"TRACE / HTTP/1.1\r\n" + HOST + b"\r\n",)),
    "CONNECT": Probe(_H1, (b"CONNECT localhost:22 HTTP/1.1\r\n" + HOST + b"\r\n",)),
    "no Host": Probe(_H1, (b"GET / HTTP/1.1\r\n\r\n",)),
    "unknown version": Probe(_H1, (b"GET / HTTP/3.7\r\n" + HOST + b"\r\n",)),
    "broken request line": Probe(_H1, (b"\x00\x01\x02 nonsense\r\n\r\n",)),
    "long request line": Probe(_H1, (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n" + HOST + b"\r\n",)),
    "long header": Probe(_H1, (_GET + b"X: " + b"a" * 9000 + b"\r\n\r\n",)),
    "40 KiB of headers": Probe(_H1, (_GET + (b"X: " + b"a" * 4000 + b"\r\n") * 10 + b"\r\n",)),
    "one letter, then silence": Probe(_H1, (b"G",)),
    "half a request, then silence": Probe(_H1, (_GET,)),
    "half a request, then FIN": Probe(_H1, (_GET, Fin)),
    "half a request, then close_notify": Probe(_H1, (_GET, CloseNotify)),
    "a request, then FIN": Probe(_H1, (_PLAIN_GET, Fin)),
    "a request, then close_notify": Probe(_H1, (_PLAIN_GET, CloseNotify)),
    "a wrong password": Probe(_H1, (noise(32) + b"\0\0",)),
    "a wrong password with padding": Probe(_H1, (noise(32) + b"\1\x2c" + bytes(300),)),
    "a wrong password without ALPN": Probe(_NO_ALPN, (noise(32) + b"\0\x1e" + bytes(30),)),
    "33 random bytes": Probe(_H1, (noise(33),)),
    "3000 random bytes": Probe(_H1, (noise(3000),)),
    "20 KiB of random bytes": Probe(_H1, (noise(20_000),)),
    "100 KiB of random bytes": Probe(_H1, (noise(100_000),)),
    "zeros without a line's end": Probe(_H1, (bytes(500),)),
    "letters without a line's end": Probe(_H1, (b"A" * 500,)),
    "HTTP/2 where HTTP/1.1 was agreed": Probe(_H1, (_H2_GET,)),
}

HTTP_2: Final[dict[str, Probe]] = {
    "a page over HTTP/2": Probe(_H2, (_H2_GET, Wait(0.5), _GOAWAY)),
    "a page over HTTP/2, then silence": Probe(_H2, (_H2_GET,)),
    "a page over HTTP/2, then FIN": Probe(_H2, (_H2_GET, Wait(0.3), Fin)),
    "silence over HTTP/2": Probe(_H2),
    "a preface, then silence": Probe(_H2, (PREFACE,)),
    "a preface and settings": Probe(_H2, (PREFACE + EMPTY_SETTINGS,)),
    "half a preface": Probe(_H2, (PREFACE[:10],)),
    "a preface in two": Probe(_H2, (PREFACE[:10], Wait(0.3), PREFACE[10:] + EMPTY_SETTINGS)),
    "another first letter": Probe(_H2, (b"X" + _H2_GET[1:],)),
    "another first letter, 15 bytes": Probe(_H2, (b"X" + PREFACE[1:15],)),
    "another tenth letter": Probe(_H2, (PREFACE[:9] + b"X" + PREFACE[10:],)),
    "HTTP/1.1 where HTTP/2 was agreed": Probe(_H2, (_PLAIN_GET,)),
    "a wrong password over HTTP/2": Probe(_H2, (noise(32) + b"\0\0",)),
    "a wrong password over HTTP/2, padded": Probe(_H2, (noise(32) + b"\1\x2c" + bytes(300),)),
    "a late wrong password over HTTP/2": Probe(_H2, (Wait(0.6), noise(34))),
    "an oversize frame": Probe(_H2, (PREFACE + EMPTY_SETTINGS + b"\xff\xff\xff\0\0\0\0\0\1",)),
}

HANDSHAKES: Final[dict[str, Probe]] = {
    "silence after the handshake": Probe(_H1),
    "silence without ALPN": Probe(_NO_ALPN),
    "close_notify after the handshake": Probe(_H1, (CloseNotify,)),
    "FIN after the handshake": Probe(_H1, (Fin,)),
    "FIN after the handshake, HTTP/2": Probe(_H2, (Wait(0.3), Fin)),
    "a late handshake, then silence": Probe(Hello(delay=1.3)),
    "a late handshake, then silence over HTTP/2": Probe(Hello(alpn=("h2",), delay=1.3)),
    "a late handshake, then a page": Probe(Hello(delay=1.3), (_PLAIN_GET,)),
    "a late first request": Probe(_H1, (Wait(1.2), _PLAIN_GET)),
    "no name": Probe(_NO_NAME, (LAST_GET,)),
    "another name": Probe(Hello(name="example.org"), (LAST_GET,)),
    "unknown ALPN": Probe(Hello(alpn=("imap",))),
    "unknown ALPN in TLS 1.2": Probe(Hello(alpn=("imap",), versions=(_TLS12, _TLS12))),
    "only TLS 1.0": Probe(Hello(versions=(_TLS10, _TLS10))),
    "only TLS 1.1": Probe(Hello(versions=(_TLS11, _TLS11))),
    "TLS 1.0 or 1.1": Probe(Hello(versions=(_TLS10, _TLS11))),
    "only TLS 1.2": Probe(_ONLY_12, (LAST_GET,)),
    "only TLS 1.2, HTTP/2": Probe(
        Hello(alpn=("h2",), versions=(_TLS12, _TLS12)), (_H2_GET, Wait(0.5), _GOAWAY)
    ),
    "only TLS 1.3": Probe(Hello(versions=(_TLS13, _TLS13)), (LAST_GET,)),
    "no cipher in common": Probe(
        Hello(versions=(_TLS12, _TLS12), ciphers="ECDHE-RSA-AES128-GCM-SHA256")
    ),
    "a weak cipher in TLS 1.2": Probe(
        Hello(versions=(_TLS12, _TLS12), ciphers="ECDHE-ECDSA-AES128-SHA"), (LAST_GET,)
    ),
    "an unauthenticated cipher": Probe(
        Hello(versions=(_TLS12, _TLS12), ciphers="AECDH-AES128-SHA:@SECLEVEL=0")
    ),
    "Chrome": Probe(Hello(browser="chrome:stable"), (_H2_GET, Wait(0.5), _GOAWAY)),
    "Chrome, then silence": Probe(Hello(browser="chrome:stable")),
    "Chrome 131": Probe(Hello(browser="chrome:131"), (_H2_GET, Wait(0.5), _GOAWAY)),
    "half a hello, then silence": Probe(None, (Raw(FLIGHT[:100]),)),
    "half a hello, then FIN": Probe(None, (Raw(FLIGHT[:100]), Fin)),
    "a hello in two": Probe(None, (Raw(FLIGHT[:100]), Wait(0.3), Raw(FLIGHT[100:]))),
    "a hello, then silence": Probe(None, (Raw(FLIGHT),)),
    "a hello, then FIN": Probe(None, (Raw(FLIGHT), Fin)),
    "a hello, then RST": Probe(None, (Raw(FLIGHT), Reset)),
    "a hello, then an alert": Probe(None, (Raw(FLIGHT), Wait(0.3), Raw(b"\x15\3\3\0\2\2\x28"))),
    "a hello, then a warning": Probe(None, (Raw(FLIGHT), Wait(0.3), Raw(b"\x15\3\3\0\2\1\0"))),
    "a hello twice": Probe(None, (Raw(FLIGHT), Wait(0.3), Raw(FLIGHT))),
    "a hello with a short length": Probe(None, (Raw(FLIGHT[:4] + b"\x10" + FLIGHT[5:]),)),
    "a hello with a wrong inner length": Probe(None, (Raw(FLIGHT[:8] + b"\x10" + FLIGHT[9:]),)),
    "a hello of an unknown type": Probe(None, (Raw(FLIGHT[:5] + b"\x63" + FLIGHT[6:]),)),
    "a name beyond ASCII": Probe(None, (Raw(FLIGHT.replace(b"localhost", b"localhos\xf4")),)),
    "a hello of record version 9": Probe(None, (Raw(FLIGHT[:1] + b"\x09" + FLIGHT[2:]),)),
    "a record of 20 KiB": Probe(None, (Raw(b"\x16\3\1\x50\0" + noise(20_480)),)),
    "a record of no bytes": Probe(None, (Raw(b"\x16\3\1\0\0"), Wait(0.3), Raw(FLIGHT))),
    "a TLS header, then 100 KiB": Probe(None, (Raw(b"\x16\3\1\2\0" + noise(100_000)),)),
    "one TLS byte": Probe(None, (Raw(b"\x16"),)),
    "an SSLv2 byte": Probe(None, (Raw(b"\x80\x2e\x01\x00\x02" + bytes(40)),)),
    "an SSLv2 byte alone": Probe(None, (Raw(b"\x80"),)),
    "50 random bytes with the high bit": Probe(None, (Raw(b"\xa7" + noise(49)),)),
    "20 KiB with the high bit": Probe(None, (Raw(b"\xa7" + noise(20_000)),)),
    "100 KiB with the high bit": Probe(None, (Raw(b"\xa7" + noise(100_000)),)),
    "a broken record": Probe(_H1, (Raw(b"\x17\3\3\0\x40" + noise(64)),)),
    "a broken record after a page": Probe(
        _H1, (_PLAIN_GET, Wait(0.3), Raw(b"\x17\3\3\0\x40" + noise(64)))
    ),
    "a broken record in TLS 1.2": Probe(_ONLY_12, (Raw(b"\x17\3\3\0\x40" + noise(64)),)),
    "a broken record over HTTP/2": Probe(_H2, (Wait(0.5), Raw(b"\x17\3\3\0\x40" + noise(64)))),
    "clear text after the handshake": Probe(_H1, (Raw(_PLAIN_GET),)),
}

PLAIN: Final[dict[str, Probe]] = {
    "silence": Probe(None),
    "FIN": Probe(None, (Fin,)),
    "plain GET": Probe(None, (Raw(_PLAIN_GET),)),
    "plain GET, then close": Probe(None, (Raw(LAST_GET),)),
    "plain GET, then FIN": Probe(None, (Raw(_PLAIN_GET), Fin)),
    "plain GET of a missing page": Probe(None, (Raw(b"GET /none HTTP/1.1\r\n" + HOST + b"\r\n"),)),
    "plain HEAD": Probe(None, (Raw(b"HEAD / HTTP/1.1\r\n" + HOST + b"\r\n"),)),
    "plain HTTP/1.0": Probe(None, (Raw(b"GET / HTTP/1.0\r\n\r\n"),)),
    "plain HTTP/0.9": Probe(None, (Raw(b"GET /\r\n"),)),
    "plain GET in two": Probe(None, (Raw(_GET), Wait(0.3), Raw(b"\r\n"))),
    "plain GET without Host": Probe(None, (Raw(b"GET / HTTP/1.1\r\n\r\n"),)),
    "plain GET twice": Probe(None, (Raw(_PLAIN_GET * 2),)),
    "plain GET of a large file": Probe(
        None, (Raw(b"GET /large.bin HTTP/1.1\r\n" + HOST + b"\r\n"),)
    ),
    "plain POST": Probe(
        None, (Raw(b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\n\r\nhello"),)
    ),
    "plain TRACE": Probe(None, (Raw(b"TRACE / HTTP/1.1\r\n" + HOST + b"\r\n"),)),
    "plain CONNECT": Probe(None, (Raw(b"CONNECT a:1 HTTP/1.1\r\n" + HOST + b"\r\n"),)),
    "plain unknown version": Probe(None, (Raw(b"GET / HTTP/3.7\r\n" + HOST + b"\r\n"),)),
    "plain bad coding": Probe(
        None, (Raw(b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: odd\r\n\r\n"),)
    ),
    "plain long request line": Probe(None, (Raw(b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n\r\n"),)),
    "plain long header": Probe(None, (Raw(_GET + b"X: " + b"a" * 9000 + b"\r\n\r\n"),)),
    "plain HTTP/2": Probe(None, (Raw(_H2_GET),)),
    "half a plain GET": Probe(None, (Raw(b"GET / HT"),)),
    "half a plain GET, then FIN": Probe(None, (Raw(b"GET / HT"), Fin)),
    "one plain byte": Probe(None, (Raw(b"\x17"),)),
    "a SOCKS greeting": Probe(None, (Raw(b"\5\1\0"),)),
    "an SSH greeting": Probe(None, (Raw(b"SSH-2.0-OpenSSH_9.2\r\n"),)),
    "50 plain random bytes": Probe(None, (Raw(b"\x01" + noise(49)),)),
    "221 plain random bytes": Probe(None, (Raw(b"\x01" + noise(220)),)),
    "2000 plain random bytes": Probe(None, (Raw(b"\x01" + noise(1999)),)),
    "20 KiB of plain random bytes": Probe(None, (Raw(b"\x01" + noise(20_000)),)),
    "100 KiB of plain random bytes": Probe(None, (Raw(b"\x01" + noise(100_000)),)),
    "20 KiB of letters": Probe(None, (Raw(b"A" * 20_000),)),
    "an alert first": Probe(None, (Raw(b"\x15\3\1\0\2\2\x28"),)),
}

PROBES: Final[dict[str, Probe]] = {**HTTP_1, **HTTP_2, **HANDSHAKES, **PLAIN}
