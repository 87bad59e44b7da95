"""The states a tile can show, in order of precedence, and the one function that maps a presence to its state."""

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    # Only a name here; the login screen shows states' colours, and waits for no presence.
    from tui.presence.presence import Presence

NO_CALL = "NoCall"


class Status(StrEnum):
    """What a tile shows. The order is that of precedence, and of urgency."""

    RINGING_IN = "ringing_in"
    RINGING_OUT = "ringing_out"
    HOLD = "hold"
    ON_CALL = "on_call"
    PARKED = "parked"
    BUSY = "busy"
    DND = "dnd"
    NO_QUEUE = "no_queue"
    AVAILABLE = "available"
    OFFLINE = "offline"
    UNKNOWN = "unknown"
    NO_PRESENCE = "no_presence"

    # An enum's own is written in Python, and states are looked up in tables for every tile.
    __hash__ = str.__hash__


class Reason(StrEnum):
    """Why a state is unknown."""

    NOT_READ = "not_read"
    NOT_WATCHED = "not_watched"
    HIDDEN = "hidden"
    UNKNOWN_VALUE = "unknown_value"


class Look(NamedTuple):
    """How a state is written: its word, its glyph, the glyph in ASCII, and what it means."""

    word: str
    glyph: str
    ascii: str
    means: str


LOOKS = {
    Status.RINGING_IN: Look("RINGING", "▸", ">", "a call comes in"),
    Status.RINGING_OUT: Look("CALLING", "◂", "<", "calls somebody, who has not answered yet"),
    Status.HOLD: Look("HOLD", "❚", "=", "has a call on hold"),
    Status.ON_CALL: Look("ON CALL", "▪", "*", "talks"),
    Status.PARKED: Look("PARKED", "P", "P", "has parked a call"),
    Status.BUSY: Look("BUSY", "◷", "m", "busy without a call, or in a meeting"),
    Status.DND: Look("DND", "⊘", "x", "takes no calls"),
    Status.NO_QUEUE: Look("NO QUEUE", "-", "-", "takes no calls of queues"),
    Status.AVAILABLE: Look("FREE", "◦", "o", "free"),
    Status.OFFLINE: Look("OFFLINE", ".", ".", "not logged in to any phone or app"),
    Status.UNKNOWN: Look("UNKNOWN", "?", "?", "not read yet, not watched, or hidden by its user; the tile says which"),
    Status.NO_PRESENCE: Look("NO PRESENCE", "n", "n", "a queue, a menu or the like, which has none"),
}

PRECEDENCE = {status: place for place, status in enumerate(Status)}

RINGING = frozenset({Status.RINGING_IN, Status.RINGING_OUT})
TALKING = frozenset({Status.RINGING_IN, Status.RINGING_OUT, Status.HOLD, Status.ON_CALL, Status.PARKED})
"""States of an extension that has a call."""

_BY_CALL = {"OnHold": Status.HOLD, "CallConnected": Status.ON_CALL, "ParkedCall": Status.PARKED}
_DND_KNOWN = {None, "TakeAllCalls", "TakeDepartmentCallsOnly", "Unknown", "DoNotAcceptDepartmentCalls"}


def call_status(telephony_status: str, *, inbound: bool) -> Status:
    """The state of one call; unknown for a telephony status that is not in the platform's documents."""
    if telephony_status == "Ringing":
        return Status.RINGING_IN if inbound else Status.RINGING_OUT
    return _BY_CALL.get(telephony_status, Status.UNKNOWN)


def status_of(presence: "Presence | None") -> tuple[Status, Reason | None]:
    """The state of a presence, and why where it is unknown.

    Calls come first, the most urgent of them; then what the person chose. A value that is not known is never taken
    for "available".
    """
    if presence is None:
        return Status.UNKNOWN, Reason.NOT_READ
    states = [call_status(call.telephony_status, inbound=call.is_inbound) for call in presence.calls or ()]
    if not states and presence.telephony_status not in {None, NO_CALL}:
        states = [call_status(presence.telephony_status or "", inbound=True)]
    if states:
        first = min(states, key=PRECEDENCE.__getitem__)
        return first, Reason.UNKNOWN_VALUE if first is Status.UNKNOWN else None
    return _idle_status(presence)


def _idle_status(presence: "Presence") -> tuple[Status, Reason | None]:
    if presence.allow_see is False:
        return Status.UNKNOWN, Reason.HIDDEN
    if presence.presence_status == "Busy" or presence.meeting_status == "Connected":
        return Status.BUSY, None
    if presence.dnd_status == "DoNotAcceptAnyCalls":
        return Status.DND, None
    if presence.presence_status == "Offline":
        return Status.OFFLINE, None
    if presence.presence_status is None:
        return Status.UNKNOWN, Reason.NOT_READ
    if presence.presence_status != "Available" or presence.dnd_status not in _DND_KNOWN:
        return Status.UNKNOWN, Reason.UNKNOWN_VALUE
    if presence.dnd_status == "DoNotAcceptDepartmentCalls" or presence.accept_queue_calls is False:
        return Status.NO_QUEUE, None
    return Status.AVAILABLE, None


def unknown_value(presence: "Presence") -> str:
    """The value that made a state unknown, as it came; empty where all values are known."""
    calls = [call.telephony_status for call in presence.calls or ()]
    for value in (*calls, presence.telephony_status):
        if value and value != NO_CALL and call_status(value, inbound=True) is Status.UNKNOWN:
            return value
    if presence.presence_status not in {None, "Available", "Busy", "Offline"}:
        return presence.presence_status or ""
    return presence.dnd_status or "" if presence.dnd_status not in _DND_KNOWN | {"DoNotAcceptAnyCalls"} else ""
