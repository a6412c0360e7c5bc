"""How protocols of the web, mail, files and talk begin: by first bytes, whatever the port.

Each takes the client's first bytes and the server's, either of which may be empty (not
come yet, or not captured) or cut, and says whether they can be of its protocol and of
no other of the table. Further looks, at binary protocols, are in ``looks``.
"""

from __future__ import annotations

import re
from typing import Final

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.http2 import PREFACE
from peppermoth.wire.smb import ENCRYPTED, SMB1, SMB2
from peppermoth.wire.tftp import decode_request

_METHODS: Final = frozenset(
    b"GET POST HEAD PUT DELETE OPTIONS PATCH CONNECT TRACE PROPFIND REPORT".split()
)
_FTP_COMMAND: Final = re.compile(
    rb"(?:USER [^ \r\n]+\r?\n|AUTH (?:TLS|SSL)|FEAT\r|SYST\r|HOST |CLNT |OPTS |PORT \d|PASV\r|EPSV)"
)
_POP_COMMAND: Final = re.compile(
    rb"(?:USER [^ \r\n]+\r?\n|CAPA\r|AUTH\b|APOP |STLS\r|STAT\r|UIDL\r|RETR \d)"
)
_SMTP_COMMAND: Final = re.compile(rb"(?:EHLO|HELO|LHLO) |MAIL FROM: ?<", re.IGNORECASE)
_IMAP_COMMAND: Final = re.compile(
    rb"[A-Za-z0-9.]{1,20} (?:CAPABILITY|LOGIN|AUTHENTICATE|STARTTLS|ID|SELECT|UID FETCH)\b",
    re.IGNORECASE,
)
_IRC_COMMAND: Final = re.compile(
    rb"(?:CAP (?:LS|REQ|END)|NICK [^ \r\n]+\r?\n|PASS [^\r\n]+\r?\n(?:NICK|USER|CAP) |"
    rb"USER [^ \r\n]+ [^ \r\n]+ [^ \r\n]+ :?)"
)
_IRC_REPLY: Final = re.compile(rb":[^ \r\n]{1,100} (?:NOTICE|\d{3}) ")
_RLOGIN: Final = re.compile(rb"\0[\w.-]{1,32}\0[\w.-]{1,32}\0[\w.-]{1,40}/\d{2,6}\0")
_RFB: Final = re.compile(rb"RFB \d{3}\.\d{3}\n")
_XMPP: Final = re.compile(rb"\s{0,20}<(?:\?xml[^>]{0,100}>\s{0,20}<)?stream:stream\b")
_NEGOTIATION: Final = re.compile(rb"\xff[\xfb-\xfe][\x00-\x31]")
_SOCKS5_METHODS: Final = frozenset((0, 1, 2, 3, 5, 6, 7, 8, 9, *range(0x80, 0xFF)))
_NFS_CALL: Final = b"\0\0\0\0\0\0\0\x02\0\x01\x86\xa3"
_BARE_RDP: Final = bytes.fromhex("0300000b06e00000000000")


def http(client: bytes, server: bytes) -> bool:
    """HTTP/1: a request line, or a status line where no client was captured."""
    if not client:
        return server[:7] == b"HTTP/1."
    line, newline, _ = client[:4096].lstrip(b"\r\n").partition(b"\n")
    if newline:
        return line.rstrip(b"\r ")[-8:-1] == b"HTTP/1."
    method, _, target = line.partition(b" ")
    return method in _METHODS and (target[:1] == b"/" or target[:7] == b"http://")


def http2(client: bytes, server: bytes) -> bool:
    """HTTP/2 in clear: the client's preface."""
    return len(client) >= 14 and PREFACE.startswith(client[: len(PREFACE)])


def smtp(client: bytes, server: bytes) -> bool:
    """SMTP: its greeting names it, or the client does."""
    if _SMTP_COMMAND.match(client):
        return server[:3].isdigit() or not server
    return server[:3] == b"220" and b"SMTP" in _first_line(server)


def ftp(client: bytes, server: bytes) -> bool:
    """FTP: its greeting names it, or a command that only it has."""
    if server and server[:3] not in (b"220", b"120"):
        return False
    if _FTP_COMMAND.match(client):
        return True
    return b"FTP" in _first_line(server) and not client


def pop3(client: bytes, server: bytes) -> bool:
    """POP3."""
    if server and server[:3] != b"+OK":
        return False
    return bool(_POP_COMMAND.match(client)) or (bool(server) and not client)


def imap(client: bytes, server: bytes) -> bool:
    """IMAP."""
    greeted = server.startswith((b"* OK", b"* PREAUTH", b"* BYE"))
    return greeted or bool(_IMAP_COMMAND.match(client) and (not server or server[:2] == b"* "))


def irc(client: bytes, server: bytes) -> bool:
    """IRC."""
    return bool(_IRC_COMMAND.match(client) or (not client and _IRC_REPLY.match(server)))


def xmpp(client: bytes, server: bytes) -> bool:
    """XMPP: a stream is opened."""
    return bool(_XMPP.match(client) or (not client and _XMPP.match(server)))


def telnet(client: bytes, server: bytes) -> bool:
    """Telnet: options are negotiated first."""
    return bool(_NEGOTIATION.match(server) or _NEGOTIATION.match(client))


def rlogin(client: bytes, server: bytes) -> bool:
    """rlogin: two users and a terminal."""
    return bool(_RLOGIN.match(client))


def rdp(client: bytes, server: bytes) -> bool:
    """A remote desktop: a connection request with a cookie (of the user, or of a session to go
    on with), or with RDP's negotiation."""
    if client[:2] != b"\x03\x00" or client[5:6] != b"\xe0":
        return False
    return (
        b"Cookie: msts" in client[:200]
        or client[11:15] == b"\x01\x00\x08\x00"
        or client == _BARE_RDP
    )


def vnc(client: bytes, server: bytes) -> bool:
    """VNC: the server's version."""
    return bool(_RFB.match(server) or (not server and _RFB.match(client)))


def socks(client: bytes, server: bytes) -> bool:
    """SOCKS 4 or 5: a request, or methods and nothing else yet."""
    if client[:1] == b"\x04" and client[1:2] in (b"\x01", b"\x02"):
        return len(client) >= 9 and client.find(b"\0", 8) >= 0 and server[:1] in (b"", b"\0")
    if client[:1] != b"\x05" or len(client) < 3 or server[:1] not in (b"", b"\x05"):
        return False
    methods = client[2 : 2 + client[1]]
    alone = len(client) == 2 + client[1] or bool(server)
    return 0 < client[1] == len(methods) and alone and _SOCKS5_METHODS.issuperset(methods)


def smb(client: bytes, server: bytes) -> bool:
    """SMB, or the NetBIOS session that it may run in."""
    if client[:4] == b"\x81\0\0\x44":
        return True
    return client[:1] == b"\0" and client[4:8] in (SMB1, SMB2, ENCRYPTED)


def nfs(client: bytes, server: bytes) -> bool:
    """NFS: a call of ONC RPC to its program."""
    return client[8:20] == _NFS_CALL


def tftp(client: bytes, server: bytes) -> bool:
    """TFTP: a request."""
    try:
        decode_request(client)
    except RemoteProtocolError:
        return False
    return True


def _first_line(text: bytes) -> bytes:
    return text[:512].partition(b"\n")[0].upper()
