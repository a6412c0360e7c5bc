"""The sockets: pump, client, bridge, cover site, inlets, outbound, links, settings.

``pump`` is the one place where bytes, time and sockets meet; everything else
hands values to it or takes them from it.
"""
