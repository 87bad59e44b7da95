"""A home that is read-only, or on a full disk: a message, never a crash; and it goes on once there is room."""

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from shutil import which

import pytest

from tests.commands.started import ENDED, watching
from tests.terminal.box import BoxProcess, box_process, choose
from tests.terminal.programs.on_disk import MAKE, MOUNTS
from tests.terminal.test_leaving_in_a_pty import assert_as_found
from tests.terminal.tty import program

ON_DISK = ("-m", "tests.terminal.programs.on_disk")
WORDS = {"read-only": "the file system is read-only", "full": "the disk is full"}


@pytest.fixture(scope="module", autouse=True)
def needs_namespaces(tmp_path_factory: pytest.TempPathFactory) -> None:
    home = {"HOME": str(tmp_path_factory.mktemp("home")), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    if not which(MAKE[0]) or subprocess.run([*MAKE, MOUNTS["small"]], env=home, check=False).returncode:
        pytest.skip("NOT TESTED here: no file system can be mounted")


@pytest.fixture(scope="module")
def box() -> Iterator[BoxProcess]:
    with box_process() as running:
        yield running


@pytest.mark.parametrize("disk", WORDS)
def test_no_command_crashes_on_a_disk_that_takes_nothing(box: BoxProcess, tmp_path: Path, disk: str) -> None:
    environment = box.environment(tmp_path)
    # Where there may be room later, a service is to be started again.
    given_up = 75 if disk == "full" else 1
    watches = "once --extensions 101", "watch --extensions 101", "watch --record --extensions 101"
    for command, code in (*((words, given_up) for words in watches), ("doctor", 78), ("paths", 0)):
        ended = subprocess.run(
            [sys.executable, *ON_DISK, disk, *command.split()],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        said = " ".join((ended.stdout + ended.stderr).split())
        assert (ended.returncode, "Traceback" in said, "fault of" in said) == (code, False, False), said
        assert command == "paths" or WORDS[disk] in said


@pytest.mark.parametrize("disk", WORDS)
def test_the_wall_says_it_under_the_login(box: BoxProcess, tmp_path: Path, disk: str) -> None:
    choose(tmp_path, "401")
    environment = box.environment(tmp_path, RINGWALL_CONFIG=str(tmp_path.parent / f"{tmp_path.name}.toml"))
    Path(environment["RINGWALL_CONFIG"]).write_text("ascii = true\n")
    with program(environment, disk, python=ON_DISK) as tty:
        tty.until(lambda: "Log in to RingCentral" in tty.text, "the login")
        tty.type("\r")
        tty.until(lambda: WORDS[disk] in " ".join(tty.text.split()), "the reason")
        tty.type("\x03")
        assert tty.exit_code() == 0
        assert_as_found(tty)


def test_a_disk_that_fills_up_is_told_and_the_wall_goes_on_once_there_is_room(box: BoxProcess, tmp_path: Path) -> None:
    config = tmp_path.parent / f"{tmp_path.name}.toml"
    config.write_text('[choice]\nextensions = ["401", "402"]\n[feed]\nretry_cap = 1.0\n')
    with program(box.environment(tmp_path, RINGWALL_CONFIG=str(config)), "small", python=ON_DISK) as tty:
        tty.until_shown("LIVE PubNub")
        filler = Path(f"/proc/{tty.pid}/root{tmp_path}/filled")
        with pytest.raises(OSError, match="No space"):
            filler.write_bytes(bytes(4 * 2**20))
        # What is read now needs another token, and that has to be stored.
        box.ask("POST", "/simulator/faults", {"fault": "expire_token"})
        tty.type("r")
        tty.until_shown("the disk is full")
        filler.unlink()
        tty.until_shown("LIVE PubNub")
        tty.type("q")
        assert tty.exit_code() == 0
        assert_as_found(tty)


def test_calls_of_a_full_disk_are_recorded_once_there_is_room(box: BoxProcess, tmp_path: Path) -> None:
    words = ("small", "watch", "--record", "--json", "--extensions", "101")
    with watching(box.environment(tmp_path), *words, python=ON_DISK) as watch:
        watch.until(type="link", link="live")
        home = Path(f"/proc/{watch.process.pid}/root{tmp_path}")
        with pytest.raises(OSError, match="No space"):
            (home / "filled").write_bytes(bytes(4 * 2**20))
        box.ask("POST", "/simulator/calls", {"from": "+4930123456", "to": "101", "ring": 0.2, "talk": 0.2})
        assert "the disk is full" in watch.err.readline()
        watch.until(type="extension", status="available", by="event")
        (home / "filled").unlink()
        assert watch.err.readline() == "ringwall: the record: calls are written again\n"
        while (found := recorded(home, tmp_path / "copy")) != [("answered", 1)]:
            assert found in ([], [(None, 0)], [("answered", 0)])
        assert watch.end() == (143, ENDED)


def recorded(home: Path, copy: Path) -> list[tuple[object, ...]]:
    """What stands in the record: in a copy, for SQLite would look for its journal on another disk."""
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    for name in ("calls.sqlite", "calls.sqlite-wal"):
        (copy / name).write_bytes((home / "state" / "ringwall" / name).read_bytes())
    with closing(sqlite3.connect(copy / "calls.sqlite")) as record:
        return record.execute("SELECT result, is_over FROM call").fetchall()
