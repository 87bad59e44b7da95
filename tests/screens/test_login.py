"""The login screen: what its keys do, and how it looks."""

from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest
from textual import events
from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen
from textual.worker import WorkerFailed

from tests.screens.doors import DONE, FILLED, STEPS, UNBLEMISHED, ScriptedDoor
from tests.screens.screen_text import screen_text
from tui.credentials import Credentials, LoginStep, StepState
from tui.screens.form import Item
from tui.screens.login import LoginScreen
from tui.screens.ports import Account
from tui.widgets.palette import Depth, Palette

GOLDENS = Path(__file__).parent / "goldens"
REFUSED = (
    *STEPS[:3],
    LoginStep("Login", StepState.NO, "JWT revoked or expired, OAU-213", ["Make a new JWT, then press Enter."]),
)


class Stage(App[None], inherit_bindings=False):
    """An app that only has the login, and notes what it says."""

    ENABLE_COMMAND_PALETTE: ClassVar[bool] = False

    def __init__(self, door: ScriptedDoor, *, plain: bool = True, start_now: bool = False) -> None:
        super().__init__()
        self.login = LoginScreen(door, Palette(depth=Depth.NONE) if plain else Palette(), start_now=start_now)
        self.accounts: list[Account] = []
        self.left = 0

    def get_default_screen(self) -> Screen[None]:
        return self.login

    def on_login_screen_logged_in(self, event: LoginScreen.LoggedIn) -> None:
        self.accounts.append(event.account)

    def on_login_screen_left(self, event: LoginScreen.Left) -> None:
        self.left += 1


async def type_over(pilot: Pilot[None], text: str) -> None:
    await pilot.press("ctrl+u", *text)


def golden(name: str) -> list[str]:
    return (GOLDENS / name).read_text().splitlines()


