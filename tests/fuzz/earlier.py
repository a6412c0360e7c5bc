"""An earlier report to compare with (``exposure/comparison.py``): a file that anybody may write."""

from __future__ import annotations

from peppermoth.errors import ConfigError
from peppermoth.exposure.comparison import compare, parse_earlier
from peppermoth.exposure.languages import LANGUAGES
from peppermoth.exposure.report import Recording, Report
from peppermoth.exposure.view import make_view

PERMITTED = (ConfigError,)
SEEDS = (
    b'{"format": "peppermoth-report", "version": 2, "program": "0", "observations": [], '
    b'"recording": {"begin": 1.5, "end": 720, "packets": 9}, '
    b'"findings": [{"rule": "chat", "number": 2}, {"rule": "names-said", "number": 23}]}',
    b'{"format": "peppermoth-report", "version": 2, "findings": [], '
    b'"recording": {"begin": 0, "end": 1e9}}',
)
REPORT = Report(Recording(1, 0, 9), (), 0)


def fuzz(data: bytes) -> None:
    """Whatever is understood can be compared with, and the changes can be said."""
    comparison = compare(parse_earlier(data, "earlier.json"), REPORT)
    for tag in ("en", "fa"):
        make_view(REPORT, LANGUAGES[tag], comparison=comparison)
