"""Lines of IMAP (``wire/imap.py``)."""

from __future__ import annotations

from peppermoth.wire.imap import envelope, literal_size, words

PERMITTED: tuple[type[Exception], ...] = ()
SEEDS = (
    b'a1 LOGIN anna "pass \\"word" {12}',
    b'* 1 FETCH (ENVELOPE ("Mon" "s" (("B" NIL "b" "c.example")) NIL))',
)


def fuzz(data: bytes) -> None:
    """Whatever it is, it is read."""
    text = data.decode("latin-1")
    words(text)
    envelope(text)
    literal_size(data)
