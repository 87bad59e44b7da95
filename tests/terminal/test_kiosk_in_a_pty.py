"""A kiosk: whatever stands in the way of its start is told on the glass and tried again, and no key ends it."""

import json
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminal.box import BoxProcess, box_process, choose
from tests.terminal.tty import Tty, program

EARLY = ("-m", "tests.terminal.programs.early")
IDS = [str(400 + number) for number in range(1, 41)]
NO_NETWORK = {"RINGWALL_SERVER": "http://127.0.0.1:9"}
LOGIN = ("RINGWALL_CLIENT_ID", "RINGWALL_CLIENT_SECRET", "RINGWALL_JWT")


@pytest.fixture(scope="module")
def box() -> Iterator[BoxProcess]:
    with box_process() as running:
        yield running


@pytest.fixture
def home(tmp_path: Path) -> Path:
    choose(tmp_path, *IDS)
    return tmp_path


@pytest.fixture
def config(home: Path) -> Path:
    return home / "config" / "ringwall" / "config.toml"


@pytest.fixture
def state(home: Path) -> Path:
    return home / "state" / "ringwall"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def ends_by_signal(tty: Tty) -> None:
    tty.signal(signal.SIGTERM)
    assert tty.exit_code() == 128 + signal.SIGTERM


def tells_the_time(text: str) -> bool:
    """Whether the time of day stands in a text, give or take a few seconds."""
    now = time.time()
    return any(time.strftime("%H:%M:%S", time.localtime(now - ago)) in text for ago in range(5))


def has_been_live(box: BoxProcess, home: Path) -> None:
    """Leave behind what a kiosk leaves that has run."""
    with program(box.environment(home), "--kiosk") as tty:
        tty.until_shown("LIVE")
        tty.until(lambda: (home / "state" / "ringwall" / "picture.json").exists(), "a picture")
        ends_by_signal(tty)


def ring(box: BoxProcess, number: str, caller: str) -> None:
    box.ask("POST", "/simulator/calls", {"to": number, "from": caller, "ring": 600, "end": "missed"})


def test_no_key_ends_it_and_none_unmasks_or_leads_away(box: BoxProcess, home: Path) -> None:
    with program(box.environment(home), "--kiosk") as tty:
        tty.until_shown("LIVE")
        ring(box, "101", "+4930123454821")
        tty.until_shown("+49..4821")
        tty.type("q\x03\x03:q\r\x1b\x1a\x11\x10mem\x04:snapshot full\r?Dv/x\r\r")
        ring(box, "102", "+33140207742")
        tty.until_shown("+33..7742")
        assert "39/39" in tty.text
        assert "1/3" in tty.text
        for digits in (b"3012345", b"1402077"):
            assert digits not in tty.raw
        assert b"\x1b[?1000h" not in tty.raw
        assert b"\x1b[>" not in tty.raw, "a protocol for keys, which would stay on if it were killed"
        ends_by_signal(tty)


def test_without_a_network_it_says_so_and_goes_on_once_there_is_one(box: BoxProcess, home: Path) -> None:
    port = free_port()
    environment = box.environment(home, RINGWALL_SERVER=f"http://127.0.0.1:{port}")
    with program(environment, "--kiosk") as tty:
        tty.until_shown("NO LINK   next try in")
        tty.until_shown(f"No answer from http://127.0.0.1:{port}: the connection is refused")
        with box_process("--port", str(port)):
            tty.until_shown("LIVE")
            ends_by_signal(tty)


def test_without_names_it_says_so(box: BoxProcess, home: Path) -> None:
    with program(box.environment(home, RINGWALL_SERVER="https://ringwall.invalid"), "--kiosk") as tty:
        tty.until_shown("NO LINK")
        tty.until_shown("next try in")
        ends_by_signal(tty)


def test_a_clock_of_1970_is_what_it_tells_until_it_is_set(box: BoxProcess, home: Path) -> None:
    with program(box.environment(home, **NO_NETWORK), "--kiosk", python=EARLY) as tty:
        tty.until_shown("CLOCK WRONG   this machine says 1970-01-01; waiting for the time  ")
        tty.signal(signal.SIGUSR1)
        tty.until_shown("NO LINK")
        # Not only the bar is another one: the clock in the corner too.
        tty.until(lambda: tells_the_time(tty.text), "the time")
        ends_by_signal(tty)


def test_a_machine_of_1970_learns_the_time_from_the_platform(box: BoxProcess, home: Path) -> None:
    with program(box.environment(home), "--kiosk", python=EARLY) as tty:
        tty.until_shown("LIVE")
        assert "CLOCK WRONG" not in tty.text
        ends_by_signal(tty)


