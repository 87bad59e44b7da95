"""The door: what is imported, what an error looks like, and which exit code it has."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from tui import __version__
from tui.cli import run
from tui.commands.invocation import Invocation
from tui.commands.words import COMMANDS
from tui.errors import BadConfig, LoginRefused, RingwallError, TryAgain, Unreachable

HEAVY = ("textual", "rich", "pubnub", "httpx", "aiohttp", "msgspec", "asyncio", "tui.config")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nobody's real files are read or written."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in list(os.environ):
        if name.startswith(("XDG_", "RINGWALL_")) or name == "NO_COLOR":
            monkeypatch.delenv(name)
    return tmp_path


def started(*words: str, script: str = "from tui.cli import main; main()") -> subprocess.CompletedProcess[str]:
    """Ringwall in a process of its own."""
    return subprocess.run([sys.executable, "-c", script, *words], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["-h"], ["nonsense"], ["--nonsense"]])
def test_saying_the_version_or_helping_imports_nothing_heavy(words: list[str]) -> None:
    script = f"""
import sys
from tui.cli import run
run(sys.argv[1:])
print("heavy:", *(name for name in {HEAVY!r} if name in sys.modules))
"""
    ended = started(*words, script=script)
    assert ended.stdout.splitlines()[-1] == "heavy:"
    assert ended.returncode == 0


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "simulate"])
def test_no_command_is_so_heavy_that_its_help_imports_textual_or_pubnub(name: str) -> None:
    script = """
import sys
from tui.cli import run
assert run([sys.argv[1], "--help"]) == 0
print("heavy:", *(name for name in ("textual", "pubnub") if name in sys.modules))
"""
    assert started(name, script=script).stdout.splitlines()[-1] == "heavy:"


def test_the_first_frame_needs_neither_http_nor_cryptography_nor_a_transport() -> None:
    script = """
import sys
import tui.app
import tui.commands.wall
print("heavy:", *(name for name in ("httpx", "Crypto", "pubnub", "websockets", "sqlalchemy") if name in sys.modules))
"""
    assert started(script=script).stdout.splitlines()[-1] == "heavy:"


def test_what_libraries_would_import_for_others_is_left_out() -> None:
    script = """
import sys
import tui.commands.account
import tui.ringcentral.push.longpoll
import httpcore
print("unused:", *(name for name in ("rich.progress", "pygments", "h2", "pycparser") if name in sys.modules))
"""
    assert started(script=script).stdout.splitlines()[-1] == "unused:"


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"ringwall {__version__}\n"


def test_the_version_is_told_without_what_reads_the_words_of_the_command_line() -> None:
    script = "import sys; from tui.cli import run; run(['--version']); print('click' in sys.modules)"
    assert started(script=script).stdout == f"ringwall {__version__}\nFalse\n"


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    said = capsys.readouterr().out
    assert all(f"  {name} " in said for name in COMMANDS)


@pytest.mark.parametrize(
    "words", [["nonsense"], ["--nonsense"], ["paths", "nonsense"], ["--log-level", "loud", "paths"], ["--config"]]
)
def test_wrong_use_is_2_and_told_on_stderr(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "Error:" in err


def redirected(how: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Ringwall as a shell starts it."""
    shell = ["sh", "-c", f'exec "$0" -m tui "$@" {how}', sys.executable, *words]
    return subprocess.run(shell, capture_output=True, text=True, check=False)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="NOT TESTED here: there is no /dev/full")
def test_a_disk_that_is_full_is_told_where_it_takes_no_line() -> None:
    ended = redirected(">/dev/full", "paths")
    assert (ended.returncode, ended.stderr) == (75, "ringwall: the disk is full: what is printed cannot be written\n")


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_what_it_was_started_without_is_not_missed(closed: str) -> None:
    assert redirected(closed, "paths").returncode == 0
    assert "fault of" not in redirected("<&-", "setup").stderr


@pytest.fixture
def raising(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], int]:
    """Runs a command that raises; gives the exit code."""

    def run_it(error: BaseException) -> int:
        @click.command("paths")
        def command() -> None:
            raise error

        monkeypatch.setattr("tui.commands.paths.command", command)
        return run(["paths"])

    return run_it


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (RingwallError("it broke", "mend it"), 1),
        (Unreachable("it broke", "mend it"), 69),
        (TryAgain("it broke", "mend it"), 75),
        (LoginRefused("it broke", "mend it"), 77),
        (BadConfig("it broke", "mend it"), 78),
        (ExceptionGroup("tasks", [ExceptionGroup("inner", [BadConfig("it broke", "mend it")])]), 78),
    ],
)
def test_an_error_is_two_plain_lines_and_its_own_code(
    raising: Callable[[BaseException], int], capsys: pytest.CaptureFixture[str], error: Exception, code: int
) -> None:
    assert raising(error) == code
    assert capsys.readouterr() == ("", "ringwall: it broke\n          mend it\n")


