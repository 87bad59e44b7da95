"""`ringwall watch --record` and `ringwall log`, as people start them, against a real box."""

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.calllog.made import answered_call
from tests.commands.started import ENDED, Json, ringwall, watching
from tests.terminal.box import BoxProcess, box_process
from tui.calllog import outbox
from tui.calllog.store import Store
from tui.calllog.writing import Writing
from tui.commands.log import harmless
from tui.commands.log_words import extensions_meant, moment
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
            no_presence = "ringwall: 700 Sales: a call queue has no presence; choose its members\n"
            assert watch.end() == (143, no_presence + ENDED)
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
        (("--extension", "401,Ben Okafor"), ["101", "102"]),
        (("--extension", "okafor"), ["102"]),
        (("--extension", "101", "--extension", "102"), ["101", "102"]),
        (("--since", "1h"), ["101", "102"]),
        (("--until", "2026-01-01"), []),
    ],
)
def test_the_log_is_narrowed(recorded: dict[str, str], words: tuple[str, ...], found: list[str]) -> None:
    assert [one["to_number"] for one in log(recorded, *words)] == found


def test_sentences_are_for_people_and_masked_where_that_is_wanted(recorded: dict[str, str]) -> None:
    first = ringwall(recorded, "log").stdout.splitlines()[0]
    assert re.fullmatch(
        r"2\d{3}-\d\d-\d\d \d\d:\d\d  answered      0:0\d  =K. Weber \+4930123456 -> 101 Ana Martins", first
    )
    masked = ringwall(recorded, "--mask", "log").stdout
    assert "+49..3456 -> 101 Ana Martins" in masked
    assert "Weber" not in masked + ringwall(recorded, "--mask", "log", "--json").stdout
    none = ringwall(recorded, "log", "--until", "2020-01-01")
    assert (none.returncode, none.stdout, none.stderr) == (0, "", "ringwall: no such calls are recorded\n")


def test_a_table_holds_nothing_that_a_spreadsheet_computes(recorded: dict[str, str]) -> None:
    rows = list(csv.DictReader(io.StringIO(ringwall(recorded, "log", "--csv").stdout)))
    assert [row["from_name"] for row in rows] == ["'=K. Weber", ""]
    assert rows[0]["from_number"] == f"'{WEBER}"
    assert [row["extensions"] for row in rows] == ["101", "102"]
    assert ringwall(recorded, "log", "--csv", "--until", "2020-01-01").stdout.startswith("account_id,call_id,")
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
    assert ringwall(recorded, "log", "gaps").stdout == "There are no gaps.\n"
    said = ringwall(recorded, "log", "sinks").stdout
    assert said == "There are no sinks: [record] in the configuration names none.\n"


def test_sinks_tell_how_far_they_are_and_what_they_refused(tmp_path: Path) -> None:
    environment = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "XDG_STATE_HOME": str(tmp_path)}
    store = Store(tmp_path / "ringwall" / "calls.sqlite")
    with store.writing() as connection:
        outbox.set_sinks(connection, ["postgres", "webhook"])
        for fact in answered_call():
            Writing(connection, "1", has_sinks=True).learn([fact])
        first, *_ = outbox.next_messages(connection, "webhook", 9)
        outbox.note_dead(connection, "webhook", first, "crm.example.com answers 422")
        for _ in range(3):
            outbox.note_problem(connection, "webhook", "crm.example.com answers 503")
    store.close()

    def said(*words: str, options: Sequence[str] = ()) -> list[str]:
        return ringwall(environment, *options, "log", "sinks", *words).stdout.splitlines()

    postgres, webhook, problem, hint = said()
    assert re.fullmatch(r"postgres  3 waiting for 0:\d\d, 0 refused, nothing taken yet", postgres)
    assert re.fullmatch(r"webhook   2 waiting for 0:\d\d, 1 refused, nothing taken yet", webhook)
    assert problem.strip() == "crm.example.com answers 503, 3 times in a row"
    assert "--resend webhook" in hint
    assert said("--dead")[-1].endswith("  webhook  s-171, revision 1: crm.example.com answers 422")
    *states, letter = map(json.loads, said("--dead", "--json"))
    assert [(one["sink"], one["waiting"], one["dead"]) for one in states] == [("postgres", 3, 0), ("webhook", 2, 1)]
    assert (letter["reason"], letter["payload"]["call_id"]) == ("crm.example.com answers 422", "s-171")
    assert letter["payload"]["from_number"] == WEBER
    masked = json.loads(said("--dead", "--json", options=["--mask"])[-1])["payload"]
    assert (masked["from_number"], masked["from_name"], masked["to_name"]) == ("+49..3456", None, "Ana Martins")
    assert said("--resend", "webhook") == ["webhook: 0 to be sent again, 1 left out, for a later state is sent anyway"]
    assert ringwall(environment, "log", "sinks", "--resend", "crm").returncode == 2


def test_a_number_is_forgotten(recorded: dict[str, str]) -> None:
    said = ringwall(recorded, "log", "forget", "+49 30 123456").stdout
    assert said.startswith("Calls that it was removed from: 2; messages to sinks: 0.\n")
    assert ":snapshot full" in said
    assert [one["from_number"] for one in log(recorded)] == [None, None]


def test_without_a_record_it_says_how_to_get_one(tmp_path: Path) -> None:
    ended = ringwall({"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}, "log")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "ringwall watch --record" in ended.stderr


@pytest.mark.parametrize(
    "words", [("--since", "soon"), ("--extension", "999"), ("--extension", "a"), ("--json", "--csv")]
)
def test_what_it_does_not_understand_it_says(recorded: dict[str, str], words: tuple[str, ...]) -> None:
    assert ringwall(recorded, "log", *words).returncode == 2


def test_moments_are_read_as_people_write_them() -> None:
    now = 1_790_000_000.0
    assert moment("now", now) == now
    assert moment("2h", now) == moment("2h ago", now) == moment("1h60m", now) == now - 7200
    assert moment("1w", now) == moment("7d", now)
    assert moment("today", now) == moment("0:00", now) == moment("today 00:00", now) <= now
    assert moment("today 9:05", now) == moment("09:05", now) == moment("Today 9:05:00", now)
    day = datetime.fromtimestamp(now).astimezone() - timedelta(days=1)
    assert moment("yesterday", now) == moment(f"{day:%Y-%m-%d}", now) < moment("yesterday 1:00", now)
    assert moment("2026-11-25T14:00:00+00:00", now) == moment("2026-11-25T15:00+01:00", now)
    assert abs(moment("14:00", now) - now) < 86_400
    for words in ("yesterday-ish", "2 h", "h", "", "today 25:00", "9", "2026-13-01"):
        with pytest.raises(UsageError):
            moment(words, now)


def test_extensions_are_named_as_people_do() -> None:
    known = {"401": ("101", "Martins, Ana"), "402": ("102", "Ben Okafor"), "403": ("103", "Okafor"), "404": ("", "")}
    assert extensions_meant([], known) is None
    assert extensions_meant([" "], known) is None
    assert extensions_meant(["Martins, Ana"], known) == frozenset({"401"})
    assert extensions_meant(["okafor , ben"], known) == frozenset({"403", "402"})
    assert extensions_meant(["404", "103"], known) == frozenset({"404", "403"})
    with pytest.raises(UsageError, match="'oka' may be 102 Ben Okafor, 103 Okafor"):
        extensions_meant(["101,oka"], known)
    with pytest.raises(UsageError, match="No calls of 'Carla' are recorded"):
        extensions_meant(["Carla"], known)
