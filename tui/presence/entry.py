"""One entry of the Board: what is known of one extension, when its state began, and how that changes. Pure."""

from dataclasses import dataclass, replace
from enum import StrEnum

from tui.presence.extension import Extension
from tui.presence.presence import Call, Presence, kept_once
from tui.presence.status import RINGING, Reason, Status, call_status, status_of


class By(StrEnum):
    """What made a change."""

    SNAPSHOT = "snapshot"
    EVENT = "event"
    RECONCILE = "reconcile"
    AGE = "age"


Answered = tuple[tuple[tuple[str, str], float, bool], ...]
"""The key of each call, when it was answered, and whether that is only when we saw it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of one chosen extension.

    Attributes:
        presence: The last presence known; None before the first read.
        status: What a tile shows of it; `reason` says why it is unknown.
        since: When that state began, in server time.
        since_is_seen: True where only "since we saw it" is known, and the true start lies before.
        stale: Whether nothing has confirmed it for longer than `confirm_after`.
        confirmed_at: When its own event or read last confirmed it; None before the first read.
        refused: What the platform said when it refused to tell of this extension; None where it did not.
        sequence: The number of the last event taken; None where there was none since the subscription.
        doubted_at: When it came into doubt; None where it is not. Only a read sent later settles that.
        proven_at: The link's last proof before it came into doubt, which still counts; None where there was none.
        answered: When each of its calls was answered, and whether that is only when we saw it, by the call's key: a
            talk goes on counting after a hold, or after another call that rang beside it.
        changed_at: When people could last see a difference; None where they could not yet.
    """

    extension: Extension
    presence: Presence | None = None
    status: Status = Status.UNKNOWN
    reason: Reason | None = Reason.NOT_READ
    since: float | None = None
    since_is_seen: bool = True
    stale: bool = False
    confirmed_at: float | None = None
    refused: str | None = None
    sequence: int | None = None
    event_at: float | None = None
    read_at: float | None = None
    doubted_at: float | None = None
    proven_at: float | None = None
    answered: Answered = ()
    changed_at: float | None = None

    @property
    def id(self) -> str:
        """The extension's id."""
        return self.extension.id

    @property
    def shown_status(self) -> Status:
        """The state that may be shown as true: unknown where nothing has confirmed it."""
        return Status.UNKNOWN if self.stale else self.status

    @property
    def doubtful(self) -> bool:
        """Whether it came into doubt after it was last read."""
        return self.doubted_at is not None

    @property
    def needs_reading(self) -> bool:
        """Whether it was never read, or is in doubt; what the platform refuses is not asked for again and again."""
        return (self.doubtful or self.read_at is None) and self.refused is None and self.extension.has_presence


@dataclass(frozen=True, slots=True)
class Change:
    """One extension's entry before and after; `old` is None when it came, `new` when it left."""

    old: Entry | None
    new: Entry | None
    by: By
    at: float

    @property
    def id(self) -> str:
        """The id of the extension that changed."""
        entry = self.new or self.old
        return entry.id if entry else ""


def looks_different(old: Entry, new: Entry) -> bool:
    """Whether people or scripts would see a difference; being confirmed once more is none."""
    return (
        old.presence != new.presence
        or old.status is not new.status
        or old.reason is not new.reason
        or old.since != new.since
        or old.stale != new.stale
        or old.refused != new.refused
        or old.extension != new.extension
    )


def new_entry(extension: Extension, at: float) -> Entry:
    """The entry of an extension of which nothing is known yet."""
    if not extension.has_presence:
        return Entry(extension, status=Status.NO_PRESENCE, reason=None, since=at)
    return Entry(extension, since=at)


def renamed(old: Entry, extension: Extension, at: float) -> Entry:
    """The entry after the directory has told something else of its extension."""
    if old.extension.has_presence != extension.has_presence:
        return new_entry(extension, at)
    if old.extension == extension:
        return old
    new = replace(old, extension=extension)
    # Disabled, or in use again: the platform may go on telling of it as if nothing were.
    return new if old.extension.watchable == extension.watchable else with_presence(new, old.presence, at, seen=True)


