"""Plural forms and thousands, as the Unicode CLDR has them."""

from __future__ import annotations

import babel
import pytest
from babel.numbers import format_decimal

from peppermoth.exposure.languages import LANGUAGES

NUMBERS = [*range(250), 999, 1000, 1001, 4512, 19757, 1_234_567]


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_number_has_the_form_of_the_language(tag):
    form = babel.Locale.parse(tag).plural_form
    counting = LANGUAGES[tag].counting
    assert [counting.form(number) for number in NUMBERS] == [form(number) for number in NUMBERS]


@pytest.mark.parametrize("tag", LANGUAGES)
def test_numbers_are_written_as_in_the_language(tag):
    counting = LANGUAGES[tag].counting
    written = [counting.written(number) for number in NUMBERS]
    assert written == [format_decimal(number, locale=tag) for number in NUMBERS]
