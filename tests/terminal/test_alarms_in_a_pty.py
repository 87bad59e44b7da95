"""What alarms do outside of the screen: a bell, a program, and a window's title that is as it was in the end."""

import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminal.box import BoxProcess, box_process, choose
from tests.terminal.tty import program

OSC = re.compile(rb"\x1b\][^\x07]*\x07")
KEPT, BACK = b"\x1b[22;2t", b"\x1b[23;2t"
AT_ONCE = "[alerts]\nringing = [0.5, 1.0]\n"


@pytest.fixture(scope="module")
def box() -> Iterator[BoxProcess]:
    with box_process() as running:
        yield running


def configure(home: Path, alerts: str) -> None:
    choose(home, "401", "402")
    config = home / "config" / "ringwall" / "config.toml"
    config.write_text(f"{AT_ONCE}{alerts}\n{config.read_text()}")


def ring(box: BoxProcess, number: str) -> None:
    box.ask("POST", "/simulator/calls", {"to": number, "from": "+4930123454821", "ring": 8, "end": "missed"})


def bells(raw: bytes) -> int:
    """How often the bell rang: its character also ends what tells the terminal its title and the like."""
    return OSC.sub(b"", raw).count(b"\x07")


@pytest.mark.parametrize("words", [(), ("--kiosk",)], ids=["wall", "kiosk"])
def test_an_alarm_rings_the_bell_and_stands_in_the_title(box: BoxProcess, tmp_path: Path, words: tuple[str]) -> None:
    configure(tmp_path, "bell = true")
    with program(box.environment(tmp_path), *words) as tty:
        tty.until_shown("LIVE")
        ring(box, "101")
        tty.until(lambda: b"\x1b]2;Ringwall: 1 ringing, 1 alarm\x07" in tty.raw, "the title")
        tty.until(lambda: bells(tty.raw) == 1, "the bell")
        tty.signal(signal.SIGTERM)
        tty.exit_code()
    assert tty.raw.count(KEPT) == 1
    assert tty.raw.index(KEPT) < tty.raw.index(b"\x1b]2;")
    assert tty.raw.rindex(BACK) > tty.raw.rindex(b"\x1b]2;")
    assert bells(tty.raw) == 1
    assert b"301234" not in tty.raw.split(b"\x1b]2;", 1)[1].split(b"\x07")[0]


def test_an_alarm_starts_the_program_without_our_secrets(box: BoxProcess, tmp_path: Path) -> None:
    told = tmp_path / "told"
    configure(tmp_path, f'on_alarm = ["sh", "-c", "env >>{told}; echo --- >>{told}"]\non_alarm_every = 1')
    with program(box.environment(tmp_path)) as tty:
        tty.until_shown("LIVE")
        ring(box, "102")
        tty.until(lambda: told.exists() and "102 Ben Okafor RINGING" in told.read_text(), "the program")
        tty.signal(signal.SIGTERM)
        tty.exit_code()
    assert "RINGWALL_ALARMS=" in told.read_text()
    assert "RINGWALL_JWT" not in told.read_text()
    assert box.about["client_secret"] not in told.read_text()


def test_a_console_without_a_title_gets_none(box: BoxProcess, tmp_path: Path) -> None:
    configure(tmp_path, "")
    with program(box.environment(tmp_path, TERM="linux")) as tty:
        tty.until_shown("LIVE")
        ring(box, "101")
        tty.until_shown("!! 101")
        tty.signal(signal.SIGTERM)
        tty.exit_code()
    assert b"\x1b]2;" not in tty.raw
    assert KEPT not in tty.raw
