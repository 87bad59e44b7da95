"""A call, a gap or a removal as JSON: what sinks are sent, and what `ringwall log --json` prints. Pure.

A promise to whoever reads it: times are ISO 8601 in UTC with milliseconds, ids are strings, and what is not known is
null, never left out.
"""

from dataclasses import dataclass

from tui.calllog.rows import CallRow, PartyRow
from tui.clock import iso

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class GapRow:
    """A span of time in which calls may have gone unseen.

    Attributes:
        extension_id: Whose calls; None for all that are recorded. Its number and name are filled in by whoever reads or
            sends the row.
        ended_at: None while it lasts.
        filled_at: When the call log had told all that it has of that time; None where it has not.
    """

    gap_id: str
    started_at: float
    reason: str
    extension_id: str | None = None
    ended_at: float | None = None
    filled_at: float | None = None
    revision: int = 1
    extension_number: str = ""
    extension_name: str = ""


def call_json(account_id: str, call: CallRow, revision: int) -> Json:
    """A call with its parties."""
    return {
        "type": "call",
        "account_id": account_id,
        "call_id": call.call_id,
        "revision": revision,
        "telephony_session_id": call.telephony_session_id or None,
        "session_id": call.session_id or None,
        "is_marked": call.is_marked,
        "direction": call.direction or None,
        "from_number": call.from_number or None,
        "from_name": call.from_name or None,
        "from_withheld": call.from_withheld,
        "to_number": call.to_number or None,
        "to_name": call.to_name or None,
        "queue": call.queue or None,
        "first_seen": iso(call.first_seen),
        "started_at": iso(call.started_at),
        "answered_at": iso(call.answered_at),
        "ended_at": iso(call.ended_at),
        "is_over": call.is_over,
        "result": call.result,
        "log_result": call.log_result or None,
        "reason": call.reason or None,
        "record_id": call.record_id or None,
        "matched_by": call.matched_by,
        "is_backfilled": call.is_backfilled,
        "parties": [_party_json(party) for party in call.parties],
    }


def _party_json(party: PartyRow) -> Json:
    return {
        "party_id": party.party_id,
        "is_marked": party.is_marked,
        "extension_id": party.extension_id,
        "extension_number": party.extension_number or None,
        "extension_name": party.extension_name or None,
        "direction": party.direction or None,
        "state": party.state or None,
        "started_at": iso(party.started_at),
        "ringing_at": iso(party.ringing_at),
        "answered_at": iso(party.answered_at),
        "ended_at": iso(party.ended_at),
        "is_over": party.is_over,
        "result": party.result,
        "log_result": party.log_result or None,
        "last_sequence": party.last_sequence,
        "is_backfilled": party.is_backfilled,
        "states": [{"state": one.state, "at": iso(one.at), "is_told": one.is_told} for one in party.states],
    }


def removal_json(account_id: str, call_id: str, revision: int, merged_into: str | None) -> Json:
    """A call that is no longer there: it turned out to be another one, or was forgotten."""
    return {
        "type": "call_removed",
        "account_id": account_id,
        "call_id": call_id,
        "revision": revision,
        "merged_into": merged_into,
    }


def gap_json(account_id: str, gap: GapRow) -> Json:
    """A gap."""
    return {
        "type": "gap",
        "account_id": account_id,
        "gap_id": gap.gap_id,
        "revision": gap.revision,
        "extension_id": gap.extension_id,
        "extension_number": gap.extension_number or None,
        "extension_name": gap.extension_name or None,
        "started_at": iso(gap.started_at),
        "ended_at": iso(gap.ended_at),
        "reason": gap.reason,
        "filled_at": iso(gap.filled_at),
    }
