"""The choice: what its keys do, and how it looks."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import pytest
from textual import events
from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen

from tests.screens.doors import ScriptedDirectory
from tests.screens.people import ALL, WATCHABLE, account, chosen
from tests.screens.screen_text import screen_text
from tui.presence.extension import Extension
from tui.screens.choose import ChooseScreen
from tui.widgets.palette import Depth, Palette

GOLDENS = Path(__file__).parent / "goldens"
ANA = Extension("1", "101", "Ana", department="Sales", site="Lisbon")
BEN = Extension("2", "102", "Ben", department="Care", site="Berlin")
CAI = Extension("3", "103", "Cai", department="Sales", site="Athens")
LINE = Extension("4", "700", "Line", "Department")
FEW = (CAI, LINE, ANA, BEN)
SENTENCE, KEYS = -3, -1


class Stage(App[None], inherit_bindings=False):
    """An app that only has the choice, and notes what it says."""

    ENABLE_COMMAND_PALETTE: ClassVar[bool] = False

    def __init__(self, directory: ScriptedDirectory, ids: Sequence[str] = (), *, plain: bool = True) -> None:
        super().__init__()
        self.choose = ChooseScreen(directory, ids, Palette(depth=Depth.NONE) if plain else Palette())
        self.made: list[ChooseScreen.Chosen] = []
        self.left = self.helped = 0

    def get_default_screen(self) -> Screen[None]:
        return self.choose

    def on_choose_screen_chosen(self, event: ChooseScreen.Chosen) -> None:
        self.made.append(event)

    def on_choose_screen_left(self, event: ChooseScreen.Left) -> None:
        self.left += 1

    def on_choose_screen_help_wanted(self, event: ChooseScreen.HelpWanted) -> None:
        self.helped += 1

    @property
    def ids(self) -> set[str]:
        return set(self.choose.selection.chosen)

    @property
    def at(self) -> str:
        current = self.choose.selection.current
        return current.name if current else ""

    @property
    def names(self) -> list[str]:
        return [one.name for one in self.choose.selection.shown]


def few(ids: Sequence[str] = ()) -> Stage:
    return Stage(ScriptedDirectory(FEW), ids)


async def find(pilot: Pilot[None], text: str) -> None:
    await pilot.press("slash", *("space" if character == " " else character for character in text))


def golden(name: str) -> list[str]:
    return (GOLDENS / name).read_text().splitlines()


@pytest.mark.parametrize("size", [(80, 24), (40, 12), (120, 40)])
async def test_it_looks_as_drawn(size: tuple[int, int]) -> None:
    app = Stage(ScriptedDirectory(account()), chosen())
    async with app.run_test(size=size) as pilot:
        await find(pilot, "sales")
        await pilot.press("enter", *["down"] * 6)
        assert screen_text(app) == golden(f"choose-{size[0]}x{size[1]}.txt")


@pytest.mark.parametrize("size", [(40, 12), (53, 9), (68, 20), (80, 24), (200, 50)])
@pytest.mark.parametrize("plain", [True, False])
async def test_every_row_fits_and_the_last_cell_stays_empty(size: tuple[int, int], plain: bool) -> None:
    app = Stage(ScriptedDirectory(account()), chosen(), plain=plain)
    async with app.run_test(size=size):
        rows = screen_text(app)
        assert len(rows) == size[1]
        assert len(rows[KEYS]) < size[0]
        assert rows[SENTENCE].startswith(" 101 Ana Martins   chosen")


async def test_in_colour_the_cursor_is_a_reversed_blank() -> None:
    app = Stage(ScriptedDirectory(FEW), plain=False)
    async with app.run_test(size=(80, 24)):
        assert screen_text(app)[3].startswith(" [ ] 101    Ana")


async def test_keys_that_move() -> None:
    app = Stage(ScriptedDirectory(account()))
    async with app.run_test(size=(80, 24)) as pilot:
        for key, row in [
            ("down", 1), ("j", 2), ("up", 1), ("k", 0), ("up", 0), ("pagedown", 18), ("ctrl+f", 36), ("ctrl+d", 45),
            ("pageup", 27), ("ctrl+u", 18), ("G", ALL - 1), ("down", ALL - 1), ("g", 0), ("end", ALL - 1), ("home", 0),
        ]:  # fmt: skip
            await pilot.press(key)
            assert app.choose.selection.cursor == row, key


async def test_the_rows_scroll_with_the_cursor() -> None:
    app = Stage(ScriptedDirectory(account()))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("G")
        rows = screen_text(app)
        assert rows[20].startswith("|[ ] 9029")
        assert rows[SENTENCE].endswith("1,187-1,204 of 1,204")
        await pilot.press("g")
        assert screen_text(app)[SENTENCE].endswith("1-18 of 1,204")


async def test_space_chooses_and_chooses_not() -> None:
    app = few()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("space")
        assert app.ids == {ANA.id}
        assert screen_text(app)[3].startswith("|[x] 101")
        assert screen_text(app)[SENTENCE].startswith(" 101 Ana   chosen")
        await pilot.press("space")
        assert app.ids == set()


async def test_a_row_that_cannot_be_chosen_says_why() -> None:
    app = few()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("G", "space")
        assert app.ids == set()
        assert screen_text(app)[SENTENCE].startswith(" 700 Line   a call queue has no presence; choose its members")


async def test_all_none_and_invert_are_of_what_is_shown_and_undo_takes_each_back() -> None:
    app = few()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("space")
        await find(pilot, "sales")
        await pilot.press("enter", "i")
        assert app.ids == {CAI.id}
        await pilot.press("a")
        assert app.ids == {ANA.id, CAI.id}
        assert screen_text(app)[SENTENCE].startswith(" 1 more chosen; u undoes it")
        await pilot.press("escape", "a")
        assert app.ids == {ANA.id, BEN.id, CAI.id}
        await pilot.press("n")
        assert app.ids == set()
        for ids in ({ANA.id, BEN.id, CAI.id}, {ANA.id, CAI.id}, {CAI.id}, {ANA.id}, set[str]()):
            await pilot.press("u")
            assert app.ids == ids
        await pilot.press("u")
        assert screen_text(app)[SENTENCE].startswith(" There is nothing to undo.")


async def test_what_changed_nothing_is_not_undone() -> None:
    app = few()
    async with app.run_test() as pilot:
        await pilot.press("space", "a", "a", "u")
        assert app.ids == {ANA.id}


async def test_enter_gives_the_choice_and_keeps_ids_that_are_not_there() -> None:
    app = few([CAI.id, "404", ANA.id])
    async with app.run_test() as pilot:
        await pilot.press("enter")
        await pilot.pause()
        assert app.made[0].extensions == [ANA, CAI]
        assert set(app.made[0].ids) == {ANA.id, CAI.id, "404"}


async def test_enter_with_nothing_chosen_says_so() -> None:
    app = few()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        assert app.made == []
        assert screen_text(app)[SENTENCE].startswith(
            " Nothing is chosen yet. Space chooses one, a all shown, then Enter."
        )
        await pilot.press("down")
        assert screen_text(app)[SENTENCE].startswith(" 102 Ben   not chosen")


async def test_enter_before_the_choice_has_been_read_waits() -> None:
    app = Stage(ScriptedDirectory([BEN], total=4, complete=False), [ANA.id])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        assert app.made == []
        assert "has not been read yet" in screen_text(app)[SENTENCE]


async def test_leaving_and_help() -> None:
    app = few()
    async with app.run_test() as pilot:
        await pilot.press("escape", "ctrl+s", "ctrl+q", "ctrl+p", "ctrl+l")
        assert app.left == 0
        await pilot.press("q", "ctrl+c", "question_mark")
        await pilot.pause()
        assert (app.left, app.helped) == (2, 1)
        await pilot.press("ctrl+z")
        assert "Ctrl-Z does nothing here" in screen_text(app)[SENTENCE]


async def test_in_the_prompt_every_printable_key_is_text() -> None:
    app = few()
    async with app.run_test(size=(80, 24)) as pilot:
        await find(pilot, "a qn/?")
        assert screen_text(app)[1].startswith(" / a qn/?")
        assert screen_text(app)[KEYS] == " Enter keep   Esc drop   Up/Down move   Ctrl-U clear"
        assert app.names == []
        assert "Nothing matches" in screen_text(app)[3]
        assert (app.left, app.helped, app.ids) == (0, 0, set())
        await pilot.press("ctrl+u", "b", "x", "backspace", "left", "home", "delete", *"sales")
        assert app.names == ["Ana", "Cai"]
        app.post_message(events.Paste(" site:\nathens"))
        await pilot.pause()
        assert app.names == ["Cai"]
        await pilot.press("ctrl+c")
        await pilot.pause()
        assert app.left == 1


async def test_enter_keeps_the_filter_and_escape_goes_back_a_step() -> None:
    app = few()
    async with app.run_test(size=(80, 24)) as pilot:
        await find(pilot, "sales")
        await pilot.press("down", "up", "down", "enter")
        assert app.made == []
        assert app.at == "Cai"
        assert screen_text(app)[1].endswith("2 shown")
        await pilot.press("space")
        assert app.ids == {CAI.id}
        await find(pilot, " !athens")
        assert app.names == ["Ana"]
        await pilot.press("escape")
        assert app.names == ["Ana", "Ben", "Cai", "Line"]
        await find(pilot, "ben")
        await pilot.press("enter", "escape")
        assert len(app.names) == 4
        assert app.at == "Ben"
        await pilot.press("escape")
        assert app.left == 0


async def test_a_filter_that_cannot_be_read_says_where_and_leaves_the_rows() -> None:
    app = few()
    async with app.run_test(size=(80, 24)) as pilot:
        await find(pilot, "sales !dep:x")
        assert screen_text(app)[SENTENCE].startswith(" / at character 8: no such key: dep:")
        assert app.names == ["Ana", "Cai"]
        await pilot.press("enter", "escape")
        assert screen_text(app)[SENTENCE].startswith(" 101 Ana   not chosen")


async def test_a_paste_into_the_table_is_nothing() -> None:
    app = few()
    async with app.run_test() as pilot:
        app.post_message(events.Paste("a\n"))
        await pilot.pause()
        assert (app.ids, app.made) == (set(), [])


async def test_s_orders_by_the_next_column_and_keeps_the_cursor_on_its_row() -> None:
    app = few()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down")
        for column, names in [
            ("name", ["Ana", "Ben", "Cai", "Line"]),
            ("department", ["Ben", "Ana", "Cai", "Line"]),
            ("site", ["Cai", "Ben", "Ana", "Line"]),
            ("type", ["Line", "Ana", "Ben", "Cai"]),
            ("number", ["Ana", "Ben", "Cai", "Line"]),
        ]:
            await pilot.press("s")
            assert (app.names, app.at) == (names, "Ben")
            assert screen_text(app)[SENTENCE].startswith(f" in order of {column}")


async def test_while_the_directory_is_read_the_rows_grow_and_the_cursor_stays() -> None:
    directory = ScriptedDirectory([BEN], total=1204, complete=False)
    app = Stage(directory, [ANA.id])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("space")
        assert screen_text(app)[0].endswith("2 chosen   1 can be watched   1,204 in all")
        assert screen_text(app)[1].endswith("loading 1 of 1,204")
        await find(pilot, "e")
        assert screen_text(app)[1].endswith("loading 1 of 1,204   1 shown")
        await pilot.press("escape")
        directory.extensions, directory.total, directory.complete = FEW, 4, True
        while not screen_text(app)[1].endswith("4 shown"):
            await pilot.pause()
        assert app.at == "Ben"
        assert app.ids == {ANA.id, BEN.id}


async def test_a_directory_that_cannot_be_read_on_says_so() -> None:
    directory = ScriptedDirectory([BEN], total=1204, complete=False)
    app = Stage(directory)
    async with app.run_test(size=(80, 24)):
        directory.problem = "no answer from the server"
        app.choose.look()
        assert screen_text(app)[1].endswith("1 of 1,204, then reading stopped: no answer from the server")


async def test_names_are_no_markup_and_wide_ones_keep_the_columns() -> None:
    odd = Extension("5", "105", "[b]山田太郎[/b] 👩‍👧", department="[link=x]", site="Köln")
    app = Stage(ScriptedDirectory([odd]))
    async with app.run_test(size=(80, 24)):
        row = screen_text(app)[3]
        assert "[b]山田太郎[/b]" in row
        assert "[link=x]         Köln        User" in row


async def test_mouse() -> None:
    app = few()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.click(offset=(20, 5))
        assert (app.at, app.ids) == ("Cai", set())
        await pilot.click(offset=(2, 4))
        assert (app.at, app.ids) == ("Ben", {BEN.id})
        await pilot.click(offset=(2, 15))
        assert app.at == "Ben"
        for turn, name in [(events.MouseScrollDown, "Line"), (events.MouseScrollUp, "Ana")]:
            await pilot._post_mouse_events([turn], offset=(2, 4))
            await pilot.pause()
            assert app.at == name


async def test_the_counts_are_of_the_account() -> None:
    app = Stage(ScriptedDirectory(account()), chosen())
    async with app.run_test(size=(80, 24)):
        assert screen_text(app)[0].endswith(f"31 chosen   {WATCHABLE:,} can be watched   {ALL:,} in all")
