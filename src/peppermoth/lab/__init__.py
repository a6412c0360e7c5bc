"""Worlds in which a monitor watches, and what it finds. Loopback only, bounded, self-ending."""
