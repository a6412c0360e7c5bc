"""Logins of the device to the network it joins."""

from __future__ import annotations

import pytest

from peppermoth.monitor.observation import Place
from peppermoth.monitor.observe import Frame, FrameKind
from peppermoth.monitor.observe.link_login import LinkLogin
from peppermoth.monitor.reading import read
from tests.monitor.frames import DEVICE_HARDWARE, ROUTER_HARDWARE, pcap, sent, udp
from tests.monitor.observe.feeding import everything, facts
from tests.wire.logins import IMSI, OPERATOR, chap, eapol, identity, pap


def see(kind, *said):
    login = LinkLogin()
    frames = (Frame(kind, DEVICE_HARDWARE, data, True, Place(5, 1.0)) for data in said)
    return [one for frame in frames for one in login.receive(frame)]


def test_a_sim_card_that_logs_in_names_its_subscriber():
    told = see(FrameKind.EAPOL, *[identity("0" + IMSI + OPERATOR)] * 2)
    assert facts(told) == [("identity.subscriber", "number, 15 characters")]
    assert told[0].details == {"what": "IMSI"}
    assert IMSI not in everything(told)


def test_a_name_is_told_unless_it_is_nobodys():
    names = ("anna.canary@moth.example", "anonymous@moth.example", "@moth.example", "")
    told = see(FrameKind.EAPOL, *map(identity, names))
    assert facts(told) == [("identity.user", "a…@moth.example")]
    assert "canary" not in everything(told)


@pytest.mark.parametrize(
    ("kind", "said", "secret"),
    [
        (FrameKind.PAP, pap(b"anna", b"canary"), ("secret.password", "password, 6 characters")),
        (FrameKind.CHAP, chap(b"anna", b"canary"), ("secret.hash", "response, 6 characters")),
        (FrameKind.EAPOL, eapol(4, b"\x06canaryanna"), ("secret.hash", "response, 6 characters")),
    ],
)
def test_passwords_and_proofs_are_told(kind, said, secret):
    told = see(kind, said)
    assert facts(told) == [("identity.user", "a…"), secret]
    assert told[1].details == {"protocol": str(kind), "user": "a…"}
    assert "canary" not in everything(told)


@pytest.mark.parametrize(
    ("carried", "expected"),
    [
        (b"\x88\x8e" + identity("0" + IMSI), "identity.subscriber"),
        (
            b"\x88\x64\x11\0\0\1" + (2 + len(pap(b"a", b"b"))).to_bytes(2, "big") + b"\xc0\x23"
            + pap(b"a", b"b"),
            "secret.password",
        ),
    ],
    ids=["802.1X", "PPPoE"],
)  # fmt: skip
def test_a_capture_with_a_login_tells_it(tmp_path, carried, expected):
    path = tmp_path / "capture"
    frame = ROUTER_HARDWARE + DEVICE_HARDWARE + carried
    path.write_bytes(pcap([frame, sent(17, udp(5, 9, b"x"))]))
    assert expected in {one.kind for one in read(str(path))}
