"""One recording in which every protocol that is read carries secrets.

The conversations are those by which the observers are tested, and those of ``scripts``;
every password, cookie, token, body, subject and search in them holds the word ``canary``.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator

from tests.monitor.frames import (
    ACK,
    BEGIN,
    FIN,
    SITE,
    SYN,
    enhanced,
    interface,
    received,
    section,
    sent,
    tcp,
    udp,
)  # fmt: skip
from tests.monitor.observe import (
    test_calls,
    test_databases,
    test_directory,
    test_files,
    test_mail,
    test_mailbox,
    test_proxy,
    test_smb,
    test_talk,
    test_terminal,
    test_things,
    test_web,
    test_web2,
    test_web_odd,
)
from tests.monitor.observe.feeding import CLIENT, Said, c
from tests.see import carriers, scripts
from tests.wire import services
from tests.wire.directories import framed, snmp

MQTT = [
    c(services.mqtt_connect("lamp-7", user="anna.canary", password="canary-password", will="a/b")),
    (test_things.SERVER, services.MQTT_WELCOME),
    c(services.mqtt_publish("a/b", test_things.POSITION)),
]

OBSERVED_TCP = {
    21: [test_files.SESSION],
    23: [test_terminal.TELNET],
    25: [test_mail.SESSION],
    80: [test_web.VISIT, test_web2.VISIT],
    88: [[(made(b"")[0], framed(data)) for made, data in test_directory.TICKETS]],
    110: [test_mailbox.POP],
    143: [test_mailbox.IMAP],
    389: [test_directory.SESSION],
    445: [test_smb.VERSION_1, test_smb.VERSION_2],
    513: [test_terminal.RLOGIN],
    554: [test_calls.WATCHING],
    1080: [test_proxy.WITH_LOGIN],
    1433: [test_databases.SQL_SERVER],
    1883: [MQTT],
    3306: [test_databases.MYSQL, test_databases.MYSQL_SWITCHED],
    3389: [test_terminal.RDP],
    5060: [test_calls.CALL],
    5222: [test_talk.XMPP],
    5432: [test_databases.IN_CLEAR, test_databases.MD5, test_databases.SCRAM],
    6379: [test_databases.REDIS],
    6667: [test_talk.IRC],
    8080: [*test_web_odd.REQUESTS, *test_web_odd.REQUESTS_2],
}
OBSERVED_UDP = {
    161: [[c(snmp(1, "canary-community"))]],
    514: [[c(test_things.LINE)]],
    5060: [test_calls.CHAT, test_calls.CALL],
    5683: [[c(services.coap(1, (11, "lamp"), (15, "token=canary"), payload=b"canary"))]],
}
"""Conversations of the tests of observers by the server's port."""


def together(
    observed: dict[int, list[list[Said]]], written: dict[int, list[scripts.Script]]
) -> dict[int, list[list[Said]]]:
    """The conversations of both tables."""
    more = {port: [script.said for script in of_port] for port, of_port in written.items()}
    return {port: [*observed.get(port, []), *more.get(port, [])] for port in observed | more}


TCP = together(OBSERVED_TCP, scripts.TCP)
UDP = together(OBSERVED_UDP, scripts.UDP)
"""All conversations by the server's port."""


def in_base64(word: bytes) -> Iterator[bytes]:
    """What of a word's base64 is the same whatever stands around it, for each place it can have."""
    for shift in range(3):
        text = base64.b64encode(bytes(shift) + word + bytes(3))
        yield text[-(-8 * shift // 6) : 8 * (shift + len(word)) // 6]


SPELLINGS = (
    b"canary",
    b"0491570156",
    b"5551234",
    b"739104",
    b"52.516",
    b"13.377",
    "canary".encode("utf-16-le"),
    *in_base64(b"canary"),
    b"canary".hex().encode(),
)
"""What must appear nowhere, also in other spellings."""


def frames() -> Iterator[bytes]:
    """The packets of all conversations."""
    own_port = 40_000
    for port, conversations in TCP.items():
        for said in conversations:
            own_port += 1
            yield from connection(own_port, port, said)
    for port, conversations in UDP.items():
        for said in conversations:
            own_port += 1
            yield from datagrams(own_port, port, said)


def datagrams(own_port: int, port: int, said: list[Said]) -> Iterator[bytes]:
    """A conversation over UDP."""
    for speaker, data in said:
        ours = speaker is CLIENT
        ports = (own_port, port) if ours else (port, own_port)
        yield (sent if ours else received)(17, udp(*ports, data))


def connection(own_port: int, port: int, said: list[Said], site: str = SITE) -> Iterator[bytes]:
    """A conversation over TCP, each saying in segments of its own."""
    numbers = {True: 1000, False: 9000}
    ports = {True: (own_port, port), False: (port, own_port)}

    def segment(ours: bool, data: bytes = b"", flags: int = ACK) -> bytes:
        number, other = numbers[ours], numbers[not ours]
        numbers[ours] += len(data) + bool(flags & (SYN | FIN))
        frame = tcp(*ports[ours], data, seq=number, ack=other, flags=flags)
        return sent(6, frame, to=site) if ours else received(6, frame, of=site)

    yield segment(True, flags=SYN)
    yield segment(False, flags=SYN | ACK)
    for speaker, data in said:
        for at in range(0, len(data), 1400):
            yield segment(speaker is CLIENT, data[at : at + 1400])
    yield segment(True, flags=FIN | ACK)
    yield segment(False, flags=FIN | ACK)


def carried() -> Iterator[bytes]:
    """The same visit inside each carrier."""
    for number, carry in enumerate(carriers.CARRIERS.values()):
        yield from map(carry, connection(30_000 + number, 80, test_web.VISIT))


def in_the_air() -> Iterator[bytes]:
    """What the device says over Wi-Fi, and the visit in an open network."""
    yield from carriers.in_the_air()
    yield from map(carriers.open_wifi, connection(30_100, 80, test_web.VISIT))


def capture() -> bytes:
    """The recording: an interface of Ethernet and one of Wi-Fi."""
    packets = [
        *((0, frame) for frame in (*frames(), *carried(), *carriers.beside())),
        *((1, frame) for frame in in_the_air()),
    ]
    times = (round((BEGIN + number * 0.001) * 1e6) for number in range(len(packets)))
    blocks = (enhanced(frame, at, link) for at, (link, frame) in zip(times, packets, strict=True))
    return section() + interface() + interface(carriers.RADIOTAP) + b"".join(blocks)
