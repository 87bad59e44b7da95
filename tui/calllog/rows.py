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
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

import msgspec

from tui.calllog.facts import ENDED, RINGING, TAKEN, Fact, Logged, Seen
from tui.ringcentral.records import IN_PROGRESS, Leg

ANSWERED, NOT_ANSWERED_HERE, UNKNOWN = "answered", "not_answered_here", "unknown"
"""What presence alone can say came of a party, and of a call."""
RESULTS = {
    "Accepted": ANSWERED,
    "Call connected": ANSWERED,
    "Missed": "missed",
    "Abandoned": "missed",
    "Hang Up": "missed",
    "No Answer": "no_answer",
    "Voicemail": "voicemail",
    "Sent to Voicemail": "voicemail",
    "Rejected": "rejected",
    "Declined": "rejected",
    "Blocked": "rejected",
    "Busy": "busy",
    "Answered Elsewhere": "answered_elsewhere",
    "Unknown": UNKNOWN,
}
"""The call log's words for what came of a call (API reference of the call log), in ours."""
FAILED = "failed"
"""What any other word of the call log is: the call did not come about."""
UNTAKEN = frozenset({"missed", "voicemail", "no_answer", NOT_ANSWERED_HERE})
"""Results of calls that somebody should call back."""
MOST_SEEN = 400
"""Facts of one party that are kept: the first half of them and the last."""
NAMELESS_QUEUE = "queue"
"""What a queue is called whose name the platform did not say."""


@dataclass(frozen=True, slots=True)
class StateSeen:
    """A state of a party: since when, and whether an event told of it or a read found it."""

    state: str
    at: float
    is_told: bool


@dataclass(frozen=True, slots=True)
class PartyRow:
    """One party of a call.

    Attributes:
        party_id: The platform's, or one made of extension, direction and call id where it gave none (`is_marked`).
        states: Every change of its state, oldest first.
        ringing_at, answered_at, ended_at: None where that did not happen, or nobody saw when it did.
        is_over: Whether it has ended, seen or not.
        result: What came of it; None while it rings.
        log_result: The call log's own word for that; empty before it is known.
        last_sequence: The number of the last event about it; None where none had one.
        is_backfilled: Whether only the call log knows of it.
        extension_number, extension_name: As the directory has them, which facts do not tell: whoever reads or sends a
            row fills them in.
    """

    party_id: str
    extension_id: str
    direction: str = ""
    state: str = ""
    states: tuple[StateSeen, ...] = ()
    started_at: float | None = None
    ringing_at: float | None = None
    answered_at: float | None = None
    ended_at: float | None = None
    is_over: bool = False
    result: str | None = None
    log_result: str = ""
    last_sequence: int | None = None
    is_marked: bool = False
    is_backfilled: bool = False
    extension_number: str = ""
    extension_name: str = ""


@dataclass(frozen=True, slots=True)
class CallRow:
    """One call.

    Attributes:
        call_id: Its telephony session id, or one made of session, extension and call id (`is_marked`).
        from_withheld: Whether the caller's number is not known because nobody told it.
        first_seen: When its first fact was seen; None where only the call log knows of it.
        answered_at, ended_at: As of its parties.
        result: What came of it; None while nobody has taken it and it still rings.
        log_result, reason: The call log's own words; empty before they are known.
        record_id: The call log's record of it; empty before it is known.
        matched_by: How the call log's record was found to be this call: `party`, `session`, or `number_and_time`.
        is_backfilled: Whether only the call log knows of it.
        facts: What all of this was made of.
    """

    call_id: str
    parties: tuple[PartyRow, ...]
    facts: tuple[Fact, ...]
    telephony_session_id: str = ""
    session_id: str = ""
    direction: str = ""
    from_number: str = ""
    from_name: str = ""
    from_withheld: bool = False
    to_number: str = ""
    to_name: str = ""
    queue: str = ""
    first_seen: float | None = None
    started_at: float | None = None
    answered_at: float | None = None
    ended_at: float | None = None
    is_over: bool = False
    result: str | None = None
    log_result: str = ""
    reason: str = ""
    record_id: str = ""
    matched_by: str | None = None
    is_marked: bool = False
    is_backfilled: bool = False

    @property
    def began(self) -> float | None:
        """When it began, as far as that is known."""
        return self.started_at if self.started_at is not None else self.first_seen


