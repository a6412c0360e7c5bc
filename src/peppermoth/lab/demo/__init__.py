"""``peppermoth demo``: what a monitor reads on a small line, without and with a tunnel.

Read ``desk`` first, which is the play from beginning to end, then ``stage``. All of it
runs in one process on loopback, without the namespaces of ``world``.
"""
