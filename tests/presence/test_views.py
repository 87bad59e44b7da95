"""Views by name: what they change and what they leave, which ones the keys offer, and keeping them."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.presence.filter import EVERYTHING, FilterError, parse
from tui.presence.view import Arrangement, Group, Sort
from tui.presence.views import EVERYBODY, SavedView, ViewError, Views, find, view_of

BEFORE = Arrangement(
    Sort.NAME, reverse=True, filter=parse("ana"), department="Sales", free_only=True, group=Group.SITE, pins=("401",)
)
VIEWS = Views((SavedView("Mine"),), (SavedView("Sales", "sales"), SavedView("Free", free_only=True)))


def names(views: Views) -> list[str]:
    return [view.name for view in views.all]


def test_a_view_says_who_is_shown_and_leaves_the_rest_as_it_was() -> None:
    after = EVERYBODY.arranged(BEFORE)
    assert after == Arrangement(Sort.NAME, reverse=True, group=Group.SITE, pins=("401",))
    assert SavedView("Sales", "!offline", "Sales", True).arranged(Arrangement()) == Arrangement(
        filter=parse("!offline"), department="Sales", free_only=True
    )


def test_what_a_view_says_of_the_arrangement_counts() -> None:
    view = SavedView("x", sort=Sort.LONGEST, reverse=False, group=Group.NONE, pins=())
    assert view.arranged(BEFORE) == Arrangement(Sort.LONGEST)


def test_a_filter_that_cannot_be_read_says_where() -> None:
    with pytest.raises(FilterError) as caught:
        SavedView("x", "ana state:xyz").arranged(BEFORE)
    assert caught.value.position == 10


arrangements = st.builds(
    Arrangement,
    st.sampled_from(Sort),
    st.booleans(),
    st.just(EVERYTHING),
    st.sampled_from(["", "Sales"]),
    st.booleans(),
    st.sampled_from(Group),
    st.sampled_from([(), ("401",)]),
)


@given(arrangements, arrangements, st.sampled_from(["", "ana !offline", '"a b" time>5m']))
def test_a_kept_view_brings_back_what_was_shown(shown: Arrangement, later: Arrangement, text: str) -> None:
    view = view_of("x", shown, text, "large", "light")
    back = view.arranged(later)
    assert back == replace(shown, filter=parse(text))
    assert (view.density, view.theme) == ("large", "light")


def test_the_keys_offer_people_s_own_views_first_and_the_departments_where_there_are_none() -> None:
    assert [view.name for view in VIEWS.offered(["Support"])] == ["Mine", "Sales", "Free"]
    stand_ins = Views().offered(["sales 10", "Support", "", "Care"])
    assert [view.name for view in stand_ins] == ["Care", "sales 10", "Support"]
    assert stand_ins[0].arranged(Arrangement()) == Arrangement(department="Care")


def test_a_view_is_kept_at_the_end_or_in_the_place_of_its_name() -> None:
    kept = VIEWS.keep(SavedView(" New "))
    assert names(kept) == ["Mine", "Sales", "Free", "New"]
    again = kept.keep(SavedView("SALES", "ana"))
    assert names(again) == ["Mine", "SALES", "Free", "New"]
    assert again.saved[0].filter == "ana"


def test_a_view_is_renamed_and_deleted_by_its_name_in_capitals_or_not() -> None:
    assert names(VIEWS.rename("sales", "Sellers")) == ["Mine", "Sellers", "Free"]
    assert names(VIEWS.rename("sales", "SALES")) == ["Mine", "SALES", "Free"]
    assert names(VIEWS.delete("FREE ")) == ["Mine", "Sales"]
    assert find(VIEWS.all, "mine") is VIEWS.own[0]
    assert find(VIEWS.all, "nobody") is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda: VIEWS.keep(SavedView("mine")), "in your own part"),
        (lambda: VIEWS.keep(SavedView("  ")), "Nothing is no name"),
        (lambda: VIEWS.keep(SavedView("all")), "all is no name"),
        (lambda: VIEWS.rename("Sales", "free"), "There is a view Free already"),
        (lambda: VIEWS.rename("Mine", "Yours"), "in your own part"),
        (lambda: VIEWS.rename("Sales", "Mine"), "in your own part"),
        (lambda: VIEWS.delete("x"), "There is no saved view x; saved are: Sales, Free"),
        (lambda: Views().delete("x"), "saved are: none"),
        (lambda: VIEWS.delete("mine"), "in your own part"),
    ],
)
def test_what_cannot_be_done_says_why(change: Callable[[], Views], words: str) -> None:
    with pytest.raises(ViewError, match=words):
        change()
