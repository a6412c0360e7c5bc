"""TLS that begins inside other protocols: the name is told, with the way there and its packets."""

from __future__ import annotations

import pytest
from hypothesis import given

from peppermoth.monitor.observation import Speaker
from peppermoth.monitor.observe import spared
from peppermoth.monitor.observe.databases import Mysql, Postgresql
from peppermoth.monitor.observe.directory import Ldap
from peppermoth.monitor.observe.files import Ftp
from peppermoth.monitor.observe.mail import Smtp
from peppermoth.monitor.observe.mailbox import Imap, Pop3
from peppermoth.monitor.observe.proxy import Socks
from peppermoth.monitor.observe.talk import Irc, Xmpp
from peppermoth.monitor.observe.terminal import Rdp
from peppermoth.monitor.observe.web import Http1
from tests.monitor.observe import (
    test_databases,
    test_mail,
    test_mailbox,
    test_proxy,
    test_talk,
    test_terminal,
)
from tests.monitor.observe.feeding import CUTS, a_flow, c, facts, listen, s
from tests.wire import directories
from tests.wire.certificates import der
from tests.wire.hellos import client_hello, message, record, server_hello, server_name, vector

HELLO = c(record(22, client_hello([server_name(b"moth.example")])))
DOORS = {
    "smtp": (Smtp, [*test_mail.OPENING, c("STARTTLS"), s("220 go")]),
    "pop3": (Pop3, [*test_mailbox.POP[:1], c("STLS"), s("+OK")]),
    "imap": (Imap, [*test_mailbox.IMAP[:1], c("a1 STARTTLS"), s("a1 OK")]),
    "ftp": (Ftp, [s("220 FTP"), c("AUTH TLS"), s("234 go")]),
    "xmpp": (Xmpp, [*test_talk.XMPP[:2], c("<starttls/>"), s("<proceed/>")]),
    "irc": (Irc, [c("CAP LS 302", "STARTTLS"), s(":mx CAP * LS :tls", ":mx 670 * :go")]),
    "ldap": (Ldap, [c(directories.START_TLS), s(directories.extended_response(0))]),
    "mysql": (Mysql, test_databases.MYSQL_TLS[:2]),
    "postgresql": (Postgresql, test_databases.WITH_TLS[:2]),
    "rdp": (
        Rdp,
        [*test_terminal.RDP, s(bytes.fromhex("030000130ed000001234000200080001000000"))],
    ),
    "http": (Http1, [c("CONNECT moth.example:443 HTTP/1.1", ""), s("HTTP/1.1 200 OK", "")]),
    "socks": (Socks, test_proxy.PLAIN[:4]),
}


@pytest.mark.parametrize("through", DOORS)
def test_a_server_name_is_told_through_every_door(through):
    observer, opening = DOORS[through]
    told = listen(observer(a_flow()), [*opening, HELLO])
    (name,) = [one for one in told if one.kind == "name.sni"]
    assert name.value == "moth.example"
    assert name.packets == (len(opening) + 1,)
    assert name.flow is not None
    assert name.flow.outer == (through,)


@pytest.mark.parametrize("through", DOORS)
def test_nothing_of_what_comes_then_is_left_out_before(through):
    observer, opening = DOORS[through]
    following = observer(a_flow())
    for said in opening:
        listen(following, [said], end=False)
        assert [spared(following, speaker) for speaker in Speaker] == [0, 0]
    chain = message(11, vector(3, vector(3, der("Moth", ["cert.example"]))))
    told = listen(following, [HELLO, s(record(22, server_hello(None) + chain))])
    assert ("name.certificate", "cert.example") in facts(told)


@given(CUTS)
@pytest.mark.parametrize("through", sorted(set(DOORS) - {"http", "socks"}))
def test_it_is_told_however_the_stream_is_cut(through, cuts):
    observer, opening = DOORS[through]
    told = listen(observer(a_flow()), [*opening, HELLO], cuts)
    assert [one.value for one in told if one.kind == "name.sni"] == ["moth.example"]


@pytest.mark.parametrize(
    "through", sorted(set(DOORS) - {"http", "mysql", "postgresql", "socks", "rdp"})
)
def test_a_client_that_does_not_wait_is_followed_as_well(through):
    observer, opening = DOORS[through]
    *before, agreed = opening
    told = listen(observer(a_flow()), [*before, HELLO, agreed])
    assert [one.packets for one in told if one.kind == "name.sni"] == [(len(opening),)]
