"""The wall in a terminal that is not there: what it shows, and every key by its binding."""

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from tests.screens.drawn_wall import NOW, PEOPLE, idle, person, talking
from tests.screens.running import ELSEWHERE, PLAIN, Wall, running_wall
from tests.screens.scripted import OpenDoor, ScriptedFeed, WatchingAccount
from tui.feed.link import Link, LinkState
from tui.presence.board import By
from tui.presence.entry import new_entry, with_presence
from tui.presence.extension import Extension
from tui.presence.notification import MessageNews
from tui.presence.status import Reason, Status
from tui.presence.view import Sort
from tui.screens.details import DetailsScreen
from tui.screens.login import LoginScreen
from tui.screens.wall import WallScreen

GOLDENS = Path(__file__).parent / "goldens"
PLACES = [(column * 20, 3 + row * 3) for row in range(6) for column in range(4)]
"""Where the tiles begin at 80x24."""


async def test_it_is_the_drawn_one() -> None:
    async with running_wall(ScriptedFeed([*PEOPLE, *ELSEWHERE])) as wall:
        await wall.press("2", "down", "right")
        assert wall.rows == (GOLDENS / "wall-80x24.txt").read_text().splitlines()


@pytest.mark.parametrize(("columns", "rows"), [(40, 12), (41, 13), (79, 25), (100, 30), (160, 45), (300, 80)])
async def test_it_fills_any_terminal_and_nothing_more(columns: int, rows: int) -> None:
    async with running_wall(size=(columns, rows)) as wall:
        assert len(wall.rows) == rows
        assert wall.rows[-1].startswith(" ? help")
        assert "14:32:07" in wall.rows[0]
        assert wall.selected == "101"


async def test_a_change_is_shown_at_once(wall: Wall) -> None:
    wall.feed.change("103", presence=talking("+49301", status="Ringing"), status=Status.RINGING_IN, since=NOW + 1)
    await wall.until(lambda: "▸103 Carla Rossi" in wall.rows[3])
    assert "RINGING 3" in wall.rows[1]


async def test_the_end_of_ringing_is_believed_after_a_moment_only(wall: Wall) -> None:
    wall.feed.change("101", presence=idle(), status=Status.AVAILABLE, since=NOW)
    wall.feed.change("104", presence=idle(), status=Status.OFFLINE, since=NOW)
    await wall.until(lambda: ".104" in wall.rows[3])
    assert "▸101" in wall.rows[3]
    wall.feed.time += 2.0
    await wall.until(lambda: "◦101" in wall.rows[3])


async def test_who_was_not_chosen_any_more_goes(wall: Wall) -> None:
    wall.feed.choose([one.extension for one in PEOPLE[1:]])
    await wall.until(lambda: "102 Ben" in wall.rows[3][:20])
    assert "23/23" in wall.rows[0]


@pytest.mark.parametrize(
    ("keys", "number"),
    [
        ("right", "102"),
        ("l", "102"),
        ("right left", "101"),
        ("right h", "101"),
        ("left", "101"),
        ("down", "105"),
        ("j", "105"),
        ("down up", "101"),
        ("down k", "101"),
        ("up", "101"),
        ("G", "124"),
        ("end", "124"),
        ("end home", "101"),
        ("G g", "101"),
    ],
)
async def test_moving(wall: Wall, keys: str, number: str) -> None:
    await wall.press(*keys.split())
    assert wall.selected == number
    assert f" {number} " in wall.rows[21]


@pytest.mark.parametrize("key", ["pagedown", "space", "ctrl+f"])
async def test_paging(key: str) -> None:
    async with running_wall(size=(40, 12)) as wall:
        await wall.press(key)
        assert wall.selected == "105"
        assert wall.rows[-1].endswith("2/6")
        await wall.press("pageup")
        assert wall.rows[-1].endswith("1/6")


