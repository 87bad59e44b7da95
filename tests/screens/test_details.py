"""Details: everything known of one extension, its last changes, and no caller where callers are masked."""

from dataclasses import replace

from tests.screens.drawn_wall import BLANC, NOW, PEOPLE, idle, person, talking
from tests.screens.running import PLAIN, Wall, running_wall
from tests.screens.scripted import ScriptedFeed
from tui.presence.board import By, Change
from tui.presence.presence import Call, Presence
from tui.presence.status import Status
from tui.screens.details import DetailsScreen
from tui.screens.history import KEPT, History

QUEUE_CALL = Call(
    "CallConnected",
    "Inbound",
    from_number="+4930123453306",
    from_name="K. Weber",
    to_number="101",
    to_name="Ana Martins",
    queue="Sales",
    session_id="171",
    telephony_session_id="s-171",
    party_id="p-171-1",
    started_at=NOW - 90.0,
)
HELD_CALL = replace(
    QUEUE_CALL,
    telephony_status="OnHold",
    direction="Outbound",
    queue="",
    session_id="172",
    telephony_session_id="s-172",
    party_id="p-172-2",
    from_number="101",
    from_name="Ana Martins",
    to_number=BLANC,
    to_name="L. Blanc",
)
BUSY_ANA = replace(
    person(
        "101",
        "Ana Martins",
        Presence(
            "CallConnected",
            "Busy",
            "Available",
            "TakeDepartmentCallsOnly",
            "Disconnected",
            message="back at 15:00",
            accept_queue_calls=True,
            calls=(QUEUE_CALL, HELD_CALL),
            total_calls=3,
        ),
        60.0,
    ),
    sequence=4711,
    event_at=NOW - 61.0,
    read_at=NOW - 200.0,
    answered=((QUEUE_CALL.key, NOW - 80.0, False),),
)


def written(wall: Wall) -> str:
    """All lines of the screen on top."""
    screen = wall.app.screen
    assert isinstance(screen, DetailsScreen)
    return "\n".join("".join(text for text, _ in line) for line in screen.lines())


async def test_they_tell_everything() -> None:
    from msgspec.structs import replace as changed

    async with running_wall(ScriptedFeed([BUSY_ANA]), changed(PLAIN, mask=False)) as wall:
        await wall.press("enter")
        assert wall.rows[0] == " 101 Ana Martins"
        shown = written(wall).splitlines()
        facts = {line[:22].strip(): line[22:] for line in shown if line[:22].strip()}
        assert any(line.startswith(" ❚ HOLD    for 1:00, since 14:31:07") for line in shown)
        assert "Calls: 3, of which 1 not told" in shown
        calls = "\n".join(shown)
        for fact in [
            "CallConnected, Inbound",
            "+4930123453306  K. Weber",
            "101  Ana Martins",
            "Sales",
            "14:30:37, 1:30 ago",
            "14:30:47, 1:20 ago",
            "s-171",
            "171",
            "p-171-1",
            "OnHold, Outbound",
            f"{BLANC}  L. Blanc",
            "s-172",
        ]:
            assert fact in calls
        assert facts["presence"] == "Busy"
        assert facts["chosen by the person"] == "Available"
        assert facts["do not disturb"] == "TakeDepartmentCallsOnly"
        assert facts["meeting"] == "Disconnected"
        assert facts["takes queue calls"] == "yes"
        assert facts["message"] == "back at 15:00"
        assert facts["department"] == "Sales"
        assert facts["last event"] == "14:31:06"
        assert facts["last read"] == "14:28:47"
        assert facts["confirmed"] == "14:32:05"
        assert facts["sequence"] == "4711"


async def test_masked_they_name_no_caller_not_even_of_before() -> None:
    async with running_wall(ScriptedFeed([BUSY_ANA])) as wall:
        wall.feed.change("101", presence=idle("lunch"), status=Status.AVAILABLE, since=NOW)
        wall.feed.change("101", presence=BUSY_ANA.presence, status=Status.ON_CALL, since=NOW)
        await wall.press("enter")
        await wall.until(lambda: "Last changes" in written(wall))
        shown = written(wall)
        assert "Weber" not in shown
        assert "Blanc" not in shown
        assert "0123453306" not in shown
        assert "+49..3306" in shown
        assert "+33..7742" in shown
        await wall.press("escape", "m", "enter")
        assert "K. Weber" in written(wall)


async def test_what_it_was_before_stands_in_them_the_last_first(wall: Wall) -> None:
    wall.feed.change("103", presence=talking("+4930123453306", "Sales"), status=Status.ON_CALL, since=NOW)
    wall.feed.change("103", presence=idle("lunch"), status=Status.AVAILABLE, since=NOW)
    wall.feed.change("103", By.AGE, stale=True)
    await wall.press("right", "right", "enter")
    await wall.until(lambda: "Last changes" in written(wall))
    lines = written(wall).splitlines()
    place = lines.index("Last changes")
    assert lines[place + 1 :] == [
        "14:32:10  ◦ was FREE, not confirmed  lunch  (age)",
        "14:32:09  ◦ FREE  lunch  (event)",
        "14:32:08  ▪ ON CALL  from +49..3306  through Sales  (event)",
    ]
    assert lines[1] == " ? UNKNOWN    was FREE since 14:32:07", "what nothing confirms has no time that goes on"
    assert "Nothing has confirmed that for a while: it may be otherwise by now." in lines
    assert "Last known: no calls" in lines


async def test_who_is_chosen_no_more_is_said_to_be(wall: Wall) -> None:
    await wall.press("enter")
    wall.feed.choose([one.extension for one in PEOPLE[1:]])
    await wall.until(lambda: "This extension is not chosen any more." in "\n".join(wall.rows))


def test_the_last_changes_are_kept_and_no_more() -> None:
    history, entry = History(), PEOPLE[0]
    for place in range(KEPT + 5):
        new = replace(entry, presence=idle(f"message {place}"))
        history.take(Change(entry, new, By.EVENT, NOW + place))
        history.take(Change(entry, replace(new, confirmed_at=NOW), By.SNAPSHOT, NOW + place + 0.5))
    pasts = history.of(entry.id)
    assert [past.message for past in pasts] == [f"message {place}" for place in range(KEPT + 4, 4, -1)]
    assert {past.by for past in pasts} == {By.EVENT}
    history.take(Change(entry, None, By.SNAPSHOT, NOW))
    assert history.of(entry.id) == ()
