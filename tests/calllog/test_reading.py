"""The counts of the record, for each extension and for all together."""

from pathlib import Path

import msgspec
import pytest

from tests.calllog.made import BEGAN, RINGING, answered_call, missed_call, of, then
from tui.calllog import reading
from tui.calllog.facts import Fact, Seen
from tui.calllog.standing import Count
from tui.calllog.store import Store
from tui.calllog.writing import Writing

QUEUE_CALL = [*answered_call(), of("402", 3), then("ended", 5, of("402", 3))]
"""Rings two, and the first takes it for a minute."""


def another(number: int, **changes: object) -> Seen:
    said = {"telephony_session_id": f"s-{number}", "session_id": f"{number}", "party_id": f"p-{number}"}
    return msgspec.structs.replace(RINGING, call_id=f"c-{number}", **(said | changes))


def counted(path: Path, *facts: Fact, since: float = BEGAN) -> tuple[dict[str, Count], Count]:
    store = Store(path / "calls.sqlite")
    with store.writing() as connection:
        Writing(connection, "1", has_sinks=False).learn(facts)
        Writing(connection, "2", has_sinks=False).learn(answered_call())
    with store.reading() as connection:
        found = reading.counts(connection, since, BEGAN + 100, "1"), reading.count(connection, since, BEGAN + 100, "1")
    store.close()
    return found


def test_a_call_of_a_queue_that_one_of_two_took_is_one_call(tmp_path: Path) -> None:
    of_each, of_all = counted(tmp_path, *QUEUE_CALL)
    assert of_each == {"401": Count(1, inbound=1, answered=1, talked=60), "402": Count(1, inbound=1)}
    assert of_all == Count(1, inbound=1, answered=1, talked=60)


def test_a_missed_call_is_missed_by_everybody_it_rang(tmp_path: Path) -> None:
    of_each, of_all = counted(tmp_path, *missed_call(), *missed_call(of("402", 3)))
    assert of_each == dict.fromkeys(("401", "402"), Count(1, inbound=1, missed=1))
    assert of_all == Count(1, inbound=1, missed=1)


def test_what_is_talked_now_counts_until_now_and_what_nobody_saw_end_not_at_all(tmp_path: Path) -> None:
    out = another(2, direction="Outbound")
    unseen = another(3)
    gone = [unseen, then("connected", 5, unseen), then("ended", 9, unseen, is_told=False)]
    of_each, of_all = counted(tmp_path, out, then("connected", 10, out), *gone)
    assert of_each == {"401": Count(2, inbound=1, outbound=1, answered=2, talked=90)}
    assert of_all == of_each["401"]


@pytest.mark.parametrize("since", [BEGAN + 1, BEGAN + 86_400])
def test_calls_of_before_do_not_count(tmp_path: Path, since: float) -> None:
    assert counted(tmp_path, *answered_call(), since=since) == ({}, Count())
