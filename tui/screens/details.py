"""Everything known of one extension."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from tui.calllog import telling
from tui.cells import fit, width
from tui.errors import RingwallError
from tui.presence.board import Entry
from tui.presence.presence import Call, Presence
from tui.presence.status import LOOKS
from tui.presence.words import masked, timer
from tui.screens import call_words
from tui.screens.history import History, Past
from tui.screens.keys import On, Table
from tui.screens.ports import CallRecord, Shown
from tui.screens.privacy import Privacy
from tui.screens.reading import NOTHING, Line, ReadingScreen, text, title
from tui.widgets.palette import Palette
from tui.widgets.rows import first_fitting
from tui.widgets.tile import other_party, why_unknown

if TYPE_CHECKING:
    from tui.calllog.rows import CallRow

NAMES = 22
"""Cells of the names of facts."""
LAST_CALLS = 5
"""Recorded calls that are shown."""
CALLS_EVERY = 2.0
"""Seconds between two looks into the record."""


@dataclass(frozen=True, slots=True)
class Known:
    """Where details come from: the feed, the last changes, the record, and whether callers are masked."""

    watching: Shown
    history: History
    privacy: Privacy
    record: CallRecord | None


class DetailsScreen(ReadingScreen):
    """One extension in full, live.

    Args:
        known: Where it comes from.
        extension_id: Whose details.
        table: The keys as they are bound.
        palette: How it is painted.
    """

    def __init__(self, known: Known, extension_id: str, table: Table, palette: Palette) -> None:
        super().__init__(On.DETAILS, table, palette)
        self._watching = known.watching
        self._history = known.history
        self._privacy = known.privacy
        self._record = known.record
        self._extension_id = extension_id
        self._last_calls: Sequence[CallRow] = ()

    def on_mount(self) -> None:
        """Paint it again each second: timers go on, and calls come and go."""
        super().on_mount()
        self.set_interval(1.0, self.show)
        self.run_worker(self._read_calls(), name="last calls", exit_on_error=True)
        self.set_interval(CALLS_EVERY, self._read_calls)

    async def _read_calls(self) -> None:
        """Read the last calls; those that cannot be read are told of by the screen of calls."""
        if self._record is None:
            return
        try:
            self._last_calls = await self._record.of_extension(self._extension_id, LAST_CALLS)
        except RingwallError:
            return
        self.show()

    def lines(self) -> Sequence[Line]:
        """The extension, its state, its calls, its statuses, how sure all that is, and what it was before."""
        entry = self._watching.board.get(self._extension_id)
        if entry is None:
            return [text("This extension is not chosen any more.")]
        now = self._watching.clock.now()
        self.heading = f"{entry.extension.number} {entry.extension.name}"
        return [
            *self._state(entry, now),
            *_calls(entry, now, mask=self._privacy.masked),
            *self._recorded(now),
            *_statuses(entry),
            *_who(entry),
            *self._sureness(entry),
            *self._changes(),
        ]

    def _state(self, entry: Entry, now: float) -> list[Line]:
        status = entry.shown_status
        word = f"{self.palette.glyph(status)} {LOOKS[status].word}"
        found = [NOTHING, [(f" {word} ", self.palette.fill(status)), *title(_lasted(entry, now))]]
        if entry.stale:
            found.append(text("Nothing has confirmed that for a while: it may be otherwise by now."))
        why = "  ".join(part for part in (why_unknown(entry), entry.refused) if part)
        return [*found, text(why)] if why else found

    def _recorded(self, now: float) -> list[Line]:
        if not self._last_calls:
            return []
        lines: list[Line] = [NOTHING, title("Last calls, as recorded")]
        for call in self._last_calls:
            word, style = call_words.standing(call, self.palette)
            before = fit(telling.when(call.began, now), 13)
            lasted = f" {fit(telling.lasted(call, now), 5, right=True)}  "
            side = self._other_side(call, self.size.width - 2 - width(before) - call_words.WORD - width(lasted))
            lines.append([*text(before), (fit(word, call_words.WORD), style), *text(lasted + side)])
        return lines

    def _other_side(self, call: "CallRow", cells: int) -> str:
        """Who was on the other side, who else took it, and through which queue; in as many words as fit."""
        mask, mine = self._privacy.masked, self._extension_id
        if any(one.extension_id == mine and one.direction == "Outbound" for one in call.parties):
            return first_fitting([f"to {words}" for words in telling.called(call, mask=mask)], cells)
        took = telling.taker(call)
        by = f"  taken by {telling.extension(took)[0]}" if took is not None and took.extension_id != mine else ""
        through = f"  through {call.queue}" if call.queue else ""
        who = telling.caller(call, mask=mask)
        said = [f"from {words}{by}" for words in who]
        return first_fitting([f"{words}{through}" for words in said] + said, cells)

    def _sureness(self, entry: Entry) -> list[Line]:
        confirmed = self._watching.board.last_confirmed(entry)
        facts = {
            "last event": _clock(entry.event_at),
            "last read": _clock(entry.read_at),
            "confirmed": f"{_clock(confirmed)}{' (too long ago)' if entry.stale else ''}",
            "sequence": "" if entry.sequence is None else str(entry.sequence),
            "in doubt since": "" if entry.doubted_at is None else _clock(entry.doubted_at),
        }
        return [NOTHING, title("How sure"), *_facts(facts)]

    def _changes(self) -> list[Line]:
        pasts = self._history.of(self._extension_id)
        if not pasts:
            return []
        return [NOTHING, title("Last changes"), *(self._change(past) for past in pasts)]

    def _change(self, past: Past) -> Line:
        call, glyph = past.call, self.palette.glyph(past.status)
        words = [f"was {LOOKS[past.status].word}, not confirmed" if past.stale else LOOKS[past.status].word]
        if call is not None:
            words.append(f"{'from' if call.is_inbound else 'to'} {other_party(call, mask=self._privacy.masked)}")
            words += [f"through {call.queue}"] if call.queue else []
        words += [past.message] if past.message else []
        return text(f"{_clock(past.at)}  {glyph} {'  '.join(words)}  ({past.by})")


def _lasted(entry: Entry, now: float) -> str:
    """Since when the state lasts; of one that nothing confirms no time goes on."""
    was = f"   was {LOOKS[entry.status].word}" if entry.stale and entry.reason is None else ""
    if entry.since is None:
        return was
    about = "at least " if entry.since_is_seen else ""
    goes_on = "" if entry.stale else f"   for {about}{timer(now - entry.since)},"
    return f"{was}{goes_on} since {_clock(entry.since)}"


def _calls(entry: Entry, now: float, *, mask: bool) -> list[Line]:
    presence = entry.presence or Presence()
    calls = presence.calls or ()
    total = max(presence.total_calls or 0, len(calls))
    if not total:
        return [NOTHING, title("Last known: no calls" if entry.stale else "No calls")]
    known = "Last known calls" if entry.stale else "Calls"
    unlisted = f", of which {total - len(calls)} not told" if total > len(calls) else ""
    found: list[Line] = [NOTHING, title(f"{known}: {total}{unlisted}")]
    for place, call in enumerate(calls):
        found += [NOTHING] if place else []
        found += _call(entry, call, now, mask=mask)
    return found


def _call(entry: Entry, call: Call, now: float, *, mask: bool) -> list[Line]:
    answered = next((moment for key, moment, _ in entry.answered if key == call.key), None)
    return _facts(
        {
            "state": f"{call.telephony_status}, {call.direction or 'direction unknown'}",
            "from": _party(call.from_number, call.from_name, mask=mask and call.is_inbound),
            "to": _party(call.to_number, call.to_name, mask=mask and not call.is_inbound),
            "queue": call.queue,
            "began": _ago(call.started_at, now),
            "answered": _ago(answered, now),
            "telephony session": call.telephony_session_id,
            "session": call.session_id,
            "party": call.party_id,
        }
    )


def _party(number: str, name: str, *, mask: bool) -> str:
    return masked(number) if mask else "  ".join(part for part in (number, name) if part)


def _statuses(entry: Entry) -> list[Line]:
    presence = entry.presence or Presence()
    accepts = presence.accept_queue_calls
    facts = {
        "telephony": presence.telephony_status,
        "presence": presence.presence_status,
        "chosen by the person": presence.user_status,
        "do not disturb": presence.dnd_status,
        "meeting": presence.meeting_status,
        "takes queue calls": None if accepts is None else "yes" if accepts else "no",
        "message": presence.message,
    }
    return [NOTHING, title("Statuses, in the platform's words"), *_facts(facts)]


def _who(entry: Entry) -> list[Line]:
    extension = entry.extension
    facts = {
        "department": extension.department,
        "site": extension.site,
        "type": extension.type_word,
        "id": extension.id,
    }
    return [NOTHING, title("Extension"), *_facts(facts)]


def _facts(facts: dict[str, str | None] | dict[str, str]) -> list[Line]:
    return [text(f"{name:{NAMES}}{value}") for name, value in facts.items() if value]


def _ago(moment: float | None, now: float) -> str:
    return "" if moment is None else f"{_clock(moment)}, {timer(now - moment)} ago"


def _clock(moment: float | None) -> str:
    return "not yet" if moment is None else datetime.fromtimestamp(moment).astimezone().strftime("%H:%M:%S")