async def test_it_looks_as_drawn() -> None:
    app = Stage(ScriptedDoor(steps=STEPS, waits=True), start_now=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert screen_text(app) == golden("login-80x24.txt")


@pytest.mark.parametrize("size", [(40, 12), (120, 40)])
async def test_it_fits_other_terminals(size: tuple[int, int]) -> None:
    app = Stage(ScriptedDoor(steps=STEPS, waits=True), start_now=True)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert screen_text(app) == golden(f"login-{size[0]}x{size[1]}.txt")


async def test_in_colour_a_field_is_a_bar_without_brackets() -> None:
    app = Stage(ScriptedDoor(), plain=False)
    async with app.run_test(size=(80, 24)):
        assert screen_text(app)[5] == "    Server           https://platform.ringcentral.com"
        assert screen_text(app)[13].strip() == "Log in"


async def test_enter_logs_in_with_what_was_prefilled() -> None:
    door = ScriptedDoor()
    app = Stage(door)
    async with app.run_test() as pilot:
        await pilot.press("enter")
        await pilot.pause()
        assert door.attempts == [(FILLED, True)]
        assert app.accounts == [door.account]


async def test_what_a_login_lacks_can_be_read_before_enter_goes_on() -> None:
    door = ScriptedDoor(steps=(*STEPS, DONE))
    app = Stage(door)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        await pilot.pause()
        assert app.accounts == []
        assert "                    !    ReadCallLog is missing: gaps in the record stay open" in screen_text(app)
        assert screen_text(app)[23] == " Enter go on   Ctrl-C leave"
        await pilot.press("x", "escape", "tab", "enter", "enter")
        await pilot.pause()
        assert app.accounts == [door.account]
        assert door.attempts == [(FILLED, True)]


async def test_a_login_that_begins_by_itself_waits_for_nobody() -> None:
    app = Stage(ScriptedDoor(steps=(*STEPS, DONE)), start_now=True)
    async with app.run_test() as pilot:
        await pilot.pause()
        assert len(app.accounts) == 1


async def test_a_refused_login_says_what_to_do_and_can_be_tried_again() -> None:
    door = ScriptedDoor(steps=REFUSED)
    app = Stage(door)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        await pilot.pause()
        assert screen_text(app)[16:18] == [
            "    Login          no    JWT revoked or expired, OAU-213",
            "                         Make a new JWT, then press Enter.",
        ]
        assert app.accounts == []
        door.steps = (*UNBLEMISHED, DONE)
        await pilot.press("enter")
        await pilot.pause()
        assert len(app.accounts) == 1


async def test_a_long_refusal_is_told_whole_in_a_small_terminal() -> None:
    long = "The server cannot be reached: " + "and so on " * 6
    door = ScriptedDoor(steps=[LoginStep("Server", StepState.NO, long, ["Look at the cable of the network."])])
    app = Stage(door, start_now=True)
    async with app.run_test(size=(80, 12)) as pilot:
        await pilot.pause()
        told = " ".join(" ".join(screen_text(app)).split())
        assert long.strip() in told
        assert "Look at the cable of the network." in told


async def test_a_warning_stands_beside_the_step_it_belongs_to() -> None:
    warning = LoginStep("Login", StepState.WARNING, "not remembered: the disk is full")
    app = Stage(ScriptedDoor(steps=[*STEPS, warning, DONE]), start_now=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        text = screen_text(app)
        assert "    Extensions     ok    1,204" in text
        assert "                    !    not remembered: the disk is full" in text
        assert len(app.accounts) == 1


async def test_what_is_missing_is_named_and_gets_the_focus() -> None:
    door = ScriptedDoor(Credentials())
    app = Stage(door)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        assert door.attempts == []
        assert "Client id      no    is needed: fill it in, then press Enter" in screen_text(app)[15]
        await pilot.press(*"app", "tab", "tab", *"token", "enter")
        await pilot.pause()
        assert door.attempts == [(Credentials(client_id="app", jwt="token"), True)]


async def test_a_paste_loses_its_line_breaks_and_does_not_log_in() -> None:
    door = ScriptedDoor(Credentials(client_id="app"))
    app = Stage(door)
    async with app.run_test() as pilot:
        assert app.login.form.field is app.login.form.fields[3]
        app.post_message(events.Paste("eyJ0\r\neXAi\n"))
        await pilot.pause()
        assert app.login.form.field.text == "eyJ0eXAi"
        assert door.attempts == []


async def test_typing_replaces_a_secret_that_was_there() -> None:
    door = ScriptedDoor()
    app = Stage(door)
    async with app.run_test(size=(80, 24)) as pilot:
        app.login.form.focus(app.login.form.fields[3])
        await pilot.press("n", "e", "w")
        assert "[ ***                                  3 characters" in screen_text(app)[8]
        await pilot.press("backspace", "left", "x", "enter")
        await pilot.pause()
        assert door.attempts[0][0].jwt == "nex"
        assert door.attempts[0][0].client_secret == FILLED.client_secret


async def test_deleting_removes_a_secret_that_cannot_be_seen() -> None:
    app = Stage(ScriptedDoor())
    async with app.run_test() as pilot:
        app.login.form.focus(app.login.form.fields[2])
        await pilot.press("backspace")
        assert app.login.form.fields[2].text == ""


async def test_a_field_is_edited_like_any_other() -> None:
    door = ScriptedDoor()
    app = Stage(door)
    async with app.run_test() as pilot:
        app.login.form.focus(app.login.form.fields[0])
        await type_over(pilot, "https://b")
        await pilot.press("home", "delete", "H", "right", "left", "end", "backspace", "a", "ctrl+h", "c", "space")
        assert app.login.form.fields[0].text == "Https://c "
        await pilot.press("enter")
        await pilot.pause()
        assert door.attempts[0][0].server == "Https://c"


async def test_a_text_longer_than_its_field_shows_where_the_cursor_is() -> None:
    app = Stage(ScriptedDoor())
    async with app.run_test(size=(80, 24)) as pilot:
        app.login.form.focus(app.login.form.fields[0])
        await type_over(pilot, "https://" + "a" * 60 + "end")
        assert screen_text(app)[5].endswith("aend ]")
        await pilot.press("tab")
        assert "[ https://aaa" in screen_text(app)[5]


async def test_the_focus_goes_round() -> None:
    app = Stage(ScriptedDoor())
    async with app.run_test() as pilot:
        form = app.login.form
        assert form.focused is Item.BUTTON
        for key, wanted in [
            ("tab", form.fields[0]),
            ("down", form.fields[1]),
            ("up", form.fields[0]),
            ("shift+tab", Item.BUTTON),
        ]:
            await pilot.press(key)
            assert form.focused is wanted


async def test_space_turns_the_boxes_and_presses_the_button() -> None:
    door = ScriptedDoor(Credentials(client_id="app"))
    app = Stage(door)
    async with app.run_test(size=(80, 24)) as pilot:
        form = app.login.form
        form.focus(Item.REMEMBER)
        await pilot.press("space", "down", "space")
        assert [field.label for field in form.fields] == ["Server", "Client id", "Client secret", "User", "Password"]
        assert form.focused is Item.PASSWORD
        assert screen_text(app)[10].startswith("    [ ] Remember me")
        assert screen_text(app)[11].startswith("    [x] User and password")
        form.focus(form.fields[3])
        await pilot.press(*"mia", "tab", *"a b", "tab", "tab", "tab", "tab", "space")
        await pilot.pause()
        assert door.attempts == [(Credentials(client_id="app", username="mia", password="a b"), False)]


ASKED = LoginStep(
    "Login",
    StepState.RUNNING,
    "waits for the browser",
    ["The browser is then sent to http://localhost:8910/ringwall. If nothing happens here, paste its address."],
    "https://platform.example.com/restapi/oauth/authorize?" + "0123456789" * 24,
)


async def test_the_browser_takes_the_place_of_the_jwt_and_asks_for_nothing_else() -> None:
    door = ScriptedDoor(Credentials(client_id="app"))
    app = Stage(door)
    async with app.run_test(size=(80, 24)) as pilot:
        app.login.form.focus(Item.PASSWORD)
        await pilot.press("space", "down", "space")
        assert app.login.form.focused is Item.BROWSER
        assert [field.label for field in app.login.form.fields] == ["Server", "Client id", "Client secret"]
        text = screen_text(app)
        assert text[11].startswith("    [ ] User and password instead of a JWT")
        assert text[12].startswith("    [x] A browser instead of a JWT")
        assert text[13].strip() == "[ Log in ]"
        await pilot.press("enter")
        await pilot.pause()
        assert door.attempts == [(Credentials(client_id="app", in_browser=True), True)]


async def test_who_logged_in_in_a_browser_finds_that_chosen_and_can_go_back_to_a_jwt() -> None:
    door = ScriptedDoor(Credentials(client_id="app", in_browser=True))
    app = Stage(door)
    async with app.run_test(size=(80, 24)) as pilot:
        assert app.login.form.focused is Item.BUTTON
        assert screen_text(app)[12].startswith("    [x] A browser")
        await pilot.click(offset=(6, 12))
        assert app.login.form.fields[3].label == "JWT"
        await pilot.press("enter")
        await pilot.pause()
        assert "JWT            no    is needed" in "\n".join(screen_text(app))


@pytest.mark.parametrize("size", [(80, 24), (40, 12), (120, 40)])
async def test_the_address_stands_whole_from_the_first_column_on(size: tuple[int, int]) -> None:
    app = Stage(ScriptedDoor(steps=[*STEPS[:3], ASKED], waits=True), start_now=True)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        text = screen_text(app)
        assert ASKED.address in "".join(text)
        assert next(line for line in text if line.startswith("https")) == ASKED.address[: size[0]]
        assert any(line.startswith(("    Address", " Address")) for line in text)
        assert text[-1].startswith(" Enter hand on")
        assert len(text[-1]) < size[0]


async def test_a_terminal_that_is_too_small_for_the_address_says_so() -> None:
    app = Stage(ScriptedDoor(steps=[ASKED], waits=True), start_now=True)
    async with app.run_test(size=(30, 8)) as pilot:
        await pilot.pause()
        assert "The terminal is too small" in "\n".join(screen_text(app))


async def test_what_is_pasted_while_the_browser_is_waited_for_is_not_shown_and_enter_hands_it_on() -> None:
    door = ScriptedDoor(steps=[*STEPS[:3], ASKED], waits=True)
    app = Stage(door)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        await pilot.pause()
        await pilot.press("enter", "tab", "space", "ctrl+u")
        app.post_message(events.Paste("http://localhost:8910/ringwall\n?code=secret\n"))
        await pilot.pause()
        text = "\n".join(screen_text(app))
        assert "secret" not in text
        assert "42 characters" in text
        assert door.answers == []
        await pilot.press("enter", "enter")
        assert door.answers == ["http://localhost:8910/ringwall?code=secret"]
        await pilot.pause()
        assert len(door.attempts) == 1


async def test_an_answer_that_is_refused_is_told_where_the_next_one_is_pasted() -> None:
    refused = replace(ASKED, text="There is no code in that. Copy the whole address.")
    app = Stage(ScriptedDoor(steps=[ASKED, refused], waits=True), start_now=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "    There is no code in that. Copy the whole address." in screen_text(app)
        assert "0 characters" in "\n".join(screen_text(app))


async def test_escape_gives_up_waiting_for_the_browser() -> None:
    door = ScriptedDoor(steps=[*STEPS[:3], ASKED], waits=True)
    app = Stage(door)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        await pilot.pause()
        await pilot.press("x", "escape")
        await pilot.pause()
        assert door.was_cancelled
        assert "    Login          no    cancelled; Enter tries again" in screen_text(app)
        assert app.login.form.focused is Item.BUTTON


async def test_nothing_can_be_edited_during_a_login_and_escape_gives_it_up() -> None:
    door = ScriptedDoor(steps=STEPS, waits=True)
    app = Stage(door)
    async with app.run_test(size=(80, 24)) as pilot:
        app.login.form.focus(app.login.form.fields[0])
        await pilot.press("enter")
        await pilot.pause()
        before = screen_text(app)
        app.post_message(events.Paste("x"))
        await pilot.press("x", "tab", "ctrl+u", "space", "enter")
        assert screen_text(app) == before
        assert len(door.attempts) == 1
        await pilot.press("escape")
        await pilot.pause()
        assert door.was_cancelled
        assert "    Extensions     no    cancelled; Enter tries again" in screen_text(app)
        await pilot.press("x")
        assert app.login.form.fields[0].text.endswith("x")
        assert app.accounts == []


async def test_a_slow_login_says_how_to_give_it_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.screens.login.SLOW_AFTER", 0.001)
    app = Stage(ScriptedDoor(waits=True), start_now=True)
    async with app.run_test(size=(80, 24)) as pilot:
        while "Esc cancel" not in screen_text(app)[-1]:
            await pilot.pause()


async def test_ctrl_c_leaves_and_escape_does_not() -> None:
    app = Stage(ScriptedDoor())
    async with app.run_test() as pilot:
        await pilot.press("escape", "ctrl+p", "ctrl+q", "ctrl+s", "ctrl+z", "ctrl+l")
        assert app.left == 0
        await pilot.press("ctrl+c")
        await pilot.pause()
        assert app.left == 1


async def test_a_click_focuses_turns_and_logs_in() -> None:
    door = ScriptedDoor()
    app = Stage(door)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.click(offset=(30, 6))
        assert app.login.form.focused is app.login.form.fields[1]
        await pilot.click(offset=(6, 10))
        assert not app.login.form.remember
        await pilot.click(offset=(22, 13))
        await pilot.pause()
        assert len(door.attempts) == 1


async def test_a_fault_in_the_login_is_not_swallowed() -> None:
    door = ScriptedDoor()
    door.fault = ZeroDivisionError("a fault of ours")
    with pytest.raises(WorkerFailed, match="a fault of ours"):
        async with Stage(door, start_now=True).run_test() as pilot:
            await pilot.pause()


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (41, 13), (200, 50)])
@pytest.mark.parametrize("plain", [True, False])
async def test_the_last_cell_stays_empty(size: tuple[int, int], plain: bool) -> None:
    app = Stage(ScriptedDoor(), plain=plain)
    async with app.run_test(size=size):
        rows = screen_text(app)
        assert len(rows) == size[1]
        assert len(rows[-1]) < size[0]
        assert rows[-1].startswith(" Enter log in")
