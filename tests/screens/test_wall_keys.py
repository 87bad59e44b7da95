"""Every key of the wall by its binding, and every command by its name: that each does what the help says."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.screens.drawn_wall import NOW, PEOPLE, idle
from tests.screens.running import ELSEWHERE, Wall, running_wall
from tests.screens.scripted import OpenDoor, ScriptedFeed, WatchingAccount
from tui.errors import RingwallError
from tui.presence.status import Status
from tui.presence.views import SavedView
from tui.screens.calls import CallsScreen
from tui.screens.choose import ChooseScreen
from tui.screens.details import DetailsScreen
from tui.screens.diagnostics import DiagnosticsScreen
from tui.screens.help import HelpScreen
from tui.screens.keys import On, keys_on
from tui.screens.legend import LegendScreen
from tui.screens.rebinding import rebound
from tui.screens.unattended import UnattendedScreen
from tui.screens.wall import WallScreen
from tui.widgets.geometry import Density
from tui.widgets.grid import TileGrid


def density(wall: Wall) -> Density:
    return wall.app.screen.query_one(TileGrid).geometry.density


@dataclass
class Does:
    """What can be seen after a key or a command.

    Attributes:
        seen: What is true then, and is not before.
        before: What is pressed first.
        behind: What stands behind the command.
    """

    seen: Callable[[Wall], bool]
    before: str = ""
    behind: str = ""


DOES = {
    "up": Does(lambda wall: wall.selected == "101", "down"),
    "down": Does(lambda wall: wall.selected == "105"),
    "left": Does(lambda wall: wall.selected == "101", "right"),
    "right": Does(lambda wall: wall.selected == "102"),
    "page-down": Does(lambda wall: wall.rows[-1].endswith("2/2")),
    "page-up": Does(lambda wall: wall.rows[-1].endswith("1/2"), "pagedown"),
    "half-down": Does(lambda wall: wall.selected == "113"),
    "half-up": Does(lambda wall: wall.selected == "101", "ctrl+d"),
    "first": Does(lambda wall: wall.selected == "101", "G"),
    "last": Does(lambda wall: wall.selected == "9118"),
    "details": Does(lambda wall: wall.is_on(DetailsScreen)),
    "find": Does(lambda wall: wall.rows[-1].startswith(" / ")),
    "free": Does(lambda wall: "free only" in wall.rows[0]),
    "sort": Does(lambda wall: "sort name" in wall.rows[0]),
    "group": Does(lambda wall: "by department" in wall.rows[0] and wall.rows[3].startswith(" Care")),
    "reverse": Does(lambda wall: "reversed" in wall.rows[0]),
    "view": Does(lambda wall: wall.rows[0].startswith(" Care            7/31"), behind="care"),
    "all": Does(lambda wall: wall.rows[0].startswith(" All            31/31"), "1"),
    "view save": Does(lambda wall: wall.rows[0].startswith(" Mine"), behind="Mine"),
    "view rename": Does(
        lambda wall: wall.rows[0].startswith(" Yours"), ": v i e w space s a v e space M enter", behind="Yours"
    ),
    "view delete": Does(
        lambda wall: wall.rows[0].startswith(" All"), ": v i e w space s a v e space M enter", behind="M"
    ),
    "density": Does(lambda wall: density(wall) is Density.LARGE),
    "theme": Does(lambda wall: wall.app.palette.theme == "classic"),
    "pin": Does(lambda wall: wall.grid_names().startswith("102 101"), "right"),
    "follow": Does(lambda wall: "follow" in wall.rows[0]),
    "freeze": Does(lambda wall: wall.rows[2].startswith(" ORDER FROZEN since 14:32 ")),
    "acknowledge": Does(lambda wall: wall.rows[2].startswith(" quiet ")),
    "mask": Does(lambda wall: "+4930123454821" in wall.rows[5]),
    "copy": Does(lambda wall: wall.rows[-1] == " 101 Ana Martins"),
    "calls": Does(lambda wall: wall.is_on(CallsScreen)),
    "choose": Does(lambda wall: wall.is_on(ChooseScreen)),
    "reread": Does(lambda wall: wall.feed.asked[-1] == "reread"),
    "legend": Does(lambda wall: wall.is_on(LegendScreen)),
    "diagnostics": Does(lambda wall: wall.is_on(DiagnosticsScreen)),
    "seen": Does(lambda wall: "voicemail" not in wall.rows[0]),
    "snapshot": Does(lambda wall: wall.rows[-1].startswith(" Saved ~/wall.svg")),
    "bell": Does(lambda wall: wall.rows[-1].startswith(" The bell rings at new alarms")),
    "kiosk": Does(lambda wall: wall.is_on(UnattendedScreen)),
    "command": Does(lambda wall: wall.rows[-1].startswith(" : ")),
    "help": Does(lambda wall: wall.is_on(HelpScreen)),
    "back": Does(lambda wall: "free only" not in wall.rows[0], "v"),
    "quit": Does(lambda wall: not wall.app.is_running),
    "repaint": Does(lambda wall: wall.is_on(WallScreen)),
}
ALWAYS_TRUE = {"seen", "repaint"}
"""What cannot be seen to be otherwise before."""
BY_KEY = [(row.name, key) for row in keys_on(On.WALL) if row.name in DOES for key in row.keys if key not in "23456789"]


def test_every_command_has_its_test() -> None:
    assert DOES.keys() == {row.name for row in keys_on(On.WALL) if row.name}


@pytest.mark.parametrize(("name", "key"), BY_KEY)
async def test_by_key(name: str, key: str) -> None:
    does = DOES[name]
    async with running_wall(ScriptedFeed([*PEOPLE, *ELSEWHERE])) as wall:
        await wall.press(*does.before.split())
        assert name in ALWAYS_TRUE or not does.seen(wall)
        await wall.press(key)
        await wall.until(lambda: does.seen(wall))


@pytest.mark.parametrize("name", DOES)
async def test_by_command(name: str) -> None:
    does = DOES[name]
    async with running_wall(ScriptedFeed([*PEOPLE, *ELSEWHERE])) as wall:
        await wall.press(*does.before.split())
        assert name in ALWAYS_TRUE or not does.seen(wall)
        await wall.type(f":{name} {does.behind}", "enter")
        await wall.until(lambda: does.seen(wall))


@pytest.mark.parametrize(
    "name", [row.name for row in keys_on(On.WALL) if row.name and not (row.takes and row.takes.what[0] != "[")]
)
async def test_by_a_key_of_ones_own(name: str) -> None:
    does = DOES[name]
    async with running_wall(ScriptedFeed([*PEOPLE, *ELSEWHERE]), table=rebound({name: ("X",)})) as wall:
        for key in does.before.split():
            await wall.press(key)
        await wall.press("X")
        await wall.until(lambda: does.seen(wall))


# What stands behind commands


@pytest.mark.parametrize(
    ("command", "seen"),
    [
        (":sort attention", "sort attention"),
        (":sort att", "sort attention"),
        (":group state", "by state"),
        (":find state:hold", "/ state:hold"),
        (":view 2", " Sales"),
        (":view sales", " Sales"),
    ],
)
async def test_a_command_takes_what_stands_behind_it(command: str, seen: str) -> None:
    async with running_wall(ScriptedFeed([*PEOPLE, *ELSEWHERE])) as wall:
        await wall.type(command, "enter")
        await wall.until(lambda: seen in wall.rows[0])


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (":fly", "There is no command fly; Tab behind : shows all"),
        (":sort size", "There is no order size; there are number, name, state, attention,"),
        (":sort n", "There is no order n; there are number, name"),
        (":theme pink", "There is no theme pink; there are safe, classic, high-contrast, light,"),
        (":density huge", "There is no density huge; there are compact, normal, large"),
        (":view Sales", "There is no view Sales; there is Care"),
        (":view 4", "There is no view 4: the choice is of one department"),
        (":view delete Sales", "There is no saved view Sales; saved are: none"),
        (":view rename Sales", "There is no saved view All; saved are: none"),
        (":view save all", "all is no name for a view. Any other word will do."),
        (":find foo:", "at character 1: no such key: foo:"),
        (":freeze now", ":freeze takes nothing behind it"),
    ],
)
async def test_what_cannot_be_done_says_what_can(command: str, said: str) -> None:
    async with running_wall(ScriptedFeed(ELSEWHERE)) as wall:
        await wall.type(command, "enter")
        await wall.until(lambda: wall.rows[-1].startswith(f" {said}"[:70]))


async def test_tab_goes_through_the_ways_in_which_a_command_may_go_on(wall: Wall) -> None:
    await wall.type(":fr")
    assert wall.rows[-1].startswith(" : fr")
    assert wall.rows[-1].endswith(" Tab   free   freeze")
    await wall.press("tab")
    assert wall.rows[-1].startswith(" : free ")
    await wall.press("tab")
    assert wall.rows[-1].startswith(" : freeze ")
    await wall.press("shift+tab")
    assert wall.rows[-1].startswith(" : free ")
    await wall.press("tab", "enter")
    assert wall.rows[2].startswith(" ORDER FROZEN")


async def test_what_stands_behind_a_command_is_completed_too(wall: Wall) -> None:
    await wall.type(":theme ")
    assert wall.rows[-1].endswith(" Tab   safe   classic   high-contrast   light   ansi   mono")
    await wall.press("escape")
    await wall.type(":sort a", "tab", "enter")
    assert "sort attention" in wall.rows[0]


async def test_a_filter_that_cannot_be_read_is_not_kept(wall: Wall) -> None:
    await wall.type("/state:foo", "enter")
    assert wall.rows[-1].startswith(" / state:foo ")
    assert wall.rows[-1].endswith("at character 7: no such state: foo")
    await wall.press("backspace", "backspace", "enter")
    assert "/ state:f" in wall.rows[0]
    assert wall.rows[-1].startswith(" ? help")


# The order


async def test_the_order_is_frozen_until_it_is_released(wall: Wall) -> None:
    await wall.press("s", "s", "s", "s", "F")
    before = wall.grid_names()
    wall.feed.change("102", presence=idle(), status=Status.AVAILABLE, since=NOW - 9e5)
    wall.feed.time += 60.0
    await wall.until(lambda: "◦102" in "".join(wall.rows))
    assert wall.grid_names() == before
    assert wall.rows[2].startswith(" ORDER FROZEN since 14:32")
    await wall.press("F")
    assert wall.grid_names() != before
    assert "FROZEN" not in wall.rows[2]


async def test_a_frozen_order_says_how_it_is_released_and_hides_no_alarm(wall: Wall) -> None:
    await wall.press("F")
    assert "!! 106 HOLD 4:10   ! 101 RINGING 0:24   +1" in wall.rows[2]
    await wall.press("a")
    assert wall.rows[2] == " ORDER FROZEN since 14:32   states and timers go on   F to release"


async def test_coming_back_from_details_moves_no_tile(wall: Wall) -> None:
    await wall.type(":sort longest", "enter", "enter")
    wall.feed.change("102", presence=idle(), status=Status.AVAILABLE, since=NOW - 9e5)
    await wall.press("escape")
    await wall.until(lambda: "◦102" in "".join(wall.rows))
    before = wall.grid_names()
    wall.feed.time += 10.0
    await wall.until(lambda: wall.grid_names() != before)


async def test_the_cursor_follows_its_tile_until_it_is_moved() -> None:
    async with running_wall(ScriptedFeed([*PEOPLE, *ELSEWHERE])) as wall:
        await wall.press("G", "f", "S")
        assert wall.selected == "9118"
        assert not wall.rows[-1].startswith(" The cursor stays")
        assert wall.rows[-1].endswith("1/2")
        await wall.press("S")
        assert wall.selected == "9118"
        await wall.press("f", "f")
        assert wall.rows[-1].startswith(" The cursor stays on its tile until it is moved")
        await wall.press("f")
        assert wall.rows[-1].startswith(" No longer followed")
        await wall.press("f", "up")
        assert "follow" not in wall.rows[0]


async def test_one_pin_after_the_other_and_no_more(wall: Wall) -> None:
    await wall.press("G", "p", "g", "right", "right", "p")
    assert wall.grid_names().startswith("124 102 101 103")
    await wall.press("p")
    assert wall.grid_names().startswith("124 101 102 103")
    assert wall.rows[-1].startswith(" No longer pinned")


async def test_groups_have_their_counts(wall: Wall) -> None:
    await wall.type(":group department", "enter")
    assert wall.rows[3].startswith(" Sales ")
    assert "◦6" in wall.rows[3]
    wall.feed.change("103", presence=idle(dnd_status="DoNotAcceptAnyCalls"), status=Status.DND)
    await wall.until(lambda: "◦5" in wall.rows[3] and "⊘2" in wall.rows[3])


# Esc


async def test_escape_goes_back_step_by_step_and_then_does_nothing() -> None:
    async with running_wall(ScriptedFeed([*PEOPLE, *ELSEWHERE])) as wall:
        await wall.type("2/sales", "enter", "F", "f", "v", "enter")
        assert wall.is_on(DetailsScreen)
        gone = []
        for word in ["details", "free only", "/ sales", "FROZEN", "follow", " Sales  "]:
            await wall.press("escape")
            gone.append((word, word in "\n".join(wall.rows[:3])))
        assert not any(is_there for _, is_there in gone[1:])
        assert wall.rows[0].startswith(" All            31/31  sort number  ")
        before = wall.rows
        await wall.press("escape")
        assert wall.rows == before
        assert wall.app.is_running


# Views


async def test_a_view_is_saved_with_everything_and_shown_by_its_digit() -> None:
    account = WatchingAccount(ScriptedFeed([*PEOPLE, *ELSEWHERE]))
    async with running_wall(account.feed, door=OpenDoor(account)) as wall:
        await wall.type(":view 2", "enter", "s", "z", "/free", "enter", "p", ":theme light", "enter")
        await wall.type(":view save Free in Sales", "enter")
        assert wall.rows[-1].startswith(" Saved as Free in Sales, on 1")
        (saved,) = account.views
        assert (saved.name, saved.department, saved.filter, saved.sort) == ("Free in Sales", "Sales", "free", "name")
        assert (saved.density, saved.theme, saved.pins) == ("large", "light", ("4103",))
        await wall.press("0")
        assert wall.rows[0].startswith(" All            31/31")
        await wall.press("1")
        assert "Free in Sales" in wall.rows[0]
        assert "/ free" in wall.rows[0]
        assert density(wall) is Density.LARGE


async def test_views_that_cannot_be_saved_stay_and_say_so() -> None:
    account = WatchingAccount(ScriptedFeed())
    account.refusal = RingwallError("config.toml cannot be written: No space left")
    async with running_wall(account.feed, door=OpenDoor(account)) as wall:
        await wall.type(":view save Mine", "enter")
        await wall.until(lambda: "The views were not saved: config.toml cannot be written" in wall.rows[-1])
        await wall.press("0", "1")
        assert wall.rows[0].startswith(" Mine")


async def test_a_view_gives_back_what_it_changed_and_nothing_else() -> None:
    views = (SavedView("Loud", density="large"), SavedView("Named", sort=None))
    async with running_wall(ScriptedFeed([*PEOPLE, *ELSEWHERE]), views=views) as wall:
        await wall.press("1", "s")
        assert density(wall) is Density.LARGE
        await wall.press("2")
        assert density(wall) is Density.NORMAL
        assert "sort name" in wall.rows[0]
        await wall.press("0")
        assert "sort name" in wall.rows[0]


async def test_a_wall_starts_with_its_view() -> None:
    async with running_wall(ScriptedFeed([*PEOPLE, *ELSEWHERE]), view="care") as wall:
        assert wall.rows[0].startswith(" Care            7/31")


async def test_a_view_that_does_not_exist_is_told_at_the_start() -> None:
    async with running_wall(ScriptedFeed([*PEOPLE, *ELSEWHERE]), view="Moon") as wall:
        assert wall.rows[0].startswith(" All ")
        assert wall.rows[-1].startswith(" There is no view Moon; there are: Care, Sales")
