"""Which record of the call log is which call, and what is read of it when."""

import asyncio
from collections.abc import AsyncIterator, Collection
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select

from tests.calllog.made import BEGAN, RINGING, WEBER, answered_call, missed_call, record_of, then
from tests.calllog.test_webhook import eventually
from tui.calllog import schema
from tui.calllog.backfill import BEFORE, COVER_EVERY, GIVE_UP_AFTER, Backfill, Span, joined, matched
from tui.calllog.deriving import rows
from tui.calllog.facts import Fact, Logged
from tui.calllog.privacy import Numbers
from tui.calllog.rows import CallRow
from tui.calllog.store import Store
from tui.calllog.writing import Writing
from tui.clock import Clock
from tui.errors import PermissionMissing
from tui.ringcentral.records import Leg, Record

ACCOUNT = "1"
ALIEN = {"session_id": "9", "telephony_session_id": "s-9", "party_id": ""}
SECOND = {"session_id": "172", "telephony_session_id": "s-172", "party_id": "p-172-2"}
edited = msgspec.structs.replace


def found(records: list[Logged], calls: list[CallRow], chosen: Collection[str] = ("401",)) -> dict[str, str]:
    facts = matched(records, calls, chosen, BEGAN - BEFORE, BEGAN + 900)
    return {record.record_id: record.belongs_to for record in facts}


def test_a_record_with_the_ids_of_a_call_is_that_call() -> None:
    assert found([record_of()], rows(answered_call())) == {"Cl1": ""}


def test_what_the_log_says_of_a_call_that_goes_on_is_not_its_end() -> None:
    assert found([record_of(result="Stopped", lasted=0)], rows([RINGING])) == {}
    assert found([record_of(result="Stopped", lasted=0)], rows([then("ended", 9)])) == {"Cl1": ""}


def test_one_with_other_ids_is_the_call_of_that_extension_number_and_time() -> None:
    record = edited(record_of(result="Missed"), **ALIEN, started_at=BEGAN + 40)
    assert found([record], rows(missed_call())) == {"Cl1": "s-171"}


@pytest.mark.parametrize(
    "changes",
    [
        {"started_at": BEGAN + 200},
        {"from_number": "+49891"},
        {"direction": "Outbound", "legs": (Leg("401", "Outbound", "No Answer", BEGAN, BEGAN + 9),)},
        {"legs": (Leg("402", "Inbound", "Missed", BEGAN, BEGAN + 9),)},
    ],
)
def test_what_differs_in_more_than_its_ids_is_another_call(changes: dict[str, object]) -> None:
    record = edited(record_of(result="Missed"), **(ALIEN | changes))
    assert set(found([record], rows(missed_call()), ["401", "402"]).values()) == {""}


@pytest.mark.parametrize("direction", ["Inbound", "Outbound"])
def test_a_call_between_two_of_ours_is_found_whichever_side_the_log_tells(direction: str) -> None:
    called = edited(RINGING, from_number="102")
    calling = edited(called, extension_id="402", direction="Outbound", party_id="p-171-1", call_id="c-171-1")
    record = edited(record_of(called, result="Missed"), **ALIEN, direction=direction)
    assert found([record], rows([*missed_call(called), *missed_call(calling)])) == {"Cl1": "s-171"}


def test_a_call_between_two_of_ours_is_found_where_only_the_caller_is_watched() -> None:
    calling = edited(RINGING, from_number="102", extension_id="402", direction="Outbound", party_id="p-171-1")
    legs = tuple(Leg(one, way, "Missed", BEGAN, BEGAN + 9) for one, way in (("402", "Outbound"), ("401", "Inbound")))
    record = edited(record_of(calling, result="Missed"), **ALIEN, direction="Inbound", legs=legs)
    assert found([record], rows(missed_call(calling)), ["402"]) == {"Cl1": "s-171"}


