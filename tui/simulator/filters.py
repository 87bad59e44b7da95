"""Event filters: which news a subscription asks for, and whether its login may have it."""

import re
from dataclasses import dataclass
from enum import Enum
from urllib.parse import parse_qs, urlsplit

from tui.simulator.account import Account, Extension


class Kind(Enum):
    """What a filter is about."""

    PRESENCE = "presence"
    ACCOUNT_PRESENCE = "account presence"
    MESSAGE_STORE = "message store"
    EXTENSION_LIST = "extension list"


_PATHS = {
    Kind.PRESENCE: re.compile(r"/restapi/v1\.0/account/(?P<account>[^/]+)/extension/(?P<extension>[^/]+)/presence"),
    Kind.ACCOUNT_PRESENCE: re.compile(r"/restapi/v1\.0/account/(?P<account>[^/]+)/presence"),
    Kind.MESSAGE_STORE: re.compile(
        r"/restapi/v1\.0/account/(?P<account>[^/]+)/extension/(?P<extension>[^/]+)/message-store"
    ),
    Kind.EXTENSION_LIST: re.compile(r"/restapi/v1\.0/account/(?P<account>[^/]+)/extension"),
}

_NEEDS = {
    Kind.PRESENCE: "ReadPresence",
    Kind.ACCOUNT_PRESENCE: "ReadPresence",
    Kind.MESSAGE_STORE: "ReadMessages",
    Kind.EXTENSION_LIST: "ReadAccounts",
}


@dataclass(frozen=True, slots=True)
class EventFilter:
    """One filter with its ids resolved.

    Attributes:
        text: The filter as the platform gives it back: `~` replaced by the ids.
        account_id: Whose account it names.
        extension_id: Empty for filters of the whole account.
        detailed: Whether calls are wanted.
        sip: Whether their SIP data is wanted.
    """

    kind: Kind
    text: str
    account_id: str
    extension_id: str = ""
    detailed: bool = False
    sip: bool = False


def parse(text: str, account_id: str, owner_id: str) -> EventFilter | None:
    """Read a filter as someone wrote it; None if the platform knows no such news."""
    url = urlsplit(text)
    matches = ((kind, path.fullmatch(url.path)) for kind, path in _PATHS.items())
    found = next(((kind, match.groupdict()) for kind, match in matches if match), None)
    if found is None:
        return None
    kind, named = found
    account = account_id if named["account"] == "~" else named["account"]
    extension = named.get("extension", "")
    extension = owner_id if extension == "~" else extension
    query = parse_qs(url.query)
    path_of = {
        Kind.PRESENCE: f"/extension/{extension}/presence",
        Kind.ACCOUNT_PRESENCE: "/presence",
        Kind.MESSAGE_STORE: f"/extension/{extension}/message-store",
        Kind.EXTENSION_LIST: "/extension",
    }[kind]
    resolved = f"/restapi/v1.0/account/{account}{path_of}" + (f"?{url.query}" if url.query else "")
    wants = {name: query.get(name, [""])[-1].lower() == "true" for name in ("detailedTelephonyState", "sipData")}
    return EventFilter(kind, resolved, account, extension, wants["detailedTelephonyState"], wants["sipData"])


def refusal(wanted: EventFilter, owner: Extension, scope: frozenset[str], account: Account) -> tuple[str, str] | None:
    """Why a login may not have this news, as the platform's code and words; None if it may."""
    if _NEEDS[wanted.kind] not in scope:
        return "CMN-401", f"Application permission [{_NEEDS[wanted.kind]}] is required"
    if wanted.account_id != account.id:
        return "SUB-406", "Not allowed subscribe for events to extensions of other account"
    if wanted.kind is Kind.ACCOUNT_PRESENCE and not owner.administrator:
        return "CMN-408", "[ReadPresenceStatus] permission required"
    if not wanted.extension_id:
        return None
    extension = account.extensions.get(wanted.extension_id)
    if extension is None:
        return "SUB-408", "Not allowed subscribe for unknown user"
    own = extension is owner
    if wanted.kind is Kind.MESSAGE_STORE:
        return None if own else ("SUB-405", "Not allowed subscribe for messages to other extensions")
    if not extension.has_presence:
        return "SUB-402", f"Presence feature is disabled for this extension type ({extension.type} / {wanted.text})"
    if own or (owner.administrator and not extension.hides_presence):
        return None
    return "SUB-403", "User disallowed to monitor his presence"