def rows(facts: Iterable[Fact]) -> list[CallRow]:
    """The calls that these facts are of, by their keys."""
    unique = set(facts)
    seen = sorted((fact for fact in unique if isinstance(fact, Seen)), key=_seen_order)
    logged = _latest_records(fact for fact in unique if isinstance(fact, Logged))
    keys = _Keys(seen, logged)
    groups: dict[str, tuple[list[Seen], list[Logged]]] = defaultdict(lambda: ([], []))
    for one in seen:
        groups[keys.of_seen(one)][0].append(one)
    for record in logged:
        groups[keys.of_logged(record)][1].append(record)
    return [_call(key, *groups[key]) for key in sorted(groups)]


def unlisted(calls: Iterable[CallRow], listed: Iterable[Seen], unread: Collection[str], at: float) -> list[Seen]:
    """The ends, which nobody saw, of parties that are not over by their rows and are on no call by now.

    Args:
        calls: The calls that are not over.
        listed: Every party that is on a call now.
        unread: Extensions of which it is not known whether they are on a call.
        at: When that was so.
    """
    named = {(fact.extension_id, fact.party_id) for fact in listed if fact.party_id}
    nameless = {(fact.extension_id, name) for fact in listed if not fact.party_id for name in _other_names(fact)}
    all_others = {(fact.extension_id, name) for fact in listed for name in _other_names(fact)}
    ends = []
    for call in calls:
        for party_id, facts in _by_party([fact for fact in call.facts if isinstance(fact, Seen)]).items():
            last = facts[-1]
            others = nameless if any(fact.party_id for fact in facts) else all_others
            is_on = (last.extension_id, party_id) in named or any(
                (last.extension_id, name) in others for fact in facts for name in _other_names(fact)
            )
            if last.state != ENDED and last.at < at and not is_on and last.extension_id not in unread:
                ends.append(msgspec.structs.replace(last, state=ENDED, at=at, is_told=False))
    return ends


def _other_names(fact: Seen) -> list[str]:
    """What a party can be known by where its id was left out: its call, or the session and the side of it."""
    session = fact.telephony_session_id or fact.session_id
    return [name for name in (fact.call_id, f"{session} {fact.direction}" if session else "") if name]


def _seen_order(fact: Seen) -> tuple[object, ...]:
    """A total order, so that what a row takes from "the first" does not depend on how sets are walked."""
    return (*fact.order, fact.extension_id, fact.party_id, fact.call_id, repr(fact))


def _latest_records(records: Iterable[Logged]) -> list[Logged]:
    """The last word of the log on each record; what a record was once found to be it stays."""
    latest: dict[str, Logged] = {}
    for record in sorted(records, key=lambda one: (one.order, repr(one))):
        before = latest.get(record.record_id)
        belongs_to = max(record.belongs_to, before.belongs_to if before else "")
        latest[record.record_id] = msgspec.structs.replace(record, belongs_to=belongs_to)
    return [latest[record_id] for record_id in sorted(latest)]


class _Keys:
    """Which call each fact belongs to."""

    def __init__(self, seen: Sequence[Seen], logged: Sequence[Logged]) -> None:
        self._of_session: dict[str, set[str]] = defaultdict(set)
        facts: list[Fact] = [*seen, *logged]
        for fact in facts:
            if fact.session_id and fact.telephony_session_id:
                self._of_session[fact.session_id].add(fact.telephony_session_id)
                if isinstance(fact, Seen):
                    self._of_session[f"{fact.session_id} {fact.extension_id}"].add(fact.telephony_session_id)
        self._aliases = {key: self.of_seen(fact) for fact in seen for key in (marked_key(fact), self.of_seen(fact))}

    def of_seen(self, fact: Seen) -> str:
        if fact.telephony_session_id:
            return fact.telephony_session_id
        named = self._of_session.get(f"{fact.session_id} {fact.extension_id}") or self._of_session.get(fact.session_id)
        return min(named) if named and fact.session_id else marked_key(fact)

    def of_logged(self, record: Logged) -> str:
        if record.belongs_to in self._aliases:
            return self._aliases[record.belongs_to]
        if record.belongs_to:
            return record.belongs_to
        named = self._of_session.get(record.session_id)
        own = record.telephony_session_id or (min(named) if named and record.session_id else "")
        return own or f"record:{record.record_id}"


