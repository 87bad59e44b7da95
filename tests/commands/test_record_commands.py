"""`ringwall watch --record` and `ringwall log`, as people start them, against a real box."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands.started import Json, ringwall, watching
from tests.terminal.box import BoxProcess, box_process
from tui.commands.log import harmless, moment
from tui.errors import UsageError

WEBER = "+4930123456"
EXTENSIONS = ("--extensions", "101,102")


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of somebody who has recorded an answered and an unanswered call."""
    home = tmp_path_factory.mktemp("recorded")
    with box_process() as box:
        environment = box.environment(home)
        with watching(environment, "watch", "--record", "--json", "--extensions", "101,102,700") as watch:
            watch.until(type="link", link="live")
            call(box, to="101", from_name="=K. Weber")
            call(box, to="102", end="missed")
            watch.until(type="extension", number="102", status="available", by="event")
            while len([one for one in log(environment) if one["is_over"]]) < 2:
                pass
            second = ringwall(environment, "watch", "--record", *EXTENSIONS)
            assert (second.returncode, second.stdout) == (75, "")
            assert "Another Ringwall of yours keeps the record" in second.stderr
            assert watch.end() == (143, "ringwall: 700 Sales: a call queue has no presence; choose its members\n")
        yield environment


def call(box: BoxProcess, **plan: object) -> None:
    box.ask("POST", "/simulator/calls", {"from": WEBER, "ring": 0.2, "talk": 0.2, **plan})


def log(environment: dict[str, str], *words: str) -> list[Json]:
    ended = ringwall(environment, "log", "--json", *words)
    assert (ended.returncode, ended.stderr) == (0, "")
    return [json.loads(line) for line in ended.stdout.splitlines()]


def test_each_call_is_one_row_with_what_was_seen(recorded: dict[str, str]) -> None:
    seen = [(one["from_number"], one["to_name"], one["result"], len(one["parties"])) for one in log(recorded)]
    assert seen == [(WEBER, "Ana Martins", "answered", 1), (WEBER, "Ben Okafor", "not_answered_here", 1)]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("--missed",), ["102"]),
        (("--extension", "101"), ["101"]),
        (("--extension", "401,402"), ["101", "102"]),
        (("--since", "1h"), ["101", "102"]),
        (("--until", "2026-01-01"), []),
    ],
)
def test_the_log_is_narrowed(recorded: dict[str, str], words: tuple[str, ...], found: list[str]) -> None:
    assert [one["to_number"] for one in log(recorded, *words)] == found


def test_sentences_are_for_people_and_masked_where_that_is_wanted(recorded: dict[str, str]) -> None:
    first = ringwall(recorded, "log").stdout.splitlines()[0]
    assert f"=K. Weber {WEBER} -> Ana Martins 101  answered  0:00" in first
    masked = ringwall(recorded, "--mask", "log").stdout
    assert "+49..3456 -> Ana Martins 101" in masked
    assert "Weber" not in masked + ringwall(recorded, "--mask", "log", "--json").stdout


def test_a_table_holds_nothing_that_a_spreadsheet_computes(recorded: dict[str, str]) -> None:
    rows = list(csv.DictReader(io.StringIO(ringwall(recorded, "log", "--csv").stdout)))
    assert [row["from_name"] for row in rows] == ["'=K. Weber", ""]
    assert rows[0]["from_number"] == f"'{WEBER}"
    assert [harmless(text) for text in ("=1", "+1", "-1", "@a", "\t=1", "a=1", None, True)] == [
        "'=1",
        "'+1",
        "'-1",
        "'@a",
        "'\t=1",
        "a=1",
        "",
        "true",
    ]


def test_the_time_when_nobody_recorded_is_a_gap(recorded: dict[str, str]) -> None:
    assert ringwall(recorded, "log", "gaps", "--json").returncode == 0
    said = ringwall(recorded, "log", "sinks").stdout
    assert said == "There are no sinks: [record] in the configuration names none.\n"


def test_a_number_is_forgotten(recorded: dict[str, str]) -> None:
    said = ringwall(recorded, "log", "forget", "+49 30 123456").stdout
    assert said.startswith("Removed from 2 calls and 0 messages to sinks.")
    assert [one["from_number"] for one in log(recorded)] == [None, None]


def test_without_a_record_it_says_how_to_get_one(tmp_path: Path) -> None:
    ended = ringwall({"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}, "log")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "ringwall watch --record" in ended.stderr


@pytest.mark.parametrize("words", [("--since", "soon"), ("--extension", "999"), ("--json", "--csv")])
def test_what_it_does_not_understand_it_says(recorded: dict[str, str], words: tuple[str, ...]) -> None:
    assert ringwall(recorded, "log", *words).returncode == 2


def test_moments_are_read_as_people_write_them() -> None:
    now = 1_790_000_000.0
    assert moment("2h", now) == now - 7200
    assert moment("2026-11-25T14:00:00+00:00", now) == moment("2026-11-25T15:00+01:00", now)
    assert abs(moment("14:00", now) - now) < 86_400
    with pytest.raises(UsageError):
        moment("yesterday-ish", now)
