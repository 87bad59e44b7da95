"""What a terminal can show: the rule, and what comes out of it in a pty."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminal.box import BoxProcess, box_process, choose
from tests.terminal.tty import program
from tui.terminal.abilities import Colors, find_abilities

SGR = re.compile(rb"\x1b\[([0-9;]*)m")
ATTRIBUTES = {b"", b"0", b"1", b"2", b"7", b"1;7", b"0;1", b"0;2", b"0;7", b"0;1;7"}
"""Bold, dim, reverse and none: what is no colour."""
IN_C = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
"""A locale that is not UTF-8, and Python kept from helping itself."""


@pytest.mark.parametrize(
    ("environment", "encoding", "colors", "is_ascii"),
    [
        ({"TERM": "xterm-256color"}, "utf-8", Colors.MANY, False),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, "UTF-8", Colors.TRUE, False),
        ({"TERM": "screen", "COLORTERM": "24bit"}, "utf8", Colors.TRUE, False),
        ({"TERM": "xterm-direct"}, "utf-8", Colors.TRUE, False),
        ({"TERM": "xterm-kitty"}, "utf-8", Colors.MANY, False),
        ({"TERM": "xterm"}, "utf-8", Colors.SIXTEEN, False),
        ({"TERM": "linux", "COLORTERM": "truecolor"}, "utf-8", Colors.SIXTEEN, True),
        ({"TERM": "xterm-256color"}, "iso8859-1", Colors.MANY, True),
        ({"TERM": "xterm-256color"}, "ascii", Colors.MANY, True),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, "utf-8", Colors.NONE, False),
        ({"TERM": "xterm-256color", "NO_COLOR": ""}, "utf-8", Colors.MANY, False),
    ],
)
def test_what_a_terminal_can_show(environment: dict[str, str], encoding: str, colors: Colors, is_ascii: bool) -> None:
    found = find_abilities(environment, encoding, is_terminal=True)
    assert (found.colors, found.ascii, found.no_screen) == (colors, is_ascii, "")


@pytest.mark.parametrize(
    ("term", "titled"),
    [("xterm-256color", True), ("tmux-256color", True), ("screen", True), ("linux", False), ("vt100", False)],
)
def test_which_windows_have_titles(term: str, titled: bool) -> None:
    assert find_abilities({"TERM": term}, "utf-8", is_terminal=True).titled is titled


@pytest.mark.parametrize(
    ("environment", "is_terminal", "why"),
    [
        ({"TERM": "xterm"}, False, "no terminal"),
        ({"TERM": "dumb"}, True, "TERM=dumb"),
        ({"TERM": "unknown"}, True, "TERM=unknown"),
        ({}, True, "TERM does not say"),
    ],
)
def test_why_no_screen_can_be_drawn(environment: dict[str, str], is_terminal: bool, why: str) -> None:
    assert why in find_abilities(environment, "utf-8", is_terminal=is_terminal).no_screen


@pytest.fixture(scope="module")
def box() -> Iterator[BoxProcess]:
    with box_process("--calls-per-minute", "60") as running:
        yield running


def shown(box: BoxProcess, home: Path, *words: str, **environment: str) -> tuple[bytes, str]:
    """Every byte of a wall, its help and its details; and how the wall looked."""
    choose(home, *(str(400 + number) for number in range(1, 41)))
    with program(box.environment(home, **environment), *words) as tty:
        tty.until_shown("LIVE PubNub")
        tty.until_shown("ON CALL")
        tty.until(lambda: "not read yet" not in tty.text, "every tile to be read")
        wall = tty.text
        tty.type("?")
        tty.until_shown("Esc back")
        tty.type("\x1b")
        tty.until_shown("LIVE PubNub")
        tty.type("q")
        assert tty.exit_code() == 0
        assert tty.settings == tty.settings_before
        return tty.raw, wall


@pytest.mark.parametrize(
    ("environment", "some"),
    [
        ({"COLORTERM": "truecolor"}, rb"48;2;\d+"),
        ({}, rb"48;5;\d+"),
        ({"TERM": "xterm"}, rb"\b4[1-7]\b"),
        ({"TERM": "linux"}, rb"\b4[1-7]\b"),
    ],
)
def test_it_uses_the_colours_that_there_are(
    box: BoxProcess, tmp_path: Path, environment: dict[str, str], some: bytes
) -> None:
    codes = SGR.findall(shown(box, tmp_path, **environment)[0])
    assert any(re.search(some, code) for code in codes)
    if some.startswith(rb"\b"):
        assert not any(re.search(rb"[34]8;", code) for code in codes)


@pytest.mark.parametrize(("words", "environment"), [(["--no-color"], {}), ([], {"NO_COLOR": "1"})])
def test_no_colours_means_none(box: BoxProcess, tmp_path: Path, words: list[str], environment: dict[str, str]) -> None:
    raw, wall = shown(box, tmp_path, *words, **environment)
    assert set(SGR.findall(raw)) <= ATTRIBUTES
    assert "ON CALL" in wall


def test_in_a_locale_that_is_not_utf8_every_byte_is_ascii_and_names_keep_their_width(
    box: BoxProcess, tmp_path: Path
) -> None:
    raw, wall = shown(box, tmp_path, **IN_C)
    assert raw.isascii()
    assert b"\\x" not in raw
    assert b"\\u" not in raw
    assert "*101 Ana Martins    *102 Ben Okafor     *103" in re.sub(r"[>=<om](?=1\d\d )", "*", wall)


@pytest.mark.parametrize(("words", "environment"), [(["--ascii"], {}), ([], {"TERM": "linux"})])
def test_where_glyphs_are_missing_only_names_are_not_ascii(
    box: BoxProcess, tmp_path: Path, words: list[str], environment: dict[str, str]
) -> None:
    raw, _ = shown(box, tmp_path, *words, **environment)
    strings = set(re.findall(rb"\x1b\]\d+", raw))
    assert strings <= (set() if environment else {b"\x1b]2"}), "a window has a title, and nothing else"
    others = {character for character in raw.decode() if not character.isascii()}
    assert all(character.isalpha() for character in others), others


@pytest.mark.parametrize("term", ["dumb", ""])
def test_a_terminal_without_screens_gets_what_once_prints(box: BoxProcess, tmp_path: Path, term: str) -> None:
    choose(tmp_path, "401", "402")
    with program(box.environment(tmp_path, TERM=term)) as tty:
        assert tty.exit_code() == 0
        assert b"\x1b" not in tty.raw
        assert "ringwall once" in tty.text
        assert "Ana Martins" in tty.text


def test_no_terminal_at_all_gets_it_too_and_the_reason_apart(box: BoxProcess, tmp_path: Path) -> None:
    choose(tmp_path, "401", "402")
    environment = box.environment(tmp_path)
    done = subprocess.run([sys.executable, "-m", "tui"], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 2
    assert done.stderr == "ringwall: this is no terminal, so this is   ringwall once   instead of the wall\n"


def test_where_nothing_is_chosen_it_says_so(box: BoxProcess, tmp_path: Path) -> None:
    environment = box.environment(tmp_path)
    done = subprocess.run([sys.executable, "-m", "tui"], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "No extensions are chosen" in done.stderr
