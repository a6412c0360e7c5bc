"""How languages count: which form of a sentence a number takes, and how it is written.

For whole numbers from 0, by the rules of Unicode CLDR
(https://www.unicode.org/cldr/charts/latest/supplemental/language_plural_rules.html). What
French and Spanish have for whole millions is left out: no sentence needs it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Counting(NamedTuple):
    """A language's plural forms, and what it puts between thousands."""

    form: Callable[[int], str]
    between: str = ","

    def written(self, number: int) -> str:
        """The number in digits from 0 to 9."""
        return f"{number:,}".replace(",", self.between)


def always_other(_number: int) -> str:
    """As in Chinese, which has no plural."""
    return "other"


def one_alone(number: int) -> str:
    """As in English and Spanish."""
    return "one" if number == 1 else "other"


def none_and_one(number: int) -> str:
    """As in Persian and French."""
    return "one" if number <= 1 else "other"


def russian(number: int) -> str:
    """By the last digit, but for the teens."""
    last, tens = number % 10, number % 100 // 10
    if tens != 1 and last == 1:
        return "one"
    return "few" if tens != 1 and last in (2, 3, 4) else "many"


def arabic(number: int) -> str:
    """All six forms."""
    if number <= 2:
        return ("zero", "one", "two")[number]
    tens = number % 100
    if tens < 3:
        return "other"
    return "few" if tens <= 10 else "many"
