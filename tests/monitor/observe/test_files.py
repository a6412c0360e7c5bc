"""FTP, TFTP and NFS: names of files, logins, nothing of what is in them."""

from __future__ import annotations

import ftplib

import pytest
from hypothesis import given

from peppermoth.monitor.observe.files import Ftp, Nfs, Tftp
from tests.monitor.observe.feeding import (
    CUTS,
    a_flow,
    c,
    everything,
    facts,
    listen,
    meaning,
    s,
)
from tests.monitor.observe.scripted import by_first_word, scripted

SESSION = [
    s("220-Welcome", "220-USER is no command here", "220 to FTP"),
    c("USER anna"),
    s("331 password"),
    c("PASS canary-password"),
    s("230 ok"),
    c("CWD /home/anna@moth.example"),
    s("250 ok"),
    c("RETR report.odt"),
    s("150 opening", "226 done"),
    c("STOR photo.jpg"),
    s("226 done"),
    c("QUIT"),
]


def ftp() -> Ftp:
    return Ftp(a_flow(21))


def test_ftp_tells_the_login_and_the_names_of_files():
    told = listen(ftp(), SESSION)
    assert facts(told) == [
        ("identity.user", "a…"),
        ("secret.password", "password, 15 characters"),
        ("content.file", "/home/a…@moth.example"),
        ("content.file", "report.odt"),
        ("content.file", "photo.jpg"),
    ]
    assert [one.details["doing"] for one in told[2:]] == ["named", "fetched", "sent"]
    assert "canary" not in everything(told)
    assert told[1].packets == (4,)


@given(CUTS)
def test_the_same_is_told_however_the_stream_is_cut(cuts):
    assert meaning(listen(ftp(), SESSION, cuts)) == meaning(listen(ftp(), SESSION))


def test_an_anonymous_login_has_no_password_but_an_address():
    told = facts(listen(ftp(), [c("USER anonymous", "PASS anna@moth.example")]))
    assert told == [("identity.mail_address", "a…@moth.example")]


def test_auth_tls_hands_over_only_if_the_server_agrees():
    asked = [s("220 FTP"), c("AUTH TLS")]
    hello = c(b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00")
    assert facts(listen(ftp(), [*asked, s("234 go"), hello, c("USER anna")])) == []
    assert facts(listen(ftp(), [*asked, s("530 no"), c("USER anna")])) == [("identity.user", "a…")]


def test_python_s_ftplib_is_read():
    replies = {b"USER": b"331 more\r\n", b"PASS": b"230 ok\r\n", b"SIZE": b"213 5\r\n"}
    with scripted(b"220 FTP\r\n", by_first_word(replies, b"200 ok\r\n")) as (port, said):
        client = ftplib.FTP(timeout=10)
        client.connect("127.0.0.1", port)
        client.login("anna", "canary")
        client.size("report.odt")
        client.close()
    told = listen(ftp(), said)
    assert ("secret.password", "password, 6 characters") in facts(told)
    assert ("content.file", "report.odt") in facts(told)


@pytest.mark.parametrize(("operation", "doing"), [(1, "fetched"), (2, "sent")])
def test_tftp_names_its_file_and_is_done(operation, doing):
    observer = Tftp(a_flow(69, "udp"))
    told = listen(observer, [c(bytes((0, operation)) + b"boot.cfg\0octet\0")])
    assert facts(told) == [("content.file", "boot.cfg")]
    assert told[0].details["doing"] == doing
    assert observer.done


def test_nfs_is_noticed_and_not_read():
    call = bytes.fromhex("8000002c 00000001 00000000 00000002 000186a3 00000003 00000000")
    observer = Nfs(a_flow(2049))
    assert facts(listen(observer, [c(call)])) == [("content.file", "NFS version 3")]
    assert observer.done
