"""The ordinary web server behind a bridge that leads strangers to one: nginx, with a small site.

It is the site that a bridge of ours shows by default, so that probes find the same
behind both. In clear, on the bridge's own loopback: the peer takes off TLS.
"""

from __future__ import annotations

from typing import Final

from peppermoth.lab.peers.premises import Premises
from peppermoth.lab.world import nginx
from peppermoth.redact import Address
from peppermoth.tunnel.site import EMBEDDED_SITE

COVER: Final = Address("127.0.0.1", 80)


def serve_cover(premises: Premises) -> None:
    """Serve it at ``COVER`` on the bridge's host. Raises WorldError where nginx does not start."""
    home = premises.directory / "cover"
    home.mkdir()
    server = f"server {{ listen {COVER.text}; root {EMBEDDED_SITE}; }}"
    settings = home / "nginx.conf"
    settings.write_text(nginx.settings(home, nginx.SMALL_SITE + server))
    end = premises.at_bridge("nginx", "-c", settings, "-e", home / "error.log")
    end.listens(COVER.port)
