"""A home that is read-only, or on a full disk: a message, never a crash; and it goes on once there is room."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import which

import pytest

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
    for command, code in (("once --extensions 101", 1), ("watch --extensions 101", 1), ("doctor", 78), ("paths", 0)):
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
