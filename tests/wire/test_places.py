"""Coordinates among named values and in text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.wire import places

PATHS = {
    "/maps/@52.520008,13.404954,17z": "/maps/@…,…,17z",
    "/weather/52.520008/13.404954.json": "/weather/…/….json",
    "/point/52.520,13.405": "/point/…,…",
    "/geo:52.5200,13.4050;u=9": "/geo:…,…;u=9",
    "/geo%3A52.520008%2C13.404954": "/geo%3A…%2C…",
    "/%4052.5200,13.4050": "/%40…,…",
    "/maps/@52.5,13.4,12z": "/maps/@…,…,12z",
    "/%4052.52%2C13.40": "/%40…%2C…",
    "/geo:52.5,13.4": "/geo:…,…",
    "/at%2052.5200%2013.4050": "/at%20…%20…",
    "/Lat/52.5/Lon/13.4": "/Lat/…/Lon/…",
    "/map#17/52.5200/13.4050": "/map#17/…/…",
    "/lat/52.520008/lon/13.404954": "/lat/…/lon/…",
    "/lat/52.520008/zoom/13/lon/13.404954": "/lat/…/zoom/13/lon/…",
    "/lng=13.4050&lat=52.5200": "/lng=…&lat=…",
    "/52.5200N/13.4050E": "/…/…",
    "/13.4050E/52.5200N": "/…/…",
    "+52.5200+013.4050/": "……/",
    "olga_52.520008_13.404954": "olga_…_…",
    "/route/v1/driving/13.388860,52.517037;13.397634,52.529407": "/route/v1/driving/…,…;…,…",
    "/mapbox.places/13.4050,52.5200.json": "/mapbox.places/…,….json",
    "/bbox/13.380,52.510,13.400,52.530": "/bbox/…,…,…,…",
    "POINT(13.4050 52.5200)": "POINT(… …)",
}
HARMLESS = (
    "/a/Chrome/120.0.6099.230",
    "/p/19.99/24.99",
    "/lib/1.2.345/2.3.456",
    "/v2/2.1234.5/3.3456.7",
    "/v1.234/v5.678",
    "/192.168.100.100/10.100.0.1",
    "/1700000000.123/1700000001.456",
    "/price/1.299,00",
    "/pi/3.14159",
    "/react@18.2.0,react-dom@18.2.0",
    "/@moth/wings@1.2,3",
    "/geology/1.5,2.5",
    "/salon/1.5",
    "/14/8802/5373.png",
    "/2024-01-31/12.30.45.678",
)


@pytest.mark.parametrize(("path", "masked"), PATHS.items())
def test_a_place_in_a_path_is_found_and_masked(path, masked):
    found = places.in_text(path)
    assert found is not None
    assert (found.shown, found.is_guess) == ("52.5, 13.4", True)
    assert places.masked(path) == masked


@pytest.mark.parametrize("path", HARMLESS)
def test_versions_prices_addresses_and_times_are_no_place(path):
    assert places.in_text(path) is None
    assert places.masked(path) == path


def test_south_and_west_have_a_sign_or_a_letter():
    for path in ("/-33.8688,-151.2093", "/33.8688S,151.2093W"):
        assert places.in_text(path) == (-33.8688, -151.2093, True)


def test_what_can_be_no_latitude_is_the_longitude():
    assert places.in_text("/151.2093,-33.8688") == (-33.8688, 151.2093, True)
    assert places.in_text("/951.2093,-933.8688") is None


@pytest.mark.parametrize(
    "pairs",
    [
        {"lat": "52.5", "lng": "13.4"},
        {"Latitude": "52.5", "Longitude": "13.4"},
        {"gps_latitude": "52.520008", "gps_longitude": "13.404954"},
        {"coords[lat]": "52.5200", "coords[lng]": "13.4049"},
        {"userLng": "13.404954", "userLat": "52.520008"},
        {"X-Latitude": "52.520008", "X-Longitude": "13.404954"},
        {"lat": "52520008", "lon": "13404954"},
        {"latitudeE7": "525200080", "longitudeE7": "134049540"},
        {"lat1": "52.5", "lon2": "9", "lon1": "13.4"},
        {"q": "52.51,13.37"},
        {"ll": "geo:52.51, 13.37"},
        {"position": "52.5;13.4"},
        {"latlng": "52.52,13.40"},
        {"lnglat": "13.40,52.52"},
        {"point": "POINT(13.40 52.5)"},
        {"bbox": "13.30,52.51,13.45,52.53"},
        {"X-Location": "52.52,13.40"},
        {"geolocation": "<geo:52.520008,13.404954>"},
    ],
)
def test_named_values_are_a_place(pairs):
    found = places.of_pairs(pairs.items())
    assert found is not None
    assert (found.shown, found.is_guess) == ("52.5, 13.4", False)


def test_a_value_whose_name_says_nothing_may_be_a_place():
    assert places.of_pairs([("x", "7"), ("p", "near 52.5163 13.3777")]) == (52.5163, 13.3777, True)


@pytest.mark.parametrize(
    "pairs",
    [
        {},
        {"lat": "52.5"},
        {"lat": "95", "lon": "13"},
        {"lat": "x", "lon": "13"},
        {"lat": "nan", "lon": "inf"},
        {"lat": "0", "lon": "0.0"},
        {"lat": "200", "lon": "300"},
        {"userlat": "52.5", "shoplon": "13.4"},
        {"v": "1.2,3.4"},
        {"price": "19.99,24.99"},
        {"q": "iphone 15.1, 16.2"},
        {"center": "1.2,3.4,5.6,7.8,9.0"},
    ],
)
def test_other_values_are_none(pairs):
    assert places.of_pairs(pairs.items()) is None


def test_names_that_may_be_of_places_are_known():
    assert all(map(places.is_name, ("x-location", "Lat", "coords[lng]", "bbox")))
    assert not any(map(places.is_name, ("accept", "place", "qualifier")))


@given(st.decimals(-90, 90, places=5), st.decimals(-180, 180, places=6), st.sampled_from(",/;|_ "))
def test_no_pair_of_fine_numbers_survives(north, east, between):
    shown = places.masked(f"/at/{north}{between}{east}/x")
    assert not any(character.isdigit() for character in shown)


@given(st.text("0123456789.,/-lat+%2C ", max_size=400))
def test_anything_is_endured(text):
    assert places.masked(places.masked(text)) == places.masked(text)
    places.in_text(text)
    places.of_pairs([("q", text), ("lat", text), ("lon", text)])
