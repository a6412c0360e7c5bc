"""Conversations in which secrets stand in odd places: split, challenged, in several messages.

Beside what is said stands the truth of it: the rules of the report that are right, as who
wrote the conversation knows them. Every secret holds the word ``canary``. Where only a
token, a cookie or a body is planted and nothing is a person's, no rule may speak.
"""

from __future__ import annotations

import json
import struct
from typing import Final, NamedTuple

import dns.edns
import dns.message
import dns.rrset

from peppermoth.wire import stun as wire
from tests.monitor.observe import test_device, test_mail, test_names, test_terminal
from tests.monitor.observe.feeding import Said, c, s
from tests.monitor.observe.test_mail import b64
from tests.monitor.observe.test_things import LINE
from tests.see import documents
from tests.wire import certificates, directories, hellos, services, smb_messages
from tests.wire.dhcp_messages import message_v4, message_v6
from tests.wire.dtls_packets import pieces, with_cookie
from tests.wire.dtls_packets import record as dtls_record
from tests.wire.quic_packets import crypto, initial
from tests.wire.signalling import disguised, rtp, sdes, stun
from tests.wire.test_bittorrent import HANDSHAKE, PING
from tests.wire.test_gtp import version1
from tests.wire.tunnel_messages import (
    OPENVPN_ANSWER,
    OPENVPN_RESET,
    PPTP,
    WIREGUARD_INITIATION,
    WIREGUARD_RESPONSE,
    aggressive,
)  # fmt: skip


class Script(NamedTuple):
    """What is said, and the rules that are right."""

    truth: str
    said: list[Said]


# The web


def frame(text: str, *, key: bytes = b"", first: int = 0x81) -> bytes:
    """A frame of a WebSocket, masked where there is a key."""
    data = text.encode()
    size = bytes((len(data) | (0x80 if key else 0),))
    masked = bytes(byte ^ key[n % 4] for n, byte in enumerate(data)) if key else data
    return bytes((first,)) + size + key + masked


def request(type_: str, body: str, path: str = "/login", *more: str) -> Said:
    """A request with a body."""
    head = (f"Content-Type: {type_}", f"Content-Length: {len(body)}", *more, "")
    return c(f"POST {path} HTTP/1.1", "Host: moth.example", *head, body.encode())


OK: Final = s("HTTP/1.1 200 OK", "Content-Type: text/plain", "Content-Length: 6", "", b"canary")
UPGRADE: Final = ("Connection: Upgrade", "Upgrade: websocket")
WEBSOCKET: Final = [
    c("GET /chat?token=canary HTTP/1.1", "Host: moth.example", *UPGRADE, "Cookie: sid=canary", ""),
    s("HTTP/1.1 101 Switching Protocols", *UPGRADE, ""),
    c(frame('{"password": "canary-password"}', key=b"\x01\x02\x03\x04")),
    c(frame("canary under a mask of zeros", key=bytes(4))),
    s(frame("canary sings"), frame("canary, ", first=0x01), frame("canary", first=0x80)),
]
MULTIPART: Final = "\r\n".join(
    (
        *("--x", 'Content-Disposition: form-data; name="user"', "", "anna.canary"),
        *("--x", 'Content-Disposition: form-data; name="password"', "", "canary-password"),
        *("--x", 'Content-Disposition: form-data; name="photo"; filename="canary.jpg"'),
        *("Content-Type: image/jpeg", "", "canary", "--x--", ""),
    )
)
LOGIN: Final = {"email": "anna.canary@moth.example", "password": "canary-password"}
GRAPH: Final = {
    "query": 'mutation { login(password: "canary-password") { token } }',
    "variables": {"user": "anna.canary", "password": "canary-password"},
}
DIGEST: Final = (
    'Digest username="anna.canary", realm="moth", nonce="canary", uri="/", '
    'response="canary0123456789canary0123456789"'
)
NTLM: Final = smb_messages.ntlm_authenticate("MOTHS", "anna.canary", "LAPTOP", b"canary" * 4)
BASIC: Final = "Basic " + b64("anna.canary:canary-password")
REFUSED: Final = s("HTTP/1.1 401 Login", "WWW-Authenticate: canary", "Content-Length: 0", "")
THROUGH: Final = [
    c("CONNECT in.example:80 HTTP/1.1", f"Proxy-Authorization: {BASIC}", ""),
    s("HTTP/1.1 200 Connection established", ""),
    c("GET /in HTTP/1.1", "Host: in.example", "Cookie: sid=canary", ""),
    OK,
]

