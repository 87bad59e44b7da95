"""What is written on the glass: only what differs, and in the end what Textual would have painted."""

import io
from collections.abc import Sequence
from random import Random

import pyte
import pytest
from rich.color import ColorSystem
from rich.console import Console
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from tui.widgets.rows import row
from tui.widgets.written import Written

CUTS = (0, 7, 20, 33, 40)
"""Where columns of cells begin, and the last one ends."""
HEIGHT = 6
STYLES = [Style(), Style.parse("bold"), Style.parse("black on color(42)"), Style.parse("reverse"), Style.parse("dim")]
CHARACTERS = "ab 1:▸é佐王🎧e\u0301"
PLACES = [(y, column) for y in range(HEIGHT) for column in range(len(CUTS) - 1)]
Glass = dict[tuple[int, int], Strip]
"""The strips of a screen by row and column."""


def some_strips(chance: Random, places: Sequence[tuple[int, int]]) -> Glass:
    """Any strips in these places."""
    strips = {}
    for y, column in places:
        pieces = [
            ("".join(chance.choices(CHARACTERS, k=chance.randint(0, 16))), chance.choice(STYLES))
            for _ in range(chance.randint(0, 3))
        ]
        strips[y, column] = row(pieces, CUTS[column + 1] - CUTS[column])
    return strips


def layout(glass: Glass) -> LayoutUpdate:
    rows = [[glass[y, column] for column in range(len(CUTS) - 1)] for y in range(HEIGHT)]
    return LayoutUpdate(list(rows), Region(0, 0, CUTS[-1], HEIGHT))


def chops(changed: Glass) -> ChopsUpdate:
    rows: list[dict[int, Strip | None]] = [dict.fromkeys(CUTS[:-1]) for _ in range(HEIGHT)]
    for (y, column), strip in changed.items():
        rows[y][CUTS[column]] = strip
    spans = [(y, CUTS[column], CUTS[column + 1]) for y, column in sorted(changed)]
    return ChopsUpdate(rows, spans, [list(CUTS[1:])] * HEIGHT)


class Terminal:
    """A terminal in memory."""

    def __init__(self) -> None:
        self._screen = pyte.Screen(CUTS[-1], HEIGHT)
        self._screen.reset_mode(pyte.modes.DECAWM)
        self._stream = pyte.Stream(self._screen)

    def show(self, text: str) -> None:
        self._stream.feed(text)

    @property
    def cells(self) -> list[list[pyte.screens.Char]]:
        return [[self._screen.buffer[y][x] for x in range(CUTS[-1])] for y in range(HEIGHT)]


def painted_by_textual(glass: Glass) -> Terminal:
    terminal = Terminal()
    console = Console(file=io.StringIO(), force_terminal=True, color_system="256")
    terminal.show(layout(glass).render_segments(console).replace("\n", ""))
    return terminal


def written_in_parts(written: Written, room: float) -> str:
    parts = []
    while not written.is_complete:
        parts.append(written.next(room))
    return "".join(parts)


@pytest.mark.parametrize("seed", range(60))
def test_whatever_was_painted_and_however_little_fits_it_ends_as_textual_would_have_painted_it(seed: int) -> None:
    chance = Random(seed)
    written, terminal, glass = Written(), Terminal(), some_strips(chance, PLACES)
    written.take(layout(glass), ColorSystem.EIGHT_BIT)
    for _ in range(8):
        if chance.random() < 0.1:
            terminal.show("\x1b[2;3Hsomebody else was here")
            written.forget()
        changed = some_strips(chance, chance.sample(PLACES, chance.choice([1, 3, len(PLACES)])))
        glass |= changed
        update = layout(glass) if len(changed) == len(PLACES) else chops(changed)
        written.take(update, ColorSystem.EIGHT_BIT)
        if room := chance.choice([0, 1, 40, 10_000]):
            terminal.show(written.next(room))
    terminal.show(written_in_parts(written, 25))
    assert terminal.cells == painted_by_textual(glass).cells
    assert written.next() == ""


def one_row(*pieces: tuple[str, Style]) -> Glass:
    return {(0, column): row(pieces, CUTS[column + 1] - CUTS[column]) for column in (1,)}


@pytest.fixture
def written() -> Written:
    written = Written()
    blank = {(y, column): row([], CUTS[column + 1] - CUTS[column]) for y, column in PLACES}
    written.take(layout({**blank, **one_row(("12:59:59", STYLES[0]))}), ColorSystem.EIGHT_BIT)
    written.next()
    return written


def test_only_what_differs_is_written(written: Written) -> None:
    written.take(chops(one_row(("13:00:00", STYLES[0]))), ColorSystem.EIGHT_BIT)
    assert written.next() == "\x1b[1;9H3:00:00"
    written.take(chops(one_row(("13:00:01", STYLES[0]))), ColorSystem.EIGHT_BIT)
    assert written.next() == "\x1b[1;15H1"


def test_what_is_painted_as_it_was_is_not_written(written: Written) -> None:
    written.take(chops(one_row(("12:59:59", STYLES[0]))), ColorSystem.EIGHT_BIT)
    assert written.next() == ""
    assert written.is_complete


def test_what_was_painted_last_is_written_first(written: Written) -> None:
    blank = row([("old", STYLES[0])], CUTS[1])
    written.take(chops({(5, 0): blank, (4, 0): blank}), ColorSystem.EIGHT_BIT)
    written.take(chops({(4, 0): row([("key", STYLES[0])], CUTS[1])}), ColorSystem.EIGHT_BIT)
    assert written.next(1) == "\x1b[5;1Hk"
    assert written.next() == "\x1b[5;2Hey\x1b[6;1Hold"


def test_behind_a_character_that_terminals_measure_differently_the_place_is_told_anew(written: Written) -> None:
    written.take(chops(one_row(("▸101", STYLES[1]))), ColorSystem.EIGHT_BIT)
    assert written.next() == "\x1b[1;8H\x1b[1m▸\x1b[9G101\x1b[m    "
