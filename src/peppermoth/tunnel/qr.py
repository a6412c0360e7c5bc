"""A link as a QR code, for a phone's camera: in the terminal, as SVG or as PNG.

The code holds the link and so its password: files are written for the owner only.
Two rows of the code share one terminal line (half blocks), light modules are
drawn, and the caller prints it light on dark so that every camera reads it.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from peppermoth.errors import ConfigError
from peppermoth.files import write_private
from peppermoth.tunnel.links import Link

if TYPE_CHECKING:
    import segno

STYLE = "bright_white on black"
_BORDER = 2  # modules; the standard's 4 does not fit beside a long link, cameras manage with 2
_PIXELS = 8


def draw(link: Link, columns: int = 80) -> str:
    """The code as lines of text no wider than ``columns``.

    Raises ConfigError when the link is too long for that width.
    """
    code = _encode(link)
    width = code.symbol_size(border=_BORDER)[0]
    if width > columns:
        raise ConfigError(
            f"The QR code of this link is {width} columns wide and the terminal has {columns}; "
            "make the window wider, or use --svg or --png."
        )
    text = io.StringIO()
    code.terminal(text, compact=True, border=_BORDER)
    return text.getvalue()


def save(link: Link, path: Path, kind: str) -> None:
    """Write the code to ``path`` as ``svg`` or ``png``, readable by its owner only.

    Raises ConfigError when the file cannot be written.
    """
    image = io.BytesIO()
    _encode(link).save(image, kind=kind, scale=_PIXELS, light="white")
    write_private(path, image.getvalue())


def _encode(link: Link) -> segno.QRCode:
    import segno

    try:
        return segno.make_qr(link.text(), error="l")
    except segno.DataOverflowError as exc:
        raise ConfigError("The link is too long for a QR code.") from exc