async def test_find_filters_with_every_letter(wall: Wall) -> None:
    await wall.press("slash", *"grace")
    assert wall.rows[-1].startswith(" / grace")
    assert wall.rows[-1].endswith("Enter keep   Esc drop   1/24")
    assert wall.grid_names() == "107"
    await wall.press("enter")
    assert "/ grace" in wall.rows[0]
    assert wall.rows[-1].startswith(" ? help")
    await wall.press("escape")
    assert len(wall.grid_names().split()) == 24


async def test_find_dropped_by_escape_shows_all_again(wall: Wall) -> None:
    await wall.press("slash", *"rossi", "escape")
    assert len(wall.grid_names().split()) == 24
    assert wall.rows[-1].startswith(" ? help")


async def test_where_nobody_is_shown_the_way_back_is(wall: Wall) -> None:
    await wall.press("slash", *"nobody", "enter")
    assert wall.rows[-3].startswith(" Nobody is shown. Esc goes one step back.")
    await wall.press("escape")
    assert wall.rows[-3].startswith(" 101 Ana Martins")


async def test_every_printable_key_is_text_while_finding(wall: Wall) -> None:
    await wall.press("slash", *"qvsh?1")
    await wall.press("space", "a")
    assert wall.rows[-1].startswith(" / qvsh?1 a")


async def test_arrows_move_among_the_tiles_while_finding(wall: Wall) -> None:
    await wall.press("slash", *"state:free", "down")
    assert wall.rows[-1].startswith(" / state:free")
    assert wall.selected == "115"


async def test_a_filter_that_cannot_be_read_says_why(wall: Wall) -> None:
    await wall.press("slash", "n")
    before = wall.grid_names()
    await wall.press("colon")
    assert "at character 1: no such key" in wall.rows[-1]
    assert wall.grid_names() == before
    await wall.press("enter")
    assert "/ n  " in wall.rows[0]


async def test_counts_are_not_of_the_filter_by_state(wall: Wall) -> None:
    before = wall.rows[1]
    await wall.press("slash", *"state:hold", "enter")
    assert wall.rows[1] == before


async def test_free_only_and_back(wall: Wall) -> None:
    await wall.press("v")
    assert wall.grid_names() == "107 110 103 115 118 104"
    assert "sort longest  free only" in wall.rows[0]
    assert "6/24" in wall.rows[0]
    await wall.press("v")
    assert len(wall.grid_names().split()) == 24
    await wall.press("v", "escape")
    assert len(wall.grid_names().split()) == 24


async def test_sorting(wall: Wall) -> None:
    orders = []
    for _ in Sort:
        await wall.press("s")
        orders.append(wall.rows[0][23:40].strip())
    assert orders == [f"sort {sort}" for sort in [*Sort][1:]] + ["sort number"]
    await wall.press("S")
    assert "reversed" in wall.rows[0]
    assert wall.grid_names().startswith("124 123")


async def test_views_are_the_departments() -> None:
    async with running_wall(ScriptedFeed([*PEOPLE, *ELSEWHERE])) as wall:
        assert wall.rows[0].startswith(" All            31/31")
        await wall.press("1")
        assert wall.rows[0].startswith(" Care            7/31")
        await wall.press("0")
        assert wall.rows[0].startswith(" All            31/31")
        await wall.press("9")
        assert "There is no view 9" in wall.rows[-1]


async def test_masking(wall: Wall) -> None:
    await wall.press("m")
    assert "+4930123454821" in wall.rows[5]
    await wall.press("m")
    assert "+49..4821" in wall.rows[5]


async def test_acknowledging(wall: Wall) -> None:
    await wall.press("a")
    assert wall.rows[2].startswith(" quiet   longest ring 0:24")
    assert "!!" not in "".join(wall.rows)
    wall.feed.change("106", presence=talking("+33", status="OnHold"), status=Status.HOLD, since=NOW - 200)
    await wall.until(lambda: wall.rows[2].startswith(" !! 106"))


