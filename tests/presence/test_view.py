"""Which tiles are shown and in which order: kept by changes, and the same as arranged from scratch."""

import random
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.presence.made import ANA, BEN, QUEUE
from tui.presence.alerts import OFF, USUAL, AlertRules, Level, Thresholds
from tui.presence.board import By as ChangedBy
from tui.presence.board import Change, Entry
from tui.presence.extension import Extension
from tui.presence.filter import parse
from tui.presence.presence import Call, Presence
from tui.presence.status import Status
from tui.presence.view import Arrangement, Due, Group, GroupOfTiles, Sort, View

CAM = Extension("403", "1001", "cam Zhou", department="Sales")
DEE = Extension("404", "", "Dee")


NOW = 10.0


def entry(extension: Extension, status: Status, since: float = 0.0) -> Entry:
    return Entry(extension, status=status, reason=None, since=since)


ENTRIES = [
    entry(DEE, Status.AVAILABLE, since=1.0),
    entry(CAM, Status.RINGING_IN, since=4.0),
    entry(ANA, Status.AVAILABLE, since=3.0),
    entry(BEN, Status.ON_CALL, since=2.0),
]


def view_of(
    arrangement: Arrangement, entries: list[Entry] = ENTRIES, *, at: float = NOW, rules: AlertRules = USUAL
) -> View:
    view = View(arrangement, rules)
    view.begin(entries, at)
    return view


def names(view: View) -> str:
    """The first letters of those shown, in order."""
    letters = {ANA.id: "a", BEN.id: "b", CAM.id: "c", DEE.id: "d", QUEUE.id: "q"}
    return "".join(letters[one] for one in view.ids)


@pytest.mark.parametrize(
    ("sort", "forward"),
    [
        (Sort.NUMBER, "abcd"),
        (Sort.NAME, "abcd"),
        (Sort.STATE, "cbda"),
        (Sort.ATTENTION, "bcda"),
        (Sort.LONGEST, "dbac"),
        (Sort.CHANGED, "cabd"),
        (Sort.CONFIG, "dcab"),
    ],
)
def test_every_order_and_its_reverse(sort: Sort, forward: str) -> None:
    rules = AlertRules(Thresholds(talk=(5.0, 0.0)))
    arrangement = Arrangement(sort, listed=(DEE.id, CAM.id, "999"))
    assert names(view_of(arrangement, rules=rules)) == forward
    assert names(view_of(replace(arrangement, reverse=True), rules=rules)) == forward[::-1]


def test_the_order_by_name_does_not_tell_capitals_from_others_and_differs_from_that_by_number() -> None:
    entries = [entry(replace(CAM, number="1"), Status.AVAILABLE), *ENTRIES[2:]]
    assert names(view_of(Arrangement(Sort.NAME), entries)) == "abc"
    assert names(view_of(Arrangement(Sort.NUMBER), entries)) == "cab"


def test_those_who_are_free_alone_are_shown_longest_first() -> None:
    view = view_of(Arrangement(Sort.NAME, free_only=True))
    assert names(view) == "da"
    assert len(view) == 2


def test_a_filter_leaves_out_and_keeps_the_order() -> None:
    assert names(view_of(Arrangement(filter=parse("department:sales")))) == "ac"


def test_counts_are_over_what_the_filter_without_its_states_lets_pass() -> None:
    everyone = {Status.AVAILABLE: 2, Status.RINGING_IN: 1, Status.ON_CALL: 1}
    assert view_of(Arrangement()).counts == everyone
    assert view_of(Arrangement(filter=parse("state:ringing"))).counts == everyone
    assert view_of(Arrangement(free_only=True)).counts == everyone
    sales = view_of(Arrangement(filter=parse("department:sales state:ringing")))
    assert sales.counts == {Status.AVAILABLE: 1, Status.RINGING_IN: 1}
    assert names(sales) == "c"


def changed(old: Entry | None, new: Entry | None) -> Change:
    return Change(old, new, ChangedBy.EVENT, NOW)


