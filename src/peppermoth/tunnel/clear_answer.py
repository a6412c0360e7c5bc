"""The answer to HTTP in clear on the TLS port.

nginx answers a broken request there as ever, and a sound one with a page of its
own. What is broken only the web server behind the bridge can tell as it would: so
the request goes to it, and its answer passes if it is about the request's form and
is replaced by that page if not. Limits: heads of 64 KiB.
"""

from __future__ import annotations

from email.utils import formatdate

from peppermoth.cloaks.machine import Buffer
from peppermoth.tunnel.cover import server_field
from peppermoth.tunnel.site import plain_http_page

MAX_HEAD = 64 * 1024

_ABOUT_THE_FORM = (b"400", b"414", b"431", b"501", b"505")
_REFUSED = b"405"
_NEVER_SERVED = b"TRACE "


class ClearAnswer:
    """Makes the answer from the web server's own.

    ``replaced`` tells that the page stands in for it and that nothing else will be
    said; ``more``, that the stranger sent bytes beyond the head of its request.
    """

    def __init__(self, server: str) -> None:
        self._server = server
        self._request = b""
        self._head = b""
        self._passing = False
        self.replaced = False
        self.more = False

    def asked(self, data: Buffer) -> None:
        """Look on while the stranger asks."""
        if self.more or len(self._request) > MAX_HEAD:
            return
        self._request = (self._request + bytes(data)).lstrip(b"\r\n")
        _, end, rest = self._request.replace(b"\r\n", b"\n").partition(b"\n\n")
        self.more = bool(end and rest)

    def answer(self, data: Buffer) -> Buffer:
        """What to say to the stranger when the web server has said ``data``."""
        if self._passing or self.replaced:
            return b"" if self.replaced else data
        self._head += bytes(data)
        if not self._head.startswith(b"HTTP/"):
            self.replaced = True
            return plain_http_page(self._server)  # HTTP/0.9: a page without a head
        if b"\r\n\r\n" not in self._head and len(self._head) < MAX_HEAD:
            return b""
        status = self._head[9:12]
        if status in _ABOUT_THE_FORM or (
            status == _REFUSED and self._request.startswith(_NEVER_SERVED)
        ):
            self._passing = True
            return self.rest()
        self.replaced = True
        return self._page(server_field(self._head) or self._server)

    def rest(self) -> bytes:
        """What was held back, when the web server ends in the middle of its head."""
        head, self._head = self._head, b""
        return head

    def _page(self, server: str) -> bytes:
        page = plain_http_page(server)
        head = (
            f"HTTP/1.1 400 Bad Request\r\nServer: {server}\r\n"
            f"Date: {formatdate(usegmt=True)}\r\nContent-Type: text/html\r\n"
            f"Content-Length: {len(page)}\r\nConnection: close\r\n\r\n"
        ).encode("latin-1")
        return head if self._request.startswith(b"HEAD ") else head + page
