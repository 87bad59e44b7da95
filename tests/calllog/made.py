"""Facts as presence tells them, for tests of the record."""

from dataclasses import replace

import msgspec

from tui.calllog.facts import Logged, Seen
from tui.presence.board import Board, By, Change
from tui.presence.extension import Extension
from tui.presence.notification import PresenceNews
from tui.presence.presence import Call, Presence
from tui.ringcentral.records import Leg

ANA, BEN = Extension("401", "101", "Ana Martins"), Extension("402", "102", "Ben Okafor")
WEBER = "+4930123456"
BEGAN = 1_790_000_000.0

RINGING = Seen(
    "401",
    "ringing",
    BEGAN,
    sequence=1,
    direction="Inbound",
    from_number=WEBER,
    from_name="K. Weber",
    to_number="101",
    to_name="Ana Martins",
    session_id="171",
    telephony_session_id="s-171",
    party_id="p-171-2",
    call_id="c-171",
    started_at=BEGAN,
)


def then(state: str, after: float, fact: Seen = RINGING, **changes: object) -> Seen:
    """The same party in another state so many seconds later."""
    sequence = fact.sequence + int(after) + 1 if fact.sequence >= 0 else -1
    said: dict[str, object] = {"state": state, "at": fact.at + after, "sequence": sequence}
    return msgspec.structs.replace(fact, **(said | changes))


def answered_call(fact: Seen = RINGING) -> list[Seen]:
    """Rings, is answered after 5 seconds, is over after 65."""
    return [fact, then("connected", 5, fact), then("ended", 65, fact)]


def missed_call(fact: Seen = RINGING) -> list[Seen]:
    """Rings for 20 seconds."""
    return [fact, then("ended", 20, fact)]


def of(extension_id: str, party: int, fact: Seen = RINGING) -> Seen:
    """The same call at another extension."""
    changes = {"extension_id": extension_id, "party_id": f"p-171-{party}", "call_id": f"c-171-{party}"}
    return msgspec.structs.replace(fact, **changes)


def record_of(fact: Seen = RINGING, result: str = "Accepted", lasted: float = 65, **changes: object) -> Logged:
    """What the call log says of a call."""
    began = fact.started_at or 0.0
    made = Logged(
        "Cl1",
        result,
        began,
        ended_at=began + lasted,
        changed_at=began + lasted + 20,
        direction=fact.direction,
        from_number=fact.from_number,
        from_name=fact.from_name,
        to_number=fact.to_number,
        session_id=fact.session_id,
        telephony_session_id=fact.telephony_session_id,
        party_id=fact.party_id,
        legs=(Leg(fact.extension_id, fact.direction, result, began, began + lasted),),
    )
    return msgspec.structs.replace(made, **changes)


CALL = Call(
    "Ringing",
    "Inbound",
    from_number=WEBER,
    from_name="K. Weber",
    to_number="101",
    session_id="171",
    telephony_session_id="s-171",
    party_id="p-171-2",
    id="c-171",
    started_at=BEGAN,
)


class Heard:
    """A board that hears events, and the changes that come of it."""

    def __init__(self, *extensions: Extension) -> None:
        self.board = Board()
        self.board.choose(extensions or (ANA, BEN), BEGAN - 10)
        self.read(BEGAN - 5)

    def event(self, at: float, *calls: Call, extension_id: str = "401", sequence: int | None = None) -> list[Change]:
        """An event that lists these calls."""
        status = calls[0].telephony_status if calls else "NoCall"
        presence = Presence(status, "Busy" if calls else "Available", calls=calls, total_calls=len(calls))
        change = self.board.apply(PresenceNews(extension_id, presence, sequence, at, f"{at}"), at)
        return [change] if change else []

    def read(self, at: float, *calls: Call, extension_id: str = "401") -> list[Change]:
        """A read that lists these calls of an extension; the other one is free."""
        reading = self.board.begin_read(at)
        free = Presence("NoCall", "Available", calls=(), total_calls=0)
        busy = replace(free, telephony_status=calls[0].telephony_status if calls else "NoCall", calls=calls)
        found = dict.fromkeys(self.board.ids, free) | {extension_id: busy}
        return self.board.end_read(reading, found, at + 0.1, By.SNAPSHOT)
