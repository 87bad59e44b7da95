"""Every state in every density and with both sets of glyphs, as it was drawn, and that no text leaves its tile."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.screens.drawn_wall import NOW, PEOPLE, idle, person, talking
from tui.cells import width
from tui.presence.alerts import Level
from tui.presence.board import Entry
from tui.presence.presence import Presence
from tui.presence.status import LOOKS, Status
from tui.widgets.geometry import SIZES, Density
from tui.widgets.palette import Depth, Palette
from tui.widgets.tile import Tile, tile_of
from tui.widgets.tile_lines import lines, name_cells

GOLDENS = Path(__file__).parent / "goldens"
BY_NUMBER = {entry.extension.number: entry for entry in PEOPLE}
KAI = person("1108", "Kai Lindqvist", idle(), 86_400 * 3 + 4 * 3600)
NAMED = talking("+4930123457015", "Sales after hours", total=3)
SHOWN: dict[str, Entry] = {
    "ringing in, a warning": BY_NUMBER["101"],
    "ringing out": BY_NUMBER["114"],
    "on hold, an alarm": BY_NUMBER["106"],
    "on a call, DND, a warning": BY_NUMBER["112"],
    "on a call, through a queue, with a name and two calls more": replace(
        person("88412", "Jean-Baptiste de la Fontaine", NAMED, 134),
        presence=replace(NAMED, calls=tuple(replace(call, from_name="Konrad Weber") for call in NAMED.calls or ())),
    ),
    "parked": BY_NUMBER["121"],
    "busy": BY_NUMBER["120"],
    "takes no calls": BY_NUMBER["108"],
    "takes no calls of queues": BY_NUMBER["113"],
    "free": BY_NUMBER["104"],
    "free, since we saw it, in another script": person(
        "7",
        "王小明 客服中心",
        idle("back office until the fair is over, then at the Lisbon desk"),
        1100,
        since_is_seen=True,
    ),
    "offline": BY_NUMBER["124"],
    "stale": BY_NUMBER["122"],
    "hides its presence": person("140", "Ola Nordmann", Presence(allow_see=False), 60),
    "an unknown value": person("141", "Kari Nordmann", talking("+4930", status="Beamed"), 5),
    "without presence": replace(KAI, status=Status.NO_PRESENCE, presence=None),
    "with a long number": replace(KAI, extension=replace(KAI.extension, number="88001108")),
    "without a number": replace(KAI, extension=replace(KAI.extension, number="")),
}


def drawn(density: Density, palette: Palette) -> list[str]:
    """All of them, each beneath what it is."""
    rows: list[str] = []
    for what, entry in SHOWN.items():
        tile = tile_of(entry, NOW, confirmed_at=entry.confirmed_at, mask=False)
        strips = lines(tile, palette, density, under_cursor=False)
        assert [strip.cell_length for strip in strips] == [SIZES[density].width] * SIZES[density].height
        rows += [what, *(f"|{strip.text}|" for strip in strips)]
    return rows


@pytest.mark.parametrize("density", Density)
@pytest.mark.parametrize("glyphs", ["unicode", "ascii"])
def test_every_state_is_as_it_was_drawn(density: Density, glyphs: str) -> None:
    palette = Palette(depth=Depth.NONE, ascii=glyphs == "ascii")
    assert drawn(density, palette) == (GOLDENS / f"tiles-{density}-{glyphs}.txt").read_text().splitlines()


def test_every_state_is_among_them() -> None:
    assert {entry.shown_status for entry in SHOWN.values()} == set(Status)


TEXT = st.text(max_size=30)
TILES = st.builds(
    Tile,
    status=st.sampled_from(Status),
    number=st.text("0123456789", max_size=9),
    name=TEXT,
    word=st.sampled_from([look.word for look in LOOKS.values()]),
    timer=st.sampled_from(["", "0:09", "~9:59", "12m", "~12h05", "120d"]),
    level=st.sampled_from(Level),
    stale=st.booleans(),
    lead=st.sampled_from([None, "", "Q", "to"]),
    text=TEXT,
    number_too=TEXT,
    queue=TEXT,
    more=st.integers(0, 30),
    badge=st.booleans(),
    was=st.none() | st.sampled_from(Status),
)
PALETTES = st.builds(Palette, theme=st.just("safe"), depth=st.sampled_from(Depth), ascii=st.booleans())


@given(TILES, PALETTES, st.sampled_from(Density), st.booleans())
def test_no_text_leaves_its_tile(tile: Tile, palette: Palette, density: Density, under_cursor: bool) -> None:
    size = SIZES[density]
    strips = lines(tile, palette, density, under_cursor=under_cursor)
    assert len(strips) == size.height
    assert {strip.cell_length for strip in strips} == {size.width}
    assert {width(strip.text) for strip in strips} == {size.width}


@given(TILES, st.sampled_from(Density))
def test_the_number_is_whole(tile: Tile, density: Density) -> None:
    first = lines(tile, Palette(), density, under_cursor=False)[0].text
    assert first[4 if density is Density.LARGE else 2 :].startswith(tile.number)


@pytest.mark.parametrize("density", [Density.COMPACT, Density.NORMAL])
@pytest.mark.parametrize("digits", range(10))
def test_a_name_keeps_eight_cells(density: Density, digits: int) -> None:
    assert name_cells("1" * digits, density) >= 8


@given(TILES, TILES, st.sampled_from(Density))
def test_positions_do_not_depend_on_the_state(one: Tile, other: Tile, density: Density) -> None:
    """With the same person and no badge, name and number stand where they stood whatever the state becomes."""
    other = replace(other, number=one.number, name=one.name, badge=False)
    room = name_cells(one.number, density)
    first, second = (
        [strip.text for strip in lines(tile, Palette(), density, under_cursor=False)]
        for tile in (replace(one, badge=False), other)
    )
    if density is Density.LARGE:
        assert first[0][4:] == second[0][4:]
        assert first[1] == second[1]
    elif one.name.isascii():
        start = 2 + (len(one.number) + 1 if one.number else 0)
        assert first[0][2 : start + room] == second[0][2 : start + room]
