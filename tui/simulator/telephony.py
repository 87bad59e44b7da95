"""What happens to calls and presence. Pure: time comes in as a function, events go out as values.

Whatever changes a line raises its sequence by one and is told as one `PresenceChanged`.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from tui.simulator.account import Account, Extension
from tui.simulator.lines import Call, Line, Party, TelephonyStatus

KEPT_CALLS = 50_000
"""How many calls are remembered after their end."""


@dataclass(frozen=True, slots=True)
class PresenceChanged:
    """A line changed.

    Attributes:
        ended: The party whose end was the change.
        hid: The change was that its person hides their presence from now on.
    """

    line: Line
    ended: Party | None = None
    hid: bool = False


@dataclass(frozen=True, slots=True)
class VoicemailLeft:
    """A caller left a message."""

    extension: Extension
    message_id: int


@dataclass(frozen=True, slots=True)
class ExtensionChanged:
    """The directory changed; `change` is Create, Update or Delete."""

    extension: Extension
    change: str


Happening = PresenceChanged | VoicemailLeft | ExtensionChanged


class Exchange:
    """Puts calls on lines and takes them off again, and tells every change.

    Attributes:
        lines: By extension id, one for every extension of the account.
        calls: All calls, oldest first; of those that ended only the latest are kept.
    """

    def __init__(self, account: Account, now: Callable[[], float], tell: Callable[[Happening], None]) -> None:
        self.account = account
        self.lines = {extension.id: _line(extension) for extension in account.extensions.values()}
        self.calls: deque[Call] = deque(maxlen=KEPT_CALLS)
        self._now = now
        self.tell = tell
        self._messages = 0
        self._dialled = 0

    def dial(self, from_number: str, from_name: str, to: Extension | None, to_number: str = "") -> Call:
        """A new call from someone to an extension, or (`to` is None) to a number outside.

        A caller who is one of ours is put on it at once and hears it ring. A call to a queue is marked as the
        queue's; no one of it rings before `ring`.
        """
        self._dialled += 1
        caller = self.account.find(from_number)
        call = Call(
            self._dialled,
            caller.number if caller else from_number,
            caller.name if caller else from_name,
            to.number if to else to_number,
            to.name if to else "",
            self._now(),
            outbound=to is None,
            queue=to if to and to.type == "Department" else None,
        )
        self.calls.append(call)
        if caller:
            self._join(call, self.lines[caller.id], "Outbound", call.to_number, call.to_name)
        return call

    def ring(self, call: Call, line: Line) -> Party:
        """Let a line ring for a call."""
        return self._join(call, line, "Inbound", line.extension.number, line.extension.name)

    def answer(self, call: Call, party: Party | None = None) -> None:
        """The party called (None: someone outside) answers; all others who rang for the call stop ringing."""
        call.answered = call.answered or self._now()
        for other in list(call.parties):
            if other is party or other.direction == "Outbound":
                if other.ended is None and other.answered is None:
                    other.answered = self._now()
                    self.put(other, TelephonyStatus.CONNECTED)
            elif other.status is TelephonyStatus.RINGING:
                self.leave(other, "answered_elsewhere")

    def put(self, party: Party, status: TelephonyStatus) -> None:
        """Hold, resume or park: give a living party another status.

        A phone speaks on one call: what else its line speaks on is set aside, on hold.
        """
        if party.ended is not None or party.status is status:
            return
        line = self.lines[party.extension_id]
        if status is TelephonyStatus.CONNECTED:
            for other in line.parties:
                if other.status is TelephonyStatus.CONNECTED:
                    self._put(line, other, TelephonyStatus.ON_HOLD, set_aside=True)
        self._put(line, party, status)

    def take_up(self, line: Line) -> None:
        """Go back to the call that was set aside last, if the line speaks on no other."""
        if any(party.status is TelephonyStatus.CONNECTED for party in line.parties):
            return
        for party in reversed(line.parties):
            if party.set_aside:
                self.put(party, TelephonyStatus.CONNECTED)
                return

    def leave(self, party: Party, result: str) -> None:
        """End one party's part in a call."""
        if party.ended is not None:
            return
        party.ended = self._now()
        party.result = result
        party.states.append((party.ended, TelephonyStatus.NO_CALL))
        line = self.lines[party.extension_id]
        line.parties.remove(party)
        self._changed(line, party)

    def end(self, call: Call, result: str) -> None:
        """End a call for all who are still on it."""
        for party in call.parties:
            self.leave(party, result)
        if call.ended is None:
            call.ended = self._now()
            call.result = result

    def hang_up(self, extension: Extension) -> None:
        """End whatever calls an extension has."""
        for party in list(self.lines[extension.id].parties):
            self.leave(party, "dropped")

    def directory_changed(self, extension: Extension, change: str) -> None:
        """Tell that an extension was created, updated or deleted."""
        self.tell(ExtensionChanged(extension, change))

    def leave_voicemail(self, extension: Extension) -> None:
        """A message is left in an extension's (or a queue's) box."""
        self._messages += 1
        self.tell(VoicemailLeft(extension, 8_400_000_000 + self._messages))

    def set_presence(
        self,
        line: Line,
        *,
        user_status: str | None = None,
        dnd_status: str | None = None,
        meeting: bool | None = None,
        message: str | None = None,
        accept_queue_calls: bool | None = None,
        visible: bool | None = None,
    ) -> None:
        """Do what a person can do to their own presence; None leaves a thing as it is."""
        before = _person(line)
        line.user_status = line.user_status if user_status is None else user_status
        line.dnd_status = line.dnd_status if dnd_status is None else dnd_status
        line.meeting = line.meeting if meeting is None else meeting
        line.message = line.message if message is None else message
        line.accept_queue_calls = line.accept_queue_calls if accept_queue_calls is None else accept_queue_calls
        hid = visible is False and not line.extension.hides_presence
        line.extension.hides_presence = line.extension.hides_presence if visible is None else not visible
        if _person(line) != before:
            self._changed(line, hid=hid)

    def _join(self, call: Call, line: Line, direction: str, to_number: str, to_name: str) -> Party:
        index = 2 + sum(party.direction == "Inbound" for party in call.parties) if direction == "Inbound" else 1
        states = [(self._now(), TelephonyStatus.RINGING)]
        party = Party(call, index, line.extension.id, direction, to_number, to_name, states)
        call.parties.append(party)
        line.parties.append(party)
        self._changed(line)
        return party

    def _put(self, line: Line, party: Party, status: TelephonyStatus, *, set_aside: bool = False) -> None:
        party.set_aside = set_aside
        party.states.append((self._now(), status))
        self._changed(line)

    def _changed(self, line: Line, ended: Party | None = None, *, hid: bool = False) -> None:
        line.sequence += 1
        if line.extension.id in self.account.extensions:
            self.tell(PresenceChanged(line, ended, hid))


def _line(extension: Extension) -> Line:
    """Who is not set up, or was switched off, has no phone that could be free."""
    return Line(extension, user_status="Available" if extension.status == "Enabled" else "Offline")


def _person(line: Line) -> tuple[object, ...]:
    """What of a line its person decides."""
    decided = (line.user_status, line.dnd_status, line.meeting, line.message, line.accept_queue_calls)
    return (*decided, line.extension.hides_presence)
