"""The platform's subscription: which events it tells of, until when, and over which channel.

Source: the API reference of subscriptions and the platform's former guide to PubNub. A PubNub subscription lives 15
minutes and ends without a word; renewing may change any field; PUT replaces all filters; refused filters are listed in
`disabledFilters` of an answer that otherwise says success.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tui.ringcentral import wire
from tui.ringcentral.client import Request
from tui.ringcentral.limits import Group
from tui.ringcentral.session import Session

PATH = "/restapi/v1.0/subscription"
MESSAGE_STORE = "/restapi/v1.0/account/~/extension/~/message-store"
DEFAULT_LIFE = 899.0
"""Seconds of a PubNub subscription whose answer does not say when it ends (the platform's maximum)."""

_PRESENCE = re.compile(r"/extension/(\d+)/presence")


def presence_filter(extension_id: str) -> str:
    """The event filter for the detailed presence of one extension."""
    return f"/restapi/v1.0/account/~/extension/{extension_id}/presence?detailedTelephonyState=true"


def event_filters(extension_ids: Iterable[str], *, message_store: bool) -> list[str]:
    """The filters for exactly these extensions, and for the messages of our own where they are wanted."""
    return [*map(presence_filter, extension_ids), *([MESSAGE_STORE] if message_store else [])]


def watched_extension(event_filter: str) -> str:
    """The extension id that a filter names; empty where it names none. `~` comes back as a number."""
    match = _PRESENCE.search(event_filter)
    return match[1] if match else ""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription as the last answer described it.

    Attributes:
        expires_at: When it ends unless it is renewed, in server time.
        channel: The PubNub channel.
        subscriber_key: The PubNub key that may listen to it.
        encryption_key: What the messages are decrypted with, base64; empty where they are plain.
        refused: The extensions it does not tell of, with the platform's words.
    """

    id: str
    expires_at: float
    channel: str = ""
    subscriber_key: str = field(default="", repr=False)
    encryption_key: str = field(default="", repr=False)
    refused: dict[str, str] = field(default_factory=dict)


class Subscriptions:
    """The calls on subscriptions, over a session.

    Args:
        session: Who asks.
        encryption: Whether messages are to be encrypted; the platform may insist.
        message_store: Whether new messages of the own extension are told of too.
    """

    def __init__(self, session: Session, *, encryption: bool = True, message_store: bool = False) -> None:
        self._session = session
        self._encryption = encryption
        self._message_store = message_store

    async def create(self, extension_ids: Sequence[str]) -> Subscription:
        """Subscribe, with delivery over PubNub.

        Raises:
            RingwallError: As `Session.call`; the subscription does not exist then.
        """
        body = {
            "eventFilters": event_filters(extension_ids, message_store=self._message_store),
            "deliveryMode": {"transportType": "PubNub", "encryption": self._encryption},
        }
        return await self._call(Request("POST", PATH, Group.MEDIUM, body=body), extension_ids)

    async def replace(self, subscription_id: str, extension_ids: Sequence[str]) -> Subscription:
        """Tell of exactly these extensions from now on. It renews as well."""
        body = {"eventFilters": event_filters(extension_ids, message_store=self._message_store)}
        return await self._call(Request("PUT", f"{PATH}/{subscription_id}", Group.MEDIUM, body=body), extension_ids)

    async def renew(self, subscription_id: str, extension_ids: Sequence[str]) -> Subscription:
        """Let it live for another 15 minutes.

        Raises:
            NotFound: It has ended.
        """
        return await self._call(Request("POST", f"{PATH}/{subscription_id}/renew", Group.LIGHT), extension_ids)

    async def look(self, subscription_id: str, extension_ids: Sequence[str]) -> Subscription:
        """Read it, and so see that it lives.

        Raises:
            NotFound: It has ended.
        """
        return await self._call(Request("GET", f"{PATH}/{subscription_id}", Group.LIGHT), extension_ids)

    async def delete(self, subscription_id: str) -> None:
        """End it."""
        await self._session.call(Request("DELETE", f"{PATH}/{subscription_id}", Group.MEDIUM))

    async def _call(self, request: Request, wanted: Sequence[str]) -> Subscription:
        answer = await self._session.call(request)
        fields = wire.decode_object(answer.body, self._session.server)
        subscription_id = wire.identity(fields.get("id"))
        mode = wire.mapping(fields.get("deliveryMode"))
        if not subscription_id:
            raise wire.not_ringcentral(self._session.server)
        lives = wire.whole(fields.get("expiresIn"))
        expires_at = wire.moment(fields.get("expirationTime"))
        if lives is not None or expires_at is None:
            expires_at = answer.sent + (DEFAULT_LIFE if lives is None else lives)
        else:
            expires_at -= self._session.clock.ahead
        return Subscription(
            id=subscription_id,
            expires_at=expires_at,
            channel=wire.word(mode.get("address")),
            subscriber_key=wire.word(mode.get("subscriberKey")),
            encryption_key=wire.word(mode.get("encryptionKey")) if mode.get("encryption") is not False else "",
            refused=refused_extensions(fields, wanted),
        )


def refused_extensions(fields: wire.Json, wanted: Sequence[str]) -> dict[str, str]:
    """Why each of the wanted extensions is not told of: the answer's own list of filters is the truth."""
    refused: dict[str, str] = {}
    for disabled in wire.items(fields.get("disabledFilters")):
        reason, message = wire.text(disabled.get("reason")), wire.text(disabled.get("message"))
        words = f"{message} ({reason})" if message and reason else message or reason or "refused"
        if extension_id := watched_extension(wire.word(disabled.get("filter"))):
            refused[extension_id] = words
    accepted = fields.get("eventFilters")
    if isinstance(accepted, list) and any(isinstance(one, str) and watched_extension(one) for one in accepted):
        told = {watched_extension(one) for one in accepted if isinstance(one, str)}
        for extension_id in wanted:
            if extension_id not in told:
                refused.setdefault(extension_id, "the platform left it out of the subscription")
    return refused
