"""Shared folders: files, shares and who logs in."""

from __future__ import annotations

import pytest
from hypothesis import given

from peppermoth.monitor.observe.smb import Smb
from tests.monitor.observe.feeding import CUTS, a_flow, c, everything, facts, listen, meaning, s
from tests.wire.smb_messages import (
    create,
    framed,
    ntlm_authenticate,
    open_1,
    session_setup,
    session_setup_1,
    tree_connect,
    tree_connect_1,
)

NTLM = b"\x60\x20" + ntlm_authenticate("MOTHS", "anna", "LAPTOP", b"canary" * 4)
VERSION_2 = [
    c(framed(session_setup(NTLM))),
    s(framed(b"\xfeSMB" + bytes(100))),
    c(framed(tree_connect(r"\\nas\home"))),
    c(framed(create("letters/report.odt") + b"canary" * 5000)),
    c(framed(b"\xfdSMB" + b"canary" * 20)),
]
VERSION_1 = [
    c(framed(session_setup_1(NTLM, "Unix"))),
    c(framed(tree_connect_1(r"\\nas\home"))),
    c(framed(open_1(r"\letters\report.odt"))),
]


def smb(**options) -> Smb:
    return Smb(a_flow(445, **options))


LOGIN = [
    ("identity.user", "a…"),
    ("secret.hash", "response, 24 characters"),
    ("identity.host_name", "LAPTOP"),
]


def test_version_2_tells_login_share_and_file():
    told = listen(smb(), VERSION_2)
    assert facts(told) == [
        *LOGIN, ("content.file", r"\\nas\home"), ("content.file", "letters/report.odt"),
    ]  # fmt: skip
    assert [one.field for one in told[3:]] == ["smb2.tree", "smb2.filename"]
    assert "canary" not in everything(told)


def test_version_1_tells_the_same_and_the_system():
    assert facts(listen(smb(), VERSION_1)) == [
        *LOGIN,
        ("device.system", "Unix"),
        ("content.file", r"\\nas\home"),
        ("content.file", r"\letters\report.odt"),
    ]


@given(CUTS)
@pytest.mark.parametrize("said", [VERSION_1, VERSION_2[:3]], ids=["1", "2"])
def test_the_same_is_told_however_the_stream_is_cut(said, cuts):
    assert meaning(listen(smb(), said, cuts)) == meaning(listen(smb(), said))


def test_who_visits_the_device_is_not_taken_for_the_device():
    told = facts(listen(smb(device_is_client=False), VERSION_1))
    assert not {"identity.host_name", "device.system"} & set(dict(told))


def test_a_malformed_message_is_passed_over():
    broken = session_setup(NTLM)[:150]
    assert facts(listen(smb(), [c(framed(broken)), VERSION_2[2]])) == [
        ("content.file", r"\\nas\home")
    ]


def test_what_is_not_smb_ends_the_reading():
    observer = smb()
    assert listen(observer, [c(framed(b"something")), s(b"\x16\x03\x01\0")]) == []
    assert observer.done
