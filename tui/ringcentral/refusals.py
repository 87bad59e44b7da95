"""What the platform's refusals mean, by HTTP status and code, whatever way they came."""

import re

from tui.errors import PermissionMissing, RingwallError, TryAgain
from tui.ringcentral import wire

MISSING_PERMISSION = {"CMN-401": "The app", "CMN-408": "The user"}
"""Whose permission is missing (platform documentation of its error codes)."""
_NAMED = re.compile(r"\[(\w+)\]")
"""How the platform names it: `…, application needs to have [ReadPresence] permission`."""


def lacks_permission(code: str, said: str) -> str:
    """Who lacks which permission, in words: only its name where the platform names it."""
    named = _NAMED.search(said)
    return f"{MISSING_PERMISSION[code]} lacks a permission: {named[1] if named else said}"


class ApiError(RingwallError):
    """The platform refuses a request: this login may not do what was asked for.

    Attributes:
        status: The HTTP status.
        code: The platform's code, such as `CMN-102` or `OAU-213`; may be empty.
        error: The word of OAuth for it, such as `invalid_client`; may be empty.
    """

    exit_code = PermissionMissing.exit_code

    def __init__(self, message: str, status: int, code: str = "", error: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.error = error


class Unauthorised(ApiError):
    """The access token is not valid (any more)."""


class NotFound(ApiError):
    """What was asked for does not exist (any more)."""


def refusal(status: int, body: object, after: float | None = None) -> RingwallError:
    """The error for an answer that does not say success.

    Args:
        status: Its HTTP status.
        body: Its decoded body; anything, for what refuses may not be RingCentral.
        after: Seconds that it asks to wait, where it does.
    """
    fields = wire.mapping(body)
    errors = wire.items(fields.get("errors"))
    first = errors[0] if errors else fields
    code = wire.text(fields.get("errorCode")) or wire.text(first.get("errorCode"))
    word = wire.text(fields.get("error"))
    message = wire.text(fields.get("message") or first.get("message") or fields.get("error_description"))
    if status == 429:
        asks = "to wait" if after is None else f"to wait {max(1, round(after))} s"
        return TryAgain(f"RingCentral asks {asks}: too many calls", after=after)
    if status >= 500 or status == 408:
        return TryAgain(f"RingCentral has a fault of its own (HTTP {status})", "It usually passes.", after=after)
    if status == 401:
        return Unauthorised(message or "The session is not valid any more", status, code, word)
    if status == 403 and code in MISSING_PERMISSION:
        return PermissionMissing(lacks_permission(code, message or code), code=code)
    if status == 404:
        return NotFound(message or "It does not exist", status, code)
    return ApiError(message or f"RingCentral refuses (HTTP {status})", status, code, word)
