"""`ringwall setup` against a box: through a pipe, and in a real terminal that must not show a secret."""

import asyncio
import json
import os
import pty
import signal
import socket
import stat
import sys
import termios
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from tests.box import RunningBox, running_box
from tui.commands.asking import as_edited

COMMAND = [sys.executable, "-m", "tui", "setup"]


@pytest.fixture
async def box() -> AsyncIterator[RunningBox]:
    async with running_box() as running:
        yield running


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An environment without anything of Ringwall's, and with a home of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("RINGWALL_", "XDG_"))}
    return kept | {"HOME": str(tmp_path), "TERM": "xterm"}


def remembered(home: Path) -> dict[str, str]:
    path = home / ".local" / "state" / "ringwall" / "login.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    (login,) = json.loads(path.read_bytes())
    return dict(login)


async def piped(environment: dict[str, str], *answers: str, words: tuple[str, ...] = ()) -> tuple[int, str]:
    """The exit code, and what was said, when these lines come through a pipe."""
    program = await asyncio.create_subprocess_exec(
        *[*COMMAND[:3], *words, "setup"],
        env=environment,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await program.communicate("".join(f"{answer}\n" for answer in answers).encode())
    assert program.returncode is not None
    return program.returncode, out.decode()


def broken(jwt: str) -> str:
    """A JWT as it comes out of a mail."""
    return "\n".join(f"  {jwt[start : start + 60]} " for start in range(0, len(jwt), 60))


async def test_what_comes_through_a_pipe_is_tried_stored_and_ends_with_the_command_to_run(
    box: RunningBox, environment: dict[str, str], tmp_path: Path
) -> None:
    known = box.credentials
    code, said = await piped(environment, box.server, known["client_id"], known["client_secret"], broken(known["jwt"]))
    assert code == 0, said
    for words in ("Read Accounts", "Read Presence", "Client ID", "Create JWT", "Administrator", "ok"):
        assert words in said
    assert said.rstrip().endswith("Now run   ringwall")
    asked, _, _ = said.partition("Stored in")
    assert max(len(line) for line in asked.splitlines()) < 80
    assert known["client_secret"] not in said
    assert known["jwt"][:20] not in said
    stored = {key: known[key] for key in ("client_id", "client_secret", "jwt")} | {"server": box.server}
    assert remembered(tmp_path) == stored
    log = (tmp_path / ".local" / "state" / "ringwall" / "ringwall.log").read_text()
    assert known["client_secret"] not in log


async def test_after_setup_every_command_finds_its_login(box: RunningBox, environment: dict[str, str]) -> None:
    known = box.credentials
    environment["RINGWALL_SERVER"] = box.server
    code, said = await piped(environment, "", known["client_id"], known["client_secret"], known["jwt"])
    assert code == 0, said
    assert "Write   server" not in said
    program = await asyncio.create_subprocess_exec(
        *COMMAND[:3], "once", "--json", "--extensions", "101", env=environment, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await program.communicate()
    assert [one["number"] for one in json.loads(out)["extensions"]] == ["101"]


@pytest.mark.parametrize("wrong", ["client_id", "client_secret", "jwt"])
async def test_what_is_wrong_is_refused_and_nothing_is_stored(
    box: RunningBox, environment: dict[str, str], tmp_path: Path, wrong: str
) -> None:
    known = dict(box.credentials)
    # A session that is still good must not hide that what was typed now is wrong.
    good = (box.server, known["client_id"], known["client_secret"], known["jwt"])
    assert (await piped(environment, *good))[0] == 0
    before = remembered(tmp_path)
    known[wrong] += "x"
    code, said = await piped(environment, box.server, known["client_id"], known["client_secret"], known["jwt"])
    assert code == 77
    assert "\nringwall: " in said
    assert "Traceback" not in said
    assert remembered(tmp_path) == before


async def test_a_server_that_is_none_and_one_that_does_not_answer(environment: dict[str, str]) -> None:
    code, said = await piped(environment, "platform.ringcentral.com")
    assert (code, "is no address of a server" in said) == (78, True)
    code, said = await piped(environment, "http://127.0.0.1:9", "id", "secret", "jwt")
    assert (code, "ringwall: No answer" in said) == (69, True)


async def test_an_input_that_ends_too_early_is_wrong_use(environment: dict[str, str]) -> None:
    code, said = await piped(environment, "https://platform.example.com", "id")
    assert (code, "The input ended where an answer was wanted: Client secret" in said) == (2, True)


async def test_a_broken_login_of_before_is_moved_aside_and_does_not_stand_in_the_way(
    box: RunningBox, environment: dict[str, str], tmp_path: Path
) -> None:
    state = tmp_path / ".local" / "state" / "ringwall"
    state.mkdir(parents=True)
    (state / "login.json").touch(mode=0o600)
    known = box.credentials
    code, said = await piped(environment, box.server, known["client_id"], known["client_secret"], known["jwt"])
    assert code == 0, said
    assert "moved to login.json.bad" in said
    assert remembered(tmp_path)["jwt"] == known["jwt"]


async def test_what_was_given_for_one_server_is_not_sent_to_another_by_a_hasty_enter(
    box: RunningBox, environment: dict[str, str]
) -> None:
    known = box.credentials
    environment |= {"RINGWALL_CLIENT_ID": known["client_id"], "RINGWALL_JWT": known["jwt"]}
    code, said = await piped(environment, box.server, "", "", "")
    assert (code, "The input ended where an answer was wanted: Client id" in said) == (2, True)
    assert not [one for one in await box.requests() if one["path"].startswith("/restapi")]


class Terminal:
    """A program in a terminal of its own, as seen by the person who sits there."""

    def __init__(self, master: int, slave: int, program: asyncio.subprocess.Process) -> None:
        self.screen = ""
        self.program = program
        self._master = master
        self._slave = slave
        self._came = asyncio.Event()
        asyncio.get_running_loop().add_reader(master, self._read)

    def _read(self) -> None:
        self.screen += os.read(self._master, 65536).decode()
        self._came.set()

    async def until(self, what: str | Callable[[], bool]) -> None:
        """Wait until a text stands on the screen, or something else is so."""
        try:
            async with asyncio.timeout(20):
                while not (what in self.screen if isinstance(what, str) else what()):
                    self._came.clear()
                    await self._came.wait()
        except TimeoutError:
            pytest.fail(f"waited for {what!r} and saw:\n{self.screen}")

    async def asked(self, question: str) -> None:
        """Wait for the last line to ask this."""
        await self.until(lambda: question in self.screen.rsplit("\n", 1)[-1])

    def press(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def echoes(self) -> bool:
        return bool(termios.tcgetattr(self._slave)[3] & termios.ECHO)


@asynccontextmanager
async def terminal(environment: dict[str, str]) -> AsyncIterator[Terminal]:
    """`ringwall setup` in a terminal."""
    master, slave = pty.openpty()
    program = await asyncio.create_subprocess_exec(
        *COMMAND, env=environment, stdin=slave, stdout=slave, stderr=slave, start_new_session=True
    )
    try:
        yield Terminal(master, slave, program)
    finally:
        asyncio.get_running_loop().remove_reader(master)
        if program.returncode is None:
            program.kill()
            await program.wait()
        os.close(master)
        os.close(slave)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT])
async def test_a_signal_while_nothing_is_shown_leaves_a_terminal_that_shows_keys(
    box: RunningBox, environment: dict[str, str], number: signal.Signals
) -> None:
    async with terminal(environment) as seen:
        await seen.asked("Server [")
        seen.press(f"{box.server}\r")
        await seen.asked("Client id")
        seen.press("some-id\r")
        await seen.asked("Client secret (not shown")
        assert not seen.echoes()
        seen.program.send_signal(number)
        assert await seen.program.wait() == 128 + number
        assert seen.echoes()


async def test_in_a_terminal_no_secret_is_shown_and_a_pasted_jwt_may_be_long_and_broken(
    box: RunningBox, environment: dict[str, str], tmp_path: Path
) -> None:
    known = box.credentials
    async with terminal(environment) as seen:
        await seen.asked("Server [https://platform.ringcentral.com]:")
        seen.press("nonsense\r")
        await seen.until("is no address of a server")
        await seen.asked("Server [")
        seen.press(f"{box.server}\r")
        await seen.asked("Client id")
        seen.press(f"{known['client_id']}\r")
        await seen.asked("Client secret (not shown)")
        assert not seen.echoes()
        seen.press(f"wrong\x15{known['client_secret']}x\x7f\r")
        await seen.asked("jwt or browser [jwt]")
        seen.press("\r")
        await seen.asked("JWT (not shown)")
        # Longer than the 4,096 characters that a terminal gives at once in its ordinary mode.
        blanks = " " * 5000
        seen.press(f"{blanks}{known['jwt'][:40]}\r\n{known['jwt'][40:]}\r")
        await seen.until("Now run   ringwall")
        assert await seen.program.wait() == 0
        assert seen.echoes()
    assert known["client_secret"] not in seen.screen
    assert known["jwt"][:20] not in seen.screen
    assert known["jwt"][-20:] not in seen.screen
    assert f"{len(known['jwt'])} characters" in seen.screen
    assert f"{len(known['client_secret'])} characters" in seen.screen
    assert remembered(tmp_path)["jwt"] == known["jwt"]


async def pressed(address: str) -> str:
    """Where a browser is sent once somebody allows the app on the page there."""
    async with httpx.AsyncClient(trust_env=False) as http:
        return str((await http.post(address, data={"decision": "allow"})).headers["Location"])


async def test_in_a_browser_the_address_is_shown_whole_and_what_is_pasted_is_not(
    box: RunningBox, environment: dict[str, str], tmp_path: Path
) -> None:
    known = box.credentials
    config = tmp_path / ".config" / "ringwall" / "config.toml"
    config.parent.mkdir(parents=True)
    # Nothing on this machine listens there: the browser is on another one.
    config.write_text('log_level = "debug"\n[login]\nredirect_uri = "https://ringwall.example/callback"\n')
    async with terminal(environment) as seen:
        await seen.until("https://ringwall.example/callback")
        await seen.asked("Server [")
        seen.press(f"{box.server}\r")
        await seen.asked("Client id")
        seen.press(f"{known['client_id']}\r")
        await seen.asked("Client secret (not shown)")
        seen.press(f"{known['client_secret']}\r")
        await seen.asked("jwt or browser [jwt]")
        seen.press("web\r")
        await seen.asked("jwt or browser [jwt]")
        seen.press("Browser\r")
        await seen.asked("Address (not shown)")
        assert not seen.echoes()
        seen.press("https://ringwall.example/callback\r")
        await seen.until("There is no code in that.")
        await seen.asked("Address (not shown)")
        (address,) = [line for line in seen.screen.splitlines() if line.startswith(f"{box.server}/restapi")]
        sent_to = await pressed(address)
        seen.press(f"{sent_to[:50]}\r\n{sent_to[50:]}\r")
        await seen.until("Now run   ringwall")
        assert await seen.program.wait() == 0
        assert seen.echoes()
    stored = {key: known[key] for key in ("client_id", "client_secret")} | {"server": box.server, "in_browser": True}
    assert remembered(tmp_path) == stored
    state = tmp_path / ".local" / "state" / "ringwall"
    (session,) = state.glob("session-*.json")
    tokens = json.loads(session.read_bytes())["tokens"]
    log = (state / "ringwall.log").read_text()
    for secret in (httpx.URL(sent_to).params["code"], tokens["access_token"], tokens["refresh_token"]):
        assert secret not in seen.screen
        assert secret not in log
    assert "code_verifier" not in log


async def test_in_a_browser_on_this_machine_nothing_needs_to_be_pasted(
    box: RunningBox, environment: dict[str, str], tmp_path: Path
) -> None:
    known = box.credentials
    with socket.create_server(("127.0.0.1", 0)) as taken:
        redirect_uri = f"http://127.0.0.1:{taken.getsockname()[1]}/ringwall"
    config = tmp_path / "config.toml"
    config.write_text(f'[login]\nredirect_uri = "{redirect_uri}"\n')
    environment |= {"RINGWALL_CONFIG": str(config), "RINGWALL_SERVER": box.server}
    environment |= {"RINGWALL_CLIENT_ID": f"{known['client_id']}~public"}
    async with terminal(environment) as seen:
        for question in ("Server [", "Client id [", "Client secret (not shown)"):
            await seen.asked(question)
            seen.press("\r")
        await seen.asked("jwt or browser [jwt]")
        seen.press("browser\r")
        await seen.asked("Address (not shown)")
        (address,) = [line for line in seen.screen.splitlines() if line.startswith(f"{box.server}/restapi")]
        async with httpx.AsyncClient(trust_env=False) as http:
            assert "You can close this window." in (await http.get(await pressed(address))).text
        await seen.until("Now run   ringwall")
        assert await seen.program.wait() == 0


async def test_a_mistake_is_told_and_enter_keeps_the_rest(
    box: RunningBox, environment: dict[str, str], tmp_path: Path
) -> None:
    known = box.credentials
    async with terminal(environment) as seen:
        await seen.asked("Server [")
        seen.press(f"{box.server}\r")
        await seen.asked("Client id")
        seen.press(f"{known['client_id']}\r")
        await seen.asked("Client secret (not shown)")
        seen.press("a wrong one\r")
        await seen.asked("jwt or browser [jwt]")
        seen.press("\r")
        await seen.asked("JWT (not shown)")
        seen.press(f"{known['jwt']}\r")
        await seen.until("Once more.")
        await seen.asked(f"Server [{box.server}]")
        seen.press("\r")
        await seen.asked(f"Client id [{known['client_id']}]")
        seen.press("\r")
        await seen.asked("Client secret (not shown; Enter keeps it)")
        seen.press(f"{known['client_secret']}\r")
        await seen.asked("jwt or browser [jwt]")
        seen.press("\r")
        await seen.asked("JWT (not shown; Enter keeps it)")
        seen.press("\r")
        await seen.until("Now run   ringwall")
    assert remembered(tmp_path)["client_secret"] == known["client_secret"]


async def test_leaving_in_the_middle_of_a_secret_gives_the_terminal_back(environment: dict[str, str]) -> None:
    async with terminal(environment) as seen:
        await seen.asked("Server [")
        seen.press("\r")
        await seen.asked("Client id")
        seen.press("id\r")
        await seen.asked("Client secret (not shown)")
        assert not seen.echoes()
        seen.press("half a sec")
        seen.program.send_signal(2)
        assert await seen.program.wait() == 130
        assert seen.echoes()
        assert "half" not in seen.screen
        assert "Traceback" not in seen.screen


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("secret\n", "secret"),
        ("secrex\x7ft\n", "secret"),
        ("\x7f\x08secret", "secret"),
        ("wrong\x15secret", "secret"),
        ("sec\x1b[D\x1bOP\x1b[200~ret", "secret"),
        ("se cr\r\n\tet\n\n", "secret"),
        ("\n", ""),
    ],
)
def test_keys_edit_what_is_not_seen(typed: str, kept: str) -> None:
    assert as_edited(typed) == kept
