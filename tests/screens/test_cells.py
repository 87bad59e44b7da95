"""Any text becomes exactly as many cells as were asked for, by our measure and by the terminal library's."""

import ast
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from unicodedata import east_asian_width

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len, get_character_cell_size

from tui import screens, widgets
from tui.cells import AMBIGUOUS, cut, fit, measure_for, printable, width
from tui.presence import status

ANY_TEXT = st.text(st.characters(codec=None), max_size=30)
"""Everything that a string can hold, lone surrogates too."""


@given(ANY_TEXT, st.integers(0, 24), st.booleans())
def test_fitted_text_takes_exactly_its_cells(text: str, cells: int, right: bool) -> None:
    fitted = fit(text, cells, right=right)
    assert width(fitted) == cells
    assert cell_len(fitted) == cells
    assert sum(map(get_character_cell_size, fitted)) == cells


@given(ANY_TEXT, st.integers(0, 24))
def test_it_keeps_its_cells_beside_other_text(text: str, cells: int) -> None:
    assert cell_len(f"a{fit(text, cells)}b") == cells + 2


@given(ANY_TEXT)
def test_what_is_printed_commands_no_terminal(text: str) -> None:
    shown = printable(text)
    categories = {unicodedata.category(character) for character in shown}
    assert not categories & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    shown.encode()


@given(ANY_TEXT, st.integers(0, 24))
def test_a_cut_text_is_the_beginning_of_the_whole(text: str, cells: int) -> None:
    kept = cut(text, cells)
    assert width(kept) <= cells
    assert printable(text).startswith(kept)


@given(ANY_TEXT)
def test_text_that_fits_is_not_touched(text: str) -> None:
    shown = printable(text)
    assert fit(text, width(shown)) == shown


@pytest.mark.parametrize(
    ("text", "cells", "fitted"),
    [
        ("Lena Hoffmann", 12, "Lena Hoffma."),
        ("Lena Hoffmann", 14, "Lena Hoffmann "),
        ("Lena Hoffmann", 6, "Lena. "),
        ("王小明 客服", 6, "王小. "),
        ("王小明 客服", 7, "王小明."),
        ("王小明", 6, "王小明"),
        ("Zoë", 5, "Zoë  "),
        ("Zoe\u0308", 5, "Zoë  "),
        ("👩\u200d👩\u200d👧", 6, "👩👩👧"),
        ("👍🏽 ok", 5, "👍 ok"),
        ("\u0301bc", 3, "bc "),
        ("a\x1b[2Jb\r\nc", 9, "a[2Jbc   "),
        ("\u202eevil\u202c", 5, "evil "),
        ("abc", 1, "a"),
        ("王", 1, " "),
        ("", 3, "   "),
    ],
)
def test_examples(text: str, cells: int, fitted: str) -> None:
    assert fit(text, cells) == fitted


@pytest.fixture
def east_asian_terminal() -> Iterator[None]:
    measure_for(ambiguous=2)
    yield
    measure_for(ambiguous=1)


@pytest.mark.usefixtures("east_asian_terminal")
@pytest.mark.parametrize(
    ("text", "cells", "fitted"),
    [
        ("Café…", 6, "Café."),
        ("±5", 4, "±5 "),
        ("Ωmega", 6, "Ωmega"),
        ("Ωmega", 5, "Ωme."),
        ("Zoe", 4, "Zoe "),
        ("王", 2, "王"),
    ],
)
def test_where_the_terminal_makes_ambiguous_characters_wide(text: str, cells: int, fitted: str) -> None:
    assert fit(text, cells) == fitted


def drawn_by_us() -> Iterator[tuple[str, str]]:
    """The characters beyond ASCII in what people see, and where they stand; what explains code is not seen."""
    for path in [
        *Path(screens.__path__[0]).glob("*.py"),
        *Path(widgets.__path__[0]).glob("*.py"),
        Path(status.__file__),
    ]:
        tree = ast.parse(path.read_text())
        told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
                yield from ((character, path.name) for character in node.value if not character.isascii())


def test_nothing_that_we_draw_is_ambiguous() -> None:
    drawn = list(drawn_by_us())
    assert {character for character, _ in drawn} >= {"▸", "❚", "⊘"}
    assert [(one, where) for one, where in drawn if east_asian_width(one) in {AMBIGUOUS, "W", "F"}] == []


def test_a_timer_is_padded_on_the_left() -> None:
    assert fit("9:32", 6, right=True) == "  9:32"
