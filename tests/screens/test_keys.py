"""The one table of keys and commands, people's own keys, and the help as it is bound."""

import pytest
from textual.widget import Widget

from tests.screens.running import Wall, running_wall
from tui.errors import BadConfig
from tui.presence.views import SavedView
from tui.screens.arranging import ARRANGING
from tui.screens.calls import CallsScreen
from tui.screens.choose import ChooseScreen
from tui.screens.commands import NoCommand, chosen, commands, endings, read
from tui.screens.details import DetailsScreen
from tui.screens.diagnostics import DiagnosticsScreen
from tui.screens.help import HelpScreen
from tui.screens.in_order import KeysInOrder
from tui.screens.keys import KEYS, Key, On, Table, actions_on, keys_on, label
from tui.screens.picture import Picture, Start
from tui.screens.rebinding import rebound
from tui.screens.wall import WallScreen
from tui.settings import KeysConfig

SCREENS: dict[On, type[KeysInOrder]] = {
    On.WALL: WallScreen,
    On.CHOOSE: ChooseScreen,
    On.DETAILS: DetailsScreen,
    On.HELP: HelpScreen,
    On.DIAGNOSTICS: DiagnosticsScreen,
    On.CALLS: CallsScreen,
}


def named(name: str, table: Table = KEYS, screen: On = On.WALL) -> Key:
    return next(key for key in keys_on(screen, table) if key.name == name)


@pytest.mark.parametrize("screen", On)
def test_no_key_and_no_name_means_two_things_on_one_screen(screen: On) -> None:
    rows = keys_on(screen)
    keys = [key for row in rows for key in row.keys]
    names = [row.name for row in rows if row.name]
    assert len(keys) == len(set(keys))
    assert len(names) == len(set(names))


@pytest.mark.parametrize("screen", On)
def test_every_key_has_a_method_of_its_screen_that_does_it(screen: On) -> None:
    for row in keys_on(screen):
        method = f"action_{row.action.split('(')[0]}"
        assert hasattr(SCREENS[screen], method), row.name
        assert not hasattr(Widget, method) or method == "action_toggle"


def test_what_the_wall_arranges_and_asks_for_is_known() -> None:
    arranged = {row.action.split("'")[1] for row in keys_on(On.WALL) if row.action.startswith("arrange(")}
    assert arranged == set(ARRANGING)


def test_keys_are_written_as_people_read_them() -> None:
    assert named("page-down").label == "PgDn Ctrl-F Space"
    assert named("view").label == "1-9"
    assert named("quit").label == "q Ctrl-C"
    assert [label(key) for key in ("+", "-", "f5", "ctrl+t", "shift+tab", "é")] == [
        "+",
        "-",
        "F5",
        "Ctrl-T",
        "Shift-Tab",
        "é",
    ]
    assert named("sort").command == ":sort [ORDER]"
    assert named("toggle", screen=On.CHOOSE).command == ""


# Commands


@pytest.mark.parametrize("text", [":q", ":q!", ":x", ":wq", ":quit"])
def test_what_people_type_to_quit(text: str) -> None:
    assert read(text[1:], KEYS) == read(text, KEYS) == (named("quit"), "")


@pytest.mark.parametrize(
    ("text", "name", "argument"),
    [
        ("sort name", "sort", "name"),
        ("  sort   name ", "sort", "name"),
        ("view Sales Support", "view", "Sales Support"),
        ("view save Sales Support", "view save", "Sales Support"),
        ("find ana  !offline", "find", "ana !offline"),
        ("sort", "sort", ""),
    ],
)
def test_a_command_and_what_stands_behind_it(text: str, name: str, argument: str) -> None:
    assert read(text, KEYS) == (named(name), argument)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("srot", "There is no command srot; perhaps sort"),
        ("xyzzy", "There is no command xyzzy; Tab behind : shows all"),
        ("freeze now", ":freeze takes nothing behind it"),
        ("view save", ":view save wants a NAME behind it"),
        ("view", ":view wants a NAME behind it"),
    ],
)
def test_what_is_no_command_says_what_is(text: str, said: str) -> None:
    with pytest.raises(NoCommand) as error:
        read(text, KEYS)
    assert str(error.value) == said


def test_a_word_is_meant_in_capitals_or_not_and_by_a_beginning_that_only_one_has() -> None:
    names = ["Care", "Sales", "Sales Support"]
    assert [chosen(word, names, "view") for word in ("sales", "SALES S", "c")] == ["Sales", "Sales Support", "Care"]
    with pytest.raises(NoCommand, match=r"^There is no view s; there are Sales, Sales Support$"):
        chosen("s", names, "view")


