"""SMTP in clear: people, logins, that mail could be read."""

from __future__ import annotations

import base64
import email.message
import smtplib

import pytest
from hypothesis import given

from peppermoth.monitor.observe.mail import Smtp
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
from tests.monitor.observe.scripted import by_first_word, scripted

BODY = "canary body\r\n..\r\nAUTH PLAIN canary\r\n"


def b64(text: str | bytes) -> str:
    return base64.b64encode(text.encode() if isinstance(text, str) else text).decode()


OPENING = [
    s("220 mx.example ESMTP"),
    c("EHLO laptop.local canary"),
    s("250-mx.example", "250 AUTH PLAIN"),
]
SESSION = [
    *OPENING,
    c("AUTH PLAIN " + b64("\0anna@moth.example\0canary-password")),
    s("235 ok"),
    c("MAIL FROM:<anna@moth.example> SIZE=99", "RCPT TO:<ben.canary@other.example>", "DATA"),
    s("250 ok", "250 ok", "354 go on"),
    c(
        "From: Anna Canary <anna@moth.example>",
        "To: Ben <ben.canary@other.example>,",
        "  cora.canary@third.example",
        "Subject: canary subject",
        "X-Mailer: Mothmail 3",
        "",
        BODY.encode(),
        ".",
    ),
    s("250 stored"),
    c("MAIL FROM:<anna@moth.example>"),
    s("250 ok"),
    c("QUIT"),
]


def smtp(**options) -> Smtp:
    return Smtp(a_flow(25, **options))


def test_a_session_tells_login_people_and_that_mail_could_be_read():
    told = listen(smtp(), SESSION)
    assert facts(told) == [
        ("identity.host_name", "laptop.local"),
        ("identity.mail_address", "a…@moth.example"),
        ("identity.user", "a…@moth.example"),
        ("secret.password", "password, 15 characters"),
        ("identity.mail_address", "a…@moth.example"),
        ("identity.contact", "b…@other.example"),
        ("content.mail", "subject, 14 characters"),
        ("identity.mail_address", "a…@moth.example"),
        ("identity.contact", "c…@third.example"),
        ("device.software", "Mothmail 3"),
    ]
    assert not [word for word in ("canary", "anna", "ben", "cora") if word in everything(told)]


def test_the_authors_fields_of_a_sent_mail_are_ones_own():
    mail = c("From: a@moth.example", "Sender: b@moth.example", "Reply-To: c@home.example",
             "To: a@moth.example, d@other.example", "", "x", ".")  # fmt: skip
    told = listen(smtp(), [*OPENING, c("DATA"), s("354 go"), mail])
    assert [pair for pair in facts(told) if "@" in pair[1]] == [
        ("identity.mail_address", "a…@moth.example"),
        ("identity.mail_address", "b…@moth.example"),
        ("identity.mail_address", "c…@home.example"),
        ("identity.contact", "d…@other.example"),
    ]


def test_who_sends_mail_to_the_device_is_somebody_else():
    told = listen(smtp(device_is_client=False), [*OPENING, c("MAIL FROM:<ben@other.example>")])
    assert facts(told) == [("identity.contact", "b…@other.example")]


@given(CUTS)
def test_the_same_is_told_however_the_stream_is_cut(cuts):
    assert meaning(listen(smtp(), SESSION, cuts)) == meaning(listen(smtp(), SESSION))


@pytest.mark.parametrize(
    ("responses", "told"),
    [
        (["AUTH LOGIN", b64("anna"), b64("canary")], ("secret.password", "password, 6 characters")),
        (
            ["AUTH LOGIN " + b64("anna"), b64("canary")],
            ("secret.password", "password, 6 characters"),
        ),
        (["AUTH PLAIN", b64("\0anna\0canary")], ("secret.password", "password, 6 characters")),
        (["AUTH CRAM-MD5", b64("anna " + "c" * 32)], ("secret.hash", "response, 32 characters")),
        (
            ["AUTH XOAUTH2 " + b64("user=anna\1auth=Bearer canary\1\1")],
            ("secret.token", "token, 6 characters"),
        ),
    ],
    ids=["login", "login at once", "plain", "cram-md5", "xoauth2"],
)
def test_every_kind_of_login_is_read(responses, told):
    said = [*OPENING]
    for response in responses:
        said += [c(response), s("334 more")]
    said[-1] = s("235 ok")
    found = listen(smtp(), said)
    assert told in facts(found)
    assert ("identity.user", "a…") in facts(found)
    assert "canary" not in everything(found)