def test_of_two_calls_that_one_of_ours_makes_each_has_the_record_of_whom_it_called() -> None:
    first = edited(RINGING, from_number="103", extension_id="403", direction="Outbound", party_id="p-171-1")
    later = {"at": BEGAN + 1, "started_at": BEGAN + 1}
    called = edited(first, **(SECOND | later), extension_id="402", direction="Inbound", to_number="102")
    second = edited(called, extension_id="403", direction="Outbound", party_id="p-172-1")
    of_first, of_second = (
        edited(
            record_of(first, result="Missed"),
            **ALIEN,
            record_id=record_id,
            direction="Inbound",
            to_number=number,
            started_at=began,
            legs=(Leg("403", "Outbound", "Missed", began, began + 9), Leg(to, "Inbound", "Missed", began, began + 9)),
        )
        for record_id, number, to, began in (("Cl1", "101", "401", BEGAN + 1), ("Cl2", "102", "402", BEGAN + 2))
    )
    calls = rows([*missed_call(first), *missed_call(second), *missed_call(called)])
    assert found([of_first, of_second], calls, ["401", "402", "403"]) == {"Cl1": "s-171", "Cl2": "s-172"}


def test_of_two_calls_from_one_number_each_has_the_record_that_is_nearest() -> None:
    again = edited(
        RINGING,
        at=BEGAN + 60,
        started_at=BEGAN + 60,
        session_id="172",
        telephony_session_id="s-172",
        party_id="p-172-2",
    )
    first = edited(record_of(result="Missed"), **ALIEN, started_at=BEGAN + 1)
    second = edited(first, record_id="Cl2", started_at=BEGAN + 58)
    calls = rows([*missed_call(), *missed_call(again)])
    assert found([second, first], calls) == {"Cl1": "s-171", "Cl2": "s-172"}


def test_a_record_that_is_known_is_neither_taken_in_again_nor_for_another_call() -> None:
    again = edited(
        RINGING,
        at=BEGAN + 60,
        started_at=BEGAN + 60,
        session_id="172",
        telephony_session_id="s-172",
        party_id="p-172-2",
    )
    calls = rows([*answered_call(), record_of(), *missed_call(again)])
    assert found([record_of()], calls) == {}


def test_calls_that_go_on_and_calls_of_others_are_left_out() -> None:
    going_on = edited(record_of(), ended_at=None)
    of_others = edited(record_of(), record_id="Cl2", legs=(Leg("499", "Inbound", "Accepted", BEGAN, BEGAN + 9),))
    assert found([going_on, of_others], []) == {}


def test_a_call_of_a_gap_is_taken_in_once() -> None:
    assert found([record_of()], []) == {"Cl1": ""}


def test_what_overlaps_is_read_once() -> None:
    spans = [Span(50, 60, ("b",)), Span(0, 10, ("a",)), Span(5, 20)]
    assert joined(spans) == [Span(0, 20, ("a",)), Span(50, 60, ("b",))]


class ScriptedLog:
    """A call log with these records."""

    def __init__(self, *records: Record) -> None:
        self.records = records
        self.asked: list[tuple[float, float]] = []
        self.refusal: Exception | None = None

    async def pages(self, since: float, until: float) -> AsyncIterator[list[Record]]:
        self.asked.append((since - BEGAN, until - BEGAN))
        if self.refusal:
            raise self.refusal
        yield [record for record in self.records if since <= record.started_at <= until]


class Filled:
    """A store, a clock, and what reads the log for it."""

    def __init__(self, path: Path, log: ScriptedLog, now: float) -> None:
        self.now = now
        self.store = Store(path)
        self.backfill = Backfill(
            self.store,
            ACCOUNT,
            log,
            lambda: ["401"],
            Clock(lambda: self.now, lambda: self.now),
            Numbers(),
            self.learn,
            10.0,
            30.0,
        )

    def learn(self, facts: Collection[Fact], gap_ids: Collection[str] = ()) -> None:
        with self.store.writing() as connection:
            writing = Writing(connection, ACCOUNT, has_sinks=False)
            writing.learn(list(facts))
            for gap_id in gap_ids:
                writing.fill_gap(gap_id, self.now)

    def gap(self, start: float, end: float) -> None:
        with self.store.writing() as connection:
            Writing(connection, ACCOUNT, has_sinks=False).add_gap(start, end, "no network")

    def rows(self, *columns: str, name: str = "call") -> list[tuple[object, ...]]:
        table = schema.metadata.tables[name].c
        with self.store.reading() as connection:
            return [tuple(row) for row in connection.execute(select(*(table[column] for column in columns)))]


