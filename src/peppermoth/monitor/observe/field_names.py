"""What the name of a field says of its value: in queries, forms, JSON and header fields.

Names are compared without case and punctuation and without an ``X-`` before them; of
``user[pass_word]`` counts the last part. Operators of mobile networks add header fields
with the number of the SIM card or of the customer, programs some with the telephone's.
"""

from __future__ import annotations

import enum
from functools import lru_cache
from typing import Final

from peppermoth.wire import places
from peppermoth.wire.forms import plain_name


class Meaning(enum.Enum):
    """What a value is."""

    PASSWORD = enum.auto()
    TOKEN = enum.auto()
    PERHAPS_TOKEN = enum.auto()
    """Only where it is long."""
    USER = enum.auto()
    MAIL = enum.auto()
    PHONE = enum.auto()
    SUBSCRIBER = enum.auto()
    """The number of a SIM card, a customer or a telephone."""
    SEARCH = enum.auto()
    PLACE = enum.auto()
    """Or half of one."""


_NAMES: Final = {
    Meaning.PASSWORD: "pass pwd pw psw passphrase pin passcode kennwort senha clave",
    Meaning.TOKEN: "token accesstoken refreshtoken idtoken authtoken apikey secret sessionid"
    " jsessionid phpsessid jwt bearer credential otp csrftoken privatetoken amzsecuritytoken"
    " googapikey",
    Meaning.PERHAPS_TOKEN: "key auth sid session code csrf",
    Meaning.USER: "user username login uname userid account nick log",
    Meaning.MAIL: "email mail emailaddress from",
    Meaning.PHONE: "phone tel mobile phonenumber telephone cell callinglineid upcallinglineid"
    " htsclid nxclid",
    Meaning.SUBSCRIBER: "acr vfacr uidh tmuserid upsubno networkinfo"
    " androidid deviceid udid idfa idfv gaid aaid advertisingid",
    Meaning.SEARCH: "q query search searchquery keyword keywords wd searchterm",
}
_MEANINGS: Final = {name: meaning for meaning, names in _NAMES.items() for name in names.split()}
_NUMBERS: Final = {
    "msisdn": Meaning.PHONE,
    "imei": Meaning.SUBSCRIBER,
    "imeisv": Meaning.SUBSCRIBER,
    "imsi": Meaning.SUBSCRIBER,
    "iccid": Meaning.SUBSCRIBER,
}
"""How names end, whatever stands before."""


@lru_cache(maxsize=512)
def meaning(name: str) -> Meaning | None:
    """What a value of this name is; None where the name does not say."""
    plain = plain_name(name)
    if "passw" in plain:
        return Meaning.PASSWORD
    if ending := _number(plain):
        return _NUMBERS[ending]
    found = _MEANINGS.get(plain) or _MEANINGS.get(plain.removeprefix("x"))
    return found or (Meaning.PLACE if places.is_name(name) else None)


def numbered(name: str) -> str:
    """Which number a field of this name holds, such as ``IMSI``; empty for others."""
    return _number(plain_name(name)).upper()


def _number(plain: str) -> str:
    return next((ending for ending in _NUMBERS if plain.endswith(ending)), "")