def test_a_refused_login_s_next_line_is_a_command_again():
    said = [*OPENING, c("AUTH LOGIN"), s("504 no"), c("MAIL FROM:<anna@moth.example>")]
    told = facts(listen(smtp(), said))
    assert ("identity.mail_address", "a…@moth.example") in told
    assert "identity.user" not in dict(told)


def test_a_refused_mail_is_followed_by_commands():
    said = [*OPENING, c("DATA"), s("503 no"), c("MAIL FROM:<anna@moth.example>")]
    assert ("identity.mail_address", "a…@moth.example") in facts(listen(smtp(), said))


def test_only_the_client_captured_is_enough():
    told = listen(smtp(), [one for one in SESSION if one[0] is CLIENT])
    assert meaning(told) == meaning(listen(smtp(), SESSION))


def test_chunks_are_counted_and_only_the_first_holds_a_header():
    said = [
        *OPENING,
        c("BDAT 26", b"Subject: canary\r\n\r\ncanary\r\n"[:26], "BDAT 14 LAST", b"Subject: canar"),
        c("MAIL FROM:<anna@moth.example>"),
    ]
    told = facts(listen(smtp(), said))
    assert [kind for kind, _ in told] == [
        "identity.host_name", "content.mail", "identity.mail_address",
    ]  # fmt: skip


def test_a_long_body_is_not_held():
    observer = smtp()
    listen(observer, [*OPENING, c("DATA"), s("354 go"), c("Subject: x", "")], end=False)
    for _ in range(30):
        listen(observer, [(CLIENT, b"canary canary\r\n" * 3000)], end=False)
        assert len(observer.sides[CLIENT]) < 10
    told = listen(observer, [c(".", "MAIL FROM:<anna@moth.example>")])
    assert ("identity.mail_address", "a…@moth.example") in facts(told)


def test_starttls_hands_over_only_if_the_server_agrees():
    hello = (CLIENT, b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00")
    observer = smtp()
    listen(observer, [*OPENING, c("STARTTLS"), s("220 go"), hello], end=False)
    assert listen(observer, [c("MAIL FROM:<anna@moth.example>")]) == []
    refused = [*OPENING, c("STARTTLS"), s("454 no"), c("MAIL FROM:<anna@moth.example>")]
    assert ("identity.mail_address", "a…@moth.example") in facts(listen(smtp(), refused))


def test_after_lost_bytes_commands_are_read_from_the_next_line():
    observer = smtp()
    listen(observer, [*OPENING, c("RCPT TO:<x")], end=False)
    observer.gap(CLIENT)
    told = listen(observer, [c("y@z.example>", "MAIL FROM:<anna@moth.example>")])
    assert facts(told) == [("identity.mail_address", "a…@moth.example")]


def test_python_s_smtplib_is_read():
    replies = {
        b"EHLO": b"250-mx\r\n250 AUTH PLAIN\r\n",
        b"AUTH": b"235 ok\r\n",
        b"DATA": b"354 go\r\n",
        b"QUIT": b"221 bye\r\n",
    }
    message = email.message.EmailMessage()
    message["From"], message["To"] = "anna@moth.example", "ben@other.example"
    message["Subject"] = "canary"
    message.set_content("canary\n")
    with (
        scripted(b"220 mx ESMTP\r\n", by_first_word(replies, b"250 ok\r\n")) as (port, said),
        smtplib.SMTP("127.0.0.1", port, "laptop.local", timeout=10) as client,
    ):
        client.login("anna", "canary-password")
        client.send_message(message)
    told = listen(smtp(), said)
    assert {
        ("secret.password", "password, 15 characters"),
        ("content.mail", "subject, 6 characters"),
        ("identity.contact", "b…@other.example"),
    } <= set(facts(told))
    assert "canary" not in everything(told)