def marked_key(fact: Seen) -> str:
    """The key of a call that nothing names but the session, the extension and the extension's own id of it."""
    call = fact.call_id or (f"{fact.direction}@{fact.started_at}")
    return f"session:{fact.session_id}:{fact.extension_id}:{call}"


def _call(key: str, seen: list[Seen], logged: list[Logged]) -> CallRow:
    record = max(logged, key=lambda one: (one.order, one.record_id), default=None)
    by_party = _by_party(seen)
    legs, unseen = _placed_legs(by_party, record.legs if record else ())
    parties = [_party(party_id, facts, legs.get(party_id)) for party_id, facts in by_party.items()]
    parties += [_unseen_party(party_id, leg) for party_id, leg in unseen.items()]
    in_time = sorted(seen, key=lambda fact: (fact.at, _seen_order(fact)))
    facts: list[Fact] = [*in_time, *logged]
    said = _Said(in_time, record)
    number = said.first("from_number")
    is_final = record is not None and record.is_over
    is_over = all(party.is_over for party in parties if not party.is_backfilled) if seen else is_final
    direction = _direction(parties, record)
    return CallRow(
        call_id=key,
        parties=tuple(sorted(parties, key=lambda party: (party.started_at or 0.0, party.party_id))),
        facts=(*(fact for facts in by_party.values() for fact in facts), *logged),
        telephony_session_id=_first(fact.telephony_session_id for fact in in_time)
        or ("" if record is None or seen else record.telephony_session_id),
        session_id=_first(fact.session_id for fact in in_time) or ("" if record is None or seen else record.session_id),
        direction=direction,
        from_number=number,
        from_name=said.first("from_name"),
        from_withheld=not number and direction == "Inbound",
        to_number=said.first("to_number"),
        to_name=said.first("to_name"),
        queue=_first(fact.queue for fact in in_time if fact.queue != NAMELESS_QUEUE)
        or _first(fact.queue for fact in in_time),
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
        return _first(getattr(fact, name) for fact in self._facts)


def _first(texts: Iterable[str]) -> str:
    return next((text for text in texts if text), "")


def _least(moments: Iterable[float | None]) -> float | None:
    return min((moment for moment in moments if moment is not None), default=None)


def _by_party(seen: Sequence[Seen]) -> dict[str, list[Seen]]:
    """The facts of each party, in their order; those without a party id go with the extension's and direction's own."""
    named: dict[tuple[str, str], set[str]] = defaultdict(set)
    for fact in seen:
        if fact.party_id:
            named[fact.extension_id, fact.direction].add(fact.party_id)
            named[fact.extension_id, ""].add(fact.party_id)
    parties: dict[str, list[Seen]] = defaultdict(list)
    for fact in seen:
        known = named.get((fact.extension_id, fact.direction))
        marked = f"{fact.extension_id}:{fact.direction}:{fact.call_id}"
        parties[fact.party_id or (min(known) if known else marked)].append(fact)
    return {party_id: _trimmed(parties[party_id]) for party_id in sorted(parties)}


def _trimmed(facts: list[Seen]) -> list[Seen]:
    """The first and the last of very many: what is dropped now would be dropped whenever it came."""
    half = MOST_SEEN // 2
    return facts if len(facts) <= MOST_SEEN else facts[:half] + facts[-half:]


def _party(party_id: str, facts: list[Seen], leg: Leg | None) -> PartyRow:
    last = facts[-1]
    in_time = sorted(facts, key=lambda fact: (fact.at, _seen_order(fact)))
    is_over = last.state == ENDED
    ends = [fact.at for fact in facts if fact.state == ENDED and fact.is_told]
    ended_at = max(ends) if ends else leg.ended_at if leg is not None and is_over else None
    leg_result = _known(leg.result) if leg is not None else None
    return PartyRow(
        party_id=party_id,
        extension_id=last.extension_id,
        direction=_first(fact.direction for fact in in_time),
        state=last.state,
        states=_states(in_time),
        started_at=_began(in_time),
        ringing_at=_beginning(in_time, lambda state: state == RINGING),
        answered_at=_beginning(in_time, TAKEN.__contains__),
        ended_at=ended_at,
        is_over=is_over,
        result=leg_result or _seen_result(facts),
        log_result=leg.result if leg is not None and leg_result else "",
        last_sequence=last.sequence if last.sequence >= 0 else None,
        is_marked=not any(fact.party_id for fact in facts),
    )


def _began(in_time: Sequence[Seen]) -> float | None:
    """When it began, by the facts of its life: its end repeats what the one before it said."""
    said = [fact.started_at for fact in in_time if fact.state != ENDED or len(in_time) == 1]
    first_seen = in_time[0].at
    return min((one for one in said if one is not None), key=lambda one: (abs(one - first_seen), one), default=None)


def _states(in_time: Sequence[Seen]) -> tuple[StateSeen, ...]:
    """Every change of state: what is seen once more is none."""
    states: list[StateSeen] = []
    for fact in in_time:
        if not states or states[-1].state != fact.state:
            states.append(StateSeen(fact.state, fact.at, fact.is_told))
    return tuple(states)


def _beginning(in_time: Sequence[Seen], is_it: Callable[[str], bool]) -> float | None:
    first = next((fact for fact in in_time if is_it(fact.state)), None)
    return first.at if first is not None and first.is_told else None


def _seen_result(facts: Sequence[Seen]) -> str | None:
    """What presence says came of a party: only who was seen from ringing to its end was not answered for sure."""
    if any(fact.state in TAKEN for fact in facts):
        return ANSWERED
    if facts[-1].state != ENDED:
        return None
    has_rung = any(fact.state == RINGING for fact in facts)
    return NOT_ANSWERED_HERE if has_rung and all(fact.is_told for fact in facts if fact.state == ENDED) else UNKNOWN


def _known(word: str) -> str | None:
    """Our word for one of the call log; None where it says nothing yet."""
    return None if word in ("", IN_PROGRESS) else RESULTS.get(word, FAILED)


def _placed_legs(by_party: dict[str, list[Seen]], legs: Sequence[Leg]) -> tuple[dict[str, Leg], dict[str, Leg]]:
    """The legs of parties that were seen, and those of others, by party: by its id, else by extension and time."""
    placed: dict[str, Leg] = {}
    unseen: dict[str, Leg] = {}
    for leg in sorted(legs, key=lambda one: (not one.party_id, one.started_at, repr(one))):
        if leg.party_id:
            (placed if leg.party_id in by_party else unseen)[leg.party_id] = leg
            continue
        fitting = [
            (abs((facts[0].started_at or facts[0].at) - leg.started_at), party_id)
            for party_id, facts in by_party.items()
            if party_id not in placed
            and facts[0].extension_id == leg.extension_id
            and leg.direction in ("", facts[0].direction)
        ]
        if fitting:
            placed[min(fitting)[1]] = leg
        else:
            unseen[f"{leg.extension_id}:{leg.direction}:leg{len(unseen)}"] = leg
    return placed, unseen


def _unseen_party(party_id: str, leg: Leg) -> PartyRow:
    return PartyRow(
        party_id=party_id,
        extension_id=leg.extension_id,
        direction=leg.direction,
        state=ENDED if leg.ended_at is not None else "",
        started_at=leg.started_at,
        ended_at=leg.ended_at,
        is_over=leg.ended_at is not None,
        result=_known(leg.result),
        log_result=leg.result if _known(leg.result) else "",
        is_marked=not leg.party_id,
        is_backfilled=True,
    )


def _direction(parties: Sequence[PartyRow], record: Logged | None) -> str:
    """Of a call between two of ours there are both; it is the one of who began it."""
    known = {party.direction for party in parties if not party.is_backfilled} - {""}
    if not known:
        return record.direction if record is not None else ""
    return "Outbound" if "Outbound" in known else "Inbound"


def _end(parties: Sequence[PartyRow], record: Logged | None) -> float | None:
    """When the last party left, if all of that was seen; else what the call log says."""
    ends = [party.ended_at for party in parties if not party.is_backfilled]
    known = [end for end in ends if end is not None]
    if known and len(known) == len(ends):
        return max(known)
    return record.ended_at if record is not None else None


def _result(parties: Sequence[PartyRow], record: Logged | None, *, is_over: bool) -> str | None:
    if record is not None and record.is_over and (known := _known(record.result)):
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
