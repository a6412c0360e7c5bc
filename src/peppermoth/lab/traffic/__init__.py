"""What a person does on the line, through a tunnel or straight.

Read ``table`` first: one entry a kind of traffic. ``town`` is the world that it happens in,
with web sites, names and a peer's bridge.
"""