async def test_details_are_live_and_go_by_escape(wall: Wall) -> None:
    await wall.press("down", "right", "enter")
    assert wall.is_on(DetailsScreen)
    text = "\n".join(wall.rows)
    assert "106 Farid Haddad" in text
    assert "+33..7742" in text
    assert "OnHold" in text
    await wall.press("escape")
    assert wall.is_on(WallScreen)


async def test_reading_again(wall: Wall) -> None:
    await wall.press("r")
    assert wall.feed.asked[-1] == "reread"


async def test_choosing_again(wall: Wall) -> None:
    await wall.press("e")
    assert "Choose extensions" in wall.rows[0]
    await wall.press("q")
    assert wall.is_on(WallScreen)


async def test_messages_until_they_are_seen(wall: Wall) -> None:
    wall.feed.tell(MessageNews("301", voicemail=2))
    wall.feed.time += 1.0
    wall.feed.tell(MessageNews("301", voicemail=1))
    await wall.until(lambda: "voicemail 3  LIVE PubNub" in wall.rows[0])
    await wall.press("colon", *"seen", "enter")
    assert "voicemail" not in wall.rows[0]


async def test_a_command_that_does_not_exist(wall: Wall) -> None:
    await wall.press("colon", *"fly", "enter")
    assert "There is no command fly" in wall.rows[-1]


@pytest.mark.parametrize("keys", ["q", "ctrl+c", "colon q enter", "slash a ctrl+c"])
async def test_leaving_closes_the_feed(keys: str) -> None:
    async with running_wall() as wall:
        await wall.press(*keys.split())
        await wall.until(lambda: not wall.app.is_running)
    assert wall.feed.asked[-1] == "close"
    assert wall.app.return_code == 0


@pytest.mark.parametrize("key", ["ctrl+s", "ctrl+q", "ctrl+p", "escape", "tab", "x", "f5"])
async def test_keys_that_do_nothing(wall: Wall, key: str) -> None:
    before = wall.rows
    await wall.press(key)
    assert wall.rows == before
    assert wall.app.is_running


async def test_ctrl_z_says_that_it_does_nothing(wall: Wall) -> None:
    await wall.press("ctrl+z")
    assert wall.rows[-1].startswith(" Ctrl-Z does nothing here; Ctrl-C leaves")


async def test_repainting(wall: Wall) -> None:
    before = wall.rows
    await wall.press("ctrl+l")
    assert wall.rows == before


async def test_a_lost_link_is_a_bar_and_comes_back(wall: Wall) -> None:
    lost = LinkState(Link.WAITING, NOW, "pubnub", "no answer from PubNub", lost_since=NOW - 9, retry_at=NOW + 13)
    wall.feed.time += 1.0
    live, wall.feed.link = wall.feed.link, lost
    wall.feed.tell(lost)
    await wall.until(lambda: wall.rows[0].startswith(" LINK LOST since 14:31:58   no answer from PubNub"))
    assert "next try in 12s" in wall.rows[0]
    assert wall.rows[2].startswith(" The picture is of 14:31")
    wall.feed.time += 1.0
    wall.feed.link = live
    wall.feed.tell(live)
    await wall.until(lambda: "LIVE PubNub" in wall.rows[0])


def refuse(feed: ScriptedFeed, retry_in: float = 290.0) -> None:
    """The login is refused, and by then every tile is stale."""
    for entry in list(feed.board):
        feed.change(entry.extension.number, By.AGE, stale=True, confirmed_at=NOW - 300)
    now = feed.clock.now()
    reason = "JWT revoked or expired, OAU-213"
    feed.link = LinkState(Link.REFUSED, now, "pubnub", reason, lost_since=NOW - 300, retry_at=now + retry_in)
    feed.tell(feed.link)


