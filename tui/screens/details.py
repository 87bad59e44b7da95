"""Everything known of one extension."""

from collections.abc import Sequence
from datetime import datetime

from tui.presence.board import Entry
from tui.presence.presence import Call, Presence
from tui.presence.status import LOOKS
from tui.presence.words import masked, timer
from tui.screens.keys import On, bindings
from tui.screens.ports import Watching
from tui.screens.reading import Line, ReadingScreen
from tui.widgets.palette import Palette


class DetailsScreen(ReadingScreen):
    """One extension in full, live.

    Args:
        watching: The feed.
        extension_id: Whose details.
        palette: Whose glyphs are used.
        mask: Whether callers are masked.
    """

    BINDINGS = bindings(On.DETAILS)

    def __init__(self, watching: Watching, extension_id: str, palette: Palette, *, mask: bool) -> None:
        super().__init__()
        self._watching = watching
        self._extension_id = extension_id
        self._palette = palette
        self.plain = palette.is_plain
        self._mask = mask

    def on_mount(self) -> None:
        """Paint it again each second: timers go on, and calls come and go."""
        super().on_mount()
        self.set_interval(1.0, self.show)

    def lines(self) -> Sequence[Line]:
        """The extension, its state, its calls, its statuses, and how sure all that is."""
        entry = self._watching.board.get(self._extension_id)
        if entry is None:
            return [("This extension is not chosen any more.", False)]
        now = self._watching.clock.now()
        self.heading = f"{entry.extension.number} {entry.extension.name}"
        return [*_who(entry), *self._state(entry, now), *self._calls(entry, now), *self._sureness(entry, now)]

    def _state(self, entry: Entry, now: float) -> list[Line]:
        presence = entry.presence or Presence()
        about = "at least " if entry.since_is_seen else ""
        lasted = "" if entry.since is None else f"   for {about}{timer(now - entry.since)}, since {_clock(entry.since)}"
        found: list[Line] = [
            ("", False),
            (f"{self._palette.glyph(entry.status)} {LOOKS[entry.status].word}{lasted}", True),
        ]
        if entry.reason:
            found.append((f"{entry.reason.value.replace('_', ' ')}  {entry.refused or ''}".rstrip(), False))
        facts = {
            "telephony": presence.telephony_status,
            "presence": presence.presence_status,
            "chosen by the person": presence.user_status,
            "do not disturb": presence.dnd_status,
            "meeting": presence.meeting_status,
            "takes queue calls": None if presence.accept_queue_calls is None else str(presence.accept_queue_calls),
            "message": presence.message,
        }
        return found + [_fact(name, value) for name, value in facts.items() if value]

    def _calls(self, entry: Entry, now: float) -> list[Line]:
        presence = entry.presence or Presence()
        calls = presence.calls or ()
        found: list[Line] = [("", False), (f"Calls: {presence.total_calls or len(calls)}", True)]
        for call in calls:
            found += [("", False), *self._call(call, now)]
        return found

    def _call(self, call: Call, now: float) -> list[Line]:
        facts = {
            "state": f"{call.telephony_status}, {call.direction or 'direction unknown'}",
            "from": self._party(call.from_number, call.from_name, outside=call.is_inbound),
            "to": self._party(call.to_number, call.to_name, outside=not call.is_inbound),
            "queue": call.queue,
            "began": _began(call, now),
            "session": " ".join(part for part in (call.telephony_session_id, call.session_id, call.party_id) if part),
        }
        return [_fact(name, value) for name, value in facts.items() if value]

    def _party(self, number: str, name: str, *, outside: bool) -> str:
        if self._mask and outside:
            return masked(number)
        return " ".join(part for part in (number, name) if part)

    def _sureness(self, entry: Entry, now: float) -> list[Line]:
        confirmed = self._watching.board.last_confirmed(entry)
        facts = {
            "last event": _clock(entry.event_at),
            "last read": _clock(entry.read_at),
            "confirmed": f"{_clock(confirmed)}{' (too long ago)' if entry.stale else ''}",
            "sequence": "" if entry.sequence is None else str(entry.sequence),
            "in doubt since": "" if entry.doubted_at is None else _clock(entry.doubted_at),
        }
        return [("", False), ("How sure", True), *(_fact(name, value) for name, value in facts.items() if value)]


def _who(entry: Entry) -> list[Line]:
    extension = entry.extension
    facts = {
        "department": extension.department,
        "site": extension.site,
        "type": extension.type_word,
        "id": extension.id,
    }
    return [("", False), *(_fact(name, value) for name, value in facts.items() if value)]


def _began(call: Call, now: float) -> str:
    return "" if call.started_at is None else f"{_clock(call.started_at)}, {timer(now - call.started_at)} ago"


def _fact(name: str, value: str) -> Line:
    return f"{name:22}{value}", False


def _clock(moment: float | None) -> str:
    return "not yet" if moment is None else datetime.fromtimestamp(moment).astimezone().strftime("%H:%M:%S")
