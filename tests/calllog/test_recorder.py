"""The recorder between the Feed and the file: what is heard is written, and what could not be is a gap."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import func, select

from tests.calllog.made import ANA, BEGAN, BEN, CALL, WEBER, Heard, record_of
from tests.calllog.test_webhook import eventually
from tui.calllog import schema
from tui.calllog.privacy import Numbers
from tui.calllog.recorder import FAULT, HIDDEN, OVERFLOW, UNTOLD, Recorder
from tui.calllog.store import Store
from tui.calllog.writing import LOST
from tui.clock import Clock
from tui.feed.link import FeedEvent, Gap, Link, LinkState
from tui.presence.board import By, Change
from tui.presence.presence import Presence
from tui.ringcentral.records import Leg

TALKING = replace(CALL, telephony_status="CallConnected")


@dataclass
class Recording:
    """A recorder of a board, on a clock that stands still unless it is moved."""

    path: Path
    heard: Heard
    now: float = BEGAN
    numbers: Numbers = field(default_factory=Numbers)
    waiting: int = 1000
    starts: bool = True

    def __post_init__(self) -> None:
        self.store = Store(self.path)
        self.clock = Clock(lambda: self.now, lambda: self.now)
        self.said: list[str] = []
        self.recorder = Recorder(
            self.store, "1", self.heard.board, self.clock, self.numbers, waiting=self.waiting, tell=self.said.append
        )
        if self.starts:
            self.recorder.start()

    def tell(self, *events: FeedEvent) -> None:
        for event in events:
            self.recorder.hear(event)

    def live(self, at: float = BEGAN) -> None:
        self.tell(LinkState(Link.LIVE, at))

    def leave(self) -> None:
        self.recorder.close()
        self.store.close()

    def rows(self, name: str) -> list[dict[str, object]]:
        store = Store(self.path)
        with store.reading() as connection:
            found = [dict(row) for row in connection.execute(select(schema.metadata.tables[name])).mappings()]
        store.close()
        return found

    def gaps(self) -> list[tuple[object, ...]]:
        def after(moment: object) -> object:
            return round(moment - BEGAN, 3) if isinstance(moment, float) else moment

        return [
            (row["extension_id"], after(row["started_at"]), after(row["ended_at"]), row["reason"])
            for row in self.rows("gap")
        ]


@pytest.fixture
def heard() -> Heard:
    return Heard(ANA, BEN)


@pytest.fixture
def begin(tmp_path: Path, heard: Heard) -> Callable[..., Recording]:
    return lambda **changes: Recording(tmp_path / "calls.sqlite", heard, **changes)


Begin = Callable[..., Recording]


def test_a_call_that_is_heard_is_a_row(begin: Begin, heard: Heard) -> None:
    recording = begin()
    recording.live()
    recording.tell(*heard.event(BEGAN, CALL), *heard.event(BEGAN + 5, TALKING), *heard.event(BEGAN + 60))
    recording.leave()
    (call,) = recording.rows("call")
    assert (call["result"], call["from_number"], call["ended_at"]) == ("answered", WEBER, BEGAN + 60)
    assert recording.gaps() == []


def test_much_of_the_call_log_is_written_in_steps_between_which_others_may_write(tmp_path: Path, heard: Heard) -> None:
    store, clock, steps = Store(tmp_path / "calls.sqlite"), Clock(lambda: BEGAN, lambda: BEGAN), list[int]()

    def written() -> None:
        with store.writing() as connection:
            steps.append(connection.execute(select(func.count()).select_from(schema.call)).scalar_one())

    recorder = Recorder(store, "1", heard.board, clock, Numbers(), written=written)
    recorder.learn(
        [
            record_of(record_id=f"Cl{number}", session_id=f"{number}", telephony_session_id=f"s-{number}")
            for number in range(250)
        ]
    )
    recorder.start()
    recorder.close()
    store.close()
    assert steps[:3] == [100, 200, 250]


def test_the_time_in_which_the_link_was_lost_is_one_gap(begin: Begin) -> None:
    recording = begin()
    recording.live()
    recording.tell(LinkState(Link.DOUBTFUL, BEGAN + 9, reason="no answer from PubNub", lost_since=BEGAN + 4))
    recording.tell(LinkState(Link.WAITING, BEGAN + 10, reason="no network", lost_since=BEGAN + 4))
    recording.live(BEGAN + 30)
    recording.tell(Gap(BEGAN + 3, BEGAN + 30, "no answer from PubNub", "snapshot"))
    recording.leave()
    assert recording.gaps() == [(None, 3, 30, "no answer from PubNub")]


def test_numbers_and_names_of_extensions_are_kept_as_they_are_by_now(begin: Begin, heard: Heard) -> None:
    recording = begin()
    recording.live()
    recording.tell(*heard.board.choose([ANA, replace(BEN, name="Benjamin Okafor")], BEGAN + 1))
    recording.leave()
    known = {(row["extension_id"], row["number"], row["name"]) for row in recording.rows("extension")}
    assert known == {("401", "101", "Ana Martins"), ("402", "102", "Benjamin Okafor")}


def test_an_extension_that_the_platform_refuses_is_a_gap_of_its_own(begin: Begin, heard: Heard) -> None:
    recording = begin()
    recording.live()
    recording.tell(*heard.board.refuse({"402": "no permission"}, BEGAN + 1))
    recording.tell(*heard.board.refuse({}, BEGAN + 8))
    recording.leave()
    assert recording.gaps() == [("402", 1, 8, "not watched: no permission")]


def test_so_is_one_that_hides_its_presence(begin: Begin, heard: Heard) -> None:
    recording = begin()
    recording.live()
    hidden = {"402": Presence(allow_see=False)}
    recording.tell(*heard.board.end_read(heard.board.begin_read(BEGAN + 1), hidden, BEGAN + 1, By.SNAPSHOT))
    recording.tell(*heard.read(BEGAN + 8))
    recording.leave()
    assert recording.gaps() == [("402", 1, 8.1, HIDDEN)]


def test_what_no_event_told_of_is_a_gap_of_its_extension(begin: Begin, heard: Heard) -> None:
    recording = begin()
    recording.live()
    recording.tell(*heard.event(BEGAN, CALL), *heard.read(BEGAN + 30, TALKING), *heard.event(BEGAN + 60))
    recording.leave()
    assert recording.gaps() == [("401", 0, 30.1, UNTOLD)]
    assert [row["answered_at"] for row in recording.rows("call")] == [None]


def test_one_that_is_refused_when_recording_begins_is_a_gap_too_and_the_next_recorder_judges_anew(
    begin: Begin, heard: Heard
) -> None:
    heard.board.refuse({"402": "no permission"}, BEGAN - 1)
    first = begin()
    first.live()
    first.leave()
    assert first.gaps() == [("402", 0, None, "not watched: no permission")]
    heard.board.refuse({}, BEGAN + 40)
    second = begin(now=BEGAN + 50)
    second.live(BEGAN + 51)
    second.leave()
    assert sorted(second.gaps(), key=str) == [
        ("402", 0, 50, "not watched: no permission"),
        (None, 0, 51, "nothing was recorded"),
    ]


def test_one_that_never_has_a_presence_is_no_gap(begin: Begin, heard: Heard) -> None:
    heard.board.choose((ANA, replace(BEN, type="Department")), BEGAN - 1)
    recording = begin()
    recording.live()
    recording.tell(*heard.board.refuse({"402": "presence is disabled for this type"}, BEGAN + 1))
    recording.leave()
    assert recording.gaps() == []


def test_a_recorder_that_was_killed_leaves_a_gap_and_calls_that_ended_meanwhile_are_over(
    begin: Begin, heard: Heard
) -> None:
    killed = begin()
    killed.live()
    killed.tell(*heard.event(BEGAN, CALL))
    killed.now = BEGAN + 20
    killed.recorder.note_alive()
    eventually(lambda: [row["alive_at"] for row in killed.rows("life")] == [BEGAN + 20])
    heard.event(BEGAN + 25)
    after = begin(now=BEGAN + 100)
    assert after.gaps() == [(None, 20, None, "the recorder was killed")]
    after.live(BEGAN + 103)
    after.leave()
    assert after.gaps() == [(None, 20, 103, "the recorder was killed")]
    assert [(row["state"], row["result"], row["ended_at"]) for row in after.rows("call_party")] == [
        ("ended", "unknown", None)
    ]
    killed.leave()


def test_a_call_that_goes_on_over_a_restart_stays_one_call(begin: Begin, heard: Heard) -> None:
    first = begin()
    first.live()
    first.tell(*heard.event(BEGAN, CALL), *heard.event(BEGAN + 5, TALKING))
    first.leave()
    second = begin(now=BEGAN + 30)
    second.live(BEGAN + 31)
    second.tell(*heard.event(BEGAN + 60))
    second.leave()
    (call,) = second.rows("call")
    assert (call["answered_at"], call["ended_at"], call["result"]) == (BEGAN + 5, BEGAN + 60, "answered")
    assert second.gaps() == [(None, 0, 31, "nothing was recorded")]


def test_what_finds_no_room_is_a_gap_and_delays_nobody(begin: Begin, heard: Heard) -> None:
    recording = begin(waiting=5, starts=False)
    recording.live()
    changes: list[Change] = []
    for number in range(20):
        changes += heard.event(BEGAN + number, TALKING if number % 2 else CALL)
    for change in changes:
        recording.now = change.at
        recording.tell(change)
    assert recording.recorder.lost > 10
    recording.recorder.start()
    eventually(lambda: len(recording.rows("call")) == 1)
    recording.now = BEGAN + 50
    recording.tell(*heard.event(BEGAN + 50))
    recording.leave()
    ((_, start, end, reason),) = recording.gaps()
    assert (start, end, reason) == (2, 50, OVERFLOW)
    assert [row["is_over"] for row in recording.rows("call")] == [True]


def test_a_file_that_cannot_be_written_is_said_and_nothing_that_was_heard_is_lost(
    begin: Begin, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.calllog.store.BUSY", 0.01)
    monkeypatch.setattr("tui.calllog.recorder.RETRIES", (0.01,))
    recording = begin()
    recording.live()
    eventually(lambda: len(recording.rows("life")) == 1)
    other = sqlite3.connect(recording.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    recording.tell(*heard.event(BEGAN, CALL))
    eventually(lambda: "another program keeps it locked" in recording.recorder.problem)
    recording.tell(*heard.event(BEGAN + 5, TALKING))
    other.execute("ROLLBACK")
    other.close()
    eventually(lambda: not recording.recorder.problem)
    recording.leave()
    assert [row["answered_at"] for row in recording.rows("call")] == [BEGAN + 5]
    locked = f"the record: {recording.path}: another program keeps it locked"
    assert recording.said == [locked, "the record: calls are written again"]


def test_what_cannot_be_taken_in_is_a_gap_and_takes_nothing_else_with_it(begin: Begin, heard: Heard) -> None:
    recording = begin(starts=False)
    recording.live()
    no_text = replace(CALL, telephony_session_id="s-2", session_id="2", party_id="p-2-2", to_name="\ud800")
    recording.tell(*heard.event(BEGAN, CALL), *heard.event(BEGAN + 5, no_text, extension_id="402"))
    recording.tell(*heard.event(BEGAN + 20))
    recording.recorder.start()
    recording.leave()
    assert [(row["ringing_at"], row["ended_at"]) for row in recording.rows("call_party")] == [(BEGAN, BEGAN + 20)]
    assert recording.gaps() == [(None, 5, 5, FAULT)]
    assert recording.said == [f"the record: {FAULT}", "the record: calls are written again"]


def test_that_only_the_call_log_knew_of_an_answer_is_a_gap_of_who_is_watched(begin: Begin, heard: Heard) -> None:
    recording = begin()
    recording.live()
    recording.tell(*heard.event(BEGAN, CALL), *heard.event(BEGAN + 20))
    legs = tuple(
        Leg(extension, "Inbound", result, BEGAN + 30, BEGAN + 39)
        for extension, result in (("402", "Accepted"), ("401", "Missed"), ("499", "Accepted"))
    )
    unseen = record_of(telephony_session_id="s-9", session_id="9", party_id="", record_id="Cl2", legs=legs)
    for _ in range(2):
        recording.recorder.learn([record_of(lasted=20), unseen])
    recording.leave()
    assert sorted(recording.gaps()) == [("401", 0, 20, LOST), ("402", 30, 39, LOST)]
    assert all(row["filled_at"] for row in recording.rows("gap"))


def test_an_answer_in_a_gap_makes_no_other(begin: Begin, heard: Heard) -> None:
    recording = begin()
    recording.live()
    recording.tell(*heard.event(BEGAN, CALL), Gap(BEGAN + 2, BEGAN + 9, "no network", "snapshot"))
    recording.tell(*heard.event(BEGAN + 20))
    recording.recorder.learn([record_of(lasted=20)])
    recording.leave()
    assert recording.gaps() == [(None, 2, 9, "no network")]


def test_facts_of_the_call_log_are_taken_in(begin: Begin, heard: Heard) -> None:
    recording = begin()
    recording.live()
    recording.tell(*heard.event(BEGAN, CALL), *heard.event(BEGAN + 20))
    recording.recorder.learn([record_of(result="Voicemail", lasted=20)])
    recording.leave()
    assert [(row["result"], row["matched_by"]) for row in recording.rows("call")] == [("voicemail", "party")]


@pytest.mark.parametrize(
    ("mode", "kept", "name"),
    [("full", WEBER, "K. Weber"), ("last4", "..3456", None), ("hash", "hash:", None)],
)
def test_no_more_of_a_number_is_written_than_is_kept(
    begin: Begin, heard: Heard, mode: str, kept: str, name: str | None
) -> None:
    recording = begin(numbers=Numbers(mode, b"key"))
    recording.live()
    recording.tell(*heard.event(BEGAN, CALL), *heard.event(BEGAN + 5, TALKING))
    recording.leave()
    (call,) = recording.rows("call")
    assert str(call["from_number"]).startswith(kept)
    assert (call["from_name"], call["to_number"]) == (name, "101")
    whole = msgspec.json.encode(call).decode()
    assert (WEBER in whole) is (mode == "full")
