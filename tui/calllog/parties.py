"""The parties of a call, of their facts and of what the call log says of them. Pure."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence

import msgspec

from tui.calllog.belonging import seen_order
from tui.calllog.facts import ENDED, RINGING, TAKEN, Seen
from tui.calllog.rows import ANSWERED, NOT_ANSWERED_HERE, UNKNOWN, CallRow, PartyRow, StateSeen, known_result
from tui.ringcentral.records import Leg

MOST_SEEN = 400
"""Facts of one party that are kept: the first half of them and the last."""


def by_party(seen: Sequence[Seen]) -> dict[str, list[Seen]]:
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


def party_of(party_id: str, facts: list[Seen], leg: Leg | None) -> PartyRow:
    """A party of its facts, in their order, and of its leg in the call log; see `deriving` for the rules."""
    last = facts[-1]
    in_time = sorted(facts, key=lambda fact: (fact.at, seen_order(fact)))
    is_over = last.state == ENDED
    ends = [fact.at for fact in facts if fact.state == ENDED and fact.is_told]
    ended_at = max(ends) if ends else leg.ended_at if leg is not None and is_over else None
    leg_result = known_result(leg.result) if leg is not None else None
    return PartyRow(
        party_id=party_id,
        extension_id=last.extension_id,
        direction=first_said(fact.direction for fact in in_time),
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


def placed_legs(seen_of: dict[str, list[Seen]], legs: Sequence[Leg]) -> tuple[dict[str, Leg], dict[str, Leg]]:
    """The legs of parties that were seen, and those of others, by party: by its id, else by extension and time."""
    placed: dict[str, Leg] = {}
    unseen: dict[str, Leg] = {}
    for leg in legs:
        if leg.party_id:
            (placed if leg.party_id in seen_of else unseen)[leg.party_id] = leg
    nameless = sorted((leg for leg in legs if not leg.party_id), key=lambda one: (one.started_at, repr(one)))
    fitting = sorted(
        (abs(_came_at(facts) - leg.started_at), number, party_id)
        for number, leg in enumerate(nameless)
        for party_id, facts in seen_of.items()
        if facts[0].extension_id == leg.extension_id and leg.direction in ("", facts[0].direction)
    )
    taken: set[int] = set()
    for _, number, party_id in fitting:
        if party_id not in placed and number not in taken:
            placed[party_id] = nameless[number]
            taken.add(number)
    for number, leg in enumerate(nameless):
        if number not in taken:
            unseen[f"{leg.extension_id}:{leg.direction}:leg{len(unseen)}"] = leg
    return placed, unseen


def _came_at(facts: Sequence[Seen]) -> float:
    """About when a party came to the call."""
    first = min(facts, key=lambda fact: (fact.at, seen_order(fact)))
    return first.at if first.is_told or first.started_at is None else first.started_at


def unseen_party(party_id: str, leg: Leg) -> PartyRow:
    """A party that only the call log knows."""
    return PartyRow(
        party_id=party_id,
        extension_id=leg.extension_id,
        direction=leg.direction,
        state=ENDED if leg.ended_at is not None else "",
        started_at=leg.started_at,
        ended_at=leg.ended_at,
        is_over=leg.ended_at is not None,
        result=known_result(leg.result),
        log_result=leg.result if known_result(leg.result) else "",
        is_marked=not leg.party_id,
        is_backfilled=True,
    )


def is_lost(party: PartyRow) -> bool:
    """Whether events of a party were lost for sure: the call log says that it was answered, and nothing else did.

    Of one that nobody took this cannot be told: what goes to voicemail at once rings nowhere.
    """
    return party.result == ANSWERED and TAKEN.isdisjoint(one.state for one in party.states)


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
        for party_id, facts in by_party([fact for fact in call.facts if isinstance(fact, Seen)]).items():
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


def first_said(texts: Iterable[str]) -> str:
    """The first text that is not empty; empty where none is."""
    return next((text for text in texts if text), "")
