"""What a client's SASL responses tell (RFC 4422), as mail, chat and directories carry them.

PLAIN (RFC 4616), LOGIN, CRAM-MD5 (RFC 2195), DIGEST-MD5, SCRAM (RFC 5802), OAuth
(RFC 7628 and XOAUTH2) and NTLM. Responses come in base64, in directories as they are.
What is not understood tells nothing; nothing is raised.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from typing import Final, NamedTuple

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.ntlm import Authenticate, decode_ntlm

LONGEST: Final = 16 * 1024
_DIGEST_PART: Final = re.compile(r'\b(username|response)="?([^",]{0,300})')
_OAUTH_USER: Final = re.compile(r"(?:user=|a=)([^\x01,]{1,300})")
_OAUTH_TOKEN: Final = re.compile(r"auth=\w{1,20} ([^\x01]{1,8192})")


class Login(NamedTuple):
    """What a response holds; each part may be empty. ``proof`` is an answer to a challenge."""

    user: str = ""
    password: str = ""
    token: str = ""
    proof: str = ""
    host: str = ""

    @property
    def has_secret(self) -> bool:
        """Whether more than a name was said."""
        return bool(self.password or self.token or self.proof)


def decode_response(mechanism: str, response: bytes, turn: int) -> Login:
    """What the client's response number ``turn`` (from 0) of a mechanism holds."""
    try:
        said = b64decode(response[:LONGEST].strip())
    except (binascii.Error, ValueError):
        return Login()
    return decode_credentials(mechanism, said, turn)


def decode_credentials(mechanism: str, said: bytes, turn: int) -> Login:
    """The same of a response that is not in base64."""
    said = said[:LONGEST]
    text = said.decode("utf-8", "replace")
    match mechanism.upper():
        case "PLAIN":
            parts = text.split("\x00")
            return Login(parts[1] or parts[0], parts[2]) if len(parts) == 3 else Login()
        case "LOGIN":
            return Login(user=text) if turn == 0 else Login(password=text)
        case "CRAM-MD5":
            user, _, proof = text.rpartition(" ")
            return Login(user, proof=proof)
        case "DIGEST-MD5":
            parts_ = dict(_DIGEST_PART.findall(text[:4096]))
            return Login(parts_.get("username", ""), proof=parts_.get("response", ""))
        case "XOAUTH2" | "OAUTHBEARER":
            who, token = _OAUTH_USER.search(text), _OAUTH_TOKEN.search(text)
            return Login(who[1] if who else "", token=token[1] if token else "")
        case "NTLM" | "GSSAPI" | "GSS-SPNEGO":
            return _ntlm(said)
        case name if name.startswith("SCRAM-"):
            named = {part[:2]: part[2:] for part in text[:4096].split(",")}
            return Login(named.get("n=", ""), proof=named.get("p=", "") if turn else "")
    return Login()


def _ntlm(said: bytes) -> Login:
    try:
        message = decode_ntlm(said)
    except RemoteProtocolError:
        return Login()
    if not isinstance(message, Authenticate):
        return Login()
    return Login(message.user, proof=message.response.hex(), host=message.host)
