"""Masks: one's own can be recognised, nobody's is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.monitor import masks


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("anna@moth.example", "a…@moth.example"),
        ("Anna M <anna@Moth.example>", "a…@moth.example"),
        ("anna%40moth.example", "a…@moth.example"),
        ("anna@[192.0.2.1]", "a…@[192.0.2.1]"),
        ("anna", "a…"),
        ("", "…"),
    ],
)
def test_a_mail_address_keeps_its_first_letter_and_domain(text, masked):
    assert masks.mail_address(text) == masked


def test_every_address_of_a_list_is_found():
    assert masks.mail_addresses("Anna <anna@a.example>, ben@b.example") == [
        "a…@a.example",
        "b…@b.example",
    ]


@pytest.mark.parametrize("number", ["+49 (151) 23-45-42", "0491570142", "42"])
def test_a_number_keeps_its_last_two_digits(number):
    assert masks.phone(number) == "…42"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("user[pass_word]", "user[pass_word]"),
        ("نام", "نام"),
        ("anna@moth.example", "a…@moth.example"),
        ("First Name", "(10 characters)"),
        ("a" * 41, "(41 characters)"),
        ("sid_0123456789abcdef01234567", "(28 characters)"),
        ("", "…"),
    ],
)
def test_a_field_is_named_only_where_that_looks_like_a_name(name, shown):
    assert masks.field_name(name) == shown


@pytest.mark.parametrize(
    ("user", "masked"),
    [
        ("anna", "a…"),
        ("anna@moth.example", "a…@moth.example"),
        ("+4915123442", "…42"),
        ("\x1b[1manna", "[…"),
    ],
)
def test_a_user_name_keeps_its_first_letter(user, masked):
    assert masks.user(user) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("/u/anna@moth.example/x", "/u/a…@moth.example/x"),
        ("/call/+49 151 234 5642", "/call/…42"),
        ("/call/%2B4915123442", "/call/…42"),
        ("/id/123456789", "/id/…89"),
        ("Chrome/120.0.6099.230", "Chrome/120.0.6099.230"),
        ("2024-01-31", "2024-01-31"),
        ("a\x00b\x1bc", "a b c"),
        ("/maps/@52.520008,13.404954,17z", "/maps/@…,…,17z"),
        ("/olga/52.520008/13.404954", "/olga/…/…"),
        ("/p/19.99/24.99", "/p/19.99/24.99"),
        ("x" * 400, "x" * 300),
    ],
)
def test_words_keep_all_but_addresses_and_numbers_of_persons(text, masked):
    assert masks.words(text) == masked


@pytest.mark.parametrize("secret", ["+4915123442", "/52.520008/13.404954/", " anna@moth.example"])
def test_nothing_of_what_the_end_cuts_is_shown(secret):
    for before in range(250, 310):
        shown = masks.words("." * before + secret)
        assert not [part for part in ("4915", "52.", "13.4", "ann") if part in shown]


@given(st.text(max_size=400), st.integers(10**9, 10**12))
def test_no_number_survives_in_words(text, number):
    assert str(number) not in masks.words(f"{text[:200]} {number}")


@given(st.text(max_size=1000))
def test_masks_are_short_and_take_anything(text):
    for mask in (masks.mail_address, masks.phone, masks.user, masks.words):
        assert len(mask(text)) <= masks.LONGEST + 10
