"""Facts of calls: what was seen of one party at one moment, and what the account's call log said afterwards. Pure.

A fact is a value, and facts form a set: the rows of the record are a function of that set alone (see `deriving`), so it
does not matter in which order facts come, or how often. Facts that are stored are read again for years: new fields go
to the end of a class, with a default.
"""

from collections.abc import Iterable, Iterator

import msgspec

from tui.presence.board import By, Change, Entry
from tui.presence.presence import Call
from tui.ringcentral.records import Record

RINGING, CONNECTED, HELD, PARKED, ENDED, OTHER = "ringing", "connected", "held", "parked", "ended", "other"
"""The states of a party."""
TAKEN = frozenset({CONNECTED, HELD, PARKED})
"""States that only an answered call has."""
LATER = frozenset({HELD, PARKED})
"""States that no call begins with, nor its talk."""
AT_ONCE = 0.1
"""Seconds within which a call may be answered without having rung."""
SET_BY = 60.0
"""Seconds: nothing begins so much later than it is seen, or rings for so long."""
_STATES = {"Ringing": RINGING, "CallConnected": CONNECTED, "OnHold": HELD, "ParkedCall": PARKED}


class Seen(msgspec.Struct, frozen=True, array_like=True, tag="seen"):
    """What presence showed of one party of a call.

    Attributes:
        extension_id: Whose presence.
        state: One of the states of a party.
        at: When it was so, in server time.
        is_told: Whether an event told of it as it happened; else a read found it so, and it began before `at`.
        era: When the platform's present numbering of events of this extension began, as far as is known.
        sequence: The platform's number of the event, or of the last before a read; -1 where there was none.
        started_at: When the call began, in server time; None where the platform did not say.
    """

    extension_id: str
    state: str
    at: float
    is_told: bool = True
    era: float = 0.0
    sequence: int = -1
    direction: str = ""
    from_number: str = ""
    from_name: str = ""
    to_number: str = ""
    to_name: str = ""
    queue: str = ""
    session_id: str = ""
    telephony_session_id: str = ""
    party_id: str = ""
    call_id: str = ""
    started_at: float | None = None

    @property
    def order(self) -> tuple[bool, float, int, float, str]:
        """Where it stands among the facts of its party: what is over stays over, then a higher sequence wins."""
        return (self.state == ENDED, self.era, self.sequence, self.at, self.state)


class Logged(Record, frozen=True, array_like=True, tag="logged"):
    """A record of the account's call log, and which call it was found to be.

    Attributes:
        belongs_to: The key of the call it was found to be; empty where its own ids say that.
    """

    belongs_to: str = ""

    @property
    def order(self) -> tuple[bool, float, str, str]:
        """Where it stands among what the log said of this call: what came last wins, and what is over stays over."""
        return (self.is_over, self.changed_at, self.belongs_to, self.result)


Fact = Seen | Logged


class Numbering:
    """Follows the platform's numbering of events, which a new subscription may begin anew.

    Args:
        began: When this process began to listen, in server time.
    """

    def __init__(self, began: float) -> None:
        self._began = began
        self._last: dict[str, tuple[float, int]] = {}

    def of(self, extension_id: str, sequence: int | None, at: float) -> tuple[float, int]:
        """The era and the number of what was accepted now; a read counts as the event before it."""
        era, last = self._last.get(extension_id, (self._began, -1))
        if sequence is None:
            return era, last
        if sequence < last:
            era = at
        self._last[extension_id] = (era, sequence)
        return era, sequence


def seen_in(change: Change, numbering: Numbering) -> list[Seen]:
    """What a change of the board says of calls: each call that came or became different, and each that is gone."""
    if change.by is By.AGE:
        return []
    entry = change.new or change.old
    if entry is None:
        return []
    is_told = _is_told(change)
    at = _when(change)
    era, sequence = numbering.of(entry.id, entry.sequence, at)
    old, new = _calls(change.old), _calls(change.new)
    found = [
        # Whoever is on hold or parked when an event first tells of it was answered before.
        _seen(
            entry.id, call, state, at, (era, sequence), is_told=is_told and (before is not None or state not in LATER)
        )
        for call, before in _paired(new, old)
        if call != before
        for state in [_STATES.get(call.telephony_status, OTHER)]
    ]
    # Of who is watched no more, or hides from now on, it is not known whether the call has ended.
    is_told = is_told and change.new is not None and _lists_calls(change.new)
    gone = [
        _seen(entry.id, call, ENDED, at, (era, sequence), is_told=is_told)
        for call, after in _paired(old, new)
        if after is None
    ]
    return found + gone


