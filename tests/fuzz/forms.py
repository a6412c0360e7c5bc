"""Named values of queries, forms, JSON and XML, and places among them (``wire/forms.py``,
``wire/places.py``)."""

from __future__ import annotations

from peppermoth.wire import places
from peppermoth.wire.forms import Form, is_graphql, looks_like, pairs_of, query_pairs, whole_pairs

PERMITTED: tuple[type[Exception], ...] = ()
SEEDS = (
    b"a=b&lat=52.5&lon=13.4;c=%20",
    b'Content-Disposition: form-data; name="a"\r\n\r\nb\r\n',
    b'{"lat": 52.5, "lon": "13.4", "a": {"b": "c\\""}}',
    b"<methodCall><params><param><value>a</value></param></params></methodCall>",
    b"/route/v1/driving/13.4050,52.5200;13.3777,52.5163",
)


def fuzz(data: bytes) -> None:
    """Whatever it is, it has pairs; places lie on the earth."""
    text = data.decode("latin-1")
    looks_like(data)
    is_graphql(text)
    places.masked(text)
    every = [query_pairs(text)]
    every += [read(form, data) for form in Form for read in (pairs_of, whole_pairs)]
    for place in (places.in_text(text), *map(places.of_pairs, every)):
        if place and not (abs(place.latitude) <= 90 and abs(place.longitude) <= 180):
            raise AssertionError("not on the earth")
