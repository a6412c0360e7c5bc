"""What names of fields say."""

from __future__ import annotations

import pytest

from peppermoth.monitor.observe.field_names import Meaning, meaning, numbered


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("user[Pass_word]", Meaning.PASSWORD),
        ("newPasswd2", Meaning.PASSWORD),
        ("pin", Meaning.PASSWORD),
        ("X-Api-Key", Meaning.TOKEN),
        ("X-Amz-Security-Token", Meaning.TOKEN),
        ("sid", Meaning.PERHAPS_TOKEN),
        ("user_name", Meaning.USER),
        ("X-Email", Meaning.MAIL),
        ("MSISDN", Meaning.PHONE),
        ("X-Nokia-MSISDN", Meaning.PHONE),
        ("X-UP-CALLING-LINE-ID", Meaning.PHONE),
        ("X-Phone", Meaning.PHONE),
        ("imei", Meaning.SUBSCRIBER),
        ("X-Device-IMSI", Meaning.SUBSCRIBER),
        ("x-vf-acr", Meaning.SUBSCRIBER),
        ("android_id", Meaning.SUBSCRIBER),
        ("q", Meaning.SEARCH),
        ("userLat", Meaning.PLACE),
        ("X-Location", Meaning.PLACE),
        ("", None),
        ("accept", None),
        ("compass", None),
        ("monkey", None),
        ("x", None),
        ("pinned", None),
    ],
)
def test_a_name_says_what_its_value_is(name, said):
    assert meaning(name) is said


def test_which_number_it_is_stands_in_the_name():
    assert [numbered(name) for name in ("X-Device-IMSI", "imei", "imeisv", "X-ACR")] == [
        "IMSI", "IMEI", "IMEISV", "",
    ]  # fmt: skip
