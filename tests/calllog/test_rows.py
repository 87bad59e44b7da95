"""The rows that facts make, whatever their order."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.calllog.made import BEGAN, RINGING, WEBER, answered_call, missed_call, of, record_of, then
from tui.calllog.deriving import rows
from tui.calllog.facts import Fact, Logged, Seen
from tui.calllog.parties import MOST_SEEN
from tui.calllog.rows import CallRow
from tui.ringcentral.records import Leg

edited = msgspec.structs.replace


def row(*facts: Fact) -> CallRow:
    (call,) = rows(facts)
    return call


def results(call: CallRow) -> dict[str, str | None]:
    return {party.extension_id: party.result for party in call.parties}


def test_an_answered_call_has_its_times_and_its_result() -> None:
    call = row(*answered_call())
    assert (call.call_id, call.session_id, call.direction) == ("s-171", "171", "Inbound")
    assert (call.from_number, call.from_name, call.from_withheld) == (WEBER, "K. Weber", False)
    assert (call.first_seen, call.started_at, call.answered_at, call.ended_at) == (BEGAN, BEGAN, BEGAN + 5, BEGAN + 65)
    assert (call.result, call.matched_by, call.is_over) == ("answered", None, True)
    (party,) = call.parties
    assert [(one.state, one.at - BEGAN) for one in party.states] == [("ringing", 0), ("connected", 5), ("ended", 65)]


@pytest.mark.parametrize(
    ("facts", "result"),
    [
        ([RINGING], None),
        (answered_call()[:2], "answered"),
        (missed_call(), "not_answered_here"),
        ([RINGING, then("ended", 20, is_told=False)], "unknown"),
        ([then("ended", 20)], "unknown"),
        ([then("held", 9, is_told=False), then("ended", 20)], "answered"),
    ],
)
def test_presence_alone_says_answered_not_answered_here_or_unknown(facts: list[Seen], result: str | None) -> None:
    call = row(*facts)
    assert (call.result, call.parties[0].result) == (result, result)


def test_a_beginning_that_was_said_while_the_clock_was_set_is_not_the_calls() -> None:
    early = then("connected", 1, is_told=False, started_at=BEGAN - 3600)
    ended = then("ended", 9, started_at=BEGAN - 3600)
    assert row(early, edited(RINGING, at=BEGAN + 2), ended).started_at == BEGAN
    assert row(edited(RINGING, started_at=None), ended).started_at is None
    assert row(ended).started_at == BEGAN - 3600


def test_a_queue_call_that_one_of_five_answers_is_one_answered_call_with_five_parties() -> None:
    others = [fact for number in range(2, 6) for fact in missed_call(of(f"40{number}", number + 1))]
    call = row(*answered_call(), *others)
    assert call.result == "answered"
    assert len(call.parties) == 5
    assert [party.result for party in call.parties].count("answered") == 1


def test_who_was_rung_and_got_the_call_later_has_the_leg_of_what_was_seen() -> None:
    later = edited(of("402", 7), at=BEGAN + 65, started_at=BEGAN + 65)
    legs = (
        Leg("401", "Inbound", "Accepted", BEGAN, BEGAN + 65),
        Leg("402", "Inbound", "Answered Elsewhere", BEGAN, BEGAN + 5),
        Leg("402", "Inbound", "Accepted", BEGAN + 65, BEGAN + 90),
    )
    call = row(*answered_call(), later, then("connected", 3, later), then("ended", 25, later), record_of(legs=legs))
    assert {party.party_id: party.log_result for party in call.parties} == {
        "p-171-2": "Accepted",
        "402:Inbound:leg0": "Answered Elsewhere",
        "p-171-7": "Accepted",
    }


def test_a_call_to_oneself_is_one_call_with_two_parties() -> None:
    outbound = edited(RINGING, direction="Outbound", party_id="p-171-1", call_id="c-171-1")
    call = row(*answered_call(), *answered_call(outbound))
    assert [(party.party_id, party.direction) for party in call.parties] == [
        ("p-171-1", "Outbound"),
        ("p-171-2", "Inbound"),
    ]
    assert call.direction == "Outbound"


def test_a_higher_sequence_wins_and_what_is_over_stays_over() -> None:
    held, talking = then("held", 9, sequence=9), then("connected", 10, sequence=8)
    assert row(RINGING, talking, held).parties[0].state == "held"
    assert row(then("ended", 5, sequence=2), talking).parties[0].state == "ended"


def test_late_facts_fill_empty_fields_only() -> None:
    unnamed = edited(RINGING, from_name="", queue="")
    late = then("connected", 5, from_name="Weber GmbH", from_number="+49000", queue="Sales")
    call = row(unnamed, late)
    assert (call.from_number, call.from_name, call.queue) == (WEBER, "Weber GmbH", "Sales")


def test_a_number_that_nobody_told_is_withheld() -> None:
    call = row(edited(RINGING, from_number="", from_name=""))
    assert (call.from_number, call.from_withheld) == ("", True)


def test_without_its_ids_a_call_has_a_row_that_is_marked() -> None:
    poor = [edited(fact, telephony_session_id="", party_id="") for fact in answered_call()]
    call = row(*poor)
    assert (call.call_id, call.is_marked, call.parties[0].is_marked) == ("session:171:401:c-171", True, True)
    whole = row(*poor, RINGING)
    assert (whole.call_id, whole.is_marked, len(whole.parties)) == ("s-171", False, 1)
    assert whole.ended_at == BEGAN + 65


def test_the_call_log_says_the_result_and_fills_what_nobody_saw() -> None:
    call = row(RINGING, then("ended", 20, is_told=False), record_of(result="Voicemail", lasted=19, to_name="Ana"))
    assert (call.result, call.log_result, call.matched_by) == ("voicemail", "Voicemail", "party")
    assert (call.ended_at, call.to_name) == (BEGAN + 19, "Ana Martins")


@pytest.mark.parametrize(
    ("changes", "matched_by"),
    [
        ({}, "party"),
        ({"party_id": ""}, "session"),
        ({"party_id": "", "telephony_session_id": ""}, "session"),
        (
            {"party_id": "", "session_id": "9", "telephony_session_id": "s-9", "belongs_to": "s-171"},
            "number_and_time",
        ),
    ],
)
def test_how_a_record_was_matched_is_told(changes: dict[str, str], matched_by: str) -> None:
    record = edited(record_of(), **changes)
    assert row(*missed_call(), record).matched_by == matched_by


def test_a_record_that_goes_on_says_no_result() -> None:
    going_on = edited(record_of(result="In Progress"), ended_at=None)
    assert row(RINGING, going_on).result is None
    assert row(*missed_call(), going_on).result == "not_answered_here"


def test_the_call_log_knows_who_else_was_rung() -> None:
    legs = (
        Leg("401", "Inbound", "Answered Elsewhere", BEGAN, BEGAN + 5),
        Leg("499", "Inbound", "Accepted", BEGAN, BEGAN + 65),
    )
    call = row(*missed_call(), record_of(legs=legs))
    assert results(call) == {"401": "answered_elsewhere", "499": "answered"}
    assert call.ended_at == BEGAN + 65
    assert {party.extension_id: party.is_backfilled for party in call.parties} == {"401": False, "499": True}


def test_a_call_that_only_the_call_log_knows_is_backfilled() -> None:
    call = row(record_of())
    assert (call.call_id, call.is_backfilled, call.first_seen, call.matched_by) == ("s-171", True, None, None)
    assert (call.result, call.started_at, call.ended_at) == ("answered", BEGAN, BEGAN + 65)


def test_a_party_without_end_keeps_a_bounded_number_of_facts() -> None:
    states = [then("held" if number % 2 else "connected", number) for number in range(1, 3 * MOST_SEEN)]
    kept = row(*states)
    assert len(kept.facts) == MOST_SEEN
    assert row(*kept.facts, RINGING, then("ended", 9000)).ended_at == BEGAN + 9000


# The same facts, in any order, twice, in pieces


@st.composite
def lives(draw: st.DrawFn) -> list[Fact]:
    """Some calls with some parties each, with fields and ids missing here and there, and what the log says of them."""
    facts: list[Fact] = []
    for number in range(draw(st.integers(1, 3))):
        for party in range(draw(st.integers(1, 3))):
            facts += draw(_parties(number, party))
        if draw(st.booleans()):
            facts.append(draw(_records(number)))
    return facts


@st.composite
def _parties(draw: st.DrawFn, number: int, party: int) -> list[Fact]:
    whole = Seen(
        f"40{party}",
        "ringing",
        BEGAN + party,
        direction=draw(st.sampled_from(["Inbound", "Outbound"])),
        session_id=str(number),
        telephony_session_id=f"s-{number}",
        party_id=f"p-{number}-{party}",
        call_id=f"c-{number}-{party}",
    )
    times = draw(st.lists(st.floats(0, 99), min_size=1, max_size=5, unique=True))
    sequences = draw(st.permutations(range(len(times))))
    facts: list[Fact] = []
    for at, sequence in zip(times, sequences, strict=True):
        fact = edited(whole, at=BEGAN + at, sequence=sequence, state=draw(st.sampled_from(STATES)))
        said = {name: draw(st.sampled_from(["", "one", "other"])) for name in ("from_number", "from_name", "queue")}
        started = {"started_at": draw(st.sampled_from([None, BEGAN, BEGAN + 1])), "is_told": draw(st.booleans())}
        missing = dict.fromkeys(draw(st.sets(st.sampled_from(["telephony_session_id", "party_id"]))), "")
        facts.append(edited(fact, **said, **started, **missing))
    return facts


STATES = ["ringing", "connected", "held", "parked", "ended", "other"]


@st.composite
def _records(draw: st.DrawFn, number: int) -> Logged:
    is_over = draw(st.booleans())
    end = BEGAN + 99 if is_over else None
    alien = draw(st.booleans())
    return Logged(
        f"Cl{number}",
        draw(st.sampled_from(["Accepted", "Missed", "Voicemail", "Odd"])) if is_over else "In Progress",
        BEGAN,
        ended_at=end,
        changed_at=BEGAN + draw(st.integers(0, 5)),
        from_name="of the log",
        session_id=str(100 + number if alien else number),
        telephony_session_id=f"s-{100 + number if alien else number}",
        legs=(Leg("400", "Inbound", "Missed", BEGAN, end), Leg("409", "Inbound", "Missed", BEGAN, end)),
        belongs_to=f"s-{number}" if alien else "",
    )


@given(lives(), st.randoms())
def test_the_same_facts_in_any_order_and_twice_make_the_same_rows(facts: list[Fact], chance: object) -> None:
    again = facts + facts[: len(facts) // 2]
    getattr(chance, "shuffle")(again)  # noqa: B009 - hypothesis gives its Random as any object
    assert rows(again) == rows(facts)


@given(lives(), st.data())
def test_what_comes_in_pieces_over_stored_rows_makes_the_same_rows(facts: list[Fact], data: st.DataObject) -> None:
    kept: list[Fact] = []
    for fact in data.draw(st.permutations(facts)):
        kept = [known for call in rows([*kept, fact]) for known in call.facts]
    assert rows(kept) == rows(facts)


@given(lives(), st.data())
def test_with_pieces_missing_no_more_is_claimed_than_with_all(facts: list[Fact], data: st.DataObject) -> None:
    some = data.draw(st.lists(st.sampled_from(facts), min_size=1, unique_by=repr))
    whole = {party.party_id: party for call in rows(facts) for party in call.parties}
    for call in rows(some):
        for party in call.parties:
            if not (party.is_marked or call.is_marked):
                now = whole[party.party_id]
                assert not party.is_over or now.is_over
                assert party.result != "answered" or now.result != "not_answered_here"
                assert {one.at for one in party.states} <= {fact.at for fact in facts if isinstance(fact, Seen)}


@given(lives())
def test_each_fact_is_in_exactly_one_call(facts: list[Fact]) -> None:
    kept = [fact for call in rows(facts) for fact in call.facts if isinstance(fact, Seen)]
    assert len(kept) == len(set(kept))
    assert set(kept) == {fact for fact in facts if isinstance(fact, Seen)}
