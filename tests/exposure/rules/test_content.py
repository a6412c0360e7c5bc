"""Secrets and content: which rule takes what."""

from __future__ import annotations

import pytest

from peppermoth.exposure.findings import find
from peppermoth.exposure.rules import rule_for
from peppermoth.exposure.rules.rule import Severity, Subject
from tests.exposure.samples import seen


@pytest.mark.parametrize(
    ("protocol", "rule"),
    [
        ("pop3", "mail-password"),
        ("imap", "mail-password"),
        ("smtp", "mail-password"),
        ("http", "site-password"),
        ("ftp", "password"),
        ("", "password"),
    ],
)
def test_a_password_is_told_by_what_it_opens(protocol, rule):
    taken = rule_for(seen("secret.password", "password, 8 characters", protocol=protocol))
    assert (taken.id, taken.severity) == (rule, Severity.CRITICAL)


@pytest.mark.parametrize("kind", ["mail", "chat", "search", "database"])
def test_words_that_were_read_are_critical_and_shown_masked(kind):
    taken = rule_for(seen(f"content.{kind}", "text, 8 characters"))
    assert (taken.severity, taken.subject) == (Severity.CRITICAL, Subject.MASKED)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("secret.password", "password, 8 characters"),
        ("secret.hash", "response, 32 characters"),
        ("secret.token", "token, 40 characters"),
        ("secret.cookie", "PHPSESSID"),
        ("content.form", "username, password"),
        ("content.search", "search, 8 characters"),
        ("content.http_request", "GET /"),
        ("content.http_page", "text/html"),
    ],
)
def test_every_site_is_named_where_all_send_the_same(kind, value):
    (finding,) = find(
        seen(kind, value, protocol="http", host=f"{site}.example") for site in ("a", "b", "a")
    )
    assert [fact.details["host"] for fact in finding.facts] == ["a.example", "b.example"]
