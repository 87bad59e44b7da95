"""Which tiles are shown and in which order: kept by changes, and the same as arranged from scratch."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.presence.made import ANA, BEN, QUEUE
from tui.presence.board import By as ChangedBy
from tui.presence.board import Change, Entry
from tui.presence.extension import Extension
from tui.presence.filter import parse
from tui.presence.status import Status
from tui.presence.view import Arrangement, Sort, View

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


def view_of(arrangement: Arrangement, entries: list[Entry] = ENTRIES) -> View:
    view = View(arrangement)
    view.begin(entries, NOW)
    return view


def names(view: View) -> str:
    """The first letters of those shown, in order."""
    letters = {ANA.id: "a", BEN.id: "b", CAM.id: "c", DEE.id: "d", QUEUE.id: "q"}
    return "".join(letters[one] for one in view.ids)


@pytest.mark.parametrize(
    ("sort", "forward"),
    [(Sort.NUMBER, "abcd"), (Sort.NAME, "abcd"), (Sort.STATE, "cbda"), (Sort.LONGEST, "dbac")],
)
def test_the_four_orders_and_their_reverse(sort: Sort, forward: str) -> None:
    assert names(view_of(Arrangement(sort))) == forward
    assert names(view_of(Arrangement(sort, reverse=True))) == forward[::-1]


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


EXTENSIONS = [
    Extension(str(place), number, name, department=department)
    for place, (number, name, department) in enumerate(
        [("101", "Ana", "Sales"), ("101", "ana", "Sales"), ("", "", ""), ("99", "Zoë", "Support"), ("1000", "Ben", "")]
    )
]
entries = st.builds(entry, st.sampled_from(EXTENSIONS), st.sampled_from(Status), st.sampled_from([0.0, 1.0, 2.0, 3.5]))
arrangements = st.builds(
    Arrangement,
    st.sampled_from(Sort),
    st.booleans(),
    st.sampled_from(["", "state:free", "!state:ringing", "department:sales", "sales | state:busy", "!ana state:o"]).map(
        parse
    ),
    st.booleans(),
)


@settings(max_examples=200, deadline=None)
@given(arrangement=arrangements, first=st.lists(entries), history=st.lists(st.tuples(entries, st.booleans())))
def test_an_order_kept_by_changes_is_the_order_arranged_from_scratch(
    arrangement: Arrangement, first: list[Entry], history: list[tuple[Entry, bool]]
) -> None:
    known = {one.id: one for one in first}
    view = view_of(arrangement, list(known.values()))
    for now, leaves in history:
        before, shown_before = known.get(now.id), view.ids
        if leaves:
            known.pop(now.id, None)
        else:
            known[now.id] = now
        is_other = view.update(changed(before, known.get(now.id)))
        fresh = view_of(arrangement, list(known.values()))
        assert view.ids == fresh.ids
        assert len(view) == len(fresh.ids)
        assert +view.counts == fresh.counts == Counter(fresh.counts)
        assert is_other or shown_before == view.ids