async def test_a_refused_login_leaves_the_wall_with_every_tile_stale(wall: Wall) -> None:
    refuse(wall.feed)
    await wall.until(lambda: wall.rows[0].startswith(" LOGIN REFUSED since 14:27:07   JWT revoked or expired"))
    assert wall.rows[2] == " The picture is of 14:27. Press Enter to log in; all else stays as it is"
    assert wall.rows[3].startswith("|?101 Ana Martins    ?102 Ben Okafor ")
    assert wall.rows[4].startswith("|UNKNOWN        5m ?")
    assert wall.rows[5].startswith("|was RINGING         was ON CALL ")
    assert "◦ FREE 0" in wall.rows[1]
    assert wall.rows[-1].startswith(" ? help   r try again   D diagnostics   Enter log in")


async def test_where_the_secret_comes_from_a_file_the_wall_says_to_replace_it() -> None:
    feed = ScriptedFeed()
    door = OpenDoor(WatchingAccount(feed))
    door.secret_file = "/etc/ringwall/jwt"
    async with running_wall(feed, door=door) as wall:
        refuse(feed)
        await wall.until(lambda: "Replace /etc/ringwall/jwt; next try in 4m" in wall.rows[2])


async def test_enter_logs_in_over_the_wall_which_then_goes_on_as_it_was() -> None:
    old = ScriptedFeed([*PEOPLE, *ELSEWHERE])
    door = OpenDoor(WatchingAccount(old))
    async with running_wall(old, door=door) as wall:
        await wall.press("2", "down", "right", "slash", *"sales", "enter")
        refuse(old)
        await wall.until(lambda: wall.rows[0].startswith(" LOGIN REFUSED"))
        await wall.press("enter")
        assert wall.is_on(LoginScreen)
        assert any("JWT revoked or expired, OAU-213" in row for row in wall.rows)
        new = ScriptedFeed([new_entry(entry.extension, NOW) for entry in old.board])
        door.next_account = WatchingAccount(new)
        await wall.press("enter")
        await wall.until(lambda: wall.is_on(WallScreen) and "LIVE PubNub" in wall.rows[0])
        assert wall.rows[0].startswith(" Sales          24/31  sort number  / sales")
        assert wall.selected == "106"
        assert "|?106 Farid Haddad " in wall.rows[6]
        assert "|was HOLD " in wall.rows[8]
        wall.feed = new
        new.change("106", By.SNAPSHOT, presence=idle(), status=Status.AVAILABLE, reason=None, since=NOW)
        await wall.until(lambda: "|◦106 Farid Haddad " in wall.rows[6])
        await wall.until(lambda: old.asked[-2:] == ["close", "close account"])
        assert door.account is not None
        assert list(door.account.chosen) == [entry.id for entry in PEOPLE + ELSEWHERE]


@pytest.mark.parametrize("key", ["escape", "ctrl+c"])
async def test_the_login_over_the_wall_leads_back_to_it(wall: Wall, key: str) -> None:
    refuse(wall.feed)
    await wall.until(lambda: wall.rows[0].startswith(" LOGIN REFUSED"))
    await wall.press("enter", key)
    assert wall.is_on(WallScreen)
    assert wall.rows[0].startswith(" LOGIN REFUSED")