def test_how_a_command_may_go_on() -> None:
    picture = Picture(Start())
    assert endings("", KEYS, picture) == sorted(commands(KEYS))
    assert endings("fr", KEYS, picture) == ["free", "freeze"]
    assert endings("view s", KEYS, picture) == ["view save"]
    assert endings("sort n", KEYS, picture) == ["sort number", "sort name"]
    assert endings("sort N", KEYS, picture) == ["sort number", "sort name"]
    assert endings("theme ", KEYS, picture)[0] == "theme safe"
    assert endings("sort name", KEYS, picture) == []
    assert endings("xyzzy", KEYS, picture) == []


# People's own keys


def test_own_keys_take_the_place_of_the_usual_ones() -> None:
    table = rebound({"sort": ("t", "Ctrl-T"), "theme": ("T",), "free": ()})
    actions = actions_on(On.WALL, table)
    assert actions["t"] == actions["ctrl+t"] == "arrange('sort', '')"
    assert actions["T"] == "arrange('theme', '')"
    assert "s" not in actions
    assert "v" not in actions
    assert named("free", table).label == ""
    assert commands(table).keys() == commands(KEYS).keys()


def test_a_name_of_several_screens_is_bound_on_all_or_on_one() -> None:
    everywhere = rebound({"up": ("w",)})
    assert all(actions_on(screen, everywhere)["w"] == "move('up')" for screen in On)
    here = rebound({"choose": {"up": ("w",)}})
    assert "w" in actions_on(On.CHOOSE, here)
    assert "w" not in actions_on(On.WALL, here)


def test_the_nth_key_of_views_shows_the_nth_view() -> None:
    table = rebound({"view": ("F1", "F2")})
    actions = actions_on(On.WALL, table)
    assert (actions["f1"], actions["f2"]) == ("arrange('view', '1')", "arrange('view', '2')")
    assert "1" not in actions
    assert named("view", table).label == "F1 F2"


def test_what_the_documentation_gives_as_examples() -> None:
    table = rebound({"sort": ("s", "Ctrl-T"), "theme": ("T",), "choose": {"sort": ("o",)}})
    assert named("sort", table).keys == ("s", "ctrl+t")
    assert named("sort", table, On.CHOOSE).keys == ("o",)


def test_keys_that_do_nothing_may_be_given_a_meaning() -> None:
    actions = actions_on(On.WALL, rebound({"density": ("Ctrl-S",)}))
    assert actions["ctrl+s"] == "arrange('density', '')"
    assert actions["ctrl+q"] == "nothing"


def test_there_is_always_a_way_back_and_out() -> None:
    table = rebound({"quit": ("Q",), "back": ()})
    assert actions_on(On.WALL, table)["ctrl+c"] == "ask('quit')"
    assert actions_on(On.WALL, table)["escape"] == "back"


@pytest.mark.parametrize(
    ("written", "key"),
    [("Ctrl-T", "ctrl+t"), ("ctrl+t", "ctrl+t"), ("PgUp", "pageup"), (" ", "space"), ("Space", "space"), ("+", "+")],
)
def test_keys_are_read_as_the_help_writes_them(written: str, key: str) -> None:
    assert named("theme", rebound({"page-up": (), "page-down": (), "theme": (written,)})).keys == (key,)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"sort": ("f",)}, "[keys]: f is both sort and follow on the screen wall"),
        ({"sort": ("x",), "free": ("x",)}, "[keys]: x is both free and sort on the screen wall"),
        ({"sort": ("Ctrl-C",)}, "[keys]: Ctrl-C is both sort and quit on the screen wall"),
        ({"up": ("i",)}, "[keys]: i is both up and invert on the screen choose"),
        ({"srot": ("x",)}, "[keys]: there is nothing called 'srot'; sort?"),
        ({"": ("x",)}, "[keys]: there is nothing called ''"),
        ({"sort": ("ctrl-tt",)}, "[keys] sort: there is no key 'ctrl-tt'"),
        ({"sort": ("",)}, "[keys] sort: there is no key ''"),
        ({"glass": {"sort": ("x",)}}, "[keys.glass]: there is no such screen"),
        ({"help": {"sort": ("x",)}}, "[keys]: there is nothing called 'sort'"),
    ],
)
def test_own_keys_that_cannot_be_are_named(wanted: KeysConfig, said: str) -> None:
    with pytest.raises(BadConfig) as error:
        rebound(wanted)
    assert str(error.value) == said
    assert error.value.hint


async def test_own_keys_work_and_stand_in_the_last_row() -> None:
    table = rebound({"free": ("x",), "help": ("F1",)})
    async with running_wall(table=table) as wall:
        assert wall.rows[-1].startswith(" F1 help   / find   x free only")
        await wall.press("x")
        assert "free only" in wall.rows[0]
        await wall.press("v", "question_mark")
        assert wall.is_on(WallScreen)
        assert "free only" in wall.rows[0]


