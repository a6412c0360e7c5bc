"""Pictures and sample output of the documentation: ``python -m tests.see.pictures``.

Writes the pictures of the report's page to ``docs/images`` and prints what a terminal shows
of the made-up minute before and after (for ``docs/tutorial.md``). In the minute a person
visits a shop without HTTPS, signs in there, visits a library and a clinic with it, and
sends a mail; after it the same goes through a tunnel.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import dns.message
import dns.rrset

from tests.exposure.browser import Page, chromium
from tests.house import ROOT
from tests.monitor.frames import DEVICE, pcap
from tests.monitor.observe.feeding import Said, c, s
from tests.monitor.observe.test_mail import b64
from tests.see.command import Command
from tests.see.conversations import connection, datagrams
from tests.wire.hellos import chrome_flight, record, server_hello

IMAGES: Final = ROOT / "docs" / "images"
SECONDS: Final = 37
SHOP, MAIL, LIBRARY, CLINIC, COVER = (f"198.51.100.{number}" for number in (20, 25, 43, 44, 80))
SITES: Final = {
    "shop.example": SHOP,
    "library.example": LIBRARY,
    "clinic.example": CLINIC,
    "mail.example": MAIL,
}
AGENT: Final = "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/146.0.0.0"
PAGE: Final = s("HTTP/1.1 200 OK", "Content-Type: text/html", "Content-Length: 4", "", b"page")


def visit(path: str, *more: str, form: str = "") -> list[Said]:
    """A page of the shop."""
    method = "POST" if form else "GET"
    head = [f"{method} {path} HTTP/1.1", "Host: shop.example", AGENT, *more]
    if form:
        head += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(form)}"]
    return [c(*head, "", form.encode()), PAGE]


def encrypted(host: str) -> list[Said]:
    """A page with HTTPS, of TLS 1.3."""
    answer = record(22, server_hello([(43, b"\x03\x04")]), 0x0303)
    return [c(chrome_flight("chrome:stable", host)), s(answer + record(23, bytes(900), 0x0303))]


def lookup(number: int, name: str) -> list[Said]:
    """A name is asked for, and the answer."""
    query = dns.message.make_query(name, "A", id=number)
    answer = dns.message.make_response(query)
    answer.answer.append(dns.rrset.from_text(f"{name}.", 300, "IN", "A", SITES[name]))
    return [c(query.to_wire()), s(answer.to_wire())]


POST: Final = [
    s("220 mail.example ESMTP"),
    c("EHLO laptop.local"),
    s("250-mail.example", "250 AUTH PLAIN"),
    c("AUTH PLAIN " + b64("\0anna\0quite-a-secret")),
    s("235 ok"),
    c("MAIL FROM:<anna@mail.example>", "RCPT TO:<ben@paper.example>", "DATA"),
    s("250 ok", "250 ok", "354 go on"),
    c("From: anna@mail.example", "To: ben@paper.example", "Subject: noon", "", "At noon.", "."),
    s("250 stored"),
    c("QUIT"),
]
SEARCH: Final = visit("/find?q=tent+for+two")
SIGN_IN: Final = visit("/login", "Cookie: cart=7", form="user=anna&password=quite-a-secret")
SIGNED_IN: Final = visit("/orders", "Cookie: cart=7; session=0123456789abcdef")


def before() -> Iterator[bytes]:
    """The minute."""
    for number, name in enumerate(SITES):
        yield from datagrams(50_000 + number, 53, lookup(number, name))
    for number, said in enumerate((SEARCH, SIGN_IN, SIGNED_IN)):
        yield from connection(40_000 + number, 80, said, SHOP)
    yield from connection(40_010, 443, encrypted("library.example"), LIBRARY)
    yield from connection(40_011, 443, encrypted("clinic.example"), CLINIC)
    yield from connection(40_012, 25, POST, MAIL)


def after() -> Iterator[bytes]:
    """The same through a tunnel, whose cover is a bakery."""
    answer = record(22, server_hello([(43, b"\x03\x04")]), 0x0303)
    hello = chrome_flight("chrome:stable", "korimabakery.example")
    more = [c(record(23, bytes(700), 0x0303)), s(record(23, bytes(1200), 0x0303))] * 6
    yield from connection(40_000, 443, [c(hello), s(answer), *more], COVER)


def recording(frames: Iterator[bytes]) -> bytes:
    """A recording that lasts as long as the minute is said to."""
    every = list(frames)
    return pcap(every, step=SECONDS / (len(every) - 1))


def shoot(page: Page, report: Path, picture: str, width: int, height: int) -> None:
    """The upper part of a report's page."""
    page.open(report, width=width, height=height)
    (IMAGES / picture).write_bytes(page.screenshot())


def main() -> None:
    """Make the pictures, and print."""
    with tempfile.TemporaryDirectory() as directory:
        command = Command.in_(Path(directory))
        (command.folder / "before.pcap").write_bytes(recording(before()))
        (command.folder / "after.pcap").write_bytes(recording(after()))
        see = ("see", "before.pcap", "--device", DEVICE)
        print(command(*see, "--html", "en.html", "--json", "before.json").stdout.decode())
        command(*see, "--html", "fa.html", "--lang", "fa")
        later = ("see", "after.pcap", "--device", DEVICE, "--compare", "before.json")
        print(command(*later).stdout.decode())
        with chromium(Path(directory) / "profile") as page:
            page.prefer()
            shoot(page, command.folder / "en.html", "report.png", 1000, 1190)
            shoot(page, command.folder / "fa.html", "report-phone-fa.png", 390, 1000)


if __name__ == "__main__":
    main()
