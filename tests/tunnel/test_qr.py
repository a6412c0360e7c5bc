"""QR codes: what is drawn is the code, it fits, and its file is private."""

from __future__ import annotations

import stat

import pytest
import segno

from peppermoth.errors import ConfigError
from peppermoth.redact import Address, Secret
from peppermoth.tunnel import qr
from peppermoth.tunnel.links import Link
from peppermoth.tunnel.state import new_password
from peppermoth.wire.pins import encode_pin

LINK = Link(
    new_password(),
    Address("2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff", 8443),
    sni="a-rather-long-name.of-some-site.example.com",
    insecure=True,
    pin=encode_pin(bytes(32)),
    name="my friend's bridge",
)
HALVES = {" ": (1, 1), "\u2580": (0, 1), "\u2584": (1, 0), "\u2588": (0, 0)}  # 1 is dark


def test_the_longest_link_a_bridge_prints_fits_a_terminal():
    lines = qr.draw(LINK, 80).splitlines()
    assert len(LINK.text()) > 200
    assert max(map(len, lines)) <= 80


def test_what_is_drawn_is_the_code_of_the_link():
    lines = [[HALVES[c] for c in line] for line in qr.draw(LINK, 80).splitlines()]
    rows = [list(row) for line in lines for row in zip(*line, strict=True)]
    code = segno.make_qr(LINK.text(), error="l")
    expected = [list(row) for row in code.matrix_iter(border=2)]
    assert rows[: len(expected)] == expected


def test_a_code_wider_than_the_terminal_is_refused_with_a_remedy():
    with pytest.raises(ConfigError, match=r"the terminal has 40; .* --svg or --png"):
        qr.draw(LINK, 40)


def test_a_link_longer_than_any_code_is_refused():
    with pytest.raises(ConfigError, match="too long for a QR code"):
        qr.draw(Link(Secret("x" * 3000), Address("example.com", 443)), 1000)


@pytest.mark.parametrize(("kind", "start"), [("svg", b"<?xml"), ("png", b"\x89PNG\r\n")])
def test_an_image_is_for_its_owner_only(tmp_path, kind, start):
    path = tmp_path / "code"
    qr.save(LINK, path, kind)
    assert path.read_bytes().startswith(start)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
