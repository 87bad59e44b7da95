"""The log: in its file and nowhere else, for its owner alone, without what must not be in it."""

import logging
import re
import stat
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.logs import (
    KEPT,
    LARGEST,
    LIBRARIES,
    LONGEST,
    REMEMBERED,
    _secrets,
    last_entries,
    log_file,
    log_to,
    register_secret,
    without_secrets,
)

JWT = "eyJraWQiOiI4Nz.eyJhdWQiOiJodHRwczov.c2lnbmF0dXJl-marked_"


@pytest.fixture(autouse=True)
def no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """What other tests registered is of no matter here."""
    monkeypatch.setattr("tui.logs._secrets", deque(maxlen=_secrets.maxlen))
    monkeypatch.setattr("tui.logs._registered", re.compile(r"(?!)"))


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    """A log file to write to; afterwards logging is as it was."""
    root = logging.getLogger()
    levels = {name: logging.getLogger(name).level for name in ("", *LIBRARIES)}
    handlers = root.handlers[:]
    yield tmp_path / "state" / "ringwall.log"
    for handler in root.handlers:
        if handler not in handlers:
            handler.close()
    root.handlers[:] = handlers
    logging.captureWarnings(capture=False)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def test_the_log_and_every_older_part_of_it_are_for_their_owner_alone(path: Path) -> None:
    path.parent.mkdir()
    path.touch(mode=0o644)
    log_to(path, "info")
    line = "x" * 10_000
    for _ in range(2 * LARGEST // len(line)):
        logging.getLogger("tui").info(line)
    parts = sorted(path.parent.iterdir())
    assert [part.name for part in parts] == ["ringwall.log", "ringwall.log.1", "ringwall.log.2"]
    assert {stat.S_IMODE(part.stat().st_mode) for part in parts} == {0o600}
    assert KEPT >= 2


NOISY = """
import logging, sys, warnings
from pathlib import Path
from tui.logs import LIBRARIES, log_to

logging.getLogger("pubnub").addHandler(logging.StreamHandler(sys.stderr))
log_to(Path(sys.argv[1]), "info")
warnings.warn("old ways")
for name in LIBRARIES:
    logging.getLogger(name).info("told of every call")
    logging.getLogger(f"{name}.part").warning("trouble in %s", name)
"""


def screen_of_noise(path: Path) -> str:
    """What a program puts on the screen whose libraries have much to say."""
    ended = subprocess.run([sys.executable, "-c", NOISY, str(path)], capture_output=True, text=True, check=True)
    return ended.stdout + ended.stderr


def test_libraries_write_into_the_file_and_never_to_the_screen(tmp_path: Path) -> None:
    path = tmp_path / "state" / "ringwall.log"
    assert screen_of_noise(path) == ""
    said = path.read_text()
    assert all(f"{name}.part trouble in {name}" in said for name in LIBRARIES)
    assert "told of every call" not in said
    assert "old ways" in said


def test_neither_a_full_disk_nor_a_folder_that_takes_nothing_is_told_across_the_screen(tmp_path: Path) -> None:
    full = tmp_path / "full.log"
    full.symlink_to("/dev/full")
    assert screen_of_noise(full) == ""
    (tmp_path / "state").touch()
    assert screen_of_noise(tmp_path / "state" / "ringwall.log") == ""


@pytest.mark.parametrize(("level", "count"), [("debug", 4), ("info", 3), ("warning", 2), ("error", 1)])
def test_the_level_decides_how_much(path: Path, level: str, count: int) -> None:
    log_to(path, level)
    log = logging.getLogger("tui.somewhere")
    for say in (log.debug, log.info, log.warning, log.error):
        say("a line")
    assert len(path.read_text().splitlines()) == count


def test_a_second_start_writes_each_line_once(path: Path) -> None:
    log_to(path, "info")
    log_to(path.with_name("another.log"), "info")
    logging.getLogger("tui").info("a line")
    assert path.read_text() == ""
    assert path.with_name("another.log").read_text().count("a line") == 1
    assert log_file() == path.with_name("another.log")


def test_without_a_file_there_is_no_log_to_name(path: Path) -> None:
    path.parent.touch()
    log_to(path, "info")
    assert log_file() is None


def test_the_last_entries_are_kept_in_memory_as_clean_as_in_the_file(path: Path) -> None:
    log_to(path, "info")
    register_secret("marked-secret")
    log = logging.getLogger("tui.somewhere")
    for number in range(REMEMBERED + 1):
        log.info("entry %d of marked-secret from +4930123456", number)
    entries = last_entries()
    assert len(entries) == REMEMBERED
    assert entries[-1].endswith(f"INFO tui.somewhere: entry {REMEMBERED} of *** from ..3456")
    log_to(path, "info")
    assert last_entries() == []


def test_the_last_entries_are_there_though_no_file_can_be_written(path: Path) -> None:
    path.parent.touch()
    log_to(path, "info")
    logging.getLogger("tui").warning("x" * 10_000)
    assert [len(entry) for entry in last_entries()] == [LONGEST]


def test_a_traceback_is_clean_too(path: Path) -> None:
    log_to(path, "info")
    register_secret("in-the-traceback")
    try:
        raise ValueError("in-the-traceback and +4930123456")
    except ValueError:
        logging.getLogger("tui").exception("a fault with %s", "in-the-traceback")
    said = path.read_text()
    assert "ValueError: *** and ..3456" in said
    assert "in-the-traceback" not in said


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer U0pDMTFQMDFQQVMwMHxBQUFB-marked",
        "{'authorization': 'Basic bWFya2VkOm1hcmtlZA=='}",
        f"assertion={JWT}",
        f"got {JWT}.",
        '{"access_token": "marked", "x": 1}',
        "{'refresh_token': 'marked'}",
        "grant_type=refresh_token&refresh_token=marked&endpoint_id=1",
        "client_secret=marked password=marked",
        '"encryptionKey": "marked=="',
        "GET https://ps.pndsn.com/v2/subscribe?uuid=1&auth=marked",
        "GET /ws?access_token=marked&wsc=marked HTTP/1.1",
        '{"type": "ConnectionDetails", "wsc": {"token": "marked", "sequence": 3}}',
        '{"uri": "wss://ws.example.com/ws", "ws_access_token": "marked"}',
        "grant_type=authorization_code&code=marked&code_verifier=marked",
        "GET /ringwall?code=marked&state=x",
    ],
)
def test_what_looks_like_a_secret_is_taken_out_though_nobody_registered_it(text: str) -> None:
    said = without_secrets(text)
    assert "***" in said
    assert not any(secret in said for secret in ("marked", "bWFya2Vk", "eyJ"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a call from +4930123456.", "a call from ..3456."),
        ("from 16505550100 to 101", "from ..0100 to 101"),
        ("phoneNumber=%2B4930123456&x=1", "phoneNumber=..3456&x=1"),
        ("tel:+16505550100,+4930123456", "tel:..0100,..3456"),
        ("'from': '+4930123456'", "'from': '..3456'"),
    ],
)
def test_numbers_of_people_keep_their_last_four_digits_only(text: str, said: str) -> None:
    assert without_secrets(text) == said


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23 09:02:10,123 INFO p4194304 tui.feed extension 101",
        "/restapi/v1.0/account/~/extension/400131426008/presence?detailedTelephonyState=true",
        "550e8400-e29b-41d4-a716-446655440a00",
        "timetoken 17637217301234567",
        "127.0.0.1:54321 answered 200 in 84 ms",
        "basic rules of the wall",
    ],
)
def test_what_a_log_is_read_for_stays(text: str) -> None:
    assert without_secrets(text) == text