async def test_who_is_not_known_differs_by_why_and_from_offline() -> None:
    unread = new_entry(replace(PEOPLE[0].extension, id="1", number="201"), NOW)
    people = [
        unread,
        replace(unread, extension=replace(unread.extension, id="2", number="202"), reason=Reason.NOT_WATCHED),
        person("203", "Ana Martins", idle(allow_see=False), 60.0),
        new_entry(Extension("4", "204", "Sales", type="Department"), NOW),
        person("205", "Ana Martins", idle(presence_status="Offline"), 60.0),
        person("206", "Ana Martins", idle(presence_status="Sunbathing"), 60.0),
        with_presence(
            new_entry(replace(PEOPLE[0].extension, id="7", number="207", status="Disabled"), NOW),
            idle(),
            NOW,
            seen=True,
        ),
    ]
    async with running_wall(ScriptedFeed(people)) as wall:
        seen = [
            "\n".join(wall.rows[y][at + 1 : at + 20].rstrip() for y in (y0, y0 + 1, y0 + 2)) for at, y0 in PLACES[:7]
        ]
        assert [tile.splitlines()[1].split()[0] for tile in seen] == ["UNKNOWN"] * 3 + ["NO", "OFFLINE"] + [
            "UNKNOWN"
        ] * 2
        assert [tile.splitlines()[2] for tile in seen if "UNKNOWN" in tile] == [
            "not read yet",
            "not watched",
            "hides presence",
            "Sunbathing",
            "disabled",
        ]


async def test_an_extension_that_is_renamed_shows_its_new_name_in_its_new_place(wall: Wall) -> None:
    await wall.press("s")
    wall.feed.time += 10.0
    ana = PEOPLE[0].extension
    wall.feed.change("101", By.SNAPSHOT, extension=replace(ana, name="Zoe Martins"))
    await wall.until(lambda: wall.grid_names().endswith("101"))
    assert "101 Zoe Martins" in "\n".join(wall.rows)


async def test_extensions_that_come_and_go_while_it_runs() -> None:
    feed = ScriptedFeed(PEOPLE[:3])
    async with running_wall(feed) as wall:
        feed.choose([*(one.extension for one in PEOPLE[1:3]), Extension("9", "100", "New Person")])
        await wall.until(lambda: wall.grid_names() == "100 102 103")
        assert wall.rows[3].startswith("|?100 New Person ")
        assert wall.rows[5].startswith("|not read yet ")


async def test_a_wall_of_the_box_says_so() -> None:
    async with running_wall(is_demo=True) as wall:
        assert "DEMO  LIVE PubNub  14:32:07" in wall.rows[0]


async def test_the_order_holds_still_for_a_while_after_a_key(wall: Wall) -> None:
    await wall.press(*"ssss", "down")
    before = wall.grid_names()
    wall.feed.change("116", status=Status.AVAILABLE, since=NOW)
    await wall.until(lambda: "◦116" in "".join(wall.rows))
    assert wall.grid_names() == before
    wall.feed.time += 10.0
    await wall.until(lambda: wall.grid_names() != before)
    assert wall.grid_names().endswith("116")


async def test_nothing_from_outside_leaves_its_tile() -> None:
    nasty = [
        "[bold red]x[/]",
        "\x1b[2J\x1b[31mred",
        "a\nb\r\tc",
        "\u202eevil\u202c",
        "王" * 40,
        "👩\u200d👩\u200d👧" * 9,
        "e" + "\u0301" * 99,
        "x" * 500,
    ]
    people = [person(f"10{place}", name, talking(name, name), 60.0) for place, name in enumerate(nasty)]
    config = msgspec.structs.replace(PLAIN, mask=False)
    async with running_wall(ScriptedFeed(people), config) as wall:
        assert "[bold red]x[/]" in wall.rows[3]
        strips = wall.app.screen._compositor.render_strips()
        assert {strip.cell_length for strip in strips} == {80}
        assert all(character.isprintable() for row in wall.rows for character in row)
        for row in (strips[y] for y in range(3, 9)):
            assert [row.crop(at, at + 1).text for at in (0, 20, 40, 60)].count(" ") >= 3


async def test_ascii_is_ascii_on_every_screen() -> None:
    async with running_wall(config=msgspec.structs.replace(PLAIN, ascii=True)) as wall:
        seen = list(wall.rows)
        await wall.press("enter")
        seen += wall.rows
        await wall.press("escape", "question_mark")
        for _ in range(6):
            seen += wall.rows
            await wall.press("pagedown")
        assert not [row for row in seen if not row.isascii()]
