"""The demonstration's own pages and certificates; ``test_visits`` fetches from such sites."""

from __future__ import annotations

import asyncio

import pytest

from peppermoth.lab.demo.sites import SITES, make_certificate, page, serving
from peppermoth.tunnel import certificates


def test_there_is_a_site_in_clear_and_one_behind_tls_under_names_that_nobody_owns():
    assert {site.secure for site in SITES} == {True, False}
    assert all(site.name.endswith(".example") for site in SITES)


def test_a_certificate_is_for_its_site(tmp_path):
    site = next(site for site in SITES if site.secure)
    pair = certificates.check_pair(*make_certificate(tmp_path, site), certificates.utc_now())
    assert pair.names == (site.name,)


def test_a_page_is_html_with_its_title():
    assert page("Wool", "Baa").count(b"Wool") == 2


@pytest.mark.parametrize("secure", [False, True])
def test_a_site_speaks_http_in_clear_only_if_it_is_not_secure(run, tmp_path, secure):
    site = next(site for site in SITES if site.secure is secure)

    async def main():
        pair = make_certificate(tmp_path, site) if secure else None
        async with serving(site, pair) as where:
            reader, writer = await asyncio.open_connection(*where)
            path = next(iter(site.pages))
            writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
            heard = await reader.read()
            writer.close()
            await writer.wait_closed()
            return heard

    assert run(main()).startswith(b"HTTP/1.1 200 ") is not secure