def untold(change: Change) -> tuple[float, float] | None:
    """Between which moments a call came, became another or ended without an event that told of it; None where none did.

    Where it is known that the extension was right, or that the call had not begun, nothing can have happened before.
    """
    if change.old is None or change.new is None or change.by is By.AGE:
        return None
    old, new = _calls(change.old), _calls(change.new)
    if _is_told(change):
        moved = [call for call, before in _paired(new, old) if before is None and _came_before(call, _when(change))]
    else:
        moved = [
            call for call, its in _paired(new, old) if its is None or its.telephony_status != call.telephony_status
        ]
        moved += [call for call, after in _paired(old, new) if after is None]
    known = change.old.confirmed_at or 0.0
    since = [min(change.at, max(known, call.started_at or 0.0)) for call in moved]
    if known and _is_told(change) and change.new.needs_reading:
        since.append(min(change.at, known))  # an event that lacks something: what it is happened by then
    return (min(since), change.at) if since else None


def seen_now(entries: Iterable[Entry], at: float, numbering: Numbering) -> Iterator[Seen]:
    """What the board shows now of the calls of these extensions, as a read has found it."""
    for entry in entries:
        placed = numbering.of(entry.id, entry.sequence, at)
        for call in _calls(entry):
            yield _seen(entry.id, call, _STATES.get(call.telephony_status, OTHER), at, placed, is_told=False)


def _came_before(call: Call, at: float) -> bool:
    """Whether a call that an event tells of for the first time has come by others, which were lost."""
    state = _STATES.get(call.telephony_status, OTHER)
    has_rung = call.direction == "Inbound" and call.started_at is not None and at - call.started_at > AT_ONCE
    return state in LATER or (state == CONNECTED and has_rung)


def _is_told(change: Change) -> bool:
    """Whether an event told of it as it happened; one that comes in doubt may come after others that were lost."""
    return change.by is By.EVENT and change.old is not None and not change.old.needs_reading


def _when(change: Change) -> float:
    new = change.new
    if new is None:
        return change.at
    moment = new.event_at if change.by is By.EVENT else new.read_at
    return change.at if moment is None else min(moment, change.at)


def _calls(entry: Entry | None) -> tuple[Call, ...]:
    return (entry.presence.calls if entry is not None and entry.presence is not None else None) or ()


def _lists_calls(entry: Entry) -> bool:
    return entry.presence is not None and entry.presence.calls is not None


def _paired(calls: tuple[Call, ...], others: tuple[Call, ...]) -> Iterator[tuple[Call, Call | None]]:
    """Each call with itself among the others; an event may leave out some of its ids."""
    for call in calls:
        yield call, next((other for other in others if is_same(call, other)), None)


def is_same(one: Call, other: Call) -> bool:
    """Whether two calls of one extension are the same party of the same call, as far as both have ids."""
    if one.party_id and other.party_id:
        return one.party_id == other.party_id
    if one.direction and other.direction and one.direction != other.direction:
        return False
    for mine, its in (
        (one.telephony_session_id, other.telephony_session_id),
        (one.session_id, other.session_id),
        (one.id, other.id),
    ):
        if mine and its:
            return mine == its
    return False


def _began(call: Call, state: str, at: float) -> float | None:
    """When a call began, as the platform says; None where its clock was being set, so that this cannot be."""
    if call.started_at is None or call.started_at - at > SET_BY:
        return None
    return None if state == RINGING and at - call.started_at > SET_BY else call.started_at


def _seen(extension_id: str, call: Call, state: str, at: float, placed: tuple[float, int], *, is_told: bool) -> Seen:
    era, sequence = placed
    return Seen(
        extension_id,
        state,
        at,
        is_told,
        era,
        sequence,
        call.direction,
        call.from_number,
        call.from_name,
        call.to_number,
        call.to_name,
        call.queue,
        call.session_id,
        call.telephony_session_id,
        call.party_id,
        call.id,
        _began(call, state, at),
    )
