"""Where tiles lie: on exactly one page, beside each other, under their group's line; and where the cursor goes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.widgets.geometry import SIZES, Density, Layout, room_for_tiles, that_fits

SIZE_LISTS = st.lists(st.integers(1, 60), max_size=6).map(tuple)
WIDTHS, HEIGHTS = st.integers(40, 500), st.integers(12, 140)


@st.composite
def layouts(draw: st.DrawFn) -> Layout:
    """The tiles of a terminal from 40x12 to 500x140."""
    density, titled = draw(st.sampled_from(Density)), draw(st.booleans())
    width, room = draw(WIDTHS), draw(HEIGHTS) - 4
    density = that_fits(density, width, room)
    return Layout(width, room_for_tiles(room, density, grouped=titled), density, draw(SIZE_LISTS), titled)


@st.composite
def places(draw: st.DrawFn) -> tuple[Layout, int]:
    """A layout with tiles, and the cursor on one of them."""
    layout = draw(layouts().filter(lambda one: one.count > 0))
    return layout, draw(st.integers(0, layout.count - 1))


@given(layouts())
def test_every_tile_is_on_exactly_one_page(layout: Layout) -> None:
    pages = [layout.tiles_on(page) for page in range(layout.pages)]
    assert [index for tiles in pages for index in tiles] == list(range(layout.count))
    assert [layout.page_of(index) for tiles in pages for index in tiles] == [
        page for page, tiles in enumerate(pages) for _ in tiles
    ]


@given(layouts())
def test_nothing_overlaps_and_all_is_within_the_room(layout: Layout) -> None:
    for page in range(layout.pages):
        free = 0
        for row in layout.on_page(page):
            assert row.page == page
            assert row.y == free
            free += layout.tile.height if row.count else 1
            assert row.count <= layout.columns
        assert free <= layout.height
    assert sum(layout.widths) == layout.width


@given(layouts())
def test_a_tile_stands_where_its_row_says(layout: Layout) -> None:
    for row in layout.rows:
        for column in range(row.count):
            assert layout.place_of(row.first + column) == (column, row.y)


@given(layouts())
def test_a_group_has_its_line_above_it_on_each_page(layout: Layout) -> None:
    lined = layout.titled and layout.height > layout.tile.height
    for page in range(layout.pages):
        rows = layout.on_page(page)
        for place, row in enumerate(rows):
            if row.count:
                began = place == 0 or rows[place - 1].group != row.group
                assert not (lined and began)
            else:
                assert lined
                assert rows[place + 1].count
                assert rows[place + 1].group == row.group
                assert rows[place + 1].first == row.first


@given(layouts())
def test_a_group_begins_a_row_of_its_own(layout: Layout) -> None:
    begins = {sum(layout.sizes[:group]) for group in range(len(layout.sizes))}
    assert begins <= {row.first for row in layout.rows if row.count}


@given(places())
def test_left_and_right_undo_each_other(place: tuple[Layout, int]) -> None:
    layout, index = place
    if index < layout.count - 1:
        assert layout.moved(layout.moved(index, "right"), "left") == index
    if index:
        assert layout.moved(layout.moved(index, "left"), "right") == index


@given(places(), st.sampled_from([("up", "down"), ("page_up", "page_down"), ("half_up", "half_down")]))
def test_what_goes_down_comes_up_again_where_rows_are_full(place: tuple[Layout, int], ways: tuple[str, str]) -> None:
    layout, index = place
    up, down = ways
    there = layout.moved(index, down)
    same_place = layout.place_of(there) == layout.place_of(index)
    if down == "page_down":
        kept = same_place and layout.page_of(there) == layout.page_of(index) + 1
    else:
        kept = layout.place_of(there)[0] == layout.place_of(index)[0] and layout.moved(there, down) != there
    if kept:
        assert layout.moved(there, up) == index


@given(places(), st.sampled_from(["up", "down", "page_up", "page_down", "half_up", "half_down", "first", "last", "?"]))
def test_moves_stay_among_the_tiles_and_go_where_they_say(place: tuple[Layout, int], direction: str) -> None:
    layout, index = place
    there = layout.moved(index, direction)
    assert 0 <= there < layout.count
    if direction in {"up", "page_up", "half_up", "first"}:
        assert there <= index
    if direction in {"down", "page_down", "half_down", "last"}:
        assert there >= index


@given(places(), st.sampled_from(["right", "down", "half_down", "page_down"]))
def test_every_move_on_comes_to_the_last_row_in_the_end(place: tuple[Layout, int], direction: str) -> None:
    layout, index = place
    for _ in range(layout.count):
        index = layout.moved(index, direction)
    assert layout.moved(index, "down") == index


@given(HEIGHTS, st.sampled_from(Density), st.booleans())
def test_two_rows_at_most_are_left_to_the_selected_extension(height: int, density: Density, grouped: bool) -> None:
    left = height - room_for_tiles(height, density, grouped=grouped)
    assert 0 <= left <= 2


@pytest.mark.parametrize(
    ("height", "density", "tiles"),
    [
        (20, Density.NORMAL, 18),
        (8, Density.NORMAL, 6),
        (21, Density.NORMAL, 21),
        (46, Density.NORMAL, 44),
        (20, Density.COMPACT, 18),
        (5, Density.COMPACT, 5),
        (46, Density.LARGE, 44),
        (3, Density.LARGE, 3),
    ],
)
def test_the_rooms(height: int, density: Density, tiles: int) -> None:
    assert room_for_tiles(height, density) == tiles


@pytest.mark.parametrize(
    ("width", "height", "fitting"),
    [
        (80, 20, "compact normal large"),
        (40, 8, "compact normal large"),
        (37, 20, "compact normal normal"),
        (80, 5, "compact normal normal"),
        (80, 2, "compact compact compact"),
        (22, 20, "compact normal normal"),
    ],
)
def test_what_is_too_large_for_the_terminal_becomes_the_next_smaller(width: int, height: int, fitting: str) -> None:
    assert " ".join(that_fits(density, width, height) for density in Density) == fitting


def test_where_nobody_selects_a_large_terminal_is_for_the_tiles() -> None:
    rooms = [room_for_tiles(height, Density.NORMAL, selecting=False) for height in (45, 46)]
    assert rooms == [45, 45]


def test_in_groups_the_room_is_for_a_line_as_well() -> None:
    rooms = [(room_for_tiles(height, density, grouped=True)) for height in (20, 8, 3) for density in Density]
    assert rooms == [18, 19, 19, 6, 7, 7, 3, 3, 3]


def test_the_sizes_of_a_wall() -> None:
    wall = Layout(190, 46, Density.LARGE, (100,))
    assert (wall.columns, len([row for row in wall.on_page(0) if row.count])) == (5, 7)
    assert Layout(80, 20, Density.COMPACT, (100,)).columns == 3
    assert {size.width for size in SIZES.values()} == {20, 24, 38}


def test_the_cursor_crosses_groups() -> None:
    layout = Layout(80, 18, Density.NORMAL, (6, 3, 2), titled=True)
    assert layout.pages == 1
    assert [layout.moved(index, "down") for index in range(11)] == [4, 5, 5, 5, 6, 7, 9, 10, 10, 9, 10]
    assert [layout.moved(index, "up") for index in (10, 8, 6, 4)] == [7, 5, 4, 0]


def test_without_tiles_there_is_one_empty_page() -> None:
    empty = Layout(80, 20)
    assert (empty.pages, empty.page_of(0), list(empty.tiles_on(0)), list(empty.on_page(0))) == (1, 0, [], [])
    assert empty.moved(0, "down") == 0
