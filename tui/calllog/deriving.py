"""The rows of the record as a function of a set of facts: whatever their order, and however often each came. Pure.

A call is all facts with one telephony session, a party all of those with one party id. Facts that lack an id belong
to the call or party that the others of the same session and extension name; where none does, they make a row of their
own that is marked so, until one comes that does. Of one party

- its state is that of its last fact, where what is over stays over and a higher sequence counts as later;
- a moment is that of the first fact of its kind, if an event told of it; what only a read has found began before, so
  its moment stays open for the call log to fill in;
- it began when the facts say, and where they differ, nearest to when it was first seen: while the platform's clock is
  set, some are off by as much;
- every other field is filled by the first fact that says it, and by the call log only where none did.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from tui.calllog.belonging import Keys, latest_records, seen_order
from tui.calllog.facts import Fact, Logged, Seen
from tui.calllog.parties import by_party, first_said, party_of, placed_legs, unseen_party
from tui.calllog.rows import ANSWERED, NOT_ANSWERED_HERE, UNKNOWN, CallRow, PartyRow, known_result

NAMELESS_QUEUE = "queue"
"""What a queue is called whose name the platform did not say."""


def rows(facts: Iterable[Fact]) -> list[CallRow]:
    """The calls that these facts are of, by their keys."""
    unique = set(facts)
    seen = sorted((fact for fact in unique if isinstance(fact, Seen)), key=seen_order)
    logged = latest_records(fact for fact in unique if isinstance(fact, Logged))
    keys = Keys(seen, logged)
    groups: dict[str, tuple[list[Seen], list[Logged]]] = defaultdict(lambda: ([], []))
    for one in seen:
        groups[keys.of_seen(one)][0].append(one)
    for record in logged:
        groups[keys.of_logged(record)][1].append(record)
    return [_call(key, *groups[key]) for key in sorted(groups)]


def _call(key: str, seen: list[Seen], logged: list[Logged]) -> CallRow:
    record = max(logged, key=lambda one: (one.order, one.record_id), default=None)
    seen_of = by_party(seen)
    legs, unseen = placed_legs(seen_of, record.legs if record else ())
    parties = [party_of(party_id, facts, legs.get(party_id)) for party_id, facts in seen_of.items()]
    parties += [unseen_party(party_id, leg) for party_id, leg in unseen.items()]
    in_time = sorted(seen, key=lambda fact: (fact.at, seen_order(fact)))
    facts: list[Fact] = [*in_time, *logged]
    said = _Said(in_time, record)
    number = said.first("from_number")
    is_final = record is not None and record.is_over
    is_over = all(party.is_over for party in parties if not party.is_backfilled) if seen else is_final
    direction = _direction(parties, record)
    return CallRow(
        call_id=key,
        parties=tuple(sorted(parties, key=lambda party: (party.started_at or 0.0, party.party_id))),
        facts=(*(fact for facts in seen_of.values() for fact in facts), *logged),
        telephony_session_id=first_said(fact.telephony_session_id for fact in in_time)
        or ("" if record is None or seen else record.telephony_session_id),
        session_id=first_said(fact.session_id for fact in in_time)
        or ("" if record is None or seen else record.session_id),
        direction=direction,
        from_number=number,
        from_name=said.first("from_name"),
        from_withheld=not number and direction == "Inbound",
        to_number=said.first("to_number"),
        to_name=said.first("to_name"),
        queue=first_said(fact.queue for fact in in_time if fact.queue != NAMELESS_QUEUE)
        or first_said(fact.queue for fact in in_time),
        first_seen=in_time[0].at if in_time else None,
        started_at=_least([party.started_at for party in parties] + [record.started_at if record else None]),
        answered_at=_least(party.answered_at for party in parties),
        ended_at=_end(parties, record) if is_over else None,
        is_over=is_over,
        result=_result(parties, record, is_over=is_over),
        log_result=record.result if record is not None and is_final else "",
        reason=record.reason if record is not None and is_final else "",
        record_id=record.record_id if record is not None else "",
        matched_by=_matched_by(seen, record) if is_final else None,
        is_marked=key not in {fact.telephony_session_id for fact in facts},
        is_backfilled=not seen,
    )


class _Said:
    """What the facts of a call, oldest first, and then the call log, say of it."""

    def __init__(self, seen: Sequence[Seen], record: Logged | None) -> None:
        self._facts: list[Seen | Logged] = [*seen, *([record] if record else [])]

    def first(self, name: str) -> str:
        """The first that is said of a field."""
        return first_said(getattr(fact, name) for fact in self._facts)


def _least(moments: Iterable[float | None]) -> float | None:
    return min((moment for moment in moments if moment is not None), default=None)


def _direction(parties: Sequence[PartyRow], record: Logged | None) -> str:
    """Of a call between two of ours there are both; it is the one of who began it."""
    known = {party.direction for party in parties if not party.is_backfilled} - {""}
    if not known:
        return record.direction if record is not None else ""
    return "Outbound" if "Outbound" in known else "Inbound"


def _end(parties: Sequence[PartyRow], record: Logged | None) -> float | None:
    """When the last party left, if all of that was seen or is the call log's alone; else what the call log says."""
    seen = [party.ended_at for party in parties if not party.is_backfilled]
    if seen and None not in seen:
        return max(party.ended_at for party in parties if party.ended_at is not None)
    return record.ended_at if record is not None else None


def _result(parties: Sequence[PartyRow], record: Logged | None, *, is_over: bool) -> str | None:
    if record is not None and record.is_over and (known := known_result(record.result)):
        return known
    results = {party.result for party in parties}
    if ANSWERED in results:
        return ANSWERED
    if not is_over:
        return None
    return UNKNOWN if UNKNOWN in results or not results else NOT_ANSWERED_HERE


def _matched_by(seen: Sequence[Seen], record: Logged | None) -> str | None:
    if record is None or not seen:
        return None
    ids = {record.party_id, *(leg.party_id for leg in record.legs)} - {""}
    if any(fact.party_id in ids for fact in seen):
        return "party"
    sessions = {record.telephony_session_id, record.session_id} - {""}
    if any(fact.telephony_session_id in sessions or fact.session_id in sessions for fact in seen):
        return "session"
    return "number_and_time"
