"""One recorded call: its parties, its times, and what came of it."""

from collections.abc import Mapping, Sequence

from tui.calllog import telling
from tui.calllog.rows import CallRow, PartyRow, StateSeen
from tui.calllog.standing import word_of
from tui.errors import RingwallError
from tui.presence.words import timer
from tui.screens import call_words
from tui.screens.keys import On, Table
from tui.screens.ports import CallRecord, Shown
from tui.screens.privacy import Privacy
from tui.screens.reading import NOTHING, Line, ReadingScreen, text, title
from tui.widgets.palette import Palette

NAMES = 19
"""Cells of the names of facts."""
READ_EVERY = 1.0
_MEANS = {
    "not here": "none of the chosen extensions took it; somebody else may have, the call log will tell",
    "elsewhere": "somebody took it whom nobody watches",
    "unknown": "nobody saw how it ended",
}
_FOUND = {
    "party": "found in the call log by its party",
    "session": "found in the call log by its session",
    "number_and_time": "found in the call log by extension, number and time",
}


class CallScreen(ReadingScreen):
    """One call in full, live.

    Args:
        record: Where it comes from.
        call: As it was read last.
        watching: The feed, for its time.
        privacy: Whether people outside are masked.
        table: The keys as they are bound.
        palette: How it is painted.
    """

    def __init__(
        self, record: CallRecord, call: CallRow, watching: Shown, privacy: Privacy, table: Table, palette: Palette
    ) -> None:
        super().__init__(On.DETAILS, table, palette)
        self._record = record
        self._call = call
        self._watching = watching
        self._privacy = privacy
        self._problem = ""

    def on_mount(self) -> None:
        """Read it again and again; Textual calls the base's method too."""
        self.set_interval(READ_EVERY, self._read)

    async def _read(self) -> None:
        try:
            found = await self._record.call(self._call.call_id)
        except RingwallError as error:
            self._problem = f"It cannot be read now: {error}"
        else:
            self._problem = "" if found is not None else "It turned out to be another call, or was forgotten."
            self._call = found or self._call
        self.show()

    def lines(self) -> Sequence[Line]:
        """How it stands, its times, each party, and the platform's ids."""
        call, now, mask = self._call, self._watching.clock.now(), self._privacy.masked
        who, whom = telling.caller(call, mask=mask)[0], telling.called(call, mask=mask)[0]
        self.heading = f"{who} to {whom}"
        words, style = call_words.standing(call, self.palette)
        lasted = telling.lasted(call, now)
        found: list[Line] = [NOTHING, [(f" {words.strip()} ", style), *title(f"   {lasted}" if lasted else "")]]
        found += [text(said) for said in (self._problem, _MEANS.get(word_of(call), "")) if said]
        if call.is_backfilled:
            found.append(text("Nobody saw this call: it is from the account's call log."))
        found += [NOTHING, title("The call"), *_facts(self._times(call, now, mask=mask))]
        for party in call.parties:
            found += [NOTHING, title(telling.extension(party)[0]), *_party(party, now)]
        return [*found, NOTHING, title("In the platform's words"), *_facts(_ids(call))]

    def _times(self, call: CallRow, now: float, *, mask: bool) -> Mapping[str, str]:
        talked, waited = telling.talked(call, now), telling.waited(call, now)
        return {
            "from": telling.caller(call, mask=mask)[0],
            "to": telling.party(call.to_number, call.to_name, mask=mask, nobody="")[0],
            "queue": call.queue,
            "direction": call.direction.lower(),
            "began": _when(call.began, now),
            "answered": _when(call.answered_at, now),
            "ended": _when(call.ended_at, now) if call.is_over else "it goes on",
            "rang": "" if waited is None else timer(waited),
            "talked": "" if talked is None else timer(talked),
        }


def _party(party: PartyRow, now: float) -> list[Line]:
    """What one extension saw of the call: how it ended for it, and each change of its state."""
    result = (party.log_result or (party.result or "").replace("_", " ")) or "goes on"
    talked = telling.talked(party, now)
    how = f"{result}{'' if talked is None else f', talked {timer(talked)}'}"
    found = [text(f"{party.direction.lower() or 'direction unknown'}, {how}")]
    if party.is_backfilled:
        found.append(text("only the call log knows of it"))
    return found + [text(_state(state, now)) for state in party.states]


def _state(state: StateSeen, now: float) -> str:
    """A state and since when; what a read found began at some time before."""
    return f"{_when(state.at, now)}  {state.state}{'' if state.is_told else '   found by a read: it began before'}"


def _ids(call: CallRow) -> Mapping[str, str]:
    return {
        "call log": " ".join(part for part in (call.log_result, call.reason) if part) or "not read yet",
        "matched": _FOUND.get(call.matched_by or "", ""),
        "telephony session": call.telephony_session_id,
        "session": call.session_id,
        "record": call.record_id,
        "parties": ", ".join(party.party_id for party in call.parties if not party.is_marked),
    }


def _facts(facts: Mapping[str, str]) -> list[Line]:
    return [text(f"{name:{NAMES}}{value}") for name, value in facts.items() if value]


def _when(at: float | None, now: float) -> str:
    return "" if at is None else telling.when(at, now)