def test_without_a_hint_it_is_one_line(
    raising: Callable[[BaseException], int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert raising(RingwallError("it broke")) == 1
    assert capsys.readouterr().err == "ringwall: it broke\n"


@pytest.mark.parametrize(
    ("error", "code"), [(KeyboardInterrupt(), 130), (click.Abort(), 130), (SystemExit(75), 75), (SystemExit(None), 0)]
)
def test_leaving_is_silent(
    raising: Callable[[BaseException], int], capsys: pytest.CaptureFixture[str], error: BaseException, code: int
) -> None:
    assert raising(error) == code
    out, err = capsys.readouterr()
    assert out == err.strip() == ""


FAULTY = """
import sys
from tui.cli import run
import tui.commands.paths, click

@click.command("paths")
def command():
    {log}
    raise ZeroDivisionError("of our own")

tui.commands.paths.command = command
sys.exit(run(["paths"]))
"""


@pytest.mark.parametrize(
    "log", ["pass", "from tui.logs import log_to; from pathlib import Path; log_to(Path('x.log'), 'info')"]
)
def test_a_fault_of_ours_is_two_lines_and_its_traceback_stands_in_the_log(
    home: Path, monkeypatch: pytest.MonkeyPatch, log: str
) -> None:
    monkeypatch.chdir(home)
    ended = started(script=FAULTY.format(log=log))
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    first, second = ended.stderr.splitlines()
    assert first == "ringwall: A fault of Ringwall's own: ZeroDivisionError"
    file = Path(second.split()[0]).expanduser()
    assert "ZeroDivisionError: of our own" in file.read_text()
    assert "Traceback" in file.read_text()


def test_a_fault_without_a_place_for_the_log_is_told_all_the_same(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "file"))
    ended = started(script=FAULTY.format(log="pass"))
    assert ended.returncode == 1
    assert ended.stderr.splitlines()[1:] == ["          No log can be written that would tell more."]


def test_whoever_stops_reading_ends_the_program_quietly() -> None:
    script = """
import click, sys
import tui.commands.paths
from tui.cli import main

@click.command("paths")
def command():
    while True:
        click.echo("a line")

tui.commands.paths.command = command
sys.argv[1:] = ["paths"]
main()
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        assert program.stdout.readline() == b"a line\n"
        program.stdout.close()
        assert program.wait() == 128 + signal.SIGPIPE
        assert program.stderr.read() == b""


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Invocation]:
    """Runs words and gives what the command was told by those before its name."""

    def run_them(*words: str) -> Invocation:
        seen: list[Invocation] = []

        @click.command("paths")
        @click.pass_obj
        def command(invocation: Invocation) -> None:
            seen.append(invocation)

        monkeypatch.setattr("tui.commands.paths.command", command)
        assert run([*words, "paths"]) == 0
        return seen[0]

    return run_them


def test_words_before_the_command_go_before_the_file(told: Callable[..., Invocation], home: Path) -> None:
    file = home / "one.toml"
    file.write_text("mask = true\nlog_level = 'error'\ncolor = true\n")
    config = told("--config", str(file), "--log-level", "debug", "--ascii", "--mouse", "--no-color").config
    assert (config.ascii, config.mouse, config.mask, config.color) == (True, True, True, False)
    assert config.log_level == "debug"
    config = told("--config", str(file)).config
    assert (config.ascii, config.mouse, config.mask, config.color) == (False, False, True, True)
    assert config.log_level == "error"


def test_how_the_wall_starts_is_said_before_the_command(told: Callable[..., Invocation], home: Path) -> None:
    folder = home / ".config" / "ringwall"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text(
        'theme = "mono"\n[wall]\nview = "Sales"\nsort = "name"\n[kiosk]\nview = "Lobby"\n'
    )
    plain = told()
    assert (plain.config.theme, plain.config.wall.view, plain.config.kiosk.view) == ("mono", "Sales", "Lobby")
    assert not plain.kiosk
    said = told("--view", "Care", "--density", "compact", "--theme", "light", "--kiosk")
    config = said.config
    assert (config.theme, config.wall.view, config.kiosk.view) == ("light", "Care", "Care")
    assert (config.wall.density, config.wall.sort) == ("compact", "name")
    assert said.kiosk


def test_no_color_in_the_environment_counts(told: Callable[..., Invocation], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert told().config.color is False
    monkeypatch.setenv("NO_COLOR", "")
    assert told().config.color is True


def test_without_a_command_it_is_the_wall(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "config.toml").write_text('[login]\njwt_file = "there-is-none"\n')
    config = ["--config", str(tmp_path / "config.toml")]
    assert run(config) == run([*config, "wall"]) == 78
    assert capsys.readouterr().err.count("instead of the wall") == 2
