"""How a recorded call stands, in the words and colours of the wall. Pure."""

from rich.style import Style

from tui.calllog.rows import CallRow
from tui.calllog.standing import MISSED, NOT_HERE, RINGING, TALKING, word_of
from tui.presence.status import Status
from tui.widgets.palette import BOLD, NORMAL, Palette
from tui.widgets.rows import Piece

WORD = 12
"""Cells of how a call stands, with the glyph before it: `  unanswered`."""
_QUIET = frozenset({"elsewhere", "unknown"})
_AMISS = frozenset({"rejected", "busy", "no answer", "failed", "unanswered", "missed", "voicemail", "not here"})


def standing(call: CallRow, palette: Palette) -> Piece:
    """The glyph and the word of how a call stands: live as tiles are, loud where somebody is to be called back."""
    word = word_of(call)
    if RINGING.holds(call) or TALKING.holds(call):
        status = _status(call)
        return f"{palette.glyph(status)} {word.upper()}", palette.fill(status)
    if NOT_HERE.holds(call):
        return f"? {word}", _style(word, palette)
    if MISSED.holds(call):
        return f"! {word.upper()}", palette.colors.bad + BOLD
    return f"  {word}", _style(word, palette)


def _status(call: CallRow) -> Status:
    if TALKING.holds(call):
        return Status.ON_CALL
    return Status.RINGING_OUT if call.direction == "Outbound" else Status.RINGING_IN


def _style(word: str, palette: Palette) -> Style:
    if word in _QUIET:
        return palette.quiet
    return palette.colors.amiss if word in _AMISS else NORMAL