async def test_own_keys_stand_wherever_a_key_is_named() -> None:
    table = rebound({"acknowledge": ("x",), "freeze": ("X",), "choose": {"undo": ("z",), "toggle": ("x",)}})
    async with running_wall(table=table) as wall:
        assert wall.rows[2].endswith("   x ack")
        await wall.press("x", "X")
        assert wall.rows[2].endswith("X to release")
        await wall.press("e")
        assert "x choose  a all shown  n none shown  i invert  z undo" in wall.rows[-1]
        await wall.press("a")
        assert "z undoes it" in "\n".join(wall.rows)
        await wall.press("n")
        await wall.press("enter")
        assert "Nothing is chosen yet. x chooses one" in "\n".join(wall.rows)


# The help


def written(wall: Wall) -> str:
    """All lines of the screen on top."""
    screen = wall.app.screen
    assert isinstance(screen, HelpScreen)
    return "\n".join("".join(text for text, _ in line) for line in screen.lines())


@pytest.mark.parametrize("columns", [80, 160])
async def test_help_shows_every_key_and_command_as_bound(columns: int) -> None:
    table = rebound({"sort": ("t", "Ctrl-T"), "theme": ("T",), "free": ()})
    async with running_wall(size=(columns, 24), table=table) as wall:
        await wall.press("question_mark")
        shown = written(wall)
        for row in keys_on(On.WALL, table):
            assert any(
                line.startswith(row.label.split(" ")[0]) and row.command in line and row.help in line
                for line in shown.splitlines()
            ), row.name
        assert "t Ctrl-T" in shown


async def test_help_names_views_on_their_keys_and_how_to_search() -> None:
    views = [SavedView(name) for name in ("Free in Sales", "Loud", "Late")]
    async with running_wall(views=views, table=rebound({"view": ("F1", "F2")})) as wall:
        await wall.press("question_mark")
        shown = [line.split(maxsplit=1) for line in written(wall).splitlines()]
        assert [["F1", "Free in Sales"], ["F2", "Loud"], [":view", "Late"]] in [
            shown[place : place + 3] for place in range(len(shown))
        ]
        terms = {line[0] for line in shown if line}
        assert {"state:ringing", "alert:alarm", "time>5m", "queue:", "number:", "department:", "!word"} <= terms
        assert isinstance(wall.app.screen, HelpScreen)
        standing_out = [line[0][0].strip() for line in wall.app.screen.lines() if line and line[0][1].bold]
        assert {"v", "PgDn Ctrl-F Space", "Views", "F1", "state:ringing", "~"} <= set(standing_out)


async def test_help_is_seen_whole_by_scrolling(wall: Wall) -> None:
    await wall.press("question_mark")
    seen = list(wall.rows[1:-1])
    count = len(written(wall).splitlines())
    while f"-{count} of {count}" not in wall.rows[-1]:
        await wall.press("pagedown")
        seen += wall.rows[1:-1]
    assert {line.strip() for line in written(wall).splitlines()} <= {row.strip() for row in seen}


SCROLLS = {
    "down": 2,
    "j": 3,
    "k": 2,
    "pagedown": 24,
    "ctrl+f": 46,
    "pageup": 24,
    "space": 46,
    "ctrl+u": 35,
    "up": 34,
    "ctrl+d": 45,
    "g": 1,
    "G": -21,
    "home": 1,
    "end": -21,
}
"""The first line that is seen after each key in turn; below zero as counted from the last one."""


async def test_every_key_scrolls_a_text(wall: Wall) -> None:
    assert SCROLLS.keys() == {key for row in keys_on(On.HELP) if row.action.startswith("move(") for key in row.keys}
    await wall.press("question_mark")
    count = len(written(wall).splitlines())
    for key, first in SCROLLS.items():
        await wall.press(key)
        first = first if first > 0 else count + first
        assert wall.rows[-1].endswith(f" {first}-{first + 21} of {count}"), key
    await wall.press("ctrl+z")
    assert wall.rows[-1].startswith(" Ctrl-Z does nothing here")


@pytest.mark.parametrize("key", ["q", "ctrl+c", "escape"])
async def test_help_is_left(wall: Wall, key: str) -> None:
    await wall.press("question_mark")
    assert wall.is_on(HelpScreen)
    await wall.press(key)
    assert wall.is_on(WallScreen)


async def test_help_of_the_choice_names_its_keys_and_no_commands(wall: Wall) -> None:
    await wall.press("e", "question_mark")
    assert wall.is_on(HelpScreen)
    shown = written(wall)
    assert all(row.label.split()[0] in shown and row.help in shown for row in keys_on(On.CHOOSE))
    assert ":sort" not in shown


@pytest.mark.parametrize("columns", [40, 59])
async def test_on_a_narrow_terminal_what_a_key_does_stands_below_it(columns: int) -> None:
    async with running_wall(size=(columns, 24)) as wall:
        await wall.press("question_mark")
        lines = written(wall).splitlines()
        place = next(place for place, line in enumerate(lines) if line.startswith("s :sort"))
        assert lines[place + 1] == "    next order"
        assert max(map(len, lines)) <= columns