def test_a_change_of_state_moves_a_tile_only_where_the_order_is_by_state() -> None:
    after = replace(ENTRIES[2], status=Status.RINGING_IN)
    by_state, by_number = view_of(Arrangement(Sort.STATE)), view_of(Arrangement(Sort.NUMBER))
    assert by_state.update(changed(ENTRIES[2], after))
    assert names(by_state) == "acbd"
    assert not by_number.update(changed(ENTRIES[2], after))
    assert names(by_number) == "abcd"
    assert by_number.counts[Status.RINGING_IN] == 2
    assert by_number.counts[Status.AVAILABLE] == 1


def test_a_tile_comes_and_goes_with_its_state_where_the_filter_asks_for_states() -> None:
    view = view_of(Arrangement(filter=parse("state:free")))
    busy = replace(ENTRIES[2], status=Status.ON_CALL)
    assert view.update(changed(ENTRIES[2], busy))
    assert names(view) == "d"
    assert view.update(changed(busy, ENTRIES[2]))
    assert names(view) == "ad"


def test_an_extension_that_leaves_or_comes_is_taken_out_or_put_in() -> None:
    view = view_of(Arrangement())
    assert view.update(changed(ENTRIES[0], None))
    assert names(view) == "abc"
    assert view.counts[Status.AVAILABLE] == 1
    assert view.update(changed(None, ENTRIES[0]))
    assert names(view) == "abcd"
    assert view.counts[Status.AVAILABLE] == 2


def test_what_was_never_shown_can_leave() -> None:
    view = view_of(Arrangement(filter=parse("state:ringing")))
    assert not view.update(changed(ENTRIES[0], None))
    assert names(view) == "c"


def test_arranging_anew_forgets_what_was_shown_before() -> None:
    view = view_of(Arrangement())
    view.begin(ENTRIES[:1], NOW)
    assert names(view) == "d"
    assert view.counts == {Status.AVAILABLE: 1}


def test_the_longest_free_come_first_whatever_is_turned_round() -> None:
    assert names(view_of(Arrangement(Sort.NAME, reverse=True, free_only=True))) == "da"


def test_pins_come_first_in_their_own_order_and_are_not_turned_round() -> None:
    arrangement = Arrangement(reverse=True, pins=(CAM.id, ANA.id, "999"))
    assert names(view_of(arrangement)) == "cadb"
    assert names(view_of(replace(arrangement, filter=parse("!cam")))) == "adb"


def titles(view: View) -> list[tuple[str, str]]:
    letters = {ANA.id: "a", BEN.id: "b", CAM.id: "c", DEE.id: "d"}
    return [(group.title, "".join(letters[one] for one in group.ids)) for group in view.groups]


def test_without_groups_there_is_one_without_a_title() -> None:
    assert view_of(Arrangement(), []).groups == [GroupOfTiles("", [], {})]
    assert titles(view_of(Arrangement())) == [("", "abcd")]


def test_groups_are_in_order_of_their_names_and_those_without_one_come_last() -> None:
    view = view_of(Arrangement(Sort.NAME, group=Group.DEPARTMENT, pins=(CAM.id,)))
    assert titles(view) == [("Sales", "ca"), ("Support", "b"), ("no department", "d")]
    assert names(view) == "cabd"
    assert titles(view_of(Arrangement(group=Group.SITE))) == [("Berlin", "b"), ("Lisbon", "a"), ("no site", "cd")]
    assert titles(view_of(Arrangement(group=Group.STATE))) == [("RINGING", "c"), ("ON CALL", "b"), ("FREE", "ad")]


def test_who_has_a_call_through_a_queue_is_in_its_group_for_as_long() -> None:
    view = view_of(Arrangement(group=Group.QUEUE))
    through = replace(ENTRIES[3], presence=Presence(calls=(Call("CallConnected"), Call("OnHold", queue="Hotline"))))
    assert titles(view) == [("no queue", "abcd")]
    assert view.update(changed(ENTRIES[3], through))
    assert titles(view) == [("Hotline", "b"), ("no queue", "acd")]
    assert view.update(changed(through, ENTRIES[3]))
    assert titles(view) == [("no queue", "abcd")]


