"""What curl says to nginx in clear: HTTP/1, and HTTP/2 by prior knowledge."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

from peppermoth.monitor.observe.identify import Following
from tests.monitor.observe.feeding import a_flow, everything, facts, listen
from tests.monitor.observe.recorded import recorded
from tests.peers import find

# A proxy reads a form to its end before it asks for the page; nginx alone would answer
# before curl has sent it.
CONFIGURATION = """
daemon off; master_process off; error_log stderr error; pid {folder}/pid;
events {{}}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{
    listen 127.0.0.1:{port} {protocol};
    add_header Set-Cookie lid=canary;
    location / {{ proxy_pass http://unix:{folder}/page; }}
  }}
  server {{
    listen unix:{folder}/page;
    location / {{ default_type text/html; return 200 "canary page"; }}
  }}
}}
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        return one.getsockname()[1]


@pytest.fixture
def nginx(tmp_path: Path, request: pytest.FixtureRequest):
    """A port at which nginx answers."""
    port = free_port()
    path = tmp_path / "nginx.conf"
    path.write_text(CONFIGURATION.format(folder=tmp_path, port=port, protocol=request.param))
    process = subprocess.Popen([find("nginx"), "-e", "stderr", "-c", str(path)])
    try:
        for _ in range(100):
            with socket.socket() as trying:
                if trying.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield port
    finally:
        os.kill(process.pid, signal.SIGTERM)
        process.wait(10)


@pytest.mark.parametrize(
    ("nginx", "options"),
    [("", ["--http1.1"]), ("http2", ["--http2-prior-knowledge"])],
    indirect=["nginx"],
    ids=["HTTP/1", "HTTP/2"],
)
def test_a_visit_with_curl_tells_what_was_planted(nginx, options):
    with recorded(nginx) as (port, said):
        subprocess.run(
            [
                find("curl"), "--silent", "--noproxy", "*", *options, "--max-time", "10",
                "--user", "anna:canary-password", "--cookie", "sid=canary",
                "--header", "Host: moth.example", "--data", "passwd=canary&q=canary+word",
                f"http://127.0.0.1:{port}/a/b?lat=52.51631&lon=13.37777",
            ],
            check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
    told = listen(Following(a_flow()), said)
    assert {
        ("name.http", "moth.example"),
        ("content.http_request", "POST /a/b?lat=…&lon=…"),
        ("content.location", "52.5, 13.4"),
        ("secret.password", "password, 15 characters"),
        ("secret.cookie", "sid"),
        ("content.form", "passwd, q"),
        ("secret.password", "password, 6 characters"),
        ("content.search", "search, 11 characters"),
        ("content.http_page", "text/html"),
        ("secret.cookie", "lid"),
    } <= set(facts(told))
    assert "canary" not in everything(told)
    assert "52.516" not in everything(told)
