"""How a program fetches a page: straight, or through a local proxy.

The standard library's HTTP client, so that the program is one that everybody has.
The functions block; call them in a thread.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from typing import NamedTuple

from peppermoth.errors import PeppermothError
from peppermoth.redact import Address

PATIENCE = 10.0  # seconds for each wait


class Visit(NamedTuple):
    """A page to fetch: from which host and port, which path, and whom to trust if by TLS."""

    host: Address
    path: str
    trust: ssl.SSLContext | None


def fetch_straight(visit: Visit, where: Address) -> bytes:
    """Fetch a page from the host, which is found at ``where``. Raises PeppermothError."""
    connection = http.client.HTTPConnection(visit.host.host, visit.host.port, timeout=PATIENCE)
    try:
        sock = socket.create_connection(where, PATIENCE)
        connection.sock = sock
        if visit.trust is not None:
            connection.sock = visit.trust.wrap_socket(sock, server_hostname=visit.host.host)
    except OSError as exc:
        connection.close()
        raise _failed(visit, exc) from exc
    return _get(connection, visit)


def fetch_through(visit: Visit, proxy: Address) -> bytes:
    """Fetch a page through an HTTP proxy, which finds the host. Raises PeppermothError."""
    connection = (
        http.client.HTTPConnection(*proxy, timeout=PATIENCE)
        if visit.trust is None
        else http.client.HTTPSConnection(*proxy, timeout=PATIENCE, context=visit.trust)
    )
    connection.set_tunnel(*visit.host)
    return _get(connection, visit)


def _get(connection: http.client.HTTPConnection, visit: Visit) -> bytes:
    try:
        connection.request("GET", visit.path)
        response = connection.getresponse()
        body = response.read()
    except (OSError, http.client.HTTPException) as exc:
        raise _failed(visit, exc) from exc
    finally:
        connection.close()
    if response.status != http.client.OK:
        raise PeppermothError(f"{visit.host.host} answered with error {response.status}.")
    return body


def _failed(visit: Visit, exc: Exception) -> PeppermothError:
    return PeppermothError(f"{visit.host.host} could not be fetched: {exc}.")
