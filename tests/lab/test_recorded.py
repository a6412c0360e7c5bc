"""Reading a directory in which nothing was recorded. What was, is in ``test_recording``."""

from __future__ import annotations

from pathlib import Path

import pytest

from peppermoth.errors import ConfigError
from peppermoth.lab.recorded import read_recorded
from peppermoth.lab.tasks import one_by_one


def test_an_empty_directory_is_said_to_be_empty(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="Nothing was recorded"):
        read_recorded(tmp_path, one_by_one)
