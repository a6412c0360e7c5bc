"""Observers of protocols in clear: whatever both sides say, nothing is raised."""

from __future__ import annotations

from peppermoth.monitor.observation import Endpoint, Flow, Place, Speaker
from peppermoth.monitor.observe.files import Ftp
from peppermoth.monitor.observe.mail import Smtp
from peppermoth.monitor.observe.mailbox import Imap, Pop3
from peppermoth.monitor.observe.proxy import Socks
from peppermoth.monitor.observe.smb import Smb
from peppermoth.monitor.observe.talk import Irc, Xmpp
from peppermoth.monitor.observe.terminal import Rdp, Rlogin, Telnet, Vnc
from peppermoth.monitor.observe.web import Http1
from peppermoth.monitor.observe.web2 import Http2

PERMITTED: tuple[type[Exception], ...] = ()
OBSERVERS = (
    Http1, Http2, Smtp, Pop3, Imap, Ftp, Smb, Irc, Xmpp, Telnet, Rlogin, Rdp, Vnc, Socks,
)  # fmt: skip
SEEDS = (
    b"\x00GET / HTTP/1.1\r\nHost: a\r\n\r\n\xfeHTTP/1.1 200 OK\r\n\r\n",
    b"\x00EHLO a\r\nDATA\r\n\xfe250 a\r\n354 b\r\n\xfeSubject: a\r\n\r\nb\r\n.\r\n",
    b"\x00a LOGIN b {3}\r\n\xfe+ go\r\n\xfeabc\r\n",
    b"\x00\x05\x01\x00\xfe\x05\x00\xfe\x05\x01\x00\x03\x01a\x00\x50",
)
_FLOW = Flow(1, "tcp", Endpoint("192.0.2.1", 1), Endpoint("192.0.2.2", 2), True)


def fuzz(data: bytes) -> None:
    """Pieces between bytes FE are said by one side and the other in turn; FF is a gap."""
    for observer in (make(_FLOW) for make in OBSERVERS):
        for number, piece in enumerate(data.split(b"\xfe")):
            speaker = Speaker(number % 2)
            if piece[:1] == b"\xff":
                observer.gap(speaker)
            list(observer.receive(speaker, piece, Place(number + 1, 0.0)))
        list(observer.end())
