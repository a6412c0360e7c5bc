"""The table of protocols and of the observers beside it."""

from __future__ import annotations

import pytest

from peppermoth.monitor.observe.identify import Silent
from peppermoth.monitor.observe.table import (
    LAST_RESORTS,
    TABLE,
    derivers,
    frame_observers,
    named,
    opening_observers,
    shape_observers,
)
from tests.monitor.observe.feeding import a_flow


@pytest.mark.parametrize("row", [*TABLE, *LAST_RESORTS], ids=lambda row: row.name)
def test_every_row_makes_its_observer(row):
    observer = row.observe(a_flow(min(row.ports, default=0), row.transports[0]))
    assert observer.done == isinstance(observer, Silent)
    assert list(observer.end()) == []


def test_rows_stand_in_alphabetical_order():
    assert [row.name for row in TABLE] == sorted(row.name for row in TABLE)


def test_every_observer_of_whole_captures_can_be_made():
    made = [*frame_observers(), *opening_observers(), *shape_observers(), *derivers()]
    assert all(hasattr(observer, "receive") for observer in made)


def test_a_name_that_is_not_in_the_table_is_an_error():
    with pytest.raises(LookupError, match="gopher"):
        named("gopher")
