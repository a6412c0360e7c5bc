"""Peppermoth: see what a monitor on the line learns, take it away, prove it is gone.

The rooms of the house, lowest first; each imports only from rooms to its left:
``errors, redact <- wire <- cloaks <- tunnel <- lab <- cli``.
"""

__version__ = "0.1.0"