async def test_the_result_of_a_call_comes_from_the_log_once_it_can_stand_there(tmp_path: Path) -> None:
    log = ScriptedLog(edited(record_of(result="Voicemail", lasted=20), **ALIEN))
    filled = Filled(tmp_path / "calls.sqlite", log, BEGAN + 25)
    filled.learn(missed_call())
    await filled.backfill.look()
    assert log.asked == []
    filled.now = BEGAN + 80
    await filled.backfill.look()
    assert log.asked == [(-240, 80)]
    assert filled.rows("result", "matched_by") == [("voicemail", "number_and_time")]
    await filled.backfill.look()
    assert len(log.asked) == 1


async def test_what_was_over_before_anybody_recorded_is_not_recorded(tmp_path: Path) -> None:
    log = ScriptedLog(edited(record_of(lasted=40), **SECOND, record_id="Cl2"), record_of(lasted=60))
    filled = Filled(tmp_path / "calls.sqlite", log, BEGAN + 500)
    with filled.store.writing() as connection:
        Writing(connection, ACCOUNT, has_sinks=False).begin_life(BEGAN + 50)
    filled.gap(BEGAN + 55, BEGAN + 90)
    await filled.backfill.look()
    assert filled.rows("call_id") == [("s-171",)]


async def test_a_gap_is_filled_and_its_calls_are_marked_and_nothing_is_doubled(tmp_path: Path) -> None:
    unseen = edited(record_of(), record_id="Cl2", session_id="172", telephony_session_id="s-172", party_id="")
    log = ScriptedLog(record_of(), unseen)
    filled = Filled(tmp_path / "calls.sqlite", log, BEGAN + 500)
    filled.learn([RINGING, then("ended", 90, is_told=False)])
    filled.gap(BEGAN + 3, BEGAN + 90)
    for _ in range(2):
        await filled.backfill.look()
        filled.gap(BEGAN + 2, BEGAN + 90)
    calls = sorted(filled.rows("call_id", "result", "is_backfilled", "matched_by"))
    assert calls == [("s-171", "answered", False, "party"), ("s-172", "answered", True, None)]
    assert filled.rows("ended_at") == [(BEGAN + 65,), (BEGAN + 65,)]


async def test_a_filled_gap_is_not_read_again(tmp_path: Path) -> None:
    log = ScriptedLog()
    filled = Filled(tmp_path / "calls.sqlite", log, BEGAN + 500)
    filled.gap(BEGAN, BEGAN + 90)
    await filled.backfill.look()
    await filled.backfill.look()
    assert log.asked == [(-240, 91)]
    assert filled.rows("filled_at", name="gap") == [(BEGAN + 500,)]


async def test_a_gap_is_not_filled_before_the_log_can_have_all_of_its_calls(tmp_path: Path) -> None:
    log = ScriptedLog()
    filled = Filled(tmp_path / "calls.sqlite", log, BEGAN + 90 + 25)
    filled.gap(BEGAN, BEGAN + 90)
    await filled.backfill.look()
    assert log.asked == []
    log.records = (record_of(lasted=85),)
    filled.now = BEGAN + 90 + 35
    await filled.backfill.look()
    assert filled.rows("call_id", "is_backfilled") == [("s-171", True)]


async def test_calls_of_an_extension_that_may_not_be_watched_come_from_the_log(tmp_path: Path) -> None:
    filled = Filled(tmp_path / "calls.sqlite", ScriptedLog(record_of()), BEGAN + 200)
    with filled.store.writing() as connection:
        Writing(connection, ACCOUNT, has_sinks=False).open_gap(BEGAN - 5, "not watched", "401")
    await filled.backfill.look()
    assert filled.rows("call_id", "is_backfilled") == [("s-171", True)]
    assert filled.rows("filled_at", name="gap") == [(None,)]


async def test_for_those_that_may_not_be_watched_the_log_is_not_read_at_each_look(tmp_path: Path) -> None:
    log = ScriptedLog()
    filled = Filled(tmp_path / "calls.sqlite", log, BEGAN + 200)
    with filled.store.writing() as connection:
        Writing(connection, ACCOUNT, has_sinks=False).open_gap(BEGAN - 5, "not watched", "401")
    for later in range(0, 3000, 60):
        filled.now = BEGAN + 200 + later
        await filled.backfill.look()
    assert [until for _, until in log.asked] == [200, 1100, 2000, 2900]


