"""The choice as a model: many rows, scrolling, and columns that fit."""

import pytest

from tui.presence.extension import Extension
from tui.screens.choose_rows import column_widths
from tui.screens.selection import MOST_UNDO, Selection

MANY = [
    Extension(str(n), str(10_000 + n), f"Person {n}", department="Sales" if n % 5 == 0 else "Care")
    for n in range(5_000)
]


def many() -> Selection:
    selection = Selection([])
    selection.read(MANY)
    return selection


def test_five_thousand_rows_are_filtered_letter_by_letter() -> None:
    selection = many()
    for text, count in [("s", 5_000), ("sa", 1_000), ("sale", 1_000), ("sales", 1_000), ("sales 9", 190)]:
        selection.filter(text)
        assert len(selection.shown) == count, text
    selection.filter("department:sales !name:4")
    wanted = [one for one in MANY if one.department == "Sales" and "4" not in one.name]
    assert selection.shown == wanted
    assert selection.choose_shown() == len(wanted)
    selection.filter("")
    assert len(selection.shown) == 5_000
    assert selection.undo() == len(wanted)
    assert not selection.chosen


@pytest.mark.parametrize(
    ("cells", "columns"),
    [
        (40, ["number", "name", "type"]),
        (67, ["number", "name", "type"]),
        (68, ["number", "name", "department", "type"]),
        (79, ["number", "name", "department", "type"]),
        (80, ["number", "name", "department", "site", "type"]),
    ],
)
def test_the_site_goes_first_and_then_the_department(cells: int, columns: list[str]) -> None:
    assert list(column_widths(cells, 3)) == columns


@pytest.mark.parametrize("longest", [0, 6, 8, 30])
def test_the_columns_never_take_more_than_there_is(longest: int) -> None:
    for cells in range(40, 200):
        widths = column_widths(cells, longest)
        assert 4 + sum(1 + wide for wide in widths.values()) <= cells
        assert min(widths.values()) >= 6


def test_the_type_is_shortened_last() -> None:
    assert column_widths(51, 3)["type"] == 14
    assert column_widths(50, 3)["type"] == 8


def test_scrolling_leaves_no_row_empty() -> None:
    selection = many()
    selection.move(4_999)
    selection.scroll(18)
    assert selection.top == 4_982
    selection.filter("person 49")
    selection.scroll(200)
    assert selection.top == 0


def test_old_changes_cannot_be_undone_for_ever() -> None:
    selection = many()
    for _ in range(MOST_UNDO + 5):
        selection.toggle()
    undone = 0
    while selection.undo():
        undone += 1
    assert undone == MOST_UNDO


def test_what_is_disabled_later_stays_chosen_but_is_not_counted() -> None:
    selection = Selection(["1", "2"])
    selection.read([Extension("1", "101", "Ana", status="Disabled"), Extension("2", "102", "Ben")])
    assert selection.count_chosen(complete=True) == 1
    assert [one.id for one in selection.extensions] == ["2"]
    selection.choose_none_shown()
    assert list(selection.chosen) == ["1"]