def test_a_bad_configuration_is_told_and_mended_while_it_runs(box: BoxProcess, home: Path, config: Path) -> None:
    good = config.read_text()
    config.write_text('[wall]\nsort = "size"\n')
    with program(box.environment(home), "--kiosk") as tty:
        tty.until_shown("bad configuration")
        tty.until_shown("config.toml: wall.sort must be one of")
        config.write_text("[wall\n")
        tty.until_shown("is not TOML")
        config.write_text(good)
        tty.until_shown("LIVE")
        ends_by_signal(tty)


def test_a_configuration_that_was_named_and_is_not_there_yet_is_waited_for(box: BoxProcess, home: Path) -> None:
    named = home / "wall.toml"
    with program(box.environment(home), "--config", str(named), "--kiosk") as tty:
        tty.until_shown("does not exist")
        named.write_text(f"[choice]\nextensions = {IDS}\n")
        tty.until_shown("LIVE")
        ends_by_signal(tty)


def test_another_configuration_counts_at_once(box: BoxProcess, home: Path, config: Path) -> None:
    with program(box.environment(home), "--kiosk") as tty:
        tty.until_shown("sort number")
        tty.until_shown("LIVE")
        config.write_text(f'wall.sort = "nonsense"\n{config.read_text()}')
        tty.until(lambda: "cannot be used" in (home / "state" / "ringwall" / "ringwall.log").read_text(), "a warning")
        assert "LIVE" in tty.text
        config.write_text(config.read_text().replace("nonsense", "longest"))
        tty.until_shown("sort longest")
        tty.until_shown("LIVE")
        ends_by_signal(tty)


def test_nothing_chosen_is_told(box: BoxProcess, home: Path, config: Path) -> None:
    environment = box.environment(home)
    # At the very first start a wall asks about its signs; here nobody sits who could answer.
    config.unlink()
    (home / "state" / "ringwall").rmdir()
    with program(environment, "--kiosk") as tty:
        tty.until_shown("No extensions are chosen")
        tty.until_shown("Choose them once")
        config.write_text(f"[choice]\nextensions = {IDS}\n")
        tty.until_shown("LIVE")
        ends_by_signal(tty)


def test_without_credentials_it_waits_for_some(box: BoxProcess, home: Path, config: Path) -> None:
    environment = {name: value for name, value in box.environment(home).items() if name not in LOGIN}
    config.write_text(
        f'[login]\nclient_id = "{box.about["client_id"]}"\nclient_secret_file = "secret"\njwt_file = "jwt"\n'
        + config.read_text()
    )
    jwt, secret = config.with_name("jwt"), config.with_name("secret")
    with program(environment, "--kiosk") as tty:
        tty.until_shown("secret does not exist. The configuration names it: login.client_secret_file")
        for path, content in ((jwt, "wrong"), (secret, box.about["client_secret"])):
            path.touch(mode=0o600)
            path.write_text(content)
        tty.until_shown("LOGIN REFUSED")
        tty.until_shown(f"Replace {str(jwt).replace(str(home), '~')}; next try in")
        jwt.write_text(box.about["jwt"])
        tty.until_shown("LIVE")
        ends_by_signal(tty)


@pytest.mark.parametrize("left", [0, 10], ids=["empty", "half written"])
def test_state_files_that_are_torn_stop_nothing(box: BoxProcess, home: Path, state: Path, left: int) -> None:
    has_been_live(box, home)
    for path in state.iterdir():
        path.write_bytes(path.read_bytes()[:left])
    (state / "login.json").write_bytes(b"[{"[:left])
    (state / "login.json").chmod(0o600)
    with program(box.environment(home), "--kiosk") as tty:
        tty.until_shown("LIVE")
        ends_by_signal(tty)


def test_the_last_picture_is_there_at_once_as_old(home: Path) -> None:
    port = free_port()
    with box_process("--port", str(port)) as box:
        has_been_live(box, home)
    kept = home / "state" / "ringwall" / "picture.json"
    picture = json.loads(kept.read_bytes())
    for entry in picture["entries"]:
        entry["since"] = picture["at"] - 7200.0
    kept.write_text(json.dumps(picture))
    with program(box.environment(home), "--kiosk") as tty:
        tty.until_shown("LINK LOST since")
        tty.until_shown("?101 Ana Martins")
        tty.until_shown("was FREE")
        with box_process("--port", str(port)):
            tty.until_shown("LIVE")
            tty.until(lambda: "?101" not in tty.text, "a fresh tile")
            assert "FREE        ~2h00" in tty.text
            ends_by_signal(tty)


def test_a_kiosk_needs_a_terminal(box: BoxProcess, home: Path) -> None:
    with program(box.environment(home, TERM="dumb"), "--kiosk") as tty:
        assert tty.exit_code() == 2
        assert "a kiosk needs one" in tty.text
