"""Bytes to values and back: one parser for each format, shared by everything above.

Decoders take a buffer and a position and return the value with the position
after it, or ``None`` where more bytes are needed. They raise
``RemoteProtocolError`` for bytes that no continuation could make valid.
"""
