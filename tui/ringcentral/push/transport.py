"""The port of the transports: what the Feed is told, and what it can ask.

`open` is an asynchronous stream. A transport owns its subscription; when the stream ends or is closed (`aclose`), the
subscription is deleted. A stream never ends by itself without saying why: its last event is `Closed`, or it raises.
"""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from tui.presence.notification import Notification
from tui.ringcentral.refusals import MISSING_PERMISSION, lacks_permission


@dataclass(frozen=True, slots=True)
class Opened:
    """The subscription stands and events are being listened to: what is read from now on misses nothing.

    Attributes:
        expires_at: When the subscription ends unless it is renewed, in server time; None where it does not.
        pushes: Whether it tells what happens when it happens; else a read may find it first, and nothing was lost.
    """

    transport: str
    subscription_id: str = ""
    expires_at: float | None = None
    pushes: bool = True


@dataclass(frozen=True, slots=True)
class Delivered:
    """One notification.

    Attributes:
        received: When it arrived, in server time.
    """

    notification: Notification
    received: float


@dataclass(frozen=True, slots=True)
class ProofOfLife:
    """The link works: had something happened before `at`, it would have been delivered or be under way."""

    at: float


@dataclass(frozen=True, slots=True)
class Gap:
    """Since then events may have been lost. The next `ProofOfLife` says that the link works again.

    Attributes:
        undecodable: Whether it is a message that came and cannot be read.
    """

    since: float
    reason: str
    undecodable: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """Exactly these extensions are not told of, by id, with the platform's words for why."""

    extensions: dict[str, str] = field(default_factory=dict)

    def missing_permission(self, wanted: Sequence[str]) -> str:
        """Whose permission is missing, in words, where that is why none of the wanted is told of; else empty."""
        for code in MISSING_PERMISSION:
            said = [words for one in wanted if code in (words := self.extensions.get(one, ""))]
            if said and len(said) == len(wanted):
                return lacks_permission(code, said[0])
        return ""


@dataclass(frozen=True, slots=True)
class Renewed:
    """The subscription was renewed and now ends at this server time."""

    expires_at: float


@dataclass(frozen=True, slots=True)
class Closed:
    """The end of the stream: why, and whether opening another may help."""

    reason: str
    retry: bool = True


Event = Opened | Delivered | ProofOfLife | Gap | Refused | Renewed | Closed


class Transport(Protocol):
    """One way of being told of events."""

    @property
    def name(self) -> str:
        """Its name: pubnub, websocket or polling."""

    def open(self, extension_ids: Sequence[str]) -> AsyncGenerator[Event, None]:
        """Subscribe to the presence of these extensions, and tell what comes.

        Raises:
            RingwallError: It cannot be opened.
        """

    async def replace(self, extension_ids: Sequence[str]) -> None:
        """From now on tell of exactly these extensions, on the living subscription.

        Raises:
            RingwallError: The platform did not accept it; the old ones stay.
        """
