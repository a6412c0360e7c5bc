"""Programs, systems and makes in User-Agent fields."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.wire.user_agent import read_user_agent

BROWSER = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {BROWSER} Chrome/120.0.0.0 Safari/537.36",
            ("Chrome 120.0.0.0", "Windows NT 10.0", ""),
        ),
        (
            f"Mozilla/5.0 (Windows NT 10.0) {BROWSER} Chrome/120.0 Safari/537.36 Edg/120.0",
            ("Edge 120.0", "Windows NT 10.0", ""),
        ),
        (
            f"Mozilla/5.0 (Linux; Android 13; SM-G991B Build/TP1A) {BROWSER} Chrome/119.0 Mobile",
            ("Chrome 119.0", "Android 13", "SM-G991B"),
        ),
        (
            f"Mozilla/5.0 (Linux; Android 10; K) {BROWSER} Chrome/119.0 Mobile",
            ("Chrome 119.0", "Android 10", ""),
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15"
            " (KHTML, like Gecko) Version/17.1 Mobile/15E148 Safari/604.1",
            ("Safari 17.1", "iOS 17.1", "iPhone"),
        ),
        ("curl/8.5.0", ("curl 8.5.0", "", "")),
        ("Debian APT-HTTP/1.3 (2.6.1)", ("Debian APT-HTTP 1.3", "Debian", "")),
        ("", ("", "", "")),
    ],
)
def test_a_field_says_program_system_and_model(text, said):
    assert read_user_agent(text) == said


@given(st.text(max_size=700))
def test_anything_is_read(text):
    assert all(len(part) < 100 for part in read_user_agent(text))
