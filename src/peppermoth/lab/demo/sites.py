"""Two small web sites for the demonstration: one in clear, one behind TLS.

Their names end in ``.example``, which nobody owns (RFC 2606); whoever asks in the
demonstration is told where they are. The certificate is made on the spot, and
programs in the demonstration trust it and nothing else.
"""

from __future__ import annotations

import asyncio
import mimetypes
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from hypercorn.asyncio import serve as serve_application
from hypercorn.config import Config
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from peppermoth.lab.demo.line import LOOPBACK
from peppermoth.redact import Address
from peppermoth.tunnel import certificates
from peppermoth.tunnel.listener import bind

_CLOSING_SECONDS = 1.0


@dataclass(frozen=True)
class Site:
    """A web site: its host name, whether it is behind TLS, and its pages by path."""

    name: str
    secure: bool
    pages: Mapping[str, bytes]

    @property
    def scheme(self) -> str:
        """How its addresses begin."""
        return "https" if self.secure else "http"


def page(title: str, *paragraphs: str) -> bytes:
    """A small HTML page."""
    body = "".join(f"<p>{text}</p>\n" for text in paragraphs)
    return (
        f'<!doctype html>\n<html lang="en">\n<head><title>{title}</title></head>\n'
        f"<body>\n<h1>{title}</h1>\n{body}</body>\n</html>\n"
    ).encode()


SITES = (
    Site(
        "news.example",
        secure=False,
        pages={
            "/": page(
                "The Free Courier",
                "Eleven arrested at Friday's march",
                "When a friend is in custody",
            ),
            "/help/find-a-lawyer": page(
                "How to find a lawyer",
                "Write down the officer's name.",
                "Call legal aid from a safe phone.",
            ),
        },
    ),
    Site(
        "mail.example",
        secure=True,
        pages={
            "/inbox": page(
                "Inbox (2)",
                "Sara: are you safe? Call me when you can.",
                "Legal aid: your appointment on Tuesday at ten.",
            ),
            "/message/17/appointment.pdf": bytes(range(256)) * 240,
        },
    ),
)
"""What the person in the demonstration reads."""


def make_certificate(directory: Path, site: Site) -> tuple[Path, Path]:
    """Write a certificate for the site, and its key; where they are."""
    certificate, key = directory / f"{site.name}.pem", directory / f"{site.name}.key"
    key.write_bytes(certificates.new_key())
    certificate.write_bytes(certificates.self_signed(key, site.name, certificates.utc_now()))
    return certificate, key


def trusting(certificate: Path) -> ssl.SSLContext:
    """A program's TLS that accepts this certificate, for the names in it, and no other."""
    context = ssl.create_default_context(cafile=str(certificate))
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # it is its own authority
    return context


@asynccontextmanager
async def serving(site: Site, certificate: tuple[Path, Path] | None) -> AsyncIterator[Address]:
    """Serve the site on loopback for as long as the context lasts; where it is."""
    sock = bind(LOOPBACK)
    host, port = sock.getsockname()
    config = Config()
    config.bind = [f"fd://{sock.detach()}"]
    config.accesslog = config.errorlog = None
    config.graceful_timeout = _CLOSING_SECONDS
    if certificate is not None:
        config.certfile, config.keyfile = map(str, certificate)
    closing = asyncio.Event()
    application = cast(Any, _application(site.pages))
    server = asyncio.create_task(
        serve_application(application, config, shutdown_trigger=closing.wait), name=site.name
    )
    try:
        yield Address(host, port)
    finally:
        closing.set()
        await server


def _application(pages: Mapping[str, bytes]) -> Starlette:
    async def answer(request: Request) -> Response:
        body = pages.get(request.url.path)
        if body is None:
            return PlainTextResponse("There is no such page.", 404)
        kind, _ = mimetypes.guess_type(request.url.path)
        return Response(body, media_type=kind or "text/html")

    return Starlette(routes=[Route("/{path:path}", answer)])
