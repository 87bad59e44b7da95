"""Logging in by authorization code: the address that a person opens, and the code in what comes back. Pure.

Sources: the platform's guides to the authorization code flow and to PKCE (a code lives for a minute and works once; the
method of the challenge has to be named, else it is taken for plain), RFC 6749 and RFC 7636.
"""

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from tui.credentials import Credentials
from tui.errors import LoginRefused

PAGE = "/restapi/oauth/authorize"
_FIELDS = re.compile(r"(?:code|state|error)=")
"""How what was copied begins if the address before its fields was left out."""
_CODE = re.compile(r"[A-Za-z0-9._~+/=|-]{8,}")


class NoCode(LoginRefused):
    """What came back from the browser cannot be used; whoever sits there can be asked again."""


@dataclass(frozen=True, slots=True)
class Authorization:
    """One request of the browser for a code.

    Attributes:
        redirect_uri: Where the platform sends the browser with its answer; the app's settings have to name it.
        state: What proves that an answer belongs to this request.
        verifier: What proves that a code was asked for by us; only its hash is in the address.
    """

    redirect_uri: str
    state: str = field(default_factory=lambda: secrets.token_urlsafe(16), repr=False)
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)

    @property
    def challenge(self) -> str:
        """The hash of the verifier, by the method S256 (RFC 7636, 4.2)."""
        return base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()

    def address(self, credentials: Credentials) -> str:
        """The page on which a person logs in and allows the app."""
        asked = {
            "response_type": "code",
            "client_id": credentials.client_id,
            "redirect_uri": self.redirect_uri,
            "state": self.state,
            "code_challenge": self.challenge,
            "code_challenge_method": "S256",
        }
        return f"{credentials.server}{PAGE}?{urlencode(asked)}"

    def is_answer(self, target: str) -> bool:
        """Whether a path with its query, as a browser asks for it, is the answer to this request."""
        path, _, query = target.partition("?")
        return path == (urlsplit(self.redirect_uri).path or "/") and self._is_ours(_first_values(query).get("state"))

    def code_in(self, answer: str) -> str:
        """The code in an answer: the address that the browser was sent to, or what was pasted of it.

        Raises:
            NoCode: There is none; says why, and what to do.
        """
        answer = "".join(answer.split())
        query = _query(answer)
        if query is None:
            return self._bare_code(answer)
        fields = _first_values(query)
        error = fields.get("error")
        if fields.keys() & {"state", "code"} and not self._is_ours(fields.get("state")):
            raise NoCode("That is the answer to another login", "Open the address above, not one of before.")
        if error == "access_denied":
            raise NoCode("The app was not allowed in the browser", "Open the address again and allow it.")
        if error:
            word = error if re.fullmatch(r"[a-z_]{1,40}", error) else "an error"
            raise NoCode(f"RingCentral answered {word}", "Compare the app's settings, then open the address again.")
        if not fields.get("code"):
            raise NoCode("There is no code in that", "Copy the whole address that the browser was sent to.")
        return fields["code"]

    def _is_ours(self, state: str | None) -> bool:
        return hmac.compare_digest((state or "").encode(), self.state.encode())

    def _bare_code(self, answer: str) -> str:
        code = unquote(answer)
        host = urlsplit(self.redirect_uri).netloc
        if not _CODE.fullmatch(code) or answer.startswith(host):
            raise NoCode("That is no address with a code", "Copy the whole address that the browser was sent to.")
        return code


def _query(answer: str) -> str | None:
    """The fields in what was pasted; None where it is no address."""
    address, mark, query = answer.partition("?")
    if mark:
        return query.partition("#")[0]
    if _FIELDS.match(answer):
        return answer
    return "" if "://" in address else None


def _first_values(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}
