"""Telnet, rlogin, RDP and VNC in clear."""

from __future__ import annotations

import pytest
from hypothesis import given

from peppermoth.monitor.observation import Certainty
from peppermoth.monitor.observe.identify import identify
from peppermoth.monitor.observe.terminal import Rdp, Rlogin, Telnet, Vnc
from tests.monitor.observe.feeding import (
    CLIENT,
    CUTS,
    SERVER,
    Said,
    a_flow,
    c,
    everything,
    facts,
    listen,
    meaning,
    s,
)


def typed(text: str, echo: bool = True) -> list[Said]:
    """Key by key, as terminals send it, with what the server echoes."""
    said: list[Said] = []
    for key in text.encode() + b"\r":
        said.append((CLIENT, bytes((key,)) if key != 13 else b"\r\0"))
        if echo:
            said.append((SERVER, bytes((key,))))
    return said


TELNET = [
    s(b"\xff\xfd\x18\xff\xfa\x18\x01\xff\xf0"),
    c(b"\xff\xfb\x18\xff\xfa\x18\0XTERM\xff\xf0"),
    s(b"Debian\r\nmoth login: "),
    *typed("anna"),
    s(b"Password: "),
    *typed("canary-password", echo=False),
    s(b"$ "),
    *typed("cat canary"),
]
RLOGIN = [
    c(b"\0"),
    c(b"anna\0root\0xterm/38400\0"),
    s(b"\0Password: "),
    *typed("canary", echo=False),
]


def test_telnet_tells_name_and_password_by_their_prompts():
    told = listen(Telnet(a_flow(23)), TELNET)
    assert facts(told) == [
        ("identity.user", "a…"),
        ("content.terminal", "telnet"),
        ("secret.password", "password, 15 characters"),
    ]
    assert {one.certainty for one in told} == {Certainty.SEEN}
    assert told[2].details["user"] == "a…"
    assert "canary" not in everything(told)


def test_a_terminal_without_negotiation_is_only_likely():
    said = [s(b"login: "), c(b"anna\r\n"), s(b"Password:"), c(b"canary\r\n")]
    told = listen(Telnet(a_flow(23)), said)
    assert [one.certainty for one in told[:2]] == [Certainty.LIKELY] * 2
    assert ("secret.password", "password, 6 characters") in facts(told)


def test_rlogin_tells_both_names_and_the_password():
    told = listen(Rlogin(a_flow(513)), RLOGIN)
    assert facts(told) == [
        ("identity.user", "a…"),
        ("identity.user", "r…"),
        ("secret.password", "password, 6 characters"),
        ("content.terminal", "rlogin"),
    ]


REQUEST = b"Cookie: mstshash=anna\r\n\x01\0\x08\0\x03\0\0\0"
OPENING = b"\x03\0" + (11 + len(REQUEST)).to_bytes(2, "big") + bytes((6 + len(REQUEST), 0xE0))
RDP = [c(OPENING + b"\0\0\0\0\0" + REQUEST)]
SETTINGS = b"\x01\xc0\xd8\0\x04\0\x08\0" + bytes(16) + "LAPTOP".encode("utf-16-le").ljust(32, b"\0")
PLAIN_RDP = [
    *RDP,
    s(bytes.fromhex("0300000b06d00000123400")),
    c(b"\x03\0" + (7 + len(SETTINGS)).to_bytes(2, "big") + b"\x02\xf0\x80" + SETTINGS),
]
VNC_38 = [
    s(b"RFB 003.008\n"),
    c(b"RFB 003.008\n"),
    s(b"\x01\x02"),
    c(b"\x02"),
    s(bytes(range(16))),
    c(bytes(range(16, 32))),
    s(bytes(4)),
    c(b"\x01"),
]
VNC_33 = [s(b"RFB 003.003\n"), c(b"RFB 003.003\n"), s(b"\0\0\0\x01"), c(b"\x01")]


def test_rdp_without_tls_tells_cookie_and_client_name():
    told = listen(Rdp(a_flow(3389)), PLAIN_RDP)
    assert facts(told) == [
        ("identity.user", "a…"),
        ("content.terminal", "rdp"),
        ("identity.host_name", "LAPTOP"),
    ]


def test_rdp_with_tls_hands_over():
    confirm = s(bytes.fromhex("030000130ed000001234000200080002000000"))
    told = listen(Rdp(a_flow(3389)), [*RDP, confirm, PLAIN_RDP[2]])
    assert facts(told) == [("identity.user", "a…")]


@pytest.mark.parametrize("cookie", [b"mstshash=anna", b"msts=3640205228.15629.0000"])
def test_rdp_is_recognised_by_either_cookie(cookie):
    said = b"\x03\0\0\x30\x2b\xe0\0\0\0\0\0Cookie: " + cookie + b"\r\n" + REQUEST
    assert identify("tcp", 4000, said, b"").name == "rdp"


def test_vnc_tells_a_hash_where_a_password_was_asked_for():
    told = listen(Vnc(a_flow(5900)), VNC_38)
    assert facts(told) == [
        ("secret.hash", "response, 16 characters"),
        ("content.terminal", "vnc"),
    ]
    assert facts(listen(Vnc(a_flow(5900)), VNC_33)) == [("content.terminal", "vnc")]


@given(CUTS)
@pytest.mark.parametrize(
    ("observer", "said"),
    [(Telnet, TELNET), (Rlogin, RLOGIN), (Rdp, PLAIN_RDP), (Vnc, VNC_38), (Vnc, VNC_33)],
)
def test_the_same_is_told_however_the_stream_is_cut(observer, said, cuts):
    whole = listen(observer(a_flow()), said)
    assert meaning(listen(observer(a_flow()), said, cuts)) == meaning(whole)
