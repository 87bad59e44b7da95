"""What the platform says of one extension: its calls and its five statuses, whole or in part."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache

from tui.presence.status import NO_CALL

MOST_CALLS_LISTED = 7
"""An event lists at most this many calls, the latest ones (platform documentation of `activeCalls`)."""


@dataclass(frozen=True, slots=True)
class Call:
    """One active call of an extension, as one side of it.

    Attributes:
        telephony_status: Ringing, CallConnected, OnHold, ParkedCall or NoCall; or a word not known to us.
        direction: Inbound or Outbound, seen from the extension.
        queue: The name of the queue that the call came through; empty where none.
        started_at: When the call began, in server time; None where the platform did not say.
        termination: final or intermediate, of a call that has ended (NoCall); else empty.
    """

    telephony_status: str
    direction: str = ""
    from_number: str = ""
    from_name: str = ""
    to_number: str = ""
    to_name: str = ""
    queue: str = ""
    session_id: str = ""
    telephony_session_id: str = ""
    party_id: str = ""
    id: str = ""
    started_at: float | None = None
    termination: str = ""

    @property
    def is_inbound(self) -> bool:
        """Whether the other side called us; so it is where the platform gave no direction."""
        return self.direction != "Outbound"

    @property
    def other_number(self) -> str:
        """The number of the other party."""
        return self.from_number if self.is_inbound else self.to_number

    @property
    def other_name(self) -> str:
        """The name of the other party; may be empty."""
        return self.from_name if self.is_inbound else self.to_name

    @property
    def key(self) -> tuple[str, str]:
        """What makes a call of an extension one call: a call to oneself has one session and two parties."""
        return (self.telephony_session_id or self.session_id or self.id, self.party_id or self.direction)


@dataclass(frozen=True, slots=True)
class Presence:
    """A presence, or the part of one that an event carries: None means "not said", never "empty"."""

    telephony_status: str | None = None
    presence_status: str | None = None
    user_status: str | None = None
    dnd_status: str | None = None
    meeting_status: str | None = None
    message: str | None = None
    allow_see: bool | None = None
    accept_queue_calls: bool | None = None
    calls: tuple[Call, ...] | None = None
    total_calls: int | None = None

    @property
    def is_short(self) -> bool:
        """Whether it lists fewer calls than it counts, so that some are missing from it; NoCall counts for none."""
        listed = min(MOST_CALLS_LISTED, self.total_calls or 0)
        return self.calls is not None and self.telephony_status != NO_CALL and len(self.calls) < listed


_FIELDS = tuple(field.name for field in fields(Presence))


def active_calls(calls: Sequence[Call]) -> tuple[Call, ...]:
    """The calls of a list that are going on, each once, in the list's order.

    An ended call is listed once more as NoCall; one marked `intermediate` has not really ended and says nothing
    (platform documentation of `terminationType`). Where a call is listed twice the later entry counts.
    """
    latest = {call.key: call for call in calls if call.termination != "intermediate"}
    return tuple(call for call in latest.values() if call.telephony_status != NO_CALL)


def merged(old: Presence, news: Presence) -> Presence:
    """The old presence with everything that the news say.

    A field that the news leave out keeps its value, but NoCall without calls ends them all. A list that is shorter
    than its own count ends none: what it lists counts, and the other calls are kept. Of who hides nothing more is known
    than what the news say.
    """
    if news.allow_see is False:
        return news
    said = {name: value for name in _FIELDS if (value := getattr(news, name)) is not None}
    result = replace(old, **said)
    if news.telephony_status == NO_CALL and not news.calls:
        return replace(result, calls=(), total_calls=0)
    if news.calls is None:
        return result
    if news.is_short:
        listed = {call.key: call for call in news.calls}
        kept = tuple(listed.pop(call.key, call) for call in old.calls or ())
        return replace(result, calls=kept + tuple(listed.values()))
    if news.total_calls is None:
        return replace(result, total_calls=len(news.calls))
    return result


def kept_once(presence: Presence | None) -> Presence | None:
    """The same presence for all who have it: most of ten thousand people have one of a few dozen, 128 bytes each."""
    return _kept_once(presence) if presence and not presence.calls and not presence.message else presence


@lru_cache(maxsize=1024)
def _kept_once(presence: Presence) -> Presence:
    return presence


def names_unlisted_call(known: Presence, news: Presence) -> bool:
    """Whether the news have a telephony status that none of the known calls has, without listing their calls."""
    status = news.telephony_status
    if news.calls is not None or status is None or status == NO_CALL:
        return False
    return all(call.telephony_status != status for call in known.calls or ())