# Encrypted, but for what stands outside


def signs_in(certificate: bytes) -> Said:
    """A client shows its certificate."""
    return c(hellos.record(22, hellos.message(11, documents.chain(certificate))))


NAME: Final = hellos.server_name(b"moth.example")
OLDER: Final = [
    c(
        hellos.record(
            22,
            hellos.client_hello(
                [NAME, (35, b"canary-ticket"), (41, b"canary")], session_id=b"canary" * 5
            ),
        )
    ),
    s(hellos.record(22, hellos.server_hello(session_id=b"canary" * 5))),
    s(
        hellos.record(
            22,
            hellos.message(11, documents.chain(certificates.der())),
        ),
        hellos.record(22, hellos.message(13, b"\x01\x01\0\0") + hellos.message(14, b"")),
    ),
    signs_in(documents.OF_A_PERSON),
]
QUIC: Final = [
    c(initial(crypto(0, hellos.client_hello([NAME, hellos.alpn(b"h3")])), token=b"canary-token"))
]
HELLO_DTLS: Final = with_cookie(hellos.client_hello([NAME]), b"canary-cookie")

# Names and the local network

QUERY: Final = dns.message.make_query("moth.example", "TXT", id=7)
TEXT: Final = dns.message.make_response(QUERY)
TEXT.answer.append(dns.rrset.from_text("moth.example.", 60, "IN", "TXT", '"key=canary"'))
LOOKUP: Final = [c(QUERY.to_wire()), s(TEXT.to_wire())]
PASSED_ON: Final = dns.message.make_query(
    "moth.example", "A", id=8, use_edns=0, options=[dns.edns.ECSOption("198.51.100.0", 24)]
)
FOR_A_BRIDGE: Final = dns.message.make_query("bridges.torproject.org", "A", id=9)
ANNOUNCED: Final = test_names.multicast(
    ("Phone._moth._tcp.local.", "TXT", '"password=canary-password" "id=canary"'),
    ("Phone._moth._tcp.local.", "SRV", "0 0 7000 phone.local."),
)
SOUGHT: Final = c(
    "M-SEARCH * HTTP/1.1",
    "HOST: 239.255.255.250:1900",
    'MAN: "ssdp:discover"',
    "ST: urn:schemas-upnp-org:device:MediaServer:1",
    "X-Token: canary",
    "",
)
PRINTER: Final = dns.message.make_query("printer", "A").to_wire()
DOMAIN: Final = directories.search(
    "",
    directories.value(
        0xA0,
        directories.equality("DnsDomain", "moth.example."),
        directories.equality("Host", "LAPTOP"),
        directories.equality("User", "anna.canary"),
    ),
)
GROUPED: Final = test_names.datagram(b"ANNA-PC", b"WORKGROUP")
RELAYED: Final = (
    (wire.USERNAME, b"anna.canary"),
    (wire.REALM, b"moth"),
    (wire.INTEGRITY, b"canary" * 3 + b"ca"),
    (wire.PEER, disguised(bytes((198, 51, 100, 9)), 5000)),
)

# Mail, chat, terminals, files, databases

