"""What of a wall reaches people who do not look at it: alarms, snapshots, the title of the window."""

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.screens.drawn_wall import FARID, LIVE, NOW, PEOPLE
from tests.screens.running import Wall
from tests.screens.scripted import OpenDoor, ScriptedFeed, WatchingAccount
from tui.app import RingwallApp
from tui.config import Config
from tui.errors import RingwallError
from tui.feed.link import Link
from tui.presence.alerts import Alert
from tui.presence.status import Status
from tui.screens.help import HelpScreen
from tui.screens.outlook import Outlook
from tui.screens.picture import Picture, Start
from tui.screens.ports import Outside
from tui.screens.wall import WallScreen

QUIET = [one for one in PEOPLE if one.status is Status.AVAILABLE]
CALLER = "+4930123454821"


class Heard:
    """Somebody who is told of alarms."""

    def __init__(self) -> None:
        self.alarms: list[str] = []
        self.is_closed = False

    def tell(self, alarms: Sequence[Alert]) -> None:
        self.alarms += [alarm.entry.extension.number for alarm in alarms]

    async def close(self) -> None:
        self.is_closed = True


class Album:
    """A place for snapshots, which may be full."""

    def __init__(self) -> None:
        self.is_full = False
        self.svg = self.text = ""

    def save(self, svg: str, text: str, at: float) -> str:
        if self.is_full:
            raise RingwallError("the disk is full")
        self.svg, self.text = svg, text
        return f"~/wall-{at:.0f}.svg"


def picture(people: Sequence[object] = PEOPLE) -> Picture:
    shown = Picture(Start())
    shown.begin([one for one in PEOPLE if one in people], NOW)
    return shown


def titles(*pictures: Picture) -> list[str | None]:
    outlook = Outlook()
    seen = [outlook.look(one, LIVE, NOW) for one in pictures]
    return [one.title if one else None for one in seen]


def test_the_title_counts_who_rings_and_what_is_an_alarm_and_names_nobody() -> None:
    assert titles(picture()) == ["Ringwall: 2 ringing, 1 alarm"]
    assert titles(picture([FARID])) == ["Ringwall: 1 alarm"]
    assert titles(picture(QUIET)) == ["Ringwall"]


def test_a_title_is_told_when_it_changes() -> None:
    assert titles(picture(), picture(), picture(QUIET)) == ["Ringwall: 2 ringing, 1 alarm", None, "Ringwall"]


def test_the_title_tells_that_the_link_is_lost() -> None:
    lost = replace(LIVE, link=Link.WAITING, lost_since=NOW - 60)
    seen = Outlook().look(picture(), lost, NOW)
    assert seen is not None
    assert seen.title == "Ringwall: link lost"


def running(feed: ScriptedFeed, outside: Outside, config: Config = Config()) -> RingwallApp:  # noqa: B008 - it never changes
    return RingwallApp(OpenDoor(WatchingAccount(feed)), config, skip_login=True, outside=outside)


async def test_each_alarm_is_told_once_beneath_other_screens_too() -> None:
    feed, heard = ScriptedFeed(), Heard()
    app = running(feed, Outside(alarms=heard))
    async with app.run_test(size=(80, 24)) as pilot:
        wall = Wall(app, pilot, feed)
        await wall.until(lambda: heard.alarms == ["106"])
        await wall.press("question_mark")
        await wall.until(lambda: wall.is_on(HelpScreen))
        # Ana has been ringing for 24 s; at 40 s that is an alarm.
        feed.time += 20.0
        await wall.until(lambda: heard.alarms == ["106", "101"])
        feed.time += 3.0
        await pilot.pause(1.2)
        assert heard.alarms == ["106", "101"]
        assert not heard.is_closed
    assert heard.is_closed


@pytest.mark.parametrize(
    ("masks", "command", "is_masked"),
    [
        (False, "snapshot", True),
        (True, "snapshot", True),
        (False, "snapshot full", False),
        (True, "snapshot full", False),
    ],
)
async def test_a_snapshot_is_masked_unless_it_is_wanted_in_full(masks: bool, command: str, is_masked: bool) -> None:
    feed, album = ScriptedFeed(), Album()
    app = running(feed, Outside(save_snapshot=album.save), Config(mask=masks))
    async with app.run_test(size=(80, 24)) as pilot:
        wall = Wall(app, pilot, feed)
        await wall.until(lambda: wall.is_on(WallScreen) and "101 Ana" in "".join(wall.rows))
        before = wall.rows[3:21]
        await wall.type(":", command, "enter")
        await wall.until(lambda: f"Saved ~/wall-{NOW:.0f}.svg" in wall.rows[-1])
        assert wall.rows[3:21] == before
    text, svg = album.text, re.sub(r"<[^>]*>", "", album.svg)
    assert "Ana Martins" in text
    assert "Ana" in svg
    assert (CALLER in text, CALLER in svg) == (not is_masked, not is_masked)
    assert ("+49..4821" in text) is is_masked


async def test_a_snapshot_that_cannot_be_saved_says_so() -> None:
    feed, album = ScriptedFeed(), Album()
    album.is_full = True
    app = running(feed, Outside(save_snapshot=album.save))
    async with app.run_test(size=(80, 24)) as pilot:
        wall = Wall(app, pilot, feed)
        await wall.until(lambda: wall.is_on(WallScreen) and "101 Ana" in "".join(wall.rows))
        await wall.type(":", "snapshot", "enter")
        await wall.until(lambda: "The snapshot was not saved: the disk is full" in wall.rows[-1])
