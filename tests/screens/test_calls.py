"""The calls: what stands in the record, over a real file, live, and true or said not to be."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from tests.calllog.made import record_of, then
from tests.screens.drawn_wall import NOW, PEOPLE
from tests.screens.recorded import RUNG, Recorded, call, drawn, talks
from tests.screens.running import PLAIN, Wall, running_wall
from tests.screens.scripted import OpenDoor, ScriptedFeed, WatchingAccount, record_in
from tests.screens.test_diagnostics import REPORT
from tui.calllog.rows import CallRow
from tui.config import Config
from tui.screens.call import CallScreen
from tui.screens.calls import CallsScreen
from tui.screens.details import DetailsScreen
from tui.screens.help import HelpScreen
from tui.screens.keys import On, keys_on
from tui.screens.wall import WallScreen

GOLDENS = Path(__file__).parent / "goldens"
SHOWN = msgspec.structs.replace(PLAIN, mask=False)


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Recorded]:
    record = drawn(tmp_path / "calls.sqlite")
    yield record
    record.close()


@asynccontextmanager
async def calls(
    path: Path,
    size: tuple[int, int] = (80, 24),
    config: Config = SHOWN,
    *,
    problem: str = "",
    is_wanted: bool = True,
    key: str = "c",
    feed: ScriptedFeed | None = None,
) -> AsyncIterator[Wall]:
    """The screen of calls above a wall, once it has read."""
    feed = ScriptedFeed() if feed is None else feed
    account = WatchingAccount(feed)
    account.report = REPORT
    extensions = [one.extension for one in PEOPLE]
    account.record = record_in(path, extensions, problem, "ReadCallLog is missing", is_wanted=is_wanted)
    async with running_wall(feed, config, size, door=OpenDoor(account)) as wall:
        await wall.press(key)
        if key == "c":
            await wall.until(lambda: wall.is_on(CallsScreen) and "Reading the record" not in "".join(wall.rows))
        yield wall


Opened = Callable[..., AbstractAsyncContextManager[Wall]]


def table(wall: Wall) -> list[str]:
    """The rows of the list."""
    return [row for row in wall.rows[3:-2] if row]


def selected(wall: Wall) -> str:
    """The id of the call under the cursor."""
    screen = wall.app.screen
    assert isinstance(screen, CallsScreen)
    current = screen.calls.current
    return current.call_id if isinstance(current, CallRow) else ""


@pytest.mark.parametrize("size", [(80, 24), (40, 12), (200, 50)])
async def test_they_are_the_drawn_ones(record: Recorded, size: tuple[int, int]) -> None:
    async with calls(record.path, size) as wall:
        pages = [wall.rows]
        await wall.press("down", "tab")
        pages.append(wall.rows)
        assert pages == [page.splitlines() for page in golden(f"calls-{size[0]}x{size[1]}.txt")]


def golden(name: str) -> list[str]:
    return (GOLDENS / name).read_text().split("\n---\n")


@pytest.mark.parametrize("size", [(40, 12), (52, 20), (79, 24), (100, 30), (139, 40), (140, 40), (300, 80)])
async def test_at_every_size_each_call_is_one_row(record: Recorded, size: tuple[int, int]) -> None:
    async with calls(record.path, size) as wall:
        assert len(wall.rows) == size[1]
        assert all(len(row) <= size[0] for row in wall.rows)
        assert "VOICEMAIL" in "\n".join(wall.rows)
        assert wall.rows[-1].endswith("Esc back")


async def test_with_ascii_alone_they_say_the_same(record: Recorded) -> None:
    async with calls(record.path, config=msgspec.structs.replace(SHOWN, ascii=True)) as wall:
        words = "".join(wall.rows).replace("Möbel Krüger", "").replace("Café Zoé", "")
        assert words.isascii()
        assert "> RINGING" in words
        assert "! VOICEMAIL" in words
        assert "* ON CALL" in words


# Live


async def test_a_call_appears_is_answered_and_gets_its_result_by_itself(record: Recorded) -> None:
    new = call("new", 3, "104", from_name="Nora New")
    async with calls(record.path) as wall:
        assert not any("Nora New" in row for row in wall.rows)
        record.learn(new)
        await wall.until(lambda: "Nora New" in wall.rows[3] and "RINGING" in wall.rows[3])
        record.learn(then("connected", 1, new))
        await wall.until(lambda: "ON CALL" in wall.rows[3])
        record.learn(then("ended", 2, new))
        await wall.until(lambda: "answered" in wall.rows[3])


async def test_the_selected_call_stays_selected_whatever_comes_above_it(record: Recorded) -> None:
    async with calls(record.path, (80, 12)) as wall:
        await wall.press("down", "down")
        chosen = selected(wall)
        assert chosen
        for place in range(12):
            record.learn(call(f"new-{place}", 2, "104", from_name=f"Nora {place}"))
        await wall.until(lambda: " of 21 " in f"{wall.rows[-2]} ")
        assert selected(wall) == chosen
        await wall.press("up", "up")
        chosen = selected(wall)
        seen = [row for row in table(wall) if row.startswith("|")]
        assert len(seen) == 1
        record.learn(call("one-more", 1, "104"))
        before = table(wall)
        await wall.until(lambda: " of 22 " in f"{wall.rows[-2]} ")
        assert table(wall) == before
        assert selected(wall) == chosen
        await wall.press("g")
        assert wall.rows[-2].startswith(" the newest, as they come")
        assert "14:32:06" in table(wall)[0]


async def test_a_call_that_turns_out_to_be_another_leaves_the_cursor_among_its_neighbours(record: Recorded) -> None:
    poor = call("poor", 300, "104", telephony_session_id="", party_id="", session_id="later")
    record.learn(poor)
    async with calls(record.path) as wall:
        while "s-" in selected(wall) or not selected(wall):
            await wall.press("down")
        record.learn(msgspec.structs.replace(poor, telephony_session_id="s-later", party_id="p-later"))
        await wall.until(lambda: selected(wall).startswith("s-"))
        assert selected(wall) in {"s-later", "s-out"}


async def test_further_down_more_is_read(record: Recorded) -> None:
    record.learn(*(call(f"old-{place}", 5000 + place, "104") for place in range(450)))
    async with calls(record.path) as wall:
        assert wall.rows[-2].endswith("of 202+")
        for _ in range(3):
            before = wall.rows[-2]
            await wall.press("end")
            await wall.until(lambda before=before: wall.rows[-2] != before)  # type: ignore[misc]  # bound by default
        await wall.until(lambda: "+" not in wall.rows[-2].split()[-1])


MOVES = [
    ("G", 78),
    ("g", None),
    ("down", 0),
    ("j", 1),
    ("k", 0),
    ("pagedown", 19),
    ("ctrl+f", 38),
    ("space", 57),
    ("pageup", 38),
    ("ctrl+d", 47),
    ("ctrl+u", 38),
    ("up", 37),
    ("home", None),
    ("end", 78),
]


async def test_every_key_that_moves_does_so(record: Recorded) -> None:
    record.learn(*(call(f"old-{place}", 5000 + place, "104") for place in range(70)))
    assert {key for key, _ in MOVES} == {
        key for row in keys_on(On.CALLS) if row.action.startswith("move(") for key in row.keys
    }
    async with calls(record.path) as wall:
        screen = wall.app.screen
        assert isinstance(screen, CallsScreen)
        for key, place in MOVES:
            await wall.press(key)
            assert (key, screen.calls.cursor) == (key, place)
        await wall.press("ctrl+z")
        assert "Ctrl-Z does nothing here" in "\n".join(wall.rows[-2:])
        await wall.press("ctrl+s", "ctrl+l", "q")
        assert wall.is_on(WallScreen)


# Filters


async def test_a_filter_finds_as_somebody_types(record: Recorded) -> None:
    async with calls(record.path) as wall:
        await wall.type("/krüger")
        await wall.until(lambda: gaps_and(wall, 1))
        assert any("Möbel Krüger" in row for row in table(wall))
        await wall.press("enter")
        assert wall.rows[1].startswith(" / krüger")
        await wall.press("escape")
        await wall.until(lambda: gaps_and(wall, 7))
        assert wall.is_on(CallsScreen)


def gaps_and(wall: Wall, count: int) -> bool:
    """Whether beside gaps and the beginning there are so many calls."""
    return sum(not row.lstrip("| ").startswith(("--", "recorded", "No call")) for row in table(wall)) == count


async def test_missed_calls_only_by_a_key_and_back(record: Recorded) -> None:
    async with calls(record.path) as wall:
        await wall.press("v")
        await wall.until(lambda: gaps_and(wall, 2))
        assert wall.rows[1].startswith(" / missed")
        assert any("no answer from PubNub" in row for row in table(wall))
        await wall.press("v")
        await wall.until(lambda: gaps_and(wall, 7))


async def test_a_filter_that_cannot_be_read_says_where(record: Recorded) -> None:
    async with calls(record.path) as wall:
        await wall.type("/state:")
        await wall.until(lambda: gaps_and(wall, 7))
        before = table(wall)
        await wall.type("x")
        assert wall.rows[-2] == " / at character 7: no such state: x"
        assert table(wall) == before


async def test_what_nothing_matches_says_the_way_back(record: Recorded) -> None:
    async with calls(record.path) as wall:
        await wall.type("/nobody of that name", "enter")
        await wall.until(lambda: gaps_and(wall, 0))
        assert table(wall)[-1] == "   No call matches. Esc drops the filter."


async def test_a_command_opens_them_filtered(record: Recorded) -> None:
    async with calls(record.path, key="escape") as wall:
        await wall.type(":calls voicemail", "enter")
        await wall.until(lambda: wall.is_on(CallsScreen) and gaps_and(wall, 1))


# Truth


async def test_what_nobody_saw_stands_among_them(record: Recorded) -> None:
    async with calls(record.path, (120, 24)) as wall:
        rows = table(wall)
        place = next(place for place, row in enumerate(rows) if "not seen 14:22:47 to 14:23:27" in row)
        assert "no answer from PubNub" in rows[place]
        assert "14:25:27" in rows[place - 1]
        assert "14:20:27" in rows[place + 1]
        assert any("13:23:47 to 13:27:07: the machine slept; filled from the call log" in row for row in rows)
        assert wall.rows[1].endswith("not seen today: once, 0:40")
        record.gap(60, 0, "no network")
        await wall.until(lambda: "not seen 14:31:07 to now: no network" in wall.rows[3])


async def test_extensions_that_are_never_watched_stand_above_no_newer_call_and_add_up_to_no_time(
    record: Recorded,
) -> None:
    for one in PEOPLE[:15]:
        record.gap(900, 0, "not watched: User disallowed to monitor his presence", one.extension.id)
    async with calls(record.path, (120, 36)) as wall:
        assert wall.rows[1].endswith("not seen today: once, 0:40; 15 extensions in part")
        rows = table(wall)
        assert rows[0].split()[0] == "14:32:00"
        place = next(place for place, row in enumerate(rows) if "not seen of" in row)
        assert "14:19:33" in rows[place - 1]
        assert "14:15:27" in rows[place + 15]


async def test_why_calls_are_not_recorded_stands_here_on_the_wall_and_among_the_diagnostics(record: Recorded) -> None:
    async with calls(record.path, problem="the disk is full") as wall:
        assert wall.rows[1].endswith("NOT RECORDED: the disk is full")
        await wall.press("escape")
        assert wall.rows[2].startswith(" CALLS NOT RECORDED")
        await wall.press("a")
        await wall.until(lambda: wall.rows[2] == " CALLS NOT RECORDED   the disk is full   c shows calls")
        await wall.press("D")
        await wall.scroll_to(" calls         NOT RECORDED: the disk")


async def test_how_far_the_record_is_sent_stands_among_the_diagnostics(record: Recorded) -> None:
    record.send_to("webhook", problem="500 Internal Server Error")
    async with calls(record.path, key="D") as wall:
        await wall.scroll_to(" to webhook    1 waiting for ")
        assert any("; 500 Internal Server Error" in row for row in wall.rows)
        assert " call log      ReadCallLog is missing" in wall.rows


@pytest.mark.parametrize("is_wanted", [True, False])
async def test_a_record_that_another_process_keeps_is_true_until_nobody_keeps_it(
    record: Recorded, *, is_wanted: bool
) -> None:
    feed = ScriptedFeed()
    async with calls(record.path, is_wanted=is_wanted, feed=feed) as wall:
        assert wall.rows[1].endswith("not seen today: once, 0:40")
        assert gaps_and(wall, 7)
        feed.time += 60
        await wall.until(lambda: wall.rows[1].endswith("NOT RECORDED since 14:32:07"))
        assert wall.rows[3].endswith("RINGING      0:07")
        record.note_alive(NOW + 60)
        await wall.until(lambda: wall.rows[1].endswith("not seen today: once, 0:40"))
        assert wall.rows[3].endswith("RINGING      1:07")
        record.gap(0, 0, "no network")
        feed.time += 60
        await wall.until(lambda: "not seen 14:32:07 to now: no network" in wall.rows[3])
        assert wall.rows[1].endswith("not seen today: 2 times, 2:40")


async def test_a_record_of_another_account_is_not_taken_for_this_one(tmp_path: Path) -> None:
    record = Recorded(tmp_path / "calls.sqlite")
    async with calls(record.path) as wall:
        assert wall.rows[1].endswith("NOT RECORDED")
        assert " There are no calls." in wall.rows
        record.begin(0)
        await wall.until(lambda: " No calls yet. The next one stands here as soon as it rings." in wall.rows)
        assert "NOT RECORDED" not in wall.rows[1]
    record.close()


async def test_over_midnight_today_begins_anew(record: Recorded) -> None:
    feed = ScriptedFeed()
    async with calls(record.path, (200, 50), feed=feed) as wall:
        assert " today 6 " in wall.rows[0]
        feed.time += 10 * 3600
        record.note_alive(NOW + 10 * 3600)
        await wall.until(lambda: " today 0 " in wall.rows[0])
        assert wall.rows[1].endswith("all of today was seen")
        ben = next(row for row in wall.rows if "102    Ben Okafor" in row)
        assert ben.split("Ben Okafor")[-1].split() == ["0", "0", "0", "0"]
        assert any("23 Nov 14:20" in row and "VOICEMAIL" in row for row in wall.rows)
        record.learn(call("tomorrow", -10 * 3600 + 5, "102"))
        await wall.until(lambda: " today 1 " in wall.rows[0])


@pytest.mark.parametrize("size", [(40, 12), (80, 24)])
async def test_without_a_record_it_says_how_to_get_one(tmp_path: Path, size: tuple[int, int]) -> None:
    async with calls(tmp_path / "calls.sqlite", size, is_wanted=False) as wall:
        said = " ".join("".join(wall.rows[2:]).split())
        assert "No calls are recorded." in said
        assert "[record] enabled = true" in said
        assert "ringwall watch --record" in said
        await wall.press("enter", "down", "tab", "escape", "escape")
        assert wall.is_on(WallScreen)


async def test_before_the_first_call_it_says_so(tmp_path: Path) -> None:
    async with calls(tmp_path / "calls.sqlite") as wall:
        assert " No calls yet. The next one stands here as soon as it rings." in wall.rows
        record = drawn(tmp_path / "calls.sqlite")
        await wall.until(lambda: gaps_and(wall, 7))
        record.close()


async def test_a_record_that_is_damaged_is_told(tmp_path: Path) -> None:
    path = tmp_path / "calls.sqlite"
    path.write_bytes(b"no database at all, but long enough to be one" * 100)
    async with calls(path) as wall:
        await wall.until(lambda: "The record cannot be read:" in "".join(wall.rows))
        await wall.press("escape")
        assert wall.is_on(WallScreen)


# People


async def test_masked_they_name_nobody_outside(record: Recorded) -> None:
    async with calls(record.path, (200, 50), PLAIN) as wall:
        shown = "\n".join(wall.rows)
        assert "Weber" not in shown
        assert "Krüger" not in shown
        assert "0123454821" not in shown
        assert "+49..4821" in shown
        assert "102 Ben Okafor" in shown
        await wall.press("m")
        assert "K. Weber" in "\n".join(wall.rows)
        assert wall.rows[-2].startswith(" Callers are shown")


async def test_one_call_shows_its_parties_and_times_live(record: Recorded) -> None:
    async with calls(record.path) as wall:
        await wall.press("enter")
        assert wall.is_on(CallScreen)
        assert wall.rows[0] == " K. Weber +4930123454821 to 3 rung"
        assert "RINGING" in wall.rows[2]
        record.learn(then("connected", 5, RUNG[1]), then("ended", 5, RUNG[0]), then("ended", 5, RUNG[2]))
        await wall.until(lambda: "ON CALL" in wall.rows[2])
        assert wall.rows[0] == " K. Weber +4930123454821 to 105 Eva Novak"
        await wall.press("end")
        shown = wall.rows
        for words in ["14:32:00  ringing", "14:32:05  connected", "14:32:05  ended"]:
            assert any(words in row for row in shown), words
        await wall.press("escape")
        assert wall.is_on(CallsScreen)


async def test_beneath_a_call_the_list_is_not_read_and_is_true_again_above_it(record: Recorded) -> None:
    async with calls(record.path) as wall:
        below = wall.app.screen
        assert isinstance(below, CallsScreen)
        await wall.press("enter")
        await wall.until(lambda: wall.is_on(CallScreen))
        page = below.calls.page
        record.learn(*(then("ended", 9, one) for one in RUNG))
        await wall.until(lambda: any("unanswered" in row or "not here" in row for row in wall.rows))
        assert below.calls.page is page
        await wall.press("escape")
        await wall.until(lambda: "RINGING" not in "".join(wall.rows))


async def test_a_call_that_only_the_log_knows_says_so(record: Recorded) -> None:
    async with calls(record.path) as wall:
        await wall.type("/backfilled", "enter")
        await wall.until(lambda: gaps_and(wall, 1))
        await wall.press("end", "up", "end")
        while not selected(wall):
            await wall.press("up")
        assert "from the call log: nobody saw it" in wall.rows[-2]
        await wall.press("enter")
        assert " Nobody saw this call: it is from the account's call log." in wall.rows


async def test_what_no_chosen_extension_took_may_have_been_taken_by_others_until_the_log_has_told(
    record: Recorded,
) -> None:
    rung = call("maybe", 30, "104")
    record.learn(rung, then("ended", 12, rung))
    async with calls(record.path) as wall:
        row = next(row for row in wall.rows if "14:31:37" in row)
        assert row.endswith("? not here")
        await wall.press("v")
        await wall.until(lambda: gaps_and(wall, 3))
        await wall.press("down", "enter")
        assert wall.rows[3].startswith(" none of the chosen extensions took it; somebody else may have")
        record.learn(record_of(rung, "Accepted", 60))
        await wall.until(lambda: "answered" in wall.rows[2])
        await wall.press("escape")
        await wall.until(lambda: gaps_and(wall, 2))


async def test_details_of_a_tile_have_its_last_calls(record: Recorded) -> None:
    async with calls(record.path, key="enter") as wall:
        await wall.until(lambda: wall.is_on(DetailsScreen) and "Last calls" in "\n".join(wall.rows))
        (row,) = [row for row in wall.rows if "K. Weber" in row]
        assert row.split() == [
            "14:32:00",
            "▸",
            "RINGING",
            "0:07",
            "from",
            "K.",
            "Weber",
            "+4930123454821",
            "through",
            "Sales",
        ]
        record.learn(*talks(RUNG[1], 2)[1:])
        await wall.until(lambda: any("taken by 105 Eva Novak" in row for row in wall.rows))


async def test_the_keys_stand_in_its_help(record: Recorded) -> None:
    async with calls(record.path) as wall:
        await wall.press("question_mark")
        assert wall.is_on(HelpScreen)
        assert wall.rows[0] == " Help: the keys of the calls"


async def test_today_is_counted_for_each_extension_in_other_orders_too(record: Recorded) -> None:
    async with calls(record.path) as wall:
        await wall.press("tab")
        assert wall.rows[0].startswith(" Calls of today")
        assert wall.rows[3].split()[:3] == ["101", "Ana", "Martins"]
        await wall.press("s")
        assert wall.rows[2].startswith(" BY MISSED")
        assert [row.split()[0] for row in wall.rows[3:6]] == ["102", "105", "101"]
        await wall.press("escape")
        assert wall.rows[0].startswith(" Calls  ")


def test_the_time_of_the_drawing_is_the_records() -> None:
    assert RUNG[0].at == NOW - 7
