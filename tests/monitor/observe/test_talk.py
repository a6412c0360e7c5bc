"""IRC and XMPP in clear: names, logins, that talk could be read and with whom."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given

from peppermoth.monitor.observe.talk import Irc, Xmpp
from tests.monitor.observe.feeding import (
    CLIENT,
    CUTS,
    a_flow,
    c,
    everything,
    facts,
    listen,
    meaning,
    s,
)


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


IRC = [
    c("PASS canary-password", "NICK anna", "USER anna 0 * :Anna Canary"),
    s(":mx.example 001 anna :Welcome"),
    c("JOIN #moths", "PRIVMSG #moths :canary said", "PRIVMSG ben :canary to ben"),
    s(":cora!c@host PRIVMSG anna :canary to anna", ":cora!c@host PRIVMSG #moths :canary"),
    c("PRIVMSG NickServ :IDENTIFY canary-word"),
]
XMPP = [
    c("<?xml version='1.0'?><stream:stream from='anna@moth.example' to='moth.example'>"),
    s("<?xml version='1.0'?><stream:stream from='moth.example'><stream:features/>"),
    c(f"<auth xmlns='x' mechanism='PLAIN'>{b64(chr(0) + 'anna' + chr(0) + 'canary-pw')}</auth>"),
    s("<success/>"),
    c("<message to='ben@other.example/phone'><body>canary &amp; ben</body></message>"),
    s('<message from="cora@third.example"><body>canary</body></message>'),
]


def irc() -> Irc:
    return Irc(a_flow(6667))


def xmpp() -> Xmpp:
    return Xmpp(a_flow(5222))


def test_irc_tells_names_logins_and_that_messages_could_be_read():
    told = listen(irc(), IRC)
    assert facts(told) == [
        ("secret.password", "password, 15 characters"),
        ("identity.user", "a…"),
        ("content.chat", "message, 11 characters"),
        ("content.chat", "message, 13 characters"),
        ("identity.contact", "b…"),
        ("content.chat", "message, 14 characters"),
        ("identity.contact", "c…"),
        ("content.chat", "message, 6 characters"),
        ("secret.password", "password, 11 characters"),
    ]
    assert not [word for word in ("canary", "ben", "cora") if word in everything(told)]


def test_xmpp_tells_the_address_the_login_and_that_messages_could_be_read():
    told = listen(xmpp(), XMPP)
    assert facts(told) == [
        ("identity.mail_address", "a…@moth.example"),
        ("identity.user", "a…"),
        ("secret.password", "password, 9 characters"),
        ("content.chat", "message, 12 characters"),
        ("identity.contact", "b…@other.example"),
        ("content.chat", "message, 6 characters"),
        ("identity.contact", "c…@third.example"),
    ]
    assert not [word for word in ("canary", "ben@", "cora@") if word in everything(told)]


@given(CUTS)
@pytest.mark.parametrize(("make", "said"), [(irc, IRC), (xmpp, XMPP)], ids=["irc", "xmpp"])
def test_the_same_is_told_however_the_stream_is_cut(make, said, cuts):
    assert meaning(listen(make(), said, cuts)) == meaning(listen(make(), said))


def test_a_sasl_login_on_irc_is_read():
    said = [c("CAP REQ sasl", "AUTHENTICATE PLAIN"), s("AUTHENTICATE +")]
    told = listen(irc(), [*said, c("AUTHENTICATE " + b64("anna\0anna\0canary"))])
    assert ("secret.password", "password, 6 characters") in facts(told)
    assert "canary" not in everything(told)


def test_an_old_login_on_xmpp_is_read():
    old = "<iq><query><username>anna</username><password>canary</password></query></iq>"
    told = listen(xmpp(), [XMPP[0], c(old)])
    assert told[-1].details["user"] == "a…"
    assert told[-1].value == "password, 6 characters"


def test_starttls_on_xmpp_hands_over_only_if_the_server_proceeds():
    asked = [*XMPP[:2], c("<starttls xmlns='urn'/>")]
    hello = c(b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00")
    agreed = listen(xmpp(), [*asked, s("<proceed xmlns='urn'/>"), hello, XMPP[2]])
    assert "secret.password" not in dict(facts(agreed))
    refused = listen(xmpp(), [*asked, s("<failure xmlns='urn'/>"), XMPP[2]])
    assert "secret.password" in dict(facts(refused))


def test_whom_one_keeps_in_the_list_of_contacts_is_told_and_oneself_is_not():
    roster = '<query xmlns="jabber:iq:roster"><item jid="mum@m.example" name="canary"/></query>'
    told = listen(
        xmpp(),
        [
            c("<stream:stream to='moth.example'>"),
            s("<iq type='result'><bind><jid>anna@moth.example/canary</jid></bind></iq>"),
            c("<presence to='carl@c.example' type='subscribe'/>"),
            s(f'<item jid="no@body.example"/><iq type="result">{roster}</iq>'),
            s("<presence from='anna@moth.example/phone'/><presence from='dan@d.example/x'/>"),
        ],
    )
    assert facts(told) == [
        ("identity.mail_address", "a…@moth.example"),
        ("identity.contact", "c…@c.example"),
        ("identity.contact", "m…@m.example"),
        ("identity.contact", "d…@d.example"),
    ]
    assert not [word for word in ("canary", "mum@", "carl@") if word in everything(told)]


def test_a_newer_login_on_xmpp_is_read():
    response = b64("\0anna\0canary-pw")
    newer = (
        "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'>"
        f"<initial-response>{response}</initial-response></authenticate>"
    )
    assert facts(listen(xmpp(), [XMPP[0], c(newer)]))[1:] == [
        ("identity.user", "a…"),
        ("secret.password", "password, 9 characters"),
    ]


@pytest.mark.parametrize("answer", [":mx 691 * :no", ":mx 421 anna STARTTLS :unknown"])
def test_irc_goes_on_where_tls_is_refused(answer):
    told = facts(listen(irc(), [c("STARTTLS"), s(answer, ":mx 691 * :no"), *IRC]))
    assert told == facts(listen(irc(), IRC))


def test_irc_goes_on_at_the_next_line_after_lost_bytes():
    observer = irc()
    listen(observer, [c("PRIVMSG #a :x")], end=False)
    observer.gap(CLIENT)
    assert facts(listen(observer, [c("yz", "NICK anna")])) == [("identity.user", "a…")]


def test_what_is_no_xml_ends_a_side():
    observer = xmpp()
    assert listen(observer, [(CLIENT, b"<>"), s("<>")]) == []
    assert observer.done
