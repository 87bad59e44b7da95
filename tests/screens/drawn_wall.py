"""The twenty-four people of the wall as it was drawn, with what each is doing at 14:32:07."""

from dataclasses import replace
from datetime import UTC, datetime

from tui.feed.link import Link, LinkState
from tui.presence.board import Entry
from tui.presence.extension import Extension
from tui.presence.presence import Call, Presence
from tui.presence.status import Status, status_of

NOW = datetime(2026, 11, 23, 14, 32, 7, tzinfo=UTC).timestamp()
LIVE = LinkState(Link.LIVE, NOW - 3600.0, transport="pubnub", proof_at=NOW - 2.0)
MINUTE, HOUR = 60.0, 3600.0


def idle(message: str = "", **more: str | bool) -> Presence:
    """Somebody without a call."""
    said = {"presence_status": "Available", "dnd_status": "TakeAllCalls"} | more
    return replace(Presence("NoCall", message=message, calls=(), total_calls=0), **said)  # type: ignore[arg-type]


def talking(
    other: str, queue: str = "", status: str = "CallConnected", *, out: bool = False, dnd: bool = False, total: int = 1
) -> Presence:
    """Somebody with a call."""
    direction, numbers = ("Outbound", {"to_number": other}) if out else ("Inbound", {"from_number": other})
    call = Call(status, direction, queue=queue, started_at=NOW - 572.0, **numbers)
    barred = "DoNotAcceptAnyCalls" if dnd else "TakeAllCalls"
    return Presence(status, "Busy", dnd_status=barred, message="", calls=(call,), total_calls=total)


def person(number: str, name: str, presence: Presence, seconds: float, **more: float | bool) -> Entry:
    """Somebody who has been in that state for so long."""
    status, reason = status_of(presence)
    extension = Extension(f"4{number}", number, name, department="Sales", site="Lisbon")
    entry = Entry(extension, presence, status, reason, NOW - seconds, since_is_seen=False, confirmed_at=NOW - 2.0)
    return replace(entry, **more)  # type: ignore[arg-type]


WEBER, BLANC = "+4930123454821", "+33140207742"
PEOPLE = [
    person("101", "Ana Martins", talking(WEBER, "Sales", "Ringing"), 24),
    person("102", "Ben Okafor", talking("+442071830917"), 12 * MINUTE),
    person("103", "Carla Rossi", idle(), 221),
    person("104", "David Lim", idle(), 9),
    person("105", "Eva Novak", talking("+4930123453306", "Sales", total=2), 118),
    person("106", "Farid Haddad", talking(BLANC, status="OnHold"), 250),
    person("107", "Grace Kim", idle("back office"), 18 * MINUTE, since_is_seen=True),
    person("108", "Hugo Meyer", idle(dnd_status="DoNotAcceptAnyCalls"), 22 * MINUTE),
    person("109", "Ines Ferreira", talking("+4930123451180", out=True), 36),
    person("110", "Jonas Berg", idle(), 362),
    person("111", "Kofi Mensah", talking(WEBER, "Sales", "Ringing"), 7),
    person("112", "Lena Hoffmann", talking("+4930123455519", "Sales", dnd=True), 31 * MINUTE),
    person("113", "Marta Silva", idle("lunch till 15:00", dnd_status="DoNotAcceptDepartmentCalls"), 11 * MINUTE),
    person("114", "Marek Silny", talking("+48221002204", status="Ringing", out=True), 5),
    person("115", "Nadia Rahman", idle(), 75),
    person("116", "Olaf Brandt", idle(presence_status="Offline"), 7 * HOUR + 12 * MINUTE),
    person("117", "Paula Stein", talking("+4930123450062"), 529),
    person("118", "Quentin Roy", idle(), 51),
    person("119", "Rosa Jimenez", talking("+4930123459473", "Sales"), 327),
    person("120", "Sven Dahl", idle("Team meeting", presence_status="Busy"), 40 * MINUTE),
    person("121", "Tara Singh", talking("+442071833388", status="ParkedCall"), 63),
    person("122", "Umut Kaya", talking(WEBER), 9 * MINUTE, stale=True, confirmed_at=NOW - 4.5 * MINUTE),
    person("123", "Vera Popova", talking("+4930123457015", "Sales"), 134),
    person("124", "Will Turner", idle(presence_status="Offline"), 2 * HOUR + 5 * MINUTE, since_is_seen=True),
]
FARID = next(one for one in PEOPLE if one.extension.number == "106")
COUNTS = {status: sum(one.shown_status is status for one in PEOPLE) for status in Status}