SPLIT: Final = [
    *test_mail.OPENING,
    *(c("AUTH LOGIN"), s("334 VXNlcm5hbWU6"), c(b64("anna.canary")), s("334 UGFzc3dvcmQ6")),
    *(c(b64("canary-password")), s("235 ok"), c("QUIT")),
]
ANSWERED: Final = [
    s("+OK ready <1.2@mx.example>"),
    c("APOP anna.canary " + b"canary".hex() + "c4" * 10),
    s("+OK"),
    c("QUIT"),
]
LITERAL: Final = [
    s("* OK ready"),
    *(c("a1 LOGIN {11}"), s("+ ok"), c(b"anna.canary", " {15}"), s("+ ok")),
    *(c(b"canary-password", ""), s("a1 OK"), c("a2 LOGOUT")),
]
PLAIN: Final = "anna.canary\0anna.canary\0canary-password"
SASL_IRC: Final = [
    *(c("CAP REQ sasl", "NICK anna", "AUTHENTICATE PLAIN"), s("AUTHENTICATE +")),
    c("AUTHENTICATE " + b64(PLAIN)),
]
IQ: Final = "<iq><query><username>anna.canary</username><password>canary</password></query></iq>"
OLD_XMPP: Final = [
    c("<?xml version='1.0'?><stream:stream to='moth.example'>"),
    s("<?xml version='1.0'?><stream:stream from='moth.example'>"),
    c(IQ),
]
SCREEN: Final = [
    *(s(b"RFB 003.008\n"), c(b"RFB 003.008\n"), s(b"\x01\x02"), c(b"\x02")),
    *(s(b"canary0123456789"), c(b"canary9876543210"), s(bytes(4)), c(b"\x01")),
    c(b"\x06\0\0\0" + struct.pack(">I", 6) + b"canary"),  # the clipboard
    c(*(struct.pack(">BBHI", 4, 1, 0, key) for key in b"canary")),  # keys
]
WATCHED: Final = [
    c("DESCRIBE rtsp://cam.example/yard RTSP/1.0", f"Authorization: {DIGEST}", ""),
    s("RTSP/1.0 401 Login", "CSeq: 1", ""),
]
NFS_CALL: Final = bytes.fromhex("00000001 00000000 00000002 000186a3 00000003 00000003")
NFS: Final = NFS_CALL + bytes(16) + struct.pack(">I", 6) + b"canary\0\0"
FETCHED: Final = [c(b"\0\1boot.cfg\0octet\0"), s(b"\0\3\0\1canary = canary-password")]
SPNEGO: Final = directories.sasl_bind("GSS-SPNEGO", NTLM)

# Tunnels and telephones, whose inside or beginning is in clear

PAP: Final = b"\xff\x03\xc0\x23\x01\x01\x00\x20\x0banna.canary\x0fcanary-password"
L2TP: Final = [
    c(bytes.fromhex("c802001400000000000000008008000000000001")),
    c(b"\x00\x02\x00\x01\x00\x01" + PAP),
]
AGGRESSIVE: Final = [
    c(aggressive((5, b"\x03\0\0\0anna.canary@moth.example"))),
    s(aggressive((5, b"\x01\0\0\0canary"), (8, b"canary-password!"))),
]
SPOKEN: Final = [
    part
    for number in range(60)
    for part in (
        c(rtp(number, b"canary".ljust(160, b"\xd5"))),
        s(rtp(number, b"canary".ljust(160, b"\xd5"), source=2)),
    )
]
REPORTED: Final = c(
    sdes(cname="anna.canary@laptop.example", name="Anna Canary", phone="+15551234277")
)
TOKEN: Final = PING.replace(b"1:q4:ping", b"1:q4:ping5:token6:canary")

