"""The whole program in a real pty against a box in a process of its own: what an operator sees, types and leaves."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminal.box import BoxProcess, box_process, choose
from tests.terminal.tty import Tty, program

RESTORED = (b"\x1b[?1049l", b"\x1b[?25h")
"""The ordinary screen is back, and the cursor."""


@pytest.fixture(scope="module")
def box() -> Iterator[BoxProcess]:
    with box_process() as running:
        yield running


def wall(tty: Tty) -> None:
    """Wait until the wall is live."""
    tty.until_shown("LIVE PubNub")


def assert_restored(tty: Tty) -> None:
    end = tty.raw[-400:]
    assert all(sequence in end for sequence in RESTORED)
    for mode in (b"1000", b"1003", b"1006", b"2004"):
        assert tty.raw.rfind(b"\x1b[?" + mode + b"h") <= tty.raw.rfind(b"\x1b[?" + mode + b"l")


def test_from_the_login_to_a_ringing_tile_and_out(box: BoxProcess, tmp_path: Path) -> None:
    with program(box.environment(tmp_path)) as tty:
        tty.until_shown("Log in to RingCentral")
        tty.type("\r")
        tty.until_shown("Choose extensions")
        tty.until_shown("101    Ana Martins")
        tty.type(" ")
        tty.until_shown("[x] 101")
        tty.type("\r")
        wall(tty)
        box.ask("POST", "/simulator/calls", {"to": "101", "from": "+4930123454821", "ring": 8, "end": "missed"})
        tty.until(lambda: "RINGING" in tty.lines[4], "the ringing tile")
        assert tty.lines[3].startswith(" ▸101 Ana Martins")
        assert "+4930123454821" in tty.lines[5]
        tty.type("m")
        tty.until(lambda: "+49..4821" in tty.lines[5], "the masked number")
        tty.type("q")
        assert tty.exit_code() == 0
        assert_restored(tty)
    saved = (tmp_path / "config" / "ringwall" / "config.toml").read_text()
    assert 'extensions = [\n    "401",\n]' in saved


def test_with_a_login_and_a_choice_the_wall_comes_by_itself(box: BoxProcess, tmp_path: Path) -> None:
    choose(tmp_path, "401", "402", "403")
    deleted = box.asked("DELETE", "/restapi/v1.0/subscription")
    with program(box.environment(tmp_path)) as tty:
        wall(tty)
        assert "3/3" in tty.lines[0]
        tty.type("\x03")
        assert tty.exit_code() == 0
        assert_restored(tty)
    assert box.asked("DELETE", "/restapi/v1.0/subscription") == deleted + 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT])
def test_a_signal_ends_it_cleanly(box: BoxProcess, tmp_path: Path, number: signal.Signals) -> None:
    choose(tmp_path, "401")
    deleted = box.asked("DELETE", "/restapi/v1.0/subscription")
    with program(box.environment(tmp_path)) as tty:
        wall(tty)
        tty.signal(number)
        assert tty.exit_code() == 128 + number
        assert_restored(tty)
    assert box.asked("DELETE", "/restapi/v1.0/subscription") == deleted + 1


@pytest.mark.parametrize(("columns", "rows"), [(40, 12), (132, 43), (300, 80)])
def test_it_fills_terminals_of_any_size(box: BoxProcess, tmp_path: Path, columns: int, rows: int) -> None:
    choose(tmp_path, *(str(400 + number) for number in range(1, 41)))
    with program(box.environment(tmp_path), columns=columns, rows=rows) as tty:
        tty.until_shown("101 Ana Martins")
        tty.until(lambda: "1/" in tty.lines[-1], "the page")
        assert tty.lines[3].count("10") >= min(columns // 20, 4)
        tty.resize(80, 24)
        tty.until(lambda: len(tty.lines) == 24 and "q quit" in tty.lines[-1], "the smaller screen")


def test_names_with_anything_in_them_reach_the_terminal_as_text_only(box: BoxProcess, tmp_path: Path) -> None:
    choose(tmp_path, "407")
    evil = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202eWeber\r\n[red]x[/red]" + "y" * 500
    with program(box.environment(tmp_path)) as tty:
        wall(tty)
        wish = {"to": "107", "from": "+4930123454822", "from_name": evil, "ring": 8, "end": "missed"}
        box.ask("POST", "/simulator/calls", wish)
        tty.until(lambda: "RINGING" in tty.lines[4], "the ringing tile")
        assert b"owned\x07" not in tty.raw
        assert "\u202e".encode() not in tty.raw
        assert tty.lines[5].startswith("    ]0;owned[2J31m")
        tty.type("q")
        assert tty.exit_code() == 0


def test_a_login_that_is_refused_says_what_to_do(box: BoxProcess, tmp_path: Path) -> None:
    with program(box.environment(tmp_path, RINGWALL_CLIENT_SECRET="wrong")) as tty:
        tty.until_shown("Log in to RingCentral")
        tty.type("\r")
        tty.until_shown("Client id or secret is wrong")
        tty.until_shown("Compare them with the app")
        tty.type("\x03")
        assert tty.exit_code() == 0
        assert_restored(tty)
