"""The configuration in the words of the wall, and back."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.config import Config
from tui.errors import BadConfig
from tui.presence.alerts import AlertRules, Thresholds
from tui.presence.filter import parse
from tui.presence.view import Arrangement, Group, Sort
from tui.presence.views import SavedView
from tui.screens.configured import arrangement_of, check_filters, rules_of, saved_view, views_of
from tui.settings import ChoiceConfig, ViewConfig, WallConfig
from tui.vocabulary import DENSITIES, GROUPS, SORTS, THEMES
from tui.widgets.geometry import Density
from tui.widgets.themes import THEMES as PAINTED


def test_the_words_of_the_configuration_are_those_of_the_tables() -> None:
    assert list(SORTS) == list(Sort)
    assert list(GROUPS) == list(Group)
    assert list(DENSITIES) == list(Density)
    assert list(THEMES) == list(PAINTED)


def test_an_empty_configuration_is_the_usual_wall() -> None:
    assert arrangement_of(Config()) == Arrangement()
    assert rules_of(Config()) == AlertRules()
    assert views_of(Config()).all == ()
    check_filters(Config())


def test_what_the_wall_starts_with() -> None:
    wall = WallConfig(sort="attention", reverse=True, filter="alert:any", group="site")
    config = Config(wall=wall, choice=ChoiceConfig(extensions=("402", "401")))
    assert arrangement_of(config) == Arrangement(
        Sort.ATTENTION, reverse=True, filter=parse("alert:any"), group=Group.SITE, listed=("402", "401")
    )


def test_a_department_changes_only_the_limits_that_it_names() -> None:
    said = {"alerts": {"ringing": [5, 10], "dnd": [60, 0], "department": {"Sales": {"hold": [0, 90]}}}}
    rules = rules_of(msgspec.convert(said, Config))
    assert rules.of("Support") == Thresholds(ringing=(5.0, 10.0), dnd=(60.0, 0.0))
    assert rules.of("Sales") == Thresholds(ringing=(5.0, 10.0), dnd=(60.0, 0.0), hold=(0.0, 90.0))


@pytest.mark.parametrize(
    ("config", "words"),
    [
        (Config(wall=WallConfig(filter="ana state:xyz")), "wall.filter at character 11: no such state: xyz"),
        (Config(view=(ViewConfig(name="Mine", filter="nme:x"),)), "the filter of the view Mine at character 1: "),
        (
            Config(choice=ChoiceConfig(view=(ViewConfig(name="Kept", filter="time>x"),))),
            "the filter of the view Kept at character 6: no such time",
        ),
    ],
)
def test_a_filter_that_cannot_be_read_is_named_with_its_place(config: Config, words: str) -> None:
    with pytest.raises(BadConfig) as caught:
        check_filters(config)
    assert str(caught.value).startswith(words)
    assert caught.value.exit_code == 78


nothing = st.none()
views = st.builds(
    SavedView,
    name=st.text(min_size=1, max_size=5),
    filter=st.sampled_from(["", "ana"]),
    department=st.sampled_from(["", "Sales"]),
    free_only=st.booleans(),
    sort=nothing | st.sampled_from(Sort),
    reverse=nothing | st.booleans(),
    group=nothing | st.sampled_from(Group),
    density=st.sampled_from(["", *DENSITIES]),
    theme=st.sampled_from(["", *THEMES]),
    pins=nothing | st.tuples(st.sampled_from(["401", "402"])),
)


@given(views)
def test_a_view_that_is_saved_comes_back_as_it_was(view: SavedView) -> None:
    written = msgspec.to_builtins(Config(choice=ChoiceConfig(view=(saved_view(view),))))
    assert views_of(msgspec.convert(written, Config)).saved == (view,)
