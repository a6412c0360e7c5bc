"""What the settings of every nginx here begin with: one worker, all its files in one directory."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

_FRAME: Final = """
daemon off;
{user}
worker_processes 1;
pid {home}/nginx.pid;
error_log {home}/error.log error;
events {{ worker_connections {connections}; }}
http {{
    sendfile on;
    tcp_nopush on;
    access_log off;
    client_body_temp_path {home}/body;
    proxy_temp_path {home}/proxy;
    fastcgi_temp_path {home}/fastcgi;
    uwsgi_temp_path {home}/uwsgi;
    scgi_temp_path {home}/scgi;
    {http}
}}
"""

SMALL_SITE: Final = """
    types { text/html html; text/css css; text/plain txt; image/svg+xml svg; }
    default_type application/octet-stream;
    gzip on;
"""
"""For the site that a bridge shows by default, as Debian ships it, where that shows on the line."""


def settings(home: Path, http: str, connections: int = 512) -> str:
    """The settings of an nginx whose files are in ``home``; ``http`` is what it serves."""
    user = "user root;" if os.geteuid() == 0 else ""  # whose directory this is
    return _FRAME.format(home=home, http=http.strip(), user=user, connections=connections)
