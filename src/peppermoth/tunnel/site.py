"""The cover's own site: static files by Starlette, dressed as nginx's.

Fields, their order and error pages are those of nginx: what strangers see is a web
server that is found everywhere. Limits: what nginx does beyond serving files, such
as compression, is not copied; where a bridge may be probed hard, let a real nginx
be its cover.
"""

from __future__ import annotations

import os
import re
import stat
from email.utils import formatdate
from http import HTTPStatus
from pathlib import Path
from typing import cast
from urllib.parse import unquote_to_bytes

from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Message, Receive, Scope, Send

EMBEDDED_SITE = Path(__file__).parent / "site_files"
SERVER = "nginx"

# The order in which nginx writes the fields of a response.
_ORDER = (
    "server", "date", "content-type", "content-length", "last-modified", "location",
    "connection", "etag", "content-range", "accept-ranges",
)  # fmt: skip
_ORIGIN = re.compile(rb"\A[A-Za-z][A-Za-z0-9+.-]*://[^/]*")  # of a target in absolute form
_BAD_PERCENT = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_NOWHERE = (b"", b".")  # parts of a path that lead nowhere
_FOUND = (200, 206, 304)
_PHRASES = {405: "Not Allowed", 414: "Request-URI Too Large"}


def error_page(status: int, server: str = SERVER) -> bytes:
    """nginx's page for an error; ``server`` is its name as in the Server field."""
    heading = f"{status} {phrase(status)}"
    return _page(heading, heading, "", server)


def bad_request_page(why: str, server: str = SERVER) -> bytes:
    """nginx's page for a request that it refuses for a reason it names."""
    return _page(f"400 {why}", f"400 {phrase(400)}", f"<center>{why}</center>\r\n", server)


def plain_http_page(server: str = SERVER) -> bytes:
    """nginx's page for an HTTP request in clear on the port of HTTPS."""
    return bad_request_page("The plain HTTP request was sent to HTTPS port", server)


def _page(title: str, heading: str, note: str, server: str) -> bytes:
    return (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n"
        f"<center><h1>{heading}</h1></center>\r\n{note}"
        f"<hr><center>{server}</center>\r\n</body>\r\n</html>\r\n"
    ).encode()


def phrase(status: int) -> str:
    """nginx's name for a status."""
    return _PHRASES.get(status) or HTTPStatus(status).phrase


class _Page(Response):
    """An error page, or a redirect, as a response."""

    media_type = "text/html"

    def __init__(self, status: int, location: str | None = None) -> None:
        headers = {"location": location} if location else None
        super().__init__(error_page(status), status, headers)


def resolve(target: bytes) -> str | None:
    """The path that nginx makes of a request's target; None where it answers with error 400."""
    path = _ORIGIN.sub(b"", target.partition(b"#")[0]) or b"/"
    decoded = unquote_to_bytes(path)
    if not path.startswith(b"/") or _BAD_PERCENT.search(path) or b"\0" in decoded:
        return None
    parts: list[bytes] = []
    *between, last = decoded.split(b"/")
    for part in (*between, last):
        if part == b"..":
            if not parts:
                return None
            parts.pop()
        elif part not in _NOWHERE:
            parts.append(part)
    is_directory = last == b".." or last in _NOWHERE
    return os.fsdecode(b"/".join([b"", *parts, *([b""] if is_directory else [])]))


class _Files(StaticFiles):
    """A directory, with nginx's entity tags; a path that ends in a slash is no file's."""

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        found, status = super().lookup_path(path)
        if status is not None and path.endswith("/") and not stat.S_ISDIR(status.st_mode):
            return "", None
        return found, status

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        etag = f'"{int(stat_result.st_mtime):x}-{stat_result.st_size:x}"'
        response = FileResponse(
            full_path, status_code, headers={"etag": etag}, stat_result=stat_result
        )
        sent = dict(cast("list[tuple[bytes, bytes]]", scope["headers"]))
        unchanged = (
            sent.get(b"if-none-match") == etag.encode()
            or sent.get(b"if-modified-since") == response.headers["last-modified"].encode()
        )
        if status_code == HTTPStatus.OK and unchanged:
            kept = {name: response.headers[name] for name in ("last-modified", "etag")}
            return Response(status_code=304, headers=kept)
        return response


class StaticSite:
    """An ASGI application that serves a directory as nginx would."""

    def __init__(self, directory: Path) -> None:
        self._files = _Files(directory=directory, html=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        response = await self._answer(scope)
        if isinstance(response, RedirectResponse):
            response = _Page(301, response.headers["location"])
        await response(scope, receive, _dressed(scope, send))

    async def _answer(self, scope: Scope) -> Response:
        path = resolve(scope["raw_path"])
        if path is None:
            return _Page(400)
        posts = scope["method"] == "POST"  # nginx refuses a POST when it has found the file
        wanted = {**scope, "path": path, "method": "GET" if posts else scope["method"]}
        try:
            response = await self._files.get_response(path.lstrip("/"), wanted)
        except HTTPException as error:
            return _Page(403 if error.status_code == 401 else error.status_code)
        return _Page(405) if posts and response.status_code in _FOUND else response


def rank(name: str) -> int:
    """The place of a field in nginx's responses."""
    return _ORDER.index(name) if name in _ORDER else len(_ORDER)


async def bad_gateway(scope: Scope, receive: Receive, send: Send) -> None:
    """An ASGI application that knows one answer: the server behind this one is away."""
    await _Page(502)(scope, receive, _dressed(scope, send))


def _dressed(scope: Scope, send: Send) -> Send:
    """``send``, with the response's fields as nginx writes them."""
    in_http1 = scope["http_version"].startswith("1")

    async def dressed(message: Message) -> None:
        if message["type"] == "http.response.start":
            fields = {name.decode(): value.decode("latin-1") for name, value in message["headers"]}
            fields |= {"server": SERVER, "date": formatdate(usegmt=True)}
            if in_http1:
                fields["connection"] = "close" if message["status"] == 400 else "keep-alive"
            if message["status"] == HTTPStatus.PARTIAL_CONTENT:
                fields.pop("accept-ranges", None)
            if kind := fields.get("content-type"):
                fields["content-type"] = kind.partition(";")[0]
            message["headers"] = [
                (name.encode(), fields[name].encode("latin-1")) for name in sorted(fields, key=rank)
            ]
        await send(message)

    return dressed
