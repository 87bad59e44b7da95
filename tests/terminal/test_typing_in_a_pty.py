"""Keys that arrive together, as over a slow line or by a paste without brackets, act in their order."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminal.box import BoxProcess, box_process, choose
from tests.terminal.test_leaving_in_a_pty import FAULTY
from tests.terminal.tty import program


@pytest.fixture(scope="module")
def box() -> Iterator[BoxProcess]:
    with box_process() as running:
        yield running


def test_on_the_wall_what_follows_a_slash_is_no_command(box: BoxProcess, tmp_path: Path) -> None:
    choose(tmp_path, "401", "402", "403")
    with program(box.environment(tmp_path)) as tty:
        tty.until_shown("LIVE PubNub")
        tty.type("/queue|ben\rjk")
        tty.until_shown("/ queue|ben")
        tty.until_shown("1/3")
        assert "102 Ben Okafor" in tty.lines[3]
        tty.type("\x1b")
        tty.until_shown("3/3")


def test_in_the_choice_what_follows_a_slash_is_no_command(box: BoxProcess, tmp_path: Path) -> None:
    with program(box.environment(tmp_path)) as tty:
        tty.until_shown("Log in to RingCentral")
        tty.type("\r")
        tty.until_shown("101    Ana Martins")
        tty.type("/name:an\r a")
        tty.until_shown("/ name:an")
        tty.until_shown("more chosen; u undoes it")
        assert "0 chosen" not in tty.lines[0]


def test_in_the_login_what_follows_a_tab_goes_into_the_next_field(box: BoxProcess, tmp_path: Path) -> None:
    with program(box.environment(tmp_path, RINGWALL_CLIENT_ID="", RINGWALL_CLIENT_SECRET="", RINGWALL_JWT="")) as tty:
        tty.until_shown("Log in to RingCentral")
        tty.type("some-client\tsome-secret\t")
        tty.until_shown("some-client")
        tty.until_shown("11 characters")
        assert "some-secret" not in tty.text


def test_esc_and_the_next_key_in_one_read_are_two_keys(box: BoxProcess, tmp_path: Path) -> None:
    choose(tmp_path, "401", "402", "403")
    with program(box.environment(tmp_path)) as tty:
        tty.until_shown("LIVE PubNub")
        tty.type("/ben\r")
        tty.until_shown("1/3")
        tty.type("\x1bs")
        tty.until_shown("sort name")
        assert "3/3" in tty.lines[0]
        tty.type("/ben\x1b/carla")
        tty.until_shown("/ carla")
        tty.until_shown("1/3")
        assert "103 Carla Rossi" in tty.lines[3]


@pytest.mark.parametrize("data", [b"\xe9", b"\xff\xfe"])
def test_bytes_that_are_no_text_leave_the_keys_working(box: BoxProcess, tmp_path: Path, data: bytes) -> None:
    choose(tmp_path, "401", "402", "403")
    with program(box.environment(tmp_path)) as tty:
        tty.until_shown("LIVE PubNub")
        tty.send(data)
        tty.type("s")
        tty.until_shown("sort name")
        tty.type("q")
        assert tty.exit_code() == 0


def test_thousands_of_keys_at_once_keep_nothing_else_waiting(box: BoxProcess, tmp_path: Path) -> None:
    choose(tmp_path, "401", "402", "403")
    gap = tmp_path / "gap"
    with program(box.environment(tmp_path), "gaps", str(gap), python=FAULTY) as tty:
        tty.until_shown("LIVE PubNub")
        tty.type("r")
        tty.until(gap.exists, "the measuring")
        for _ in range(4):
            tty.type("lh" * 250)
        tty.type("?")
        tty.until_shown("Esc back")
        longest = float(gap.read_text())
        tty.type("\x03\x03")
        assert tty.exit_code() == 0
    assert longest < 0.7
