"""Every field that an observation of a clear protocol names is one that Wireshark knows."""

from __future__ import annotations

import subprocess

import pytest

from peppermoth.monitor.observe.table import named
from tests.monitor.observe.feeding import a_flow, listen
from tests.monitor.observe.test_greetings import CONVERSATIONS
from tests.peers import find


@pytest.fixture(scope="module")
def known() -> set[str]:
    """The filter names of protocols and fields."""
    listed = subprocess.run(
        [find("tshark"), "-G", "fields"], capture_output=True, text=True, check=True
    )
    return {line.split("\t")[2] for line in listed.stdout.splitlines()}


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_fields_can_be_filtered_for(name, known):
    fields = {one.field for one in listen(named(name).observe(a_flow()), CONVERSATIONS[name])}
    assert fields
    assert not fields - known
