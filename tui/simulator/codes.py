"""The codes of the authorization code flow: given once a person allows an app, and redeemed once.

Sources: the platform's guide to the flow (a code lives for 60 s; PKCE, whose method is plain where none is named) and
RFC 7636.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

Form = Mapping[str, str]

CODE_TTL = 60.0


@dataclass(frozen=True, slots=True)
class _Given:
    client_id: str
    redirect_uri: str
    challenge: str
    method: str
    until: float


class Codes:
    """The codes that were given and not used yet."""

    def __init__(self) -> None:
        self._given: dict[str, _Given] = {}

    def give(self, form: Form, now: float) -> str:
        """A new code for what was allowed."""
        self._given = {code: given for code, given in self._given.items() if given.until > now}
        code = secrets.token_urlsafe(32)
        challenge, method = form.get("code_challenge", ""), form.get("code_challenge_method") or "plain"
        self._given[code] = _Given(form["client_id"], form["redirect_uri"], challenge, method, now + CODE_TTL)
        return code

    def redeem(self, client_id: str, form: Form, now: float) -> bool:
        """Whether a request for tokens has a code, and proves that it may use it; the code is used up either way."""
        given = self._given.pop(form.get("code", ""), None)
        if given is None or given.until <= now:
            return False
        same = (given.client_id, given.redirect_uri) == (client_id, form.get("redirect_uri"))
        return same and hmac.compare_digest(given.challenge, _challenge(form.get("code_verifier", ""), given.method))


def _challenge(verifier: str, method: str) -> str:
    """What a verifier has to match; empty without one."""
    if not verifier.isascii():
        return "none"
    if method == "plain" or not verifier:
        return verifier
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
