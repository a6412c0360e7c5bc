"""What of hosts and targets may be shown."""

from __future__ import annotations

import pytest

from peppermoth.monitor.observe.web_request import host_of, shown_target


@pytest.mark.parametrize(
    ("authority", "host"),
    [
        ("Moth.example:80", "moth.example"),
        ("user:canary@moth.example", "moth.example"),
        ("[2001:DB8::1]:8080", "2001:db8::1"),
        ("", ""),
        ("moth.example canary", "moth.example"),
    ],
)
def test_a_host_is_without_port_and_login(authority, host):
    assert host_of(authority) == host


@pytest.mark.parametrize(
    ("target", "shown"),
    [
        ("/a/b.html", "/a/b.html"),
        ("/a?x=1&y&z=3", "/a?x=…&…&z=…"),
        ("/bot/sk0123456789abcdefghijkl/send", "/bot/(24 characters)/send"),
        ("/verify/739104", "/verify/(6 characters)"),
        ("/reset-password/8842?a=1", "/reset-password/(4 characters)?a=…"),
        ("/u/Confirm_email/A1B2C3/end", "/u/Confirm_email/(6 characters)/end"),
        ("/otp:1234", "/otp:(4 characters)"),
        ("/verification-code=12-34", "/verification-code=(5 characters)"),
        ("/unicode/123456", "/unicode/123456"),
        ("/code/python3-intro", "/code/python3-intro"),
        ("/token/v2/introspect", "/token/v2/introspect"),
        ("/a;sid=canary/b", "/a;sid=…/b"),
        ("/a?canary", "/a?…"),
        ("/a?Y2FuYXJ5=&x=&y=1", "/a?…&…&y=…"),
        ("/a?meet+canary=1", "/a?(11 characters)=…"),
        ("/u/anna@moth.example?a@b.example=1", "/u/a…@moth.example?a…@b.example=…"),
    ],
)
def test_a_target_keeps_its_path_and_the_names_of_its_query(target, shown):
    assert shown_target(target) == shown
