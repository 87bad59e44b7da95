"""What a kiosk begins with: nothing ends it, not even a fault of ours."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from tests.screens.drawn_wall import NOW, PEOPLE
from tui.commands.invocation import Invocation
from tui.commands.last_picture import LastPicture, save_picture
from tui.commands.standby import Standby
from tui.credentials import Credentials
from tui.feed.link import FeedEvent, Link, LinkState
from tui.presence.status import Status

SERVER = "http://127.0.0.1:9"
CHOSEN = "[choice]\nextensions = ['4102', '4101']\n"


class Faulty(Invocation):
    """One whose secrets make us stumble."""

    def credentials(self) -> Credentials:
        raise KeyError("a fault")


def invocation(folder: Path, text: str = CHOSEN, kind: type[Invocation] = Invocation, view: str = "") -> Invocation:
    config = folder / "config.toml"
    config.write_text(text)
    overrides = {"wall.view": view} if view else {}
    return kind(str(config), overrides, {"RINGWALL_SERVER": SERVER}, folder / "state", kiosk=True)


@asynccontextmanager
async def logging_in(standby: Standby) -> AsyncIterator[list[LinkState]]:
    """While it tries; gives what it tells of the link."""
    told: list[LinkState] = []

    def hear(event: FeedEvent) -> None:
        assert isinstance(event, LinkState)
        told.append(event)

    forget = standby.subscribe(hear)
    trying = asyncio.create_task(standby.account())
    try:
        yield told
    finally:
        forget()
        trying.cancel()
        await asyncio.gather(trying, return_exceptions=True)
        await standby.close()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 - what is waited for tells nobody
            await asyncio.sleep(0.01)


async def test_what_stands_in_the_way_is_told_and_tried_again_when_asked(tmp_path: Path) -> None:
    standby = Standby(invocation(tmp_path))
    async with logging_in(standby) as told:
        await until(lambda: standby.link.link is Link.WAITING)
        assert "refused" in standby.link.reason
        assert standby.link.todo
        assert standby.link.retry_at is not None
        standby.reread()
        await until(lambda: len(told) >= 4)
    assert [one.link for one in told[:4]] == [Link.AUTHORISING, Link.WAITING, Link.AUTHORISING, Link.WAITING]


async def test_a_fault_of_ours_is_told_and_tried_again(tmp_path: Path) -> None:
    standby = Standby(invocation(tmp_path, kind=Faulty))
    async with logging_in(standby) as told:
        await until(lambda: standby.link.link is Link.WAITING)
        assert standby.link.reason == "a fault of Ringwall's own: KeyError"
        await until(lambda: len(told) >= 3)


def test_it_begins_with_the_last_picture_of_what_is_chosen(tmp_path: Path) -> None:
    save_picture(tmp_path / "state" / "picture.json", LastPicture(SERVER, NOW, tuple(PEOPLE)))
    standby = Standby(invocation(tmp_path))
    assert [entry.extension.number for entry in standby.board] == ["102", "101"]
    assert {entry.shown_status for entry in standby.board} == {Status.UNKNOWN}
    assert standby.link.lost_since == NOW


def test_where_nobody_knows_what_is_chosen_all_of_it_is_there(tmp_path: Path) -> None:
    save_picture(tmp_path / "state" / "picture.json", LastPicture(SERVER, NOW, tuple(PEOPLE)))
    standby = Standby(invocation(tmp_path, "nonsense"))
    assert len(standby.board) == len(PEOPLE)


def test_the_view_of_the_command_line_comes_before_that_of_the_kiosk_and_that_before_the_wall_s(tmp_path: Path) -> None:
    views = "[wall]\nview = 'Wall'\n[kiosk]\nview = 'Kiosk'\n"
    assert Standby(invocation(tmp_path, "[wall]\nview = 'Wall'\n")).config.wall.view == "Wall"
    assert Standby(invocation(tmp_path, views)).config.wall.view == "Kiosk"
    assert Standby(invocation(tmp_path, views, view="Said")).config.wall.view == "Said"
    assert Standby(invocation(tmp_path, views)).config.mask


async def test_a_configuration_counts_once_it_can_be_used(tmp_path: Path) -> None:
    standby = Standby(invocation(tmp_path))
    changed = asyncio.create_task(standby.configured_anew())
    (tmp_path / "config.toml").write_text("nonsense")
    await asyncio.sleep(2.5)
    assert not changed.done()
    (tmp_path / "config.toml").write_text(f"mask = true\n{CHOSEN}")
    await asyncio.wait_for(changed, 10)
