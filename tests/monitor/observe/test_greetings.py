"""Protocols are recognised by how they begin, at any port and at nobody else's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.monitor.observe.identify import FIRST_BYTES, FIRST_PIECES, Following, identify
from peppermoth.monitor.observe.table import TABLE, named
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
    test_web,
    test_web2,
)
from tests.monitor.observe.feeding import CLIENT, SERVER, a_flow, c, listen, meaning, s

CONVERSATIONS = {
    "ftp": test_files.SESSION,
    "http": test_web.VISIT,
    "http2": test_web2.VISIT,
    "imap": test_mailbox.IMAP,
    "irc": test_talk.IRC,
    "pop3": test_mailbox.POP,
    "rdp": test_terminal.RDP,
    "rlogin": test_terminal.RLOGIN,
    "smb": test_smb.VERSION_2,
    "smtp": test_mail.SESSION,
    "socks": test_proxy.PLAIN,
    "telnet": test_terminal.TELNET,
    "vnc": test_terminal.VNC_38,
    "xmpp": test_talk.XMPP,
}
MINE = [row for row in TABLE if row.name in CONVERSATIONS and row.looks_like is not None]


def recognised(said, port: int, only=None) -> str | None:
    """The row that first fits while a conversation goes on."""
    firsts = {CLIENT: b"", SERVER: b""}
    for speaker, data in said:
        if only is not None and speaker is not only:
            continue
        firsts[speaker] += data
        if row := identify("tcp", port, firsts[CLIENT], firsts[SERVER]):
            return row.name
    return None


@pytest.mark.parametrize("port", [4000, 443, 80, 25])
@pytest.mark.parametrize("name", CONVERSATIONS)
def test_a_protocol_is_recognised_at_any_port(name, port):
    assert recognised(CONVERSATIONS[name], port) == name


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_the_client_alone_is_enough_where_the_port_is_right(name):
    row = next(row for row in MINE if row.name == name)
    found = recognised(CONVERSATIONS[name], min(row.ports), only=CLIENT)
    assert found in ((name, None) if name == "vnc" else (name,))


AT_OWN_PORTS = {
    **CONVERSATIONS,
    "ldap": test_directory.SESSION,
    "mysql": test_databases.MYSQL,
    "postgresql": test_databases.IN_CLEAR,
    "redis": test_databases.REDIS,
    "rtsp": test_calls.WATCHING,
    "sip-tcp": test_calls.CALL,
    "tds": test_databases.SQL_SERVER,
}


@pytest.mark.parametrize("size", [1, 2, 3, 7])
@pytest.mark.parametrize("name", AT_OWN_PORTS)
def test_at_its_own_port_a_protocol_is_found_in_small_pieces(name, size):
    port = min(named(name).ports)
    whole, cut = Following(a_flow(port)), Following(a_flow(port))
    told = listen(whole, AT_OWN_PORTS[name])
    assert (whole.protocol, len(told) > 0) == (name, True)
    assert meaning(listen(cut, AT_OWN_PORTS[name], [size])) == meaning(told)


@pytest.mark.parametrize(("port", "name", "first"), [(21, "ftp", "USER a"), (25, "smtp", "EHLO a")])
def test_at_its_own_port_a_long_banner_is_waited_for(port, name, first):
    following = Following(a_flow(port))
    listen(following, [*[s("220-" + "Keep out. " * 6)] * 9, s("220 ready"), c(first)], end=False)
    assert following.protocol == name


@pytest.mark.parametrize("port", [21, 9999])
def test_what_never_shows_is_waited_for_to_a_bound(port):
    following = Following(a_flow(port))
    listen(following, [c(b"?")] * (FIRST_BYTES + FIRST_PIECES), end=False)
    assert following.done


def test_bytes_that_are_lost_do_not_let_it_wait_for_ever():
    following = Following(a_flow(21))
    for _ in range(FIRST_BYTES):
        listen(following, [c(b"?")], end=False)
        following.gap(CLIENT)
    assert following.done


def test_a_greeting_that_says_nothing_waits_for_the_client():
    assert identify("tcp", 4000, b"", b"220 ready\r\n") is None
    assert recognised([(SERVER, b"220 ready\r\n"), (CLIENT, b"EHLO a\r\n")], 4000) == "smtp"
    assert recognised([(SERVER, b"220 ready\r\n"), (CLIENT, b"USER a\r\n")], 4000) == "ftp"


@pytest.mark.parametrize(
    ("client", "server"),
    [
        (b"DESCRIBE rtsp://moth.example/ RTSP/1.0\r\n", b""),
        (b"OPTIONS sip:moth.example SIP/2.0\r\n", b""),
        (b"SSH-2.0-x\r\n", b"SSH-2.0-y\r\n"),
        (b"\x03\x00\x00\x16\x11\xe0\0\0\0\1\0\xc0\1\x0a\xc1\2\1\0\xc2\2\1\2", b""),
        (b"\x05\xff" + bytes(range(255)), b""),
        (b"", b""),
    ],
    ids=["rtsp", "sip", "ssh", "s7", "binary", "nothing"],
)
def test_similar_beginnings_are_left_alone(client, server):
    assert not [row.name for row in MINE if row.looks_like(client, server)]


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_looks_take_anything(client, server):
    for row in MINE:
        assert row.looks_like(client, server) in (True, False)


def test_tftp_and_nfs_are_recognised():
    assert identify("udp", 69, b"\0\1boot\0octet\0", b"").name == "tftp"
    assert identify("udp", 69, b"\0\3\0\1data", b"") is None
    call = bytes.fromhex("8000002c 00000001 00000000 00000002 000186a3 00000003 00000000")
    assert identify("tcp", 2049, call, b"").name == "nfs"
