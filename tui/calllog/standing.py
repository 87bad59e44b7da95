"""What calls are in a word, which filters ask for and people read, and in numbers. Pure."""

from dataclasses import dataclass

from tui.calllog.rows import ANSWERED, FAILED, NOT_ANSWERED_HERE, RESULTS, UNTAKEN, CallRow
from tui.presence.filter import Vocabulary


@dataclass(frozen=True, slots=True)
class Kind:
    """What a word asks of a call; what it leaves open may be anything.

    Attributes:
        results: What came of it, one of these.
        is_over: Whether it has ended.
        direction: `Inbound` or `Outbound`.
        is_backfilled: Whether only the call log knows of it.
    """

    results: frozenset[str | None] | None = None
    is_over: bool | None = None
    direction: str = ""
    is_backfilled: bool | None = None

    def holds(self, call: CallRow) -> bool:
        """Whether a call is of this kind."""
        return (
            (self.results is None or call.result in self.results)
            and self.is_over in (None, call.is_over)
            and self.direction in ("", call.direction)
            and self.is_backfilled in (None, call.is_backfilled)
        )


MISSED = Kind(UNTAKEN, direction="Inbound")
"""Somebody called and nobody took it, voicemail or not."""
RINGING = Kind(frozenset({None}), is_over=False)
TALKING = Kind(frozenset({ANSWERED}), is_over=False)
KINDS = {
    "ringing": RINGING,
    "on_call": TALKING,
    "talking": TALKING,
    **{result: Kind(frozenset({result})) for result in [*RESULTS.values(), FAILED, NOT_ANSWERED_HERE]},
    "missed": MISSED,
    "inbound": Kind(direction="Inbound"),
    "outbound": Kind(direction="Outbound"),
    "backfilled": Kind(is_backfilled=True),
}
"""The words for calls; of a result it is the one of `rows`, but `missed` is what somebody should call back."""
CALLS = Vocabulary(("state", "queue", "number", "name", "department", "site"), KINDS)
"""What may be asked of a call."""


@dataclass(frozen=True, slots=True)
class Count:
    """The calls of one extension.

    Attributes:
        inbound, outbound: Those to it, and those that it made; one to itself is both.
        answered: Those that it took, or that were taken of those it made.
        missed: Inbound calls to it that nobody took.
        talked: Seconds from answer to end, of calls that go on until now.
    """

    calls: int = 0
    inbound: int = 0
    outbound: int = 0
    answered: int = 0
    missed: int = 0
    talked: float = 0.0


NOT_HERE = Kind(frozenset({NOT_ANSWERED_HERE}), direction="Inbound")
"""No chosen extension took it; whether somebody else did the call log has not told."""
_WORDS = {NOT_ANSWERED_HERE: "unanswered", "answered_elsewhere": "elsewhere"}


def word_of(call: CallRow) -> str:
    """How a call stands or ended, in a word or two for people."""
    if RINGING.holds(call):
        return "ringing"
    if TALKING.holds(call):
        return "on call"
    if NOT_HERE.holds(call):
        return "not here"
    result = call.result or "unknown"
    return _WORDS.get(result, result.replace("_", " "))
