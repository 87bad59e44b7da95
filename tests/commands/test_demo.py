"""`ringwall demo` in a real terminal: ready to log in, and nothing is left of it."""

import os
import re
import signal
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.terminal.tty import Tty, program

BOX = re.compile(r"http://127\.0\.0\.1:\d+")


def environment(home: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "HOME": str(home),
        "TMPDIR": str(home),
        # Somebody's own login is not taken for the box's.
        "RINGWALL_CLIENT_ID": "of-their-own",
        "RINGWALL_USERNAME": "them",
        "RINGWALL_PASSWORD": "their-password",
    }


def box_of(tty: Tty) -> str:
    """The box that the login screen is filled in with."""
    tty.until(lambda: BOX.search(tty.text) is not None and "Ctrl-C leave" in tty.text, "the login")
    return "".join(BOX.findall(tty.text))


def is_gone(box: str) -> bool:
    try:
        httpx.get(box, trust_env=False)
    except httpx.ConnectError:
        return True
    return False


def test_enter_enter_and_phones_ring(tmp_path: Path) -> None:
    with program(environment(tmp_path), "demo") as tty:
        box = box_of(tty)
        tty.type("\r")
        tty.until_shown("24 chosen")
        tty.type("\r")
        shown = ("24/24", "DEMO", "LIVE PubNub")
        tty.until(lambda: all(words in tty.lines[0] for words in shown), "the wall")
        tty.type("q")
        assert tty.exit_code() == 0
    assert is_gone(box)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("leave", "code"),
    [
        (lambda tty: tty.type("\x03"), 0),
        (lambda tty: tty.signal(signal.SIGTERM), 143),
        (lambda tty: tty.signal(signal.SIGHUP), 129),
        (lambda tty: tty.signal(signal.SIGQUIT), 131),
    ],
)
def test_however_it_is_left_nothing_stays(tmp_path: Path, leave: Callable[[Tty], None], code: int) -> None:
    with program(environment(tmp_path), "demo") as tty:
        box = box_of(tty)
        leave(tty)
        assert tty.exit_code() == code
    assert is_gone(box)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT])
def test_a_signal_while_it_starts_leaves_nothing_either(tmp_path: Path, number: signal.Signals) -> None:
    with program(environment(tmp_path), "demo") as tty:
        tty.until(lambda: any(tmp_path.glob("ringwall-demo-*")), "the folder of the demo")
        tty.signal(number)
        assert tty.exit_code() == 128 + number
    assert list(tmp_path.iterdir()) == []


def test_a_demo_that_is_killed_takes_its_box_along_and_the_next_one_its_folder(tmp_path: Path) -> None:
    with program(environment(tmp_path), "demo") as tty:
        box = box_of(tty)
        tty.signal(signal.SIGKILL)
        assert tty.exit_code() == -signal.SIGKILL
        tty.until(lambda: is_gone(box), "the end of the box")
    (left,) = tmp_path.glob("ringwall-demo-*")
    others = {tmp_path / f"ringwall-demo-{name}" for name in ("notes", f"{os.getpid()}-alive")}
    for folder in others:
        folder.mkdir()
    with program(environment(tmp_path), "demo") as tty:
        box_of(tty)
        assert not left.exists()
        tty.type("\x03")
        assert tty.exit_code() == 0
    assert set(tmp_path.iterdir()) == others


@pytest.mark.skipif(not os.path.isdir("/proc/self/task"), reason="NOT TESTED here: there is no /proc")
def test_the_box_is_given_no_secret_of_the_users_own(tmp_path: Path) -> None:
    with program(environment(tmp_path), "demo") as tty:
        box_of(tty)
        (box,) = Path(f"/proc/{tty.pid}/task/{tty.pid}/children").read_text().split()
        given = Path(f"/proc/{box}/environ").read_bytes()
        assert b"RINGWALL_USERNAME=them" in given
        assert b"their-password" not in given
