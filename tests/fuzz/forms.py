"""Named values of queries, forms and JSON (``wire/forms.py``)."""

from __future__ import annotations

from peppermoth.wire.forms import coordinates, json_pairs, multipart_pairs, query_pairs

PERMITTED: tuple[type[Exception], ...] = ()
SEEDS = (
    b"a=b&lat=52.5&lon=13.4;c=%20",
    b'Content-Disposition: form-data; name="a"\r\n\r\nb\r\n',
    b'{"lat": 52.5, "lon": "13.4", "a": {"b": "c\\""}}',
)


def fuzz(data: bytes) -> None:
    """Whatever it is, it has pairs; coordinates lie on the earth."""
    text = data.decode("latin-1")
    for pairs in (query_pairs(text), json_pairs(text), multipart_pairs(data)):
        place = coordinates(pairs)
        if place and not (abs(place[0]) <= 90 and abs(place[1]) <= 180):
            raise AssertionError("not on the earth")
