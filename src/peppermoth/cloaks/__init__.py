"""Protocol machines without I/O: one file a protocol, both roles in it.

A *cloak* turns application bytes into wire bytes and back. All speak the
vocabulary of ``machine.Machine``.
"""
