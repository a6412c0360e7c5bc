"""SQL Server (``wire/tds.py``)."""

from __future__ import annotations

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire import tds
from tests.wire.services import TDS_PRELOGIN, tds_login

PERMITTED = (RemoteProtocolError,)
SEEDS = (TDS_PRELOGIN, tds_login("LAPTOP", "anna", "canary", "Mothreport"))


def fuzz(data: bytes) -> None:
    """A packet of every kind but the first is read as a login."""
    tds.begins_tds(data, b"")
    found = tds.decode_packet(data)
    if found and found[0].kind != tds.PRELOGIN:
        tds.decode_login(found[0].body)
