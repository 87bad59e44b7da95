"""The rows of the record as values, and the words for what came of a call. `deriving` makes them of facts."""

from dataclasses import dataclass

from tui.calllog.facts import Fact
from tui.ringcentral.records import IN_PROGRESS

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


def known_result(word: str) -> str | None:
    """Our word for one of the call log; None where it says nothing yet."""
    return None if word in ("", IN_PROGRESS) else RESULTS.get(word, FAILED)
