"""Whether the record holds what was true: the rows beside the box's `GET /simulator/calls`, call by call. Pure.

A call is known by its number, which the box makes all its ids of: those of presence, and the others by which the call
log knows calls that nobody took. A moment is *seen* where the row has it to the second. One that it has not, or later,
has to lie in a gap of the record. Four kinds need not, if a fault was at work that hides events or changes what they
say without a sign of it: moments of a party that did not answer and only the call log knew of, and those of one whose
state was a word of no document, both of which the record tells (`is_backfilled`, or `other` among the states); when a
call to somebody began to ring, which is not told of each; and those that an event told late. They are counted.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tui.calllog.facts import OTHER
from tui.calllog.payload import GapRow
from tui.calllog.rows import ANSWERED, CallRow, PartyRow

Json = dict[str, Any]
Span = tuple[float, float]

TO_THE_SECOND = 1.0
AROUND = 2.0
"""Seconds around a gap that still count as in it: an event and its loss are not seen at one moment."""
SESSIONS = {"35": 35_023_810_000, "66": 66_023_810_000}
RESULTS = {"answered": "answered", "transferred": "answered", "parked": "answered", "voicemail": "voicemail"}
LEGS = {
    "missed": "missed",
    "voicemail": "voicemail",
    "rejected": "rejected",
    "answered_elsewhere": "answered_elsewhere",
}


@dataclass
class Verdict:
    """What came of it.

    Attributes:
        counts: How many of what.
        differences: What is not as it was, in words.
    """

    counts: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)

    def differs(self, kind: str, call: Json | None, words: str) -> None:
        """Note that something is not as it was."""
        self.counts[kind] += 1
        number = "" if call is None else f" {_number_of(call['telephony_session_id'], '')} ({call['result']})"
        self.differences.append(f"{kind}: call{number}: {words}")


KINDS = (
    "missing", "twice", "invented", "found to be another", "wrong result", "wrong caller", "wrong beginning",
    "wrong end", "party missing", "party twice", "party's wrong result", "moment wrong",
)  # fmt: skip
"""The kinds of differences between the record and the truth."""
COUNTS = (
    "calls made", "calls of the chosen", "rows",
    "  matched by party", "  matched by session", "  matched by number_and_time", "  only the log knew",
    "moments right", "  unseen, in a gap", "  told late, in a gap",
    "  unseen, by a silent fault", "  told late, by a silent fault",
    "gaps of all", "  seconds in them", "gaps of one extension", "seconds of silent faults",
)  # fmt: skip
"""What there was, in the order of a reader."""


def judged(
    truth: Sequence[Json],
    chosen: frozenset[str],
    rows: Iterable[CallRow],
    gaps: Sequence[GapRow],
    silent: Sequence[Span],
) -> Verdict:
    """Lay the record beside the truth.

    Args:
        truth: What the box says of every call.
        chosen: The ids of the extensions whose calls are recorded.
        rows: The record.
        gaps: Its gaps.
        silent: When events were lost in silence.
    """
    verdict = Verdict(Counter(dict.fromkeys(COUNTS, 0)))
    verdict.counts["calls made"] = len(truth)
    verdict.counts["gaps of all"] = sum(gap.extension_id is None for gap in gaps)
    verdict.counts["  seconds in them"] = round(_covered(_spans(gaps, "")))
    verdict.counts["gaps of one extension"] = sum(gap.extension_id is not None for gap in gaps)
    verdict.counts["seconds of silent faults"] = round(_covered(silent))
    by_number: dict[int, list[CallRow]] = defaultdict(list)
    for row in rows:
        by_number[_number_of(row.telephony_session_id, row.session_id)].append(row)
    verdict.counts["rows"] = sum(map(len, by_number.values()))
    for call in truth:
        found = by_number.pop(_number_of(call["telephony_session_id"], ""), [])
        if chosen.isdisjoint(party["extension_id"] for party in call["parties"]):
            for row in found:
                verdict.differs("invented", call, f"none of the chosen was on it: {row.call_id}")
            continue
        verdict.counts["calls of the chosen"] += 1
        if not found:
            verdict.differs("missing", call, f"from {call['started_at']} to {call['ended_at']}")
        if len(found) > 1:
            verdict.differs("twice", call, ", ".join(f"{row.call_id} {row.record_id}" for row in found))
        for row in found[:1]:
            _Judged(verdict, call, row, chosen, gaps, silent).judge()
    for rest in by_number.values():
        verdict.differs("invented", None, ", ".join(row.call_id for row in rest))
    return verdict


class _Judged:
    """One call and its row."""

    def __init__(
        self, verdict: Verdict, call: Json, row: CallRow, chosen: frozenset[str], gaps: Sequence[GapRow],
        silent: Sequence[Span],
    ) -> None:  # fmt: skip
        self._verdict = verdict
        self._call = call
        self._row = row
        self._chosen = chosen
        self._gaps = gaps
        self._silent = silent

    def judge(self) -> None:
        call, row = self._call, self._row
        if row.record_id and row.record_id[-9:] != call["telephony_session_id"][-9:]:
            self._differs("found to be another", row.record_id)
        if row.result != (expected := _result(call)):
            self._differs("wrong result", f"{row.result} and not {expected}; {row.log_result!r} {row.matched_by}")
        caller = None if call["from"] == "anonymous" else call["from"]
        if (row.from_number or None) != caller or row.from_withheld is not (caller is None):
            self._differs("wrong caller", f"{row.from_number!r} {row.from_withheld} and not {caller}")
        if row.queue != (call["queue"] or "") and not row.is_backfilled:
            self._differs("wrong caller", f"by {row.queue!r} and not {call['queue']!r}")
        began = _at(call["started_at"])
        if row.started_at is None or abs(row.started_at - began) > TO_THE_SECOND:
            self._differs("wrong beginning", f"{row.started_at} and not {began}")
        self._end()
        self._verdict.counts["  only the log knew" if row.is_backfilled else f"  matched by {row.matched_by}"] += 1
        self._parties()

    def _end(self) -> None:
        """A call ends when its last party leaves, chosen or not."""
        said, true = self._row.ended_at, _at(self._call["ended_at"])
        if said is not None and abs(said - true) <= TO_THE_SECOND:
            return
        span = (min(true, said or true) - AROUND, max(true, said or true) + AROUND)
        gaps = (gap for one in self._call["parties"] for gap in _spans(self._gaps, one["extension_id"]))
        if not any(_overlaps(span, one) for one in (*gaps, *self._silent)):
            self._differs("wrong end", f"{said} and not {true}")

    def _parties(self) -> None:
        sides: dict[tuple[str, str], list[PartyRow]] = defaultdict(list)
        for known in self._row.parties:
            sides[known.extension_id, known.direction].append(known)
        theirs: dict[tuple[str, str], list[Json]] = defaultdict(list)
        for one in self._call["parties"]:
            theirs[one["extension_id"], one["direction"]].append(one)
        for side, parties in theirs.items():
            if side[0] not in self._chosen:
                continue
            found = sorted(sides.get(side, []), key=lambda party: party.started_at or 0.0)
            if len(found) != len(parties):
                kind = "party missing" if len(found) < len(parties) else "party twice"
                self._differs(kind, f"{side}: {[party.party_id for party in found]}")
            for party, known in zip(parties, found, strict=False):
                self._party(party, known)

    def _party(self, party: Json, known: PartyRow) -> None:
        if known.result != (expected := _party_result(party)):
            self._differs("party's wrong result", f"{known.party_id}: {known.result} and not {expected}")
        for name, true in _moments(party):
            self._moment(known, name, getattr(known, name), true)

    def _moment(self, party: PartyRow, name: str, said: float | None, true: float | None) -> None:
        if true is None:
            if said is not None:
                self._differs("moment wrong", f"{party.party_id} {name} at {said}, but it was not")
            return
        counts = self._verdict.counts
        if said is not None and abs(said - true) <= TO_THE_SECOND:
            counts["moments right"] += 1
            return
        span = (min(true, said or true) - AROUND, max(true, said or true) + AROUND)
        kind = "unseen" if said is None else "told late"
        is_unheard = party.is_backfilled and party.result != ANSWERED
        may_not_have_rung = name == "ringing_at" and party.direction == "Outbound"
        is_excused = said is not None or is_unheard or may_not_have_rung or OTHER in {one.state for one in party.states}
        if any(_overlaps(span, gap) for gap in _spans(self._gaps, party.extension_id)):
            counts[f"  {kind}, in a gap"] += 1
        elif is_excused and any(_overlaps(span, one) for one in self._silent):
            counts[f"  {kind}, by a silent fault"] += 1
        else:
            self._differs("moment wrong", f"{party.party_id} {name} at {said} and not {true}")

    def _differs(self, kind: str, words: str) -> None:
        self._verdict.differs(kind, self._call, words)


def _moments(party: Json) -> Iterator[tuple[str, float | None]]:
    yield "ringing_at", _at(party["started_at"])
    yield "answered_at", _at(party["answered_at"]) if party["answered_at"] else None
    yield "ended_at", _at(party["ended_at"])


def _result(call: Json) -> str:
    if call["result"] == "missed":
        return "no_answer" if call["direction"] == "Outbound" else "missed"
    return RESULTS.get(call["result"], str(call["result"]))


def _party_result(party: Json) -> str:
    if party["answered_at"]:
        return "answered"
    return LEGS.get(party["result"], "no_answer" if party["direction"] == "Outbound" else "missed")


def _number_of(telephony_session_id: str, session_id: str) -> int:
    """The box's own number of a call, which is in all of its ids."""
    if telephony_session_id:
        return int(telephony_session_id[-9:], 16)
    return int(session_id) - SESSIONS[session_id[:2]] if session_id[:2] in SESSIONS else -1


def _spans(gaps: Iterable[GapRow], extension_id: str) -> Iterator[Span]:
    for gap in gaps:
        if gap.extension_id in (None, extension_id):
            yield gap.started_at, gap.ended_at if gap.ended_at is not None else float("inf")


def _covered(spans: Iterable[Span]) -> float:
    """Seconds that lie in at least one of these."""
    seconds, until = 0.0, float("-inf")
    for start, end in sorted(spans):
        seconds += max(0.0, end - max(start, until))
        until = max(until, end)
    return seconds


def _overlaps(one: Span, other: Span) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _at(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