def test_what_could_move_the_cursor_of_whoever_reads_the_log_is_taken_out() -> None:
    assert without_secrets("\x1b]52;c;x\x07 \x9b2J\r\ttab\nline") == "?]52;c;x? ?2J?\ttab\nline"


secrets = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=4, max_size=30)


@given(before=st.text(max_size=10), secret=secrets, after=st.text(max_size=10))
def test_a_registered_secret_never_comes_out_whatever_stands_around_it(before: str, secret: str, after: str) -> None:
    register_secret(secret)
    assert secret not in without_secrets(f"{before}{secret}{after}").replace("***", "")


def test_a_secret_within_a_longer_one_leaves_nothing_of_that_behind() -> None:
    register_secret("marked")
    register_secret("marked-and-longer")
    assert without_secrets("say marked-and-longer, marked") == "say ***, ***"


def test_a_secret_in_an_address_is_found_in_its_other_form() -> None:
    register_secret("a+b/c=d")
    assert without_secrets("?key=a%2Bb%2Fc%3Dd&raw=a+b/c=d") == "?key=***&raw=***"


def test_too_short_a_secret_does_not_shred_the_log() -> None:
    register_secret("")
    register_secret("a")
    assert without_secrets("a plain line") == "a plain line"


def test_only_so_many_secrets_are_kept() -> None:
    register_secret("the-oldest-token")
    register_secret("in-use-all-the-time")
    for number in range(100):
        register_secret(f"token-number-{number}-")
        register_secret("in-use-all-the-time")
    assert without_secrets("the-oldest-token token-number-99- in-use-all-the-time") == "the-oldest-token *** ***"
