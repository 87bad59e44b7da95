"""What changes of the board say of calls."""

from dataclasses import replace

import pytest

from tests.calllog.made import ANA, BEGAN, CALL, WEBER, Heard
from tui.calllog.facts import Numbering, Seen, seen_in, seen_now, untold
from tui.presence.board import Change
from tui.presence.notification import PresenceNews
from tui.presence.presence import Presence

TALKING = replace(CALL, telephony_status="CallConnected")


def seen(changes: list[Change], numbering: Numbering | None = None) -> list[Seen]:
    return [fact for change in changes for fact in seen_in(change, numbering or Numbering(0.0))]


def states(facts: list[Seen]) -> list[tuple[str, float, bool]]:
    return [(fact.state, fact.at - BEGAN, fact.is_told) for fact in facts]


def test_an_event_tells_of_each_call_that_came_changed_or_went() -> None:
    heard = Heard()
    assert states(seen(heard.event(BEGAN, CALL))) == [("ringing", 0, True)]
    assert states(seen(heard.event(BEGAN + 5, TALKING))) == [("connected", 5, True)]
    assert states(seen(heard.event(BEGAN + 60))) == [("ended", 60, True)]


def test_all_that_the_platform_said_of_a_call_is_kept() -> None:
    (fact,) = seen(Heard().event(BEGAN, replace(CALL, queue="Sales"), sequence=7))
    assert (fact.extension_id, fact.direction, fact.from_number, fact.queue) == ("401", "Inbound", WEBER, "Sales")
    assert (fact.session_id, fact.telephony_session_id, fact.party_id, fact.call_id) == (
        "171",
        "s-171",
        "p-171-2",
        "c-171",
    )
    assert (fact.sequence, fact.started_at) == (7, BEGAN)


@pytest.mark.parametrize("shift", [3600, -3600, 90])
def test_a_beginning_that_cannot_be_is_not_believed(shift: float) -> None:
    (fact,) = seen(Heard().event(BEGAN, replace(CALL, started_at=BEGAN + shift)))
    assert fact.started_at is None


def test_nor_is_it_where_a_read_finds_it() -> None:
    (fact,) = seen(Heard().read(BEGAN, replace(CALL, started_at=BEGAN - 3600)))
    assert fact.started_at is None


def between(changes: list[Change]) -> list[tuple[float, float]]:
    spans = [span for change in changes if (span := untold(change))]
    return [(round(since - BEGAN, 3), round(at - BEGAN, 3)) for since, at in spans]


def test_what_no_event_told_of_happened_since_the_extension_was_last_known() -> None:
    heard = Heard()
    assert between(heard.read(BEGAN + 30, CALL)) == [(0, 30.1)]
    assert between(heard.read(BEGAN + 60, TALKING)) == [(30, 60.1)]
    assert between(heard.read(BEGAN + 90, replace(TALKING, from_name="Kim"))) == []
    assert between(heard.read(BEGAN + 120)) == [(90, 120.1)]


def test_what_an_event_tells_of_is_no_such_unless_it_comes_in_doubt() -> None:
    heard = Heard()
    assert between(heard.event(BEGAN, CALL)) == []
    heard.board.doubt(BEGAN + 3)
    assert between(heard.event(BEGAN + 5, TALKING)) == [(0, 5)]


def test_a_call_whose_first_events_were_lost_is_not_answered_when_another_tells_of_it() -> None:
    parked = replace(CALL, telephony_status="ParkedCall")
    assert states(seen(Heard().event(BEGAN + 3, parked))) == [("parked", 3, False)]
    assert between(Heard().event(BEGAN + 3, parked)) == [(0, 3)]


def test_where_an_event_leaves_something_out_that_has_happened_before() -> None:
    heard = Heard()
    short = Presence("CallConnected", "Busy", calls=(TALKING,), total_calls=2)
    change = heard.board.apply(PresenceNews("401", short, 1, BEGAN + 3, "1"), BEGAN + 3)
    assert change is not None
    assert between([change]) == [(-5, 3)]


def test_one_that_is_first_told_of_when_it_is_answered_has_rung_before_unless_it_is_new() -> None:
    assert states(seen(Heard().event(BEGAN + 3, TALKING))) == [("connected", 3, True)]
    assert between(Heard().event(BEGAN + 3, TALKING)) == [(0, 3)]
    assert between(Heard().event(BEGAN + 0.05, TALKING)) == []
    assert between(Heard().event(BEGAN + 3, replace(TALKING, direction="Outbound"))) == []


def test_what_a_read_finds_began_or_ended_before() -> None:
    heard = Heard()
    assert states(seen(heard.read(BEGAN + 30, TALKING))) == [("connected", 30, False)]
    assert states(seen(heard.read(BEGAN + 90))) == [("ended", 90, False)]


def test_an_event_after_a_doubt_tells_no_moment() -> None:
    heard = Heard()
    heard.event(BEGAN, CALL)
    heard.board.doubt(BEGAN + 3)
    assert states(seen(heard.event(BEGAN + 5, TALKING))) == [("connected", 5, False)]


def test_a_second_call_says_nothing_of_the_first() -> None:
    heard = Heard()
    heard.event(BEGAN, TALKING)
    second = replace(CALL, session_id="172", telephony_session_id="s-172", party_id="p-172-2", id="c-172")
    (fact,) = seen(heard.event(BEGAN + 9, TALKING, second))
    assert fact.party_id == "p-172-2"


def test_a_call_to_oneself_is_two_parties() -> None:
    outbound = replace(CALL, direction="Outbound", party_id="p-171-1", id="c-171-1")
    facts = seen(Heard().event(BEGAN, outbound, CALL))
    assert [fact.party_id for fact in facts] == ["p-171-1", "p-171-2"]


def test_an_event_that_leaves_ids_out_ends_no_call() -> None:
    heard = Heard()
    heard.event(BEGAN, CALL)
    facts = seen(heard.event(BEGAN + 5, replace(TALKING, telephony_session_id="", party_id="")))
    assert [fact.state for fact in facts] == ["connected"]


def test_who_is_watched_no_more_has_an_end_that_nobody_saw() -> None:
    heard = Heard()
    heard.event(BEGAN, CALL)
    changes = heard.board.choose([], BEGAN + 10)
    assert states(seen(changes)) == [("ended", 10, False)]


def test_growing_old_says_nothing_of_calls() -> None:
    heard = Heard()
    heard.event(BEGAN, CALL)
    changes = heard.board.age(BEGAN + 500)
    assert changes
    assert seen(changes) == []


def test_a_number_that_falls_begins_an_era_and_a_read_stands_after_the_event_before_it() -> None:
    heard, numbering = Heard(), Numbering(BEGAN)
    (first,) = seen(heard.event(BEGAN, CALL, sequence=900), numbering)
    heard.board.forget_sequences()
    (found,) = seen(heard.read(BEGAN + 5, TALKING), numbering)
    (second,) = seen(heard.event(BEGAN + 9, replace(CALL, telephony_status="OnHold"), sequence=1), numbering)
    assert first.order < found.order < second.order


def test_what_the_board_shows_can_be_asked_for_as_a_whole() -> None:
    heard = Heard(ANA)
    heard.event(BEGAN, TALKING, sequence=3)
    (fact,) = seen_now(heard.board, BEGAN + 7, Numbering(0.0))
    assert (fact.state, fact.at, fact.is_told, fact.party_id) == ("connected", BEGAN + 7, False, "p-171-2")
