"""A login that is refused while a wall is up: it stays, says so, and goes on after a new login."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminal.box import BoxProcess, box_process, choose
from tests.terminal.tty import Tty, program

STRICT = "[feed]\nconfirm_after = 2\nproof_every = 0.5\n"


@pytest.fixture
def box() -> Iterator[BoxProcess]:
    with box_process() as running:
        yield running


def refuse(box: BoxProcess, tty: Tty) -> None:
    """End the session, let no login in, and have the wall find out."""
    for fault in ("refuse_login", "refuse_refresh"):
        box.ask("POST", "/simulator/faults", {"fault": fault, "seconds": 600})
    box.ask("POST", "/simulator/faults", {"fault": "lose_session", "count": 1})
    tty.type("r")
    tty.until_shown("LOGIN REFUSED since")


def add(home: Path, lines: str) -> None:
    """More of the configuration."""
    config = home / "config" / "ringwall" / "config.toml"
    config.write_text(lines + config.read_text())


def test_it_stays_and_goes_on_after_a_new_login(box: BoxProcess, tmp_path: Path) -> None:
    choose(tmp_path, "401", "402", "403")
    add(tmp_path, STRICT)
    with program(box.environment(tmp_path)) as tty:
        tty.until_shown("LIVE PubNub")
        tty.type("lS")
        tty.until_shown("sort number reversed")
        refuse(box, tty)
        tty.until(lambda: tty.lines[3].count("?10") == 3, "three stale tiles")
        assert "JWT revoked or expired, OAU-213" in tty.lines[0]
        assert "Press Enter to log in; all else stays as it is" in tty.lines[2]
        assert "was " in tty.lines[5]
        tty.type("\r")
        tty.until_shown("Log in again; the wall stays as it is")
        tty.type("\r")
        tty.until_shown("Make a new JWT in the developer console")
        box.ask("DELETE", "/simulator/faults")
        tty.type("\r")
        tty.until_shown("LIVE PubNub")
        assert "3/3" in tty.lines[0]
        assert "sort number reversed" in tty.lines[0]
        tty.type("D")
        tty.until_shown("OAU-213")
        assert "Gaps today" in tty.text
        tty.type("\x1b")
        tty.until_shown("LIVE PubNub")
        box.ask("POST", "/simulator/calls", {"to": "103", "from": "+4930123454821", "ring": 60, "end": "missed"})
        tty.until(lambda: "RINGING" in tty.lines[4], "a tile that rings by the new login")
        tty.type("q")
        assert tty.exit_code() == 0


def test_where_the_secret_lies_in_a_file_the_wall_says_to_replace_it(box: BoxProcess, tmp_path: Path) -> None:
    choose(tmp_path, "401")
    add(tmp_path, STRICT + '[login]\njwt_file = "jwt"\n')
    secret = tmp_path / "config" / "ringwall" / "jwt"
    secret.touch(mode=0o600)
    secret.write_text(box.about["jwt"])
    with program(box.environment(tmp_path, RINGWALL_JWT="")) as tty:
        tty.until_shown("LIVE PubNub")
        refuse(box, tty)
        tty.until_shown("Replace ~/config/ringwall/jwt; next try in ")
