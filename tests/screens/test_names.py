"""Two names that would be cut alike are told apart; all others are written as ever, and all fit."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.presence.made import ANA, BEN
from tui.cells import fit, printable, width
from tui.presence.extension import Extension
from tui.widgets.geometry import Density
from tui.widgets.names import Names, told_apart

WORDS = st.text("abAB王ü", min_size=1, max_size=9)
NAMES = st.lists(st.lists(WORDS, min_size=1, max_size=4).map(" ".join), min_size=1, max_size=8)
CELLS = st.integers(0, 24)


@pytest.mark.parametrize(
    ("names", "cells", "written"),
    [
        (["Ana Martins", "Ben Okafor"], 12, ["Ana Martins", "Ben Okafor"]),
        (["Lena Hoffmann", "Ana Martins"], 12, ["Lena Hoffma.", "Ana Martins"]),
        (["Alexandra Petersen", "Alexandra Petrova"], 12, ["A. Petersen", "A. Petrova"]),
        (
            ["Alexandra Petersen", "Alexandra Petrova", "A. Petrova"],
            12,
            ["A. Petersen", "Alexan.trova", "A. Petrova"],
        ),
        (["Maria van der Berg", "Maria van der Heide"], 14, ["M. v. der Berg", "M. v. d. Heide"]),
        (["Support Team 1", "Support Team 2"], 10, ["S. Team 1", "S. Team 2"]),
        (["Reception Floor 1", "Reception Floor 2"], 8, ["R. F. 1", "R. F. 2"]),
        (["Anna Featherstonehaugh", "Anna Featherstonecroft"], 12, ["Anna F.haugh", "Anna F.croft"]),
        (["客户服务中心一", "客户服务中心二"], 8, ["客户.一", "客户.二"]),
        (["Marta Silva", "Martin Silveira", "Marta Silveira"], 8, ["M. Silva", "Martin.", "M. Silv."]),
        (["Ana", "Ana", "Anastasia B", "Anastasia B"], 6, ["Ana", "Ana", "Anast.", "Anast."]),
        (["Christopher", "Christophe"], 8, ["Chri.her", "Chri.phe"]),
    ],
)
def test_examples(names: list[str], cells: int, written: list[str]) -> None:
    assert told_apart(names, [cells] * len(names)) == written


@given(NAMES, CELLS)
def test_all_fit(names: list[str], cells: int) -> None:
    assert all(width(text) <= cells for text in told_apart(names, [cells] * len(names)))


@given(NAMES, CELLS)
def test_a_name_that_fits_or_is_cut_like_no_other_is_not_touched(names: list[str], cells: int) -> None:
    usual = [fit(name, cells).rstrip() for name in names]
    for name, as_usual, text in zip(names, usual, told_apart(names, [cells] * len(names)), strict=True):
        alone = len({other for other, one in zip(names, usual, strict=True) if one == as_usual}) == 1
        if alone or printable(name) == as_usual:
            assert text == as_usual


@given(st.lists(st.text("abcdef", min_size=3, max_size=6), min_size=2, max_size=6, unique=True))
def test_surnames_that_fit_tell_people_apart(surnames: list[str]) -> None:
    names = [f"Alexandra-Marie {surname}" for surname in surnames]
    assert told_apart(names, [10] * len(names)) == [f"A. {surname}" for surname in surnames]


@given(NAMES, CELLS)
def test_nobody_is_written_worse_for_being_told_apart(names: list[str], cells: int) -> None:
    usual = {fit(name, cells).rstrip() for name in names}
    assert len(set(told_apart(names, [cells] * len(names)))) >= len(usual)


class Everybody:
    """The people on a wall, and how often they were asked for."""

    def __init__(self, *people: Extension) -> None:
        self.people = people
        self.asked = 0

    def __call__(self) -> Iterable[Extension]:
        self.asked += 1
        return self.people


def test_names_are_computed_anew_only_for_another_density_and_for_who_has_changed() -> None:
    petersen, petrova = replace(ANA, name="Alexandra-Marie Petersen"), replace(BEN, name="Alexandra-Marie Petrova")
    everybody = Everybody(petersen, BEN)
    names = Names(everybody)
    written = [names.written(one, Density.NORMAL) for one in (petersen, BEN, petersen)]
    assert written == ["Alexandra-Mar.", "Ben Okafor", "Alexandra-Mar."]
    assert everybody.asked == 1
    everybody.people = (petersen, petrova)
    assert [names.written(one, Density.NORMAL) for one in (petrova, petersen)] == ["A. Petrova", "A. Petersen"]
    assert everybody.asked == 2
    assert names.written(petrova, Density.LARGE) == "Alexandra-Marie Petrova"
    assert everybody.asked == 3
