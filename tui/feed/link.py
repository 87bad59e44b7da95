"""The link to the platform, as people and scripts see it: its state, since when, why, and when it is tried again."""

from dataclasses import dataclass
from enum import StrEnum

from tui.presence.board import Change
from tui.presence.notification import MessageNews


class Link(StrEnum):
    """The states of the link; `tui.feed.machine` has the moves."""

    AUTHORISING = "authorising"
    SUBSCRIBING = "subscribing"
    SYNCING = "syncing"
    LIVE = "live"
    DOUBTFUL = "doubtful"
    WAITING = "waiting"
    REFUSED = "refused"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class LinkState:
    """The link now.

    Attributes:
        transport: pubnub, websocket or polling; empty before the first subscription.
        reason: Why it is not live, in words for a person; empty where it is.
        since: When this state began, in server time.
        lost_since: When it was last live, while it is not; None while it is, or before it ever was.
        retry_at: When it is tried again, in server time; None where nothing waits.
        proof_at: When the link was last proven alive, in server time.
        todo: What somebody can do about the reason; empty where nothing is known.
    """

    link: Link
    at: float
    transport: str = ""
    reason: str = ""
    lost_since: float | None = None
    retry_at: float | None = None
    proof_at: float | None = None
    todo: str = ""


@dataclass(frozen=True, slots=True)
class Subscription:
    """The subscription that the link stands on.

    Attributes:
        id: The platform's; empty where the transport has none.
        expires_at: When it ends unless it is renewed, in server time; None where it does not.
        renewals: How often it was renewed.
    """

    id: str
    expires_at: float | None
    renewals: int = 0


@dataclass(frozen=True, slots=True)
class Gap:
    """A span of time in which events may have been missed, in server time, and what has healed it."""

    start: float
    end: float
    reason: str
    healed_by: str


FeedEvent = Change | LinkState | Gap | MessageNews
"""What a listener of the Feed is told. It must only put it into a queue."""