TCP: Final[dict[int, list[Script]]] = {
    22: [
        Script(
            "programs terminal-hidden",
            [s("SSH-2.0-OpenSSH_9.6"), c("SSH-2.0-Moth_1", b"\0\0\0\x14\x04\x14canary-cookie")],
        )
    ],
    25: [Script("mail-password user-name host-name", SPLIT)],
    53: [
        Script("names-asked", [(who, len(data).to_bytes(2, "big") + data) for who, data in LOOKUP])
    ],
    80: [
        Script("page", [c("GET /verify/739104 HTTP/1.1", "Host: moth.example", ""), OK]),
        Script("token cookie page", WEBSOCKET),
        Script(
            "site-password form page user-name",
            [request("multipart/form-data; boundary=x", MULTIPART), OK],
        ),
        Script(
            "site-password form page mail-address",
            [request("application/json", json.dumps(LOGIN)), OK],
        ),
        Script(
            "site-password token form page user-name",
            [
                request(
                    "application/json",
                    json.dumps(GRAPH),
                    "/graphql",
                    "Authorization: Bearer canary",
                ),
                OK,
            ],
        ),
        Script(
            "password-guess page user-name",
            [c("GET / HTTP/1.1", "Host: moth.example", f"Authorization: {DIGEST}", ""), REFUSED],
        ),
        Script(
            "password-guess page user-name host-name",
            [
                c("GET / HTTP/1.1", "Host: moth.example", f"Authorization: NTLM {b64(NTLM)}", ""),
                REFUSED,
            ],
        ),
    ],
    110: [Script("password-guess user-name", ANSWERED)],
    143: [Script("mail-password user-name", LITERAL)],
    389: [
        Script("password user-name", [c(directories.sasl_bind("PLAIN", PLAIN.encode()))]),
        Script("password-guess user-name host-name", [c(SPNEGO)]),
    ],
    443: [Script("names-said programs", OLDER)],
    554: [Script("password-guess file", WATCHED)],
    601: [Script("log-line host-name", [c(b"%d %b" % (len(LINE), LINE))])],
    1194: [
        Script(
            "tunnel-seen tunnel-hidden",
            [
                (who, len(data).to_bytes(2, "big") + data)
                for who, data in (c(OPENVPN_RESET), s(OPENVPN_ANSWER))
            ],
        )
    ],
    1723: [Script("tunnel-seen", [c(PPTP[:28] + b"canary".ljust(128, b"\0"))])],
    2049: [Script("file", [c(struct.pack(">I", 1 << 31 | len(NFS)) + NFS)])],
    3128: [Script("site-password cookie page user-name names-proxy", THROUGH)],
    3389: [Script("terminal user-name host-name", test_terminal.PLAIN_RDP)],
    3478: [Script("password-guess user-name addresses", [c(stun(8, *RELAYED))])],
    5222: [Script("password user-name", OLD_XMPP)],
    5355: [Script("names-local", [c(len(PRINTER).to_bytes(2, "big") + PRINTER)])],
    5900: [Script("password-guess terminal", SCREEN)],
    6667: [Script("password user-name", SASL_IRC)],
    6881: [Script("peer-to-peer programs", [c(HANDSHAKE[:-6] + b"canary")])],
    27017: [
        Script("password-guess database user-name", documents.SCRAM),
        Script("password database user-name", documents.PLAIN),
    ],
}
UDP: Final[dict[int, list[Script]]] = {
    53: [
        Script("names-asked", LOOKUP),
        Script("names-asked network-passed-on", [c(PASSED_ON.to_wire())]),
        Script("names-asked circumvention", [c(FOR_A_BRIDGE.to_wire())]),
    ],
    67: [
        Script(
            "host-name-local device",
            [
                c(
                    message_v4(
                        (12, b"anna.canary@moth.example"),
                        (60, b"android-dhcp-14"),
                        (61, b"\0canary"),
                        (77, b"canary"),
                        (90, b"\x01\x01\0canary"),
                    )
                )
            ],
        )
    ],
    69: [Script("file", FETCHED)],
    88: [
        Script(
            "password-guess user-name",
            [c(directories.ticket_request(("anna.canary",), ("krbtgt", "M"), time=b"canary" * 9))],
        )
    ],
    123: [Script("device", [c(services.ntp(3) + b"\0\0\0\x10canary======")])],
    137: [Script("host-name-local", [c(test_names.netbios(5, b"ANNA-PC"))])],
    138: [Script("host-name-local names-local", [c(GROUPED)])],
    161: [Script("user-name", [c(directories.snmp_3("anna.canary", 0))])],
    389: [Script("names-local host-name", [c(DOMAIN)])],
    443: [
        Script("names-said programs", QUIC),
        Script("", [c(b"\x0d12345678Q043\x01CHLO canary SNI canary.example UAID canary")]),
    ],
    500: [Script("tunnel-seen tunnel-hidden user-name password-guess", AGGRESSIVE)],
    547: [
        Script(
            "host-name-local hardware-address device",
            [
                c(test_device.SOLICIT),
                c(message_v6((15, b"\0\x06canary"), (11, b"\x02\x03\0" + bytes(8) + b"canary"))),
            ],
        )
    ],
    1194: [Script("tunnel-seen tunnel-hidden", [c(OPENVPN_RESET), s(OPENVPN_ANSWER)])],
    1701: [Script("tunnel-seen", L2TP)],
    1900: [Script("names-local", [SOUGHT])],
    2123: [Script("phone subscriber", [c(version1())])],
    3478: [Script("password-guess user-name addresses", [c(stun(8, *RELAYED))])],
    4500: [Script("tunnel-seen tunnel-hidden", [c(b"\xc1canary" * 6), s(b"\xc2canary" * 6)])],
    4433: [Script("names-said programs", [c(dtls_record(one)) for one in pieces(HELLO_DTLS, [])])],
    5353: [Script("host-name-local names-local", [c(ANNOUNCED)])],
    5355: [Script("names-local", [c(PRINTER)])],
    6881: [Script("peer-to-peer programs", [c(TOKEN)])],
    51820: [Script("tunnel-seen tunnel-hidden", [c(WIREGUARD_INITIATION), s(WIREGUARD_RESPONSE)])],
    40000: [Script("call phone user-name", [*SPOKEN, REPORTED])],
}
