"""Which extensions are meant by the words of a command."""

import pytest

from tui.commands.headless import pick, picks_later
from tui.errors import UsageError
from tui.presence.extension import Extension

ANA = Extension(id="401", number="101", name="Ana Martins", type="User", status="Enabled")
BEN = Extension(id="402", number="401", name="Ben Okafor", type="User", status="Enabled")
QUEUE = Extension(id="700", number="9", name="Sales", type="Department", status="Enabled")
ALL = [BEN, ANA, QUEUE]


@pytest.mark.parametrize(
    ("wanted", "chosen", "meant"),
    [
        ("101", [], [ANA]),
        ("402, 101,101 ,401", [], [BEN, ANA]),
        ("all", [], [ANA, BEN]),
        (" ALL ", ["402"], [ANA, BEN]),
        ("9", [], [QUEUE]),
        ("", ["402", "401"], [BEN, ANA]),
        ("", ["gone", "401"], [ANA]),
        (",", ["401"], [ANA]),
    ],
)
def test_a_number_goes_before_an_id_and_the_saved_choice_is_of_ids(
    wanted: str, chosen: list[str], meant: list[Extension]
) -> None:
    assert pick(ALL, wanted, chosen) == meant


@pytest.mark.parametrize(
    ("wanted", "chosen", "said"),
    [
        ("101,x,y", [], "No such extension: x, y"),
        ("", [], "No extensions are chosen"),
        ("", ["gone"], "The account has none of the chosen extensions"),
        ("", ["101"], "The account has none of the chosen extensions"),
    ],
)
def test_what_means_nothing_is_wrong_use(wanted: str, chosen: list[str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        pick(ALL, wanted, chosen)


@pytest.mark.parametrize(
    ("wanted", "chosen", "meant"),
    [("all", [], [BEN, ANA]), ("101", ["402"], []), ("", ["402"], [BEN]), (" ,", ["402"], [BEN])],
)
def test_who_comes_later_is_meant_by_all_and_by_the_saved_choice(
    wanted: str, chosen: list[str], meant: list[Extension]
) -> None:
    assert [one for one in ALL if picks_later(wanted, chosen)(one)] == meant
