"""`ringwall watch` and `ringwall once` as scripts start them: their lines, their exit codes, and how they leave."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands.started import ENDED, Json, ringwall, watching
from tests.terminal.box import BoxProcess, box_process, choose
from tests.terminal.tty import program

EXTENSION = (
    "type at extension_id number name department site status reason stale since since_is_seen telephony_status"
    " presence_status user_status dnd_status meeting_status message total_calls calls confirmed_at by"
)
CALL = "direction telephony_status from from_name to to_name queue session_id telephony_session_id party_id started_at"
LINK = "type at link transport reason retry_at"
GAP = "type at from to reason healed_by"
MESSAGES = "type at extension_id voicemail sms fax"
"""The fields of each object, in their order."""


@pytest.fixture(scope="module")
def box() -> Iterator[BoxProcess]:
    with box_process() as running:
        yield running


def fields(said: Json) -> str:
    return " ".join(said)


def test_once_gives_one_object_with_every_field_and_null_for_what_is_not_known(box: BoxProcess, tmp_path: Path) -> None:
    ended = ringwall(box.environment(tmp_path), "once", "--json", "--extensions", "101")
    assert (ended.returncode, ended.stderr) == (0, "")
    whole = json.loads(ended.stdout)
    assert list(whole) == ["at", "link", "extensions"]
    (ana,) = whole["extensions"]
    assert fields(ana) == EXTENSION
    assert (ana["extension_id"], ana["number"], ana["name"]) == ("401", "101", "Ana Martins")
    assert (ana["status"], ana["reason"], ana["message"], ana["calls"], ana["by"]) == (
        "available",
        None,
        None,
        [],
        "snapshot",
    )
    assert not (tmp_path / "config").exists()


def test_all_means_all_that_can_be_watched(box: BoxProcess, tmp_path: Path) -> None:
    ended = ringwall(box.environment(tmp_path), "once", "--json", "--extensions", "all")
    seen = {one["extension_id"]: one["status"] for one in json.loads(ended.stdout)["extensions"]}
    assert set(seen) <= set(box.ask("GET", "/simulator/truth"))
    assert {"301", "401", "402"} <= set(seen)
    assert "no_presence" not in seen.values()


def test_numbers_and_ids_may_be_mixed_and_what_has_no_presence_says_so(box: BoxProcess, tmp_path: Path) -> None:
    ended = ringwall(box.environment(tmp_path), "once", "--extensions", " 102, 401,101,700")
    assert ended.returncode == 0
    said = ended.stdout.splitlines()
    assert [line.split("  ")[1] for line in said[:2]] == ["102 Ben Okafor", "101 Ana Martins"]
    assert "NO PRESENCE" in said[2]
    assert len(said) == 3


@pytest.mark.parametrize("command", ["once", "watch"])
@pytest.mark.parametrize(
    ("words", "chosen", "said"),
    [
        (["--extensions", "101,nobody,999"], [], "No such extension: nobody, 999"),
        ([], [], "No extensions are chosen"),
        ([], ["62264425008"], "The account has none of the chosen extensions"),
    ],
)
def test_extensions_that_do_not_exist_are_wrong_use(
    box: BoxProcess, tmp_path: Path, command: str, words: list[str], chosen: list[str], said: str
) -> None:
    if chosen:
        choose(tmp_path, *chosen)
    ended = ringwall(box.environment(tmp_path), command, *words)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert said in ended.stderr


def test_without_a_word_the_saved_choice_counts_and_what_is_gone_of_it_does_not_matter(
    box: BoxProcess, tmp_path: Path
) -> None:
    choose(tmp_path, "403", "gone", "401")
    ended = ringwall(box.environment(tmp_path), "once", "--json")
    assert [one["extension_id"] for one in json.loads(ended.stdout)["extensions"]] == ["403", "401"]


def test_watch_tells_how_all_is_and_then_what_changes(box: BoxProcess, tmp_path: Path) -> None:
    with watching(box.environment(tmp_path), "watch", "--json", "--extensions", "103,104") as watch:
        first = watch.until(link="live")
        assert [one["link"] for one in first if one["type"] == "link"] == ["subscribing", "syncing", "live"]
        assert all(fields(one) == LINK for one in first if one["type"] == "link")
        assert [one["number"] for one in first if one["type"] == "extension"] == ["103", "104"]
        assert all(fields(one) == EXTENSION for one in first if one["type"] == "extension")
        box.ask(
            "POST",
            "/simulator/calls",
            {"to": "103", "from": "+4930123456", "from_name": "K. Weber", "ring": 1, "talk": 1},
        )
        ringing, *_, free = watch.until(status="available", extension_id="403")
        assert (ringing["status"], ringing["since_is_seen"], ringing["by"]) == ("ringing_in", False, "event")
        (call,) = ringing["calls"]
        assert fields(call) == CALL
        assert (call["from"], call["from_name"], call["queue"]) == ("+4930123456", "K. Weber", None)
        assert (free["calls"], free["by"]) == ([], "event")
        assert watch.end() == (143, ENDED)


def test_watch_tells_of_gaps_and_what_healed_them(box: BoxProcess, tmp_path: Path) -> None:
    with watching(box.environment(tmp_path), "watch", "--json", "--extensions", "105") as watch:
        watch.until(link="live")
        box.ask("POST", "/simulator/faults", {"fault": "undecodable", "count": 1})
        box.ask("POST", "/simulator/presence", {"extension": "105", "dndStatus": "DoNotAcceptAnyCalls"})
        gap = watch.until(type="gap")[-1]
        assert fields(gap) == GAP
        assert gap["from"] <= gap["to"] <= gap["at"]
        assert gap["healed_by"] == "snapshot"
        box.ask("POST", "/simulator/presence", {"extension": "105", "dndStatus": "TakeAllCalls"})
        assert watch.until(status="available")[-1]["by"] == "event"


def test_watch_tells_of_messages_where_the_configuration_asks_for_them(box: BoxProcess, tmp_path: Path) -> None:
    config = tmp_path / "own.toml"
    config.write_text("message_store = true\n")
    words = ("--config", str(config), "watch", "--json", "--extensions", "106")
    with watching(box.environment(tmp_path), *words) as watch:
        watch.until(link="live")
        box.ask(
            "POST", "/simulator/calls", {"to": "301", "from": "+4930123456", "ring": 1, "talk": 1, "end": "voicemail"}
        )
        news = watch.until(type="messages")[-1]
        assert fields(news) == MESSAGES
        assert (news["extension_id"], news["voicemail"], news["sms"], news["fax"]) == ("301", 1, 0, 0)


def test_watch_in_words_masks_callers_where_that_is_wanted(box: BoxProcess, tmp_path: Path) -> None:
    with watching(box.environment(tmp_path), "--mask", "watch", "--extensions", "107") as watch:
        for line in watch.out:
            if "link live" in line:
                break
        box.ask("POST", "/simulator/calls", {"to": "107", "from": "+4930123456", "from_name": "K. Weber", "ring": 1})
        ringing = watch.out.readline()
        assert "107 Grace Kim  RINGING 0:0" in ringing
        assert "+49..3456" in ringing
        assert "Weber" not in ringing


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_a_signal_ends_watch_with_its_own_code_and_deletes_the_subscription(
    box: BoxProcess, tmp_path: Path, number: signal.Signals
) -> None:
    before = box.asked("DELETE", "/restapi/v1.0/subscription/")
    with watching(box.environment(tmp_path), "watch", "--json", "--extensions", "101") as watch:
        watch.until(link="live")
        assert watch.end(number) == (128 + number, f"ringwall: ended by {number.name}\n")
    assert f"ended by {number.name}" in (tmp_path / "state" / "ringwall" / "ringwall.log").read_text()
    assert box.asked("DELETE", "/restapi/v1.0/subscription/") == before + 1


@pytest.mark.parametrize(("number", "ignored"), [("110", []), ("111", [signal.SIGHUP])])
def test_a_terminal_that_is_lost_ends_watch(
    box: BoxProcess, tmp_path: Path, number: str, ignored: list[signal.Signals]
) -> None:
    before = box.asked("DELETE", "/restapi/v1.0/subscription/")
    with program(box.environment(tmp_path), "watch", "--extensions", number, ignored=ignored) as tty:
        tty.until_shown("link live")
        tty.hang_up()
        box.ask("POST", "/simulator/presence", {"extension": number, "dndStatus": "DoNotAcceptAnyCalls"})
        assert tty.until_ended(within=5) == 128 + signal.SIGHUP
    assert box.asked("DELETE", "/restapi/v1.0/subscription/") == before + 1


def test_a_terminal_that_is_closed_does_not_end_a_watch_that_was_started_by_nohup(
    box: BoxProcess, tmp_path: Path
) -> None:
    environment = box.environment(tmp_path)
    with program(environment, "watch", "--extensions", "109", ignored=[signal.SIGHUP]) as tty:
        tty.until_shown("link live")
        tty.signal(signal.SIGHUP)
        box.ask("POST", "/simulator/presence", {"extension": "109", "dndStatus": "DoNotAcceptAnyCalls"})
        tty.until_shown("DND")
        tty.signal(signal.SIGTERM)
        assert tty.exit_code() == 128 + signal.SIGTERM


def test_whoever_stops_reading_ends_watch_quietly_and_the_subscription_is_deleted(
    box: BoxProcess, tmp_path: Path
) -> None:
    before = box.asked("DELETE", "/restapi/v1.0/subscription/")
    with watching(box.environment(tmp_path), "watch", "--json", "--extensions", "108") as watch:
        watch.until(link="live")
        watch.out.close()
        box.ask("POST", "/simulator/presence", {"extension": "108", "dndStatus": "DoNotAcceptAnyCalls"})
        assert watch.process.wait() == 128 + signal.SIGPIPE
        assert watch.err.read() == ""
    assert box.asked("DELETE", "/restapi/v1.0/subscription/") == before + 1


def test_what_the_platform_refuses_is_77(box: BoxProcess, tmp_path: Path) -> None:
    box.ask("POST", "/simulator/faults", {"fault": "http_403", "count": 1, "match": r"/account/~/extension\?"})
    ended = ringwall(box.environment(tmp_path), "once", "--extensions", "101")
    assert (ended.returncode, ended.stdout) == (77, "")
    assert ended.stderr.startswith("ringwall: ")


@pytest.mark.parametrize("words", [["once"], ["once", "--json"]])
def test_a_name_that_cannot_be_written_is_told_all_the_same(box: BoxProcess, tmp_path: Path, words: list[str]) -> None:
    ended = ringwall(box.environment(tmp_path, PYTHONIOENCODING="latin-1"), *words, "--extensions", "125")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "?or?e ?ivkovi?" in ended.stdout


def test_once_subscribes_to_nothing(box: BoxProcess, tmp_path: Path) -> None:
    before = box.asked("POST", "/restapi/v1.0/subscription")
    assert ringwall(box.environment(tmp_path), "once", "--extensions", "all").returncode == 0
    assert box.asked("POST", "/restapi/v1.0/subscription") == before
