"""POP3 and IMAP in clear: logins and fetched mail."""

from __future__ import annotations

import base64
import imaplib
import poplib

import pytest
from hypothesis import given

from peppermoth.monitor.observation import Certainty
from peppermoth.monitor.observe.mailbox import Imap, Pop3
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

MAIL = "From: ben@other.example\r\nTo: anna@moth.example\r\nSubject: canary\r\n\r\ncanary body\r\n"
TLS_HELLO = c(b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00")


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


POP = [
    s("+OK ready <1.2@mx.example>"),
    c("CAPA"),
    s("+OK", "USER", "STLS", "."),
    c("USER anna@moth.example"),
    s("+OK"),
    c("PASS canary word"),
    s("+OK"),
    c("LIST"),
    s("+OK", "1 80", "."),
    c("RETR 1"),
    s("+OK", MAIL.encode(), "."),
    c("TOP 1 0"),
    s("+OK", MAIL.encode(), "."),
    c("QUIT"),
]
IMAP = [
    s("* OK ready"),
    c('a1 LOGIN anna@moth.example "canary \\"word"'),
    s("a1 OK"),
    c("a2 SELECT INBOX"),
    s("* 1 EXISTS", "a2 OK"),
    c("a3 FETCH 1 BODY[]"),
    s(f"* 1 FETCH (BODY[] {{{len(MAIL)}}}", MAIL.encode(), b" FLAGS (\\Seen))\r\n", "a3 OK"),
    c(f"a4 APPEND Sent {{{len(MAIL)}}}"),
    s("+ go on"),
    c(MAIL.encode(), ""),
    s("a4 OK"),
    c("a5 FETCH 1 ENVELOPE"),
    s(
        '* 1 FETCH (ENVELOPE ("Mon, 1 Jan 2024" "canary subject" (("Ben" NIL "ben" '
        '"other.example")) NIL NIL NIL NIL NIL NIL "<id@x>"))',
        "a5 OK",
    ),
    c("a6 LOGOUT"),
]


def pop3() -> Pop3:
    return Pop3(a_flow(110))


def imap() -> Imap:
    return Imap(a_flow(143))


def test_pop3_tells_the_login_and_the_mails_that_were_fetched():
    told = listen(pop3(), POP)
    mail = ("content.mail", "subject, 6 characters")
    assert facts(told) == [
        ("identity.mail_address", "a…@moth.example"),
        ("identity.user", "a…@moth.example"),
        ("secret.password", "password, 11 characters"),
        mail,
        ("identity.contact", "b…@other.example"),
        mail,
    ]
    assert not [word for word in ("canary", "anna", "ben@") if word in everything(told)]


def test_imap_tells_the_login_and_mails_fetched_stored_and_listed():
    told = listen(imap(), IMAP)
    assert facts(told)[:3] == [
        ("identity.mail_address", "a…@moth.example"),
        ("identity.user", "a…@moth.example"),
        ("secret.password", "password, 12 characters"),
    ]
    assert [one.value for one in told if one.kind == "content.mail"] == [
        "subject, 6 characters", "subject, 6 characters", "subject, 14 characters",
    ]  # fmt: skip
    assert not [word for word in ("canary", "anna", "ben@") if word in everything(told)]


@given(CUTS)
@pytest.mark.parametrize(("make", "said"), [(pop3, POP), (imap, IMAP)], ids=["pop3", "imap"])
def test_the_same_is_told_however_the_stream_is_cut(make, said, cuts):
    assert meaning(listen(make(), said, cuts)) == meaning(listen(make(), said))


def received(*fields, login="USER anna"):
    """What a fetched mail with these fields tells of people: kind, address, certainty."""
    mail = [s("+OK hi"), c(login), s("+OK"), c("RETR 1"), s("+OK", *fields, "", "hello", ".")]
    told = listen(pop3(), mail)[2 if "@" in login else 1 :]
    return [(one.kind, one.value, one.certainty) for one in told if one.kind != "content.mail"]


def test_the_authors_of_a_fetched_mail_are_others():
    told = received(
        "From: ben@other.example", "Sender: cora@third.example", "Reply-To: dan@fourth.example"
    )
    assert told == [
        ("identity.contact", "b…@other.example", Certainty.SEEN),
        ("identity.contact", "c…@third.example", Certainty.SEEN),
        ("identity.contact", "d…@fourth.example", Certainty.SEEN),
    ]


def test_of_a_fetched_mails_recipients_only_the_login_is_ones_own():
    fields = ("To: anna@moth.example, ben@other.example", "Cc: cora@third.example")
    others = [
        ("identity.contact", "b…@other.example", Certainty.LIKELY),
        ("identity.contact", "c…@third.example", Certainty.LIKELY),
    ]
    assert received(*fields, login="USER anna@moth.example") == others
    assert received(*fields) == [
        ("identity.contact", "a…@moth.example", Certainty.LIKELY),
        *others,
    ]


def test_a_fetched_mails_only_recipient_is_possibly_its_reader():
    to_one, to_a_list = "To: anna@moth.example", "To: list@moth.example"
    assert received(to_one) == [("identity.mail_address", "a…@moth.example", Certainty.POSSIBLE)]
    assert received(to_a_list, login="USER anna@moth.example") == [
        ("identity.contact", "l…@moth.example", Certainty.LIKELY)
    ]


def test_apop_gives_a_hash_and_auth_a_password():
    told = facts(listen(pop3(), [*POP[:1], c("APOP anna " + "c4" * 16)]))
    assert ("secret.hash", "response, 32 characters") in told
    login = [*POP[:1], c("AUTH PLAIN"), s("+ "), c(b64("\0anna\0canary")), s("+OK")]
    assert ("secret.password", "password, 6 characters") in facts(listen(pop3(), login))


@pytest.mark.parametrize(
    "said",
    [
        [c("a1 LOGIN {4}"), s("+ ok"), c(b"anna", " {6}"), s("+ ok"), c(b"canary", "")],
        [c("a1 LOGIN {4+}", b"anna", " {6+}", b"canary", "")],
        [c("a1 AUTHENTICATE PLAIN"), s("+ "), c(b64("\0anna\0canary"))],
        [c("a1 AUTHENTICATE PLAIN " + b64("\0anna\0canary"))],
    ],
    ids=["literals", "literals at once", "plain", "plain at once"],
)
def test_every_form_of_imap_login_is_read(said):
    told = listen(imap(), [*IMAP[:1], *said])
    assert ("secret.password", "password, 6 characters") in facts(told)
    assert ("identity.user", "a…") in facts(told)
    assert "canary" not in everything(told)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (pop3, [*POP[:1], c("STLS"), s("+OK"), TLS_HELLO]),
        (imap, [*IMAP[:1], c("a1 STARTTLS"), s("a1 OK"), TLS_HELLO]),
    ],
    ids=["pop3", "imap"],
)
def test_tls_is_handed_over_where_the_server_agrees(make, said):
    told = listen(make(), [*said, c("USER anna"), c("a1 LOGIN anna canary")])
    assert "secret.password" not in dict(facts(told))
    refused = [*said[:2], s("-ERR no", "a1 NO no"), c("USER anna"), c("a2 LOGIN anna canary")]
    assert "identity.user" in dict(facts(listen(make(), refused)))


def test_python_s_poplib_and_imaplib_are_read():
    ok = by_first_word({}, b"+OK\r\n")
    with scripted(b"+OK hi\r\n", ok) as (port, said):
        client = poplib.POP3("127.0.0.1", port, timeout=10)
        client.user("anna")
        client.pass_("canary")
        client.quit()
    assert ("secret.password", "password, 6 characters") in facts(listen(pop3(), said))

    def tagged(data: bytes) -> bytes:
        extra = b"* CAPABILITY IMAP4rev1\r\n" if b"CAPABILITY" in data else b""
        return extra + data.split()[0] + b" OK done\r\n"

    with scripted(b"* OK hi\r\n", tagged) as (port, said):
        mailbox = imaplib.IMAP4("127.0.0.1", port, timeout=10)
        mailbox.login("anna", "canary")
        mailbox.shutdown()
    assert ("secret.password", "password, 6 characters") in facts(listen(imap(), said))
