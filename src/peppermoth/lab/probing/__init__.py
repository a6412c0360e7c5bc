"""A censor's active probes, played against a server of one's own beside a real web server.

Read ``probes`` first (a probe as a value), then ``observing``, which plays one, and
``prober``, which compares two servers by all of them.
"""