def test_a_group_s_counts_tell_what_the_filter_hides() -> None:
    view = view_of(Arrangement(filter=parse("state:free"), group=Group.DEPARTMENT))
    assert titles(view) == [("Sales", "a"), ("no department", "d")]
    assert view.groups[0].counts == {Status.AVAILABLE: 1, Status.RINGING_IN: 1}


def test_a_tile_comes_when_its_time_has_come() -> None:
    never = AlertRules(Thresholds(ringing=OFF, talk=OFF))
    view = view_of(Arrangement(filter=parse("time>30s")), rules=never)
    assert (names(view), view.due) == ("", 31.0)
    assert view.take_due(30.9) == Due(frozenset(), reordered=False)
    assert view.take_due(32.0) == Due(frozenset({DEE.id, BEN.id}), reordered=True)
    assert (names(view), view.due) == ("bd", 33.0)


def test_an_alert_comes_due_by_the_rules_of_the_department() -> None:
    rules = AlertRules(Thresholds(ringing=(0.0, 0.0)), {"Sales": Thresholds(ringing=(20.0, 40.0))})
    view = view_of(Arrangement(Sort.ATTENTION), rules=rules)
    assert (view.due, view.level(CAM.id)) == (24.0, Level.NONE)
    view.take_due(24.0)
    assert (view.due, view.level(CAM.id)) == (44.0, Level.WARNING)
    view.take_due(50.0)
    assert view.level(CAM.id) is Level.ALARM
    assert [(alert.entry.id, alert.level, alert.seconds) for alert in view.alerts(50.0)] == [
        (CAM.id, Level.ALARM, 46.0)
    ]


def test_what_is_acknowledged_wants_no_attention_before_its_state_changes() -> None:
    view = view_of(Arrangement(filter=parse("alert:any")), at=30.0)
    assert names(view) == "c"
    assert view.acknowledge() == Due(frozenset({CAM.id}), reordered=True)
    assert (names(view), view.alerts(30.0)) == ("", [])
    view.take_due(1000.0)
    assert view.level(CAM.id) is Level.NONE
    view.begin(ENTRIES, 1000.0)
    assert view.level(CAM.id) is Level.NONE
    again = replace(ENTRIES[1], since=1000.0)
    assert not view.update(Change(ENTRIES[1], again, ChangedBy.EVENT, 1000.0))
    assert view.take_due(1020.0).reordered
    assert names(view) == "c"


def test_a_stale_tile_wants_attention_only_by_its_age() -> None:
    stale = replace(ENTRIES[1], stale=True, confirmed_at=5.0)
    rules = AlertRules(Thresholds(age=(100.0, 300.0)))
    view = View(Arrangement(), rules)
    view.begin([stale], 90.0, lambda entry: 10.0)
    assert (view.level(CAM.id), view.due) == (Level.NONE, 110.0)
    view.take_due(110.0)
    assert [(alert.level, alert.seconds) for alert in view.alerts(111.0)] == [(Level.WARNING, 101.0)]


def test_when_time_has_gone_back_everything_is_placed_anew() -> None:
    view = view_of(Arrangement(filter=parse("time>30s")), at=3600.0)
    assert names(view) == "abcd"
    assert view.take_due(10.0).reordered
    assert names(view) == ""


def test_who_gets_another_number_stands_in_its_place() -> None:
    view = view_of(Arrangement())
    moved = replace(ENTRIES[2], extension=replace(ANA, number="1002"))
    assert view.update(changed(ENTRIES[2], moved))
    assert names(view) == "bcad"
    view.arrange(Arrangement(Sort.STATE, group=Group.SITE))
    view.arrange(Arrangement())
    assert names(view) == "bcad"