def with_presence(old: Entry, presence: Presence | None, at: float, *, seen: bool) -> Entry:
    """The entry with a presence, its state and when that state began.

    Args:
        old: The entry before.
        presence: What is known now.
        at: When that became known.
        seen: True where a read found it, so that the true beginning lies before `at`.
    """
    presence = kept_once(presence)
    if not old.extension.has_presence:
        return replace(old, presence=presence)
    old = replace(old, answered=_answered(old, presence, at, seen=seen))
    status, reason = status_of(presence)
    if (old.refused is not None or not old.extension.watchable) and reason is not Reason.HIDDEN:
        status, reason = Status.UNKNOWN, Reason.NOT_WATCHED
    if status is old.status and reason is old.reason and not _is_another_call(old, presence, status):
        return replace(old, presence=presence)
    since, since_is_seen = _beginning(old, status, presence, at, seen=seen)
    return replace(old, presence=presence, status=status, reason=reason, since=since, since_is_seen=since_is_seen)


def going_on(new: Entry, earlier: Entry) -> Entry:
    """The entry after a restart: a state that was there before it goes on, as far as was seen.

    One of calls does not: nothing is left of the calls before by which one could be told from another.
    """
    if (new.status, new.reason) != (earlier.status, earlier.reason) or (new.presence and new.presence.calls):
        return new
    if new.since is None or earlier.since is None or earlier.since > new.since:
        return new
    return replace(new, since=earlier.since, since_is_seen=True)


def _is_another_call(old: Entry, presence: Presence | None, status: Status) -> bool:
    """Whether a state of calls goes on, but with other calls only: a new ring is not the old one going on."""
    before = {call.key for call in _calls_in(old.presence, status)}
    now = {call.key for call in _calls_in(presence, status)}
    return bool(before and now) and status in _TIMED_BY_CALL and not before & now


def _calls_in(presence: Presence | None, status: Status) -> list[Call]:
    """The calls that are in a state: a ring beside a talk has its own beginning."""
    calls = (presence.calls if presence else None) or ()
    return [call for call in calls if call_status(call.telephony_status, inbound=call.is_inbound) is status]


_TIMED_BY_CALL = {Status.RINGING_IN, Status.RINGING_OUT, Status.ON_CALL, Status.HOLD}
_AFTER_ANSWER = {"CallConnected", "OnHold", "ParkedCall"}


def _answered(old: Entry, presence: Presence | None, at: float, *, seen: bool) -> Answered:
    """When each call that is going on was answered: known from before, or now; a read can only guess.

    A read knows when the call began, which is a better guess than the time of the read.
    """
    known = {key: (key, moment, is_seen) for key, moment, is_seen in old.answered}
    found = []
    for call in (presence.calls if presence else None) or ():
        if call.telephony_status in _AFTER_ANSWER:
            guess = min(call.started_at, at) if seen and call.started_at is not None else at
            found.append(known.get(call.key, (call.key, guess, seen)))
    return tuple(found)


def _beginning(old: Entry, status: Status, presence: Presence | None, at: float, *, seen: bool) -> tuple[float, bool]:
    """When a state began and whether that is only when we saw it: ringing with its call, talking with the answer."""
    if status not in _TIMED_BY_CALL or presence is None:
        return at, seen
    calls = _calls_in(presence, status)
    if status is Status.ON_CALL:
        keys = {call.key for call in calls}
        talks = [(moment, is_seen) for key, moment, is_seen in old.answered if key in keys]
        return min(talks, default=(at, seen))
    starts = [call.started_at for call in calls if call.started_at is not None]
    return (min(*starts, at), False) if status in RINGING and starts else (at, seen)
