"""Backfilling: the account's call log says what presence cannot, and what happened while nobody was listening.

Only the call log knows the final result of a call, and the calls of a gap. It is read for the time of the calls whose
result is not known yet, and once for each gap, some time after it: a call appears there 15 to 30 seconds after its end.
A record is a call of ours by its telephony session or session; calls that nobody took have other ids there (users
report so), so those are found by extension, other number and time.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import msgspec

from tui.calllog import reading
from tui.calllog.facts import Fact, Logged
from tui.calllog.privacy import Numbers, digits
from tui.calllog.recorder import FAULT
from tui.calllog.rows import ANSWERED, FAILED, RESULTS, CallRow, PartyRow
from tui.calllog.store import Store, StoreFailed
from tui.clock import Clock
from tui.errors import PermissionMissing, RingwallError
from tui.ringcentral.records import Leg, Record

log = logging.getLogger(__name__)

GIVE_UP_AFTER = 3600.0
"""Seconds after its end for which the log is asked about a call."""
APART = 120.0
"""Seconds by which the beginnings of a call may differ here and there."""
BEFORE = 2 * APART
"""Seconds before what is wanted from which on the log is read: calls of before it have their records there, too."""
COVER_EVERY = 900.0
"""Seconds after which the log is read although nothing is known to be missing: some calls are lost in silence, and some
extensions may not be watched."""
FORBIDDEN_WAIT = 300.0
"""Seconds until a login that may not read the call log is tried with it again."""

Side = tuple[str, str, str]
"""An extension, a direction, and the number of the other side."""


class CallLogReader(Protocol):
    """Reads the call log; `tui.ringcentral.call_log.CallLog` is the real one."""

    def pages(self, since: float, until: float) -> AsyncIterator[list[Record]]:
        """The calls that began in this time, a page at a time; raises RingwallError."""


@dataclass(frozen=True, slots=True)
class Span:
    """A time of which the call log is to be read, and the gaps that are filled by that."""

    since: float
    until: float
    gap_ids: tuple[str, ...] = ()


class Backfill:
    """Reads the call log again and again.

    Args:
        store: Has what is missing.
        account_id: Whose calls.
        call_log: The account's.
        chosen: Gives the extensions whose calls are recorded.
        clock: Server time.
        numbers: How much of a number is kept.
        learn: Takes facts in, and what was filled by them; in this order.
        every: Seconds between two looks.
        lag: Seconds after its end in which a call comes to stand in the log: 15 to 30 by the platform's guide.

    Attributes:
        problem: Why the call log cannot be read; empty where it can.
    """

    def __init__(
        self,
        store: Store,
        account_id: str,
        call_log: CallLogReader,
        chosen: Callable[[], Collection[str]],
        clock: Clock,
        numbers: Numbers,
        learn: Callable[[Collection[Fact], Collection[str]], None],
        every: float,
        lag: float,
    ) -> None:
        self.problem = ""
        self._store = store
        self._account_id = account_id
        self._call_log = call_log
        self._chosen = chosen
        self._clock = clock
        self._numbers = numbers
        self._learn = learn
        self._every = every
        self._lag = lag
        self._covered_until = clock.now()
        self._unwatched_at = float("-inf")

    async def keep(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            wait, fault = self._every, None
            try:
                await self.look()
                problem = ""
            except PermissionMissing as error:
                wait, problem = max(FORBIDDEN_WAIT, self._every), f"{error}; results stay open, and gaps unfilled"
            except RingwallError as error:
                problem = str(error)
            except Exception as error:
                problem, fault = FAULT, error
            if problem and problem != self.problem:
                log.warning("the call log cannot be read: %s", problem, exc_info=fault)
            self.problem = problem
            await self._clock.sleep_until(self._clock.now() + wait)

    async def look(self) -> None:
        """Read what is missing by now, if anything is.

        Raises:
            RingwallError: The call log cannot be read.
        """
        now = self._clock.now()
        for span in await asyncio.to_thread(self._missing, now):
            records = [one async for page in self._call_log.pages(span.since, span.until) for one in page]
            facts = await asyncio.to_thread(self._facts, records, span, now)
            self._learn(facts, span.gap_ids)
            if span.since + APART <= self._covered_until and span.until == now:
                self._covered_until = now - self._lag
        if now - self._unwatched_at >= COVER_EVERY:
            self._unwatched_at = now

    def _missing(self, now: float) -> list[Span]:
        with self._store.reading() as connection:
            gaps = reading.gaps(connection, self._account_id, unfilled=True)
            oldest = reading.oldest_awaiting(connection, self._account_id, now - GIVE_UP_AFTER, now - self._lag)
        spans = [
            Span(gap.started_at - BEFORE, gap.ended_at + 1, (gap.gap_id,))
            for gap in gaps
            if gap.ended_at is not None and gap.ended_at < now - self._lag
        ]
        # Of extensions that the platform does not let us watch the log is all there is, as long as that lasts.
        unwatched = [gap.started_at for gap in gaps if gap.ended_at is None and gap.extension_id is not None]
        if unwatched and now - self._unwatched_at >= COVER_EVERY:
            spans.append(Span(max(min(unwatched), now - GIVE_UP_AFTER) - BEFORE, now))
        if oldest is not None:
            spans.append(Span(oldest - BEFORE, now))
        if now - self._covered_until > COVER_EVERY:
            spans.append(Span(self._covered_until - BEFORE, now))
        return joined(spans)

    def _facts(self, records: Sequence[Record], span: Span, now: float) -> list[Logged]:
        try:
            with self._store.reading() as connection:
                kept = reading.begun(connection, self._account_id, span.since - APART, span.until + APART)
                first, _ = reading.recorded(connection, self._account_id)
        except StoreFailed as error:
            log.warning("the record cannot be read: %s", error)
            raise
        known = [self._numbers.logged(Logged(*msgspec.structs.astuple(record))) for record in records]
        return matched(known, [one.call for one in kept], self._chosen(), span.since, now - self._lag, first or 0.0)


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same time in as few spans as possible: what overlaps is read once."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda one: one.since):
        if found and span.since <= found[-1].until:
            last = found[-1]
            found[-1] = Span(last.since, max(last.until, span.until), last.gap_ids + span.gap_ids)
        else:
            found.append(span)
    return found


def matched(
    records: Iterable[Logged],
    calls: Iterable[CallRow],
    chosen: Collection[str],
    since: float,
    settled: float,
    first: float = 0.0,
) -> list[Logged]:
    """The records of calls that are over and are ours, each with the call that it is. Pure.

    A record without the ids of a call is that call only if the call's own record would be among these; until then it is
    left out.

    Args:
        records: What the log has.
        calls: All calls of that time that are known.
        chosen: The extensions whose calls are recorded.
        since: From when on the log was read; what began in the first two minutes of it is no news.
        settled: Calls that ended before this have their records in the log.
        first: When the first recorder began: what was over by then is not its affair.
    """
    known = list(calls)
    done = {call.record_id for call in known}
    named = {name for call in known for name in _names(call)}
    # Of a queue's call there may be a record that says "Stopped" while the call goes on.
    recent = settled - GIVE_UP_AFTER
    going_on = {name for call in known if not call.is_over and _began(call) > recent for name in _names(call)}
    found: list[Logged] = []
    others: list[Logged] = []
    for record in records:
        # What is known already is not taken in again: it may hold what somebody wanted forgotten.
        names = {record.telephony_session_id, record.session_id}
        if record.is_over and record.record_id not in done and names.isdisjoint(going_on):
            (others if names.isdisjoint(named) else found).append(record)
    taken = {name for record in found for name in (record.telephony_session_id, record.session_id)}
    without = [call for call in known if not (call.record_id or _names(call) & taken) and since <= _began(call)]
    belongs = _nearest(others, without)
    undecided = {call.call_id for call in without if _ended(call) > settled}
    for record in others:
        if call_id := belongs.get(record.record_id):
            if call_id not in undecided:
                found.append(msgspec.structs.replace(record, belongs_to=call_id))
        elif (
            record.started_at >= since + APART
            and (record.ended_at or 0.0) >= first
            and any(leg.extension_id in chosen for leg in record.legs)
        ):
            found.append(record)
    return found


def _names(call: CallRow) -> set[str]:
    return {call.telephony_session_id, call.session_id} - {""}


def _nearest(records: Sequence[Logged], calls: Sequence[CallRow]) -> dict[str, str]:
    """Which call each record may be, by their ids: those that began nearest to one another are one."""
    by_side: dict[Side, list[CallRow]] = defaultdict(list)
    for call in calls:
        for side in _sides(call, call.parties):
            by_side[side].append(call)
    pairs = sorted(
        {
            (abs(_began(call) - record.started_at), record.record_id, call.call_id)
            for record in records
            for side in _sides(record, record.legs)
            for call in by_side[side]
            if _could_be(record, call)
        }
    )
    belongs: dict[str, str] = {}
    taken: set[str] = set()
    for _, record_id, call_id in pairs:
        if record_id not in belongs and call_id not in taken:
            belongs[record_id] = call_id
            taken.add(call_id)
    return belongs


def _sides(one: Logged | CallRow, parties: Iterable[Leg | PartyRow]) -> set[Side]:
    """How each extension sees a call: who it is, the direction, and the other side's number."""
    directions = {party: party.direction or one.direction for party in parties}
    return {
        (party.extension_id, way, _plain(one.from_number if way == "Inbound" else one.to_number))
        for party, way in directions.items()
    }


def _began(call: CallRow) -> float:
    return call.started_at if call.started_at is not None else call.first_seen or 0.0


def _ended(call: CallRow) -> float:
    """When it ended, or was found to have."""
    ends = [party.states[-1].at for party in call.parties if party.states]
    return max([*ends, call.ended_at if call.ended_at is not None else 0.0])


def _could_be(record: Logged, call: CallRow) -> bool:
    """Whether a record may be of a call whose ids are others and that one extension sees as the same.

    Only calls that nobody took have other ids in the log (users report so); the record of one that was answered is the
    call that has its ids, or another.
    """
    if abs(_began(call) - record.started_at) > APART:
        return False
    was_answered = RESULTS.get(record.result, FAILED) == ANSWERED
    if was_answered and _names(call) and record.telephony_session_id + record.session_id:
        return False
    return call.result != ANSWERED or was_answered


def _plain(number: str) -> str:
    return number if number.startswith(("hash:", "..")) else digits(number)