EXTENSIONS = [
    Extension(str(place), number, name, department=department, site=department[:3])
    for place, (number, name, department) in enumerate(
        [("101", "Ana", "Sales"), ("101", "ana", "Sales"), ("", "", ""), ("99", "Zoë", "Support"), ("1000", "Ben", "")]
    )
]
moments = st.sampled_from([0.0, 1.0, 2.0, 3.5, 9.1, 20.3])
queues = st.sampled_from([None, Presence(calls=(Call("Ringing", queue="Hotline"),))])
entries = st.builds(
    lambda extension, presence, status, since, stale, changed_at: Entry(
        extension, presence, status, None, since, stale=stale, confirmed_at=since, changed_at=changed_at
    ),
    st.sampled_from(EXTENSIONS),
    queues,
    st.sampled_from(Status),
    st.none() | moments,
    st.booleans(),
    st.none() | moments,
)
arrangements = st.builds(
    Arrangement,
    st.sampled_from(Sort),
    st.booleans(),
    st.sampled_from(
        [
            *("", "state:free", "!state:ringing", "department:sales", "sales | state:busy", "!ana state:o"),
            *("time>3s", "!time<7s", "alert:any", "alert:alarm | time<1s", "!alert:warning sales", "time>2s time<8s"),
        ]
    ).map(parse),
    st.sampled_from(["", "Sales"]),
    st.booleans(),
    st.sampled_from(Group),
    st.sampled_from([(), ("1",), ("3", "0", "7")]),
    st.sampled_from([(), ("3", "1", "0")]),
)
limits = st.sampled_from([(0.0, 0.0), (1.0, 4.0), (0.0, 2.5), (3.3, 0.0)])
thresholds = st.builds(Thresholds, limits, limits, limits, limits, limits, limits)
alert_rules = st.builds(AlertRules, thresholds, st.dictionaries(st.just("Sales"), thresholds))
history_of = st.lists(st.tuples(entries, st.sampled_from(["leaves", "comes", "waits", "arranged"]), moments))


def everything_in(view: View, at: float) -> object:
    """All that can be seen of a view."""
    groups = [(group.title, list(group.ids), +Counter(group.counts)) for group in view.groups]
    levels = {one.id: view.level(one.id) for one in EXTENSIONS}
    return view.ids, len(view), groups, +view.counts, levels, view.alerts(at)


@settings(max_examples=400, deadline=None)
@given(arrangements, arrangements, alert_rules, st.lists(entries), history_of)
def test_a_view_kept_by_changes_and_time_is_the_view_arranged_from_scratch(
    arrangement: Arrangement,
    another: Arrangement,
    rules: AlertRules,
    first: list[Entry],
    history: list[tuple[Entry, str, float]],
) -> None:
    known, at = {one.id: one for one in first}, 0.0
    view = view_of(arrangement, list(known.values()), at=at, rules=rules)
    for now, happens, seconds in history:
        before, shown_before = known.get(now.id), view.ids
        is_other = False
        if happens == "arranged":
            view.arrange(another)
            arrangement, another, is_other = another, arrangement, True
        elif happens != "waits":
            if happens == "leaves":
                known.pop(now.id, None)
            else:
                known[now.id] = now
            is_other = view.update(Change(before, known.get(now.id), ChangedBy.EVENT, at))
        at += seconds
        is_other |= view.take_due(at).reordered
        fresh = view_of(arrangement, list(known.values()), at=at, rules=rules)
        assert everything_in(view, at) == everything_in(fresh, at)
        assert view.due == fresh.due
        assert is_other or shown_before == view.ids


@settings(max_examples=300, deadline=None)
@given(arrangements, alert_rules, st.lists(entries), moments, st.floats(0, 1))
def test_nothing_changes_by_itself_before_it_is_due(
    arrangement: Arrangement, rules: AlertRules, first: list[Entry], at: float, part: float
) -> None:
    view = view_of(arrangement, list({one.id: one for one in first}.values()), at=at, rules=rules)
    due = view.due
    assert due is None or due > at
    later = at + 1e6 if due is None else at + (due - at) * part
    if due is not None and later >= due:
        return
    fresh = view_of(arrangement, list({one.id: one for one in first}.values()), at=later, rules=rules)
    assert everything_in(view, later) == everything_in(fresh, later)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(Sort), st.lists(entries, unique_by=lambda one: one.id), st.randoms())
def test_an_order_is_total_whatever_order_the_entries_come_in(
    sort: Sort, first: list[Entry], chance: random.Random
) -> None:
    arrangement = Arrangement(sort, listed=("3", "1"))
    mixed = chance.sample(first, len(first))
    assert view_of(arrangement, first).ids == view_of(arrangement, mixed).ids