async def test_what_the_log_never_tells_is_not_asked_for_for_ever(tmp_path: Path) -> None:
    log = ScriptedLog()
    filled = Filled(tmp_path / "calls.sqlite", log, BEGAN + 500)
    filled.learn(missed_call())
    await filled.backfill.look()
    filled.now = BEGAN + GIVE_UP_AFTER + 500
    for _ in range(2):
        await filled.backfill.look()
    assert [since > 60 for since, _ in log.asked] == [False, True]


async def test_a_call_that_was_lost_in_silence_is_found_within_a_quarter_of_an_hour(tmp_path: Path) -> None:
    log = ScriptedLog(edited(record_of(), started_at=BEGAN + 60))
    filled = Filled(tmp_path / "calls.sqlite", log, BEGAN)
    filled.now = BEGAN + COVER_EVERY
    await filled.backfill.look()
    assert log.asked == []
    filled.now += 60
    for _ in range(2):
        await filled.backfill.look()
    assert filled.rows("call_id", "is_backfilled") == [("s-171", True)]
    assert len(log.asked) == 1


async def test_the_record_of_a_call_that_nobody_saw_is_not_taken_for_the_next_one(tmp_path: Path) -> None:
    unseen = edited(record_of(result="Missed", lasted=9), **ALIEN, started_at=BEGAN - 30)
    ids = {"session_id": "10", "telephony_session_id": "s-10", "party_id": ""}
    own = edited(record_of(result="Voicemail", lasted=20), **ids, record_id="Cl2")
    log = ScriptedLog(unseen)
    filled = Filled(tmp_path / "calls.sqlite", log, BEGAN + 35)
    filled.gap(BEGAN - 40, BEGAN - 10)
    filled.learn(missed_call())
    await filled.backfill.look()
    assert filled.rows("record_id", "call_id") == [(None, "s-171")]
    log.records = (unseen, own)
    filled.now = BEGAN + 80
    await filled.backfill.look()
    assert sorted(filled.rows("record_id", "call_id", "result")) == [
        ("Cl1", "s-9", "missed"),
        ("Cl2", "s-171", "voicemail"),
    ]


def test_a_call_that_was_seen_to_be_answered_is_none_that_nobody_took() -> None:
    record = edited(record_of(result="Missed"), **ALIEN)
    assert found([record], rows(answered_call())) == {"Cl1": ""}


def test_an_answered_call_that_nobody_saw_is_none_that_nobody_took() -> None:
    unseen = edited(record_of(), **ALIEN, started_at=BEGAN - 40)
    assert found([unseen], rows(missed_call())) == {"Cl1": ""}


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        (PermissionMissing("ReadCallLog is missing"), "ReadCallLog is missing; results stay open, and gaps unfilled"),
        (TypeError("a fault of ours"), "a fault of Ringwall's own; the log has the details"),
    ],
)
async def test_where_it_cannot_be_read_gaps_stay_and_that_is_said(
    tmp_path: Path, refusal: Exception, said: str
) -> None:
    log = ScriptedLog()
    log.refusal = refusal
    filled = Filled(tmp_path / "calls.sqlite", log, BEGAN + 500)
    filled.gap(BEGAN, BEGAN + 90)
    keeping = asyncio.create_task(filled.backfill.keep())
    await asyncio.to_thread(eventually, lambda: bool(filled.backfill.problem))
    assert not keeping.done()
    keeping.cancel()
    assert filled.backfill.problem == said
    assert filled.rows("filled_at", name="gap") == [(None,)]


def test_the_numbers_are_compared_as_they_are_kept() -> None:
    numbers = Numbers("hash", b"key")
    call = rows([numbers.seen(fact) for fact in missed_call()])
    record = edited(record_of(result="Missed"), **ALIEN, from_number=WEBER.replace("+49", "+49 "))
    assert found([numbers.logged(record)], call) == {"Cl1": "s-171"}
