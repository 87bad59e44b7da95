"""However the wall ends, its terminal is as it was found, its code says why, and nothing is left running."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminal.box import BoxProcess, box_process, choose
from tests.terminal.tty import Tty, program

FAULTY = ("-m", "tests.terminal.programs.faulty")
CTRL_L = "\x0c"
ENDS = [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT]
MODES = (1000, 1002, 1003, 1006, 1015, 1016, 1004, 2004, 2048, 1049)
SUBSCRIPTION = "/restapi/v1.0/subscription"


@pytest.fixture(scope="module")
def box() -> Iterator[BoxProcess]:
    with box_process() as running:
        yield running


@pytest.fixture
def home(tmp_path: Path) -> Path:
    choose(tmp_path, *(str(400 + number) for number in range(1, 41)))
    return tmp_path


def note(what: str, tty: Tty) -> None:
    """Print how long it took to end: the figures of docs/reliability.md."""
    print(f"{what}: ended after {tty.took:.2f} s")  # noqa: T201


def log(home: Path) -> str:
    return (home / "state" / "ringwall" / "ringwall.log").read_text()


def assert_as_found(tty: Tty) -> None:
    """The modes are those of before, and so are echo, lines and signals."""
    for mode in MODES:
        on, off = (tty.raw.rfind(f"\x1b[?{mode}{end}".encode()) for end in "hl")
        assert on <= off, mode
    assert tty.raw.rfind(b"\x1b[?25l") < tty.raw.rfind(b"\x1b[?25h")
    assert tty.raw.count(b"\x1b[>") <= tty.raw.count(b"\x1b[<u")
    assert tty.settings == tty.settings_before


@pytest.mark.parametrize("number", ENDS)
def test_a_signal_is_named_on_the_terminal_and_in_the_log(box: BoxProcess, home: Path, number: signal.Signals) -> None:
    deleted = box.asked("DELETE", SUBSCRIPTION)
    with program(box.environment(home)) as tty:
        tty.until_shown("LIVE PubNub")
        tty.signal(number)
        assert tty.exit_code() == 128 + number
        assert_as_found(tty)
        assert tty.raw.endswith(f"ringwall: ended by {number.name}\r\n".encode())
        note(number.name, tty)
    assert f"ended by {number.name}" in log(home)
    assert box.asked("DELETE", SUBSCRIPTION) == deleted + 1


@pytest.mark.parametrize("number", ENDS)
def test_a_signal_ends_it_while_its_terminal_reads_nothing(box: BoxProcess, home: Path, number: signal.Signals) -> None:
    deleted = box.asked("DELETE", SUBSCRIPTION)
    with program(box.environment(home), columns=200, rows=50) as tty:
        tty.until_shown("LIVE PubNub")
        tty.stall(CTRL_L)
        tty.signal(number)
        assert tty.until_ended(within=6) == 128 + number
        tty.read_rest()
        assert_as_found(tty)
        note(f"{number.name} while the terminal reads nothing", tty)
    assert box.asked("DELETE", SUBSCRIPTION) == deleted + 1


def test_a_key_ends_it_while_its_terminal_reads_nothing(box: BoxProcess, home: Path) -> None:
    with program(box.environment(home), columns=200, rows=50) as tty:
        tty.until_shown("LIVE PubNub")
        tty.stall(CTRL_L)
        tty.type("q")
        assert tty.until_ended(within=6) == 0
        tty.read_rest()
        assert_as_found(tty)


@pytest.mark.parametrize("is_early", [True, False], ids=["at its start", "in the middle of a picture"])
def test_a_terminal_far_away_keeps_nothing_for_the_shell(box: BoxProcess, home: Path, is_early: bool) -> None:
    with program(box.environment(home), columns=200, rows=50) as tty:
        tty.answers_after = 0.6
        if is_early:
            tty.until(lambda: b"\x1b[?25l" in tty.raw, "the first screen")
        else:
            tty.until_shown("LIVE PubNub")
            tty.type(f"{CTRL_L}o{CTRL_L}")
            tty.until_shown("by department")
        tty.signal(signal.SIGTERM)
        assert tty.exit_code() == 128 + signal.SIGTERM
        assert tty.left_for_the_shell() == b""
        assert_as_found(tty)
        given_back = tty.raw[tty.raw.rfind(b"\x1b[?25h") :]
        assert given_back.endswith(b"\x1b[5nringwall: ended by SIGTERM\r\n")
        assert len(given_back) < 50


@pytest.mark.parametrize("ignored", [[], [signal.SIGHUP]])
def test_a_lost_terminal_ends_it(box: BoxProcess, home: Path, ignored: list[signal.Signals]) -> None:
    deleted = box.asked("DELETE", SUBSCRIPTION)
    with program(box.environment(home), ignored=ignored) as tty:
        tty.until_shown("LIVE PubNub")
        tty.hang_up()
        assert tty.until_ended(within=5) == 128 + signal.SIGHUP
        note("the terminal is gone", tty)
    assert box.asked("DELETE", SUBSCRIPTION) == deleted + 1
    assert "ended by SIGHUP" in log(home) or "the terminal is gone" in log(home)


def test_a_terminal_that_is_lost_while_it_reads_nothing_ends_it(box: BoxProcess, home: Path) -> None:
    with program(box.environment(home), columns=200, rows=50, ignored=[signal.SIGHUP]) as tty:
        tty.until_shown("LIVE PubNub")
        tty.stall(CTRL_L)
        tty.hang_up()
        assert tty.until_ended(within=5) == 128 + signal.SIGHUP


def test_a_terminal_that_is_lost_at_the_login_ends_it(box: BoxProcess, tmp_path: Path) -> None:
    with program(box.environment(tmp_path), ignored=[signal.SIGHUP]) as tty:
        tty.until_shown("Log in to RingCentral")
        tty.hang_up()
        assert tty.until_ended(within=5) == 128 + signal.SIGHUP


@pytest.mark.parametrize("fault", ["blocked", "waiting"])
def test_a_signal_ends_what_is_stuck(box: BoxProcess, home: Path, fault: str) -> None:
    with program(box.environment(home), fault, python=FAULTY) as tty:
        tty.until_shown("LIVE PubNub")
        tty.type("r")
        tty.until(lambda: b"_stuck" in tty.raw, "the fault")
        tty.signal(signal.SIGTERM)
        assert tty.exit_code() == 128 + signal.SIGTERM
        assert 2 < tty.took < 6
        note(f"SIGTERM while the event loop is {fault}", tty)
        assert_as_found(tty)
        assert tty.raw.endswith(b"ringwall: ended by SIGTERM\r\n")
    assert "did not end by itself" in log(home)


def test_a_terminal_that_is_lost_ends_what_is_stuck(box: BoxProcess, home: Path) -> None:
    with program(box.environment(home), "blocked", python=FAULTY) as tty:
        tty.until_shown("LIVE PubNub")
        tty.type("r")
        tty.until(lambda: b"_stuck" in tty.raw, "the fault")
        tty.hang_up()
        assert tty.until_ended(within=6) == 128 + signal.SIGHUP


@pytest.mark.parametrize(
    ("fault", "name"),
    [
        ("key", "ValueError"),
        ("reading", "ArithmeticError"),
        ("feed", "KeyError"),
        ("hearing", "BufferError"),
        ("worker", "LookupError"),
    ],
)
def test_a_fault_of_ours_is_one_line_on_the_terminal_and_all_in_the_log(
    box: BoxProcess, home: Path, fault: str, name: str
) -> None:
    deleted = box.asked("DELETE", SUBSCRIPTION)
    if fault == "hearing":
        config = home / "config" / "ringwall" / "config.toml"
        config.write_text(f'transport = "websocket"\n{config.read_text()}')
    with program(box.environment(home), fault, python=FAULTY) as tty:
        if fault in {"key", "reading"}:
            tty.until_shown("LIVE PubNub")
            tty.type("r")
        assert tty.exit_code() == 1
        assert_as_found(tty)
        said = tty.raw[tty.raw.rfind(b"\x1b[?1004l") :].decode()
        assert f"ringwall: A fault of Ringwall's own: {name}" in said
        assert "tells more" in said
        assert "Traceback" not in said
    assert "Traceback" in log(home)
    assert "marked-secret" not in log(home) + tty.raw.decode()
    if fault in {"key", "reading"}:
        assert box.asked("DELETE", SUBSCRIPTION) == deleted + 1
