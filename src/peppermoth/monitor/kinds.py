"""Every kind of observation: what its value is. The contract between observers and rules.

Kinds are ``area.fact``. The report's rules (``exposure/rules``) name kinds, so a new
one is added here first. *Masked* means that the value only says what stood there
and how long it was (``observation.hidden``).
"""

from __future__ import annotations

from typing import Final

KINDS: Final[dict[str, str]] = {
    # Names of what the device contacted
    "name.dns": "a name asked for in clear DNS; details: type, answers",
    "name.dns_answer": "an address or name that a clear DNS answer gave; details: name, type",
    "name.client_subnet": "the network that a resolver passed on (EDNS client subnet)",
    "name.local": "a name asked for or told on the local network; details: protocol (mdns, ...)",
    "name.sni": "a server name in a TLS or DTLS ClientHello; details: version, alpn",
    "name.quic": "a server name in a QUIC Initial; details: version, alpn",
    "name.certificate": "a name in a certificate sent in clear; details: issuer, what",
    "name.http": "a host of an HTTP request in clear",
    "name.proxy": "a target asked of a proxy in clear; details: protocol (http, socks5, socks4)",
    "name.encrypted_hello": "the outer name of a ClientHello whose real name is encrypted (ECH)",
    "address.contacted": (
        "an address of a connection that told no name; details: transport, port, host (the name"
        " that an earlier DNS answer in clear gave it)"
    ),
    # What was read
    "content.http_request": "method and path of an HTTP request in clear (query values masked)",
    "content.http_page": "the type of a page that came in clear; details: status, host",
    "content.form": "the field names of a form sent in clear (values masked)",
    "content.location": (
        "coordinates in clear, rounded to one decimal, or a mobile cell or access point (masked);"
        " details: where"
    ),
    "content.search": "a search in clear (masked); details: host",
    "content.websocket": "a WebSocket in clear; details: host",
    "content.mail": "a mail that could be read (masked); details: protocol, subject (masked)",
    "content.chat": "a chat message that could be read (masked); details: protocol",
    "content.topic": "a topic that a device publishes or follows (MQTT)",
    "content.file": "a file name that was asked for or sent; details: protocol",
    "content.call": "a call that could be recorded: codec; details: seconds, protocol",
    "content.database": "a database query that could be read (masked); details: protocol",
    "content.terminal": "a terminal session that could be read; details: protocol",
    "content.syslog": "a log line that could be read (masked); details: program",
    # Secrets (always masked)
    "secret.password": "a password in clear; details: protocol, user (masked), host",
    "secret.token": "a token, key or community in clear; details: protocol, where",
    "secret.cookie": "the name of a cookie sent in clear; details: host",
    "secret.hash": "a challenge and response from which a password can be guessed",
    # Who
    "identity.user": "a user name in clear; details: protocol",
    "identity.mail_address": "a mail address (masked: first letter and domain); details: role",
    "identity.phone": "a telephone number (masked: the last two digits); details: role, protocol",
    "identity.subscriber": "an IMSI or IMEI in clear (masked); details: what",
    "identity.contact": "the other party of a call or message (masked); details: protocol",
    "identity.host_name": "the name that the device gives itself; details: protocol",
    "identity.mac": "the device's hardware address (masked: vendor part); details: vendor, random",
    "identity.wifi": "a Wi-Fi network the device looked for",
    # What the device is
    "device.system": "its operating system; details: from",
    "device.model": "its make or model; details: from",
    "device.software": "a program and version it runs; details: from",
    "device.stack": "its TCP/IP stack: time to live, window, options; details: system if known",
    "device.ja4": "the JA4 of a ClientHello; details: program if known",
    "device.language": "a language in Accept-Language",
    "device.dhcp": "what it asks of DHCP: vendor class and options",
    "device.clock": "it asks for the time (NTP); details: reference",
    # What is used and how
    "use.service": "a known service; details: category, from",
    "use.tracker": "a known tracker; details: company",
    "use.peer_to_peer": "BitTorrent or similar; details: what",
    "use.presence": "a span in which the device was active: begin and end in seconds since 1970",
    "use.call_shape": "a flow that looks like a call: seconds; details: bytes each way",
    "use.server": "a service on the device that others reached; details: port",
    # Circumvention that shows
    "conspicuous.tunnel": "a tunnel that can be recognised: its protocol",
    "conspicuous.tor": "Tor, recognised by how it looks",
    "conspicuous.random": "a flow whose first bytes look random, as few ordinary ones do",
    # What was well hidden
    "protected.tls": "TLS whose version hides the certificate: 1.3; details: name",
    "protected.ech": "TLS whose real name was encrypted",
    "protected.dns": "encrypted DNS: its protocol (dot, doh, doq); details: resolver",
    "protected.call": "a call whose media was encrypted (SRTP, DTLS-SRTP)",
    "protected.tunnel": "traffic inside a tunnel: its protocol",
    "protected.mac": "a random hardware address",
    "protected.ssh": "a terminal session that could not be read",
    "unprotected.tls": "TLS of a version that is broken or old: which",
}
