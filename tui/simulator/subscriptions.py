"""Subscriptions: what someone wants to hear, for how long, and on which channel. Pure: time is passed in.

Source: the platform's API description of 2023-03 and 2025-03, the last ones that have PubNub: at most 900 s (the answer
shows 899), filters replaced as a whole by PUT, silent end at expiry, 30 for one user and app. One over WebSocket lives
as long as its socket, and the time of recovery after it.
"""

import base64
import secrets
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

from tui.simulator.filters import EventFilter, Kind
from tui.simulator.wssession import WsSession

MOST_SUBSCRIPTIONS = 30
REMEMBERED = 3600.0
"""How long an expired subscription is known as such, in seconds."""


@dataclass(slots=True, eq=False)
class Subscription:
    """One subscription.

    Attributes:
        disabled: Filters that were refused, with code and words.
        address: The PubNub channel; empty for one that lives on a WebSocket.
        key: AES key of its messages, 16 bytes; empty if they go in plain text.
        websocket: The WebSocket session that carries it; None for one that lives on PubNub.
    """

    id: str
    client_id: str
    owner_id: str
    created_at: float
    filters: list[EventFilter] = field(default_factory=list)
    disabled: list[tuple[EventFilter, str, str]] = field(default_factory=list)
    expires_in: float = 0.0
    expires_at: float = 0.0
    address: str = ""
    key: bytes = b""
    websocket: WsSession | None = None
    _richest: dict[tuple[Kind, str], EventFilter] = field(default_factory=dict)

    def want(self, filters: list[EventFilter], disabled: list[tuple[EventFilter, str, str]]) -> None:
        """Replace the filters by others."""
        self.filters, self.disabled = filters, disabled
        self._richest = {}
        for wanted in sorted(filters, key=_richness):
            self._richest[wanted.kind, wanted.extension_id] = wanted

    def presence_filter(self, extension_id: str) -> EventFilter | None:
        """The filter that lets an extension's presence through; if several do, the one that asks for most."""
        own = self._richest.get((Kind.PRESENCE, extension_id))
        general = self._richest.get((Kind.ACCOUNT_PRESENCE, ""))
        return max((wanted for wanted in (own, general) if wanted), key=_richness, default=None)

    def other_filter(self, kind: Kind, extension_id: str = "") -> EventFilter | None:
        """The filter that lets news of another kind through."""
        return self._richest.get((kind, extension_id))

    def live_until(self, now: float, expires_in: float) -> None:
        """Begin or renew its life."""
        self.expires_in, self.expires_at = expires_in, now + expires_in

    def move(self, *, encrypted: bool) -> None:
        """Take a new channel and, if its messages are encrypted, a new key."""
        self.address = f"{secrets.randbelow(10**14):014d}_{secrets.token_hex(4)}"
        self.key = secrets.token_bytes(16) if encrypted else b""

    @property
    def encryption_key(self) -> str:
        """The key as it is told."""
        return base64.b64encode(self.key).decode()


def _richness(wanted: EventFilter) -> int:
    return wanted.detailed + wanted.sip


class Subscriptions:
    """All subscriptions of the account, and those that expired not long ago."""

    def __init__(self) -> None:
        self._by_id: dict[str, Subscription] = {}

    def create(self, client_id: str, owner_id: str, now: float) -> Subscription:
        """A new subscription without filters, channel or life yet."""
        self._forget_old(now)
        subscription = Subscription(str(uuid.uuid4()), client_id, owner_id, now)
        self._by_id[subscription.id] = subscription
        return subscription

    def get(self, subscription_id: str) -> Subscription | None:
        """The subscription with this id, living or expired."""
        return self._by_id.get(subscription_id)

    def living(self, now: float) -> Iterator[Subscription]:
        """All that have not expired."""
        return (subscription for subscription in self._by_id.values() if subscription.expires_at > now)

    def of(self, client_id: str, owner_id: str, now: float) -> list[Subscription]:
        """The living ones of one user and app, oldest first."""
        mine = (client_id, owner_id)
        return [
            subscription for subscription in self.living(now) if (subscription.client_id, subscription.owner_id) == mine
        ]

    def remove(self, subscription: Subscription) -> None:
        """Forget one."""
        self._by_id.pop(subscription.id, None)

    def _forget_old(self, now: float) -> None:
        for subscription in [old for old in self._by_id.values() if old.expires_at < now - REMEMBERED]:
            self.remove(subscription)
