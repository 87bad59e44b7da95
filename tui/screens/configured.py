"""What the configuration says of the wall, in the words of the rooms that do it, and back. Pure."""

from msgspec import UNSET

from tui.errors import BadConfig
from tui.presence.alerts import AlertRules, Thresholds
from tui.presence.filter import EVERYTHING, Filter, FilterError, parse
from tui.presence.view import Arrangement, Group, Sort
from tui.presence.views import SavedView, Views
from tui.settings import AlertsConfig, Config, DepartmentAlerts, ViewConfig


def check_filters(config: Config) -> None:
    """Read every filter that stands in a configuration.

    Raises:
        BadConfig: One cannot be read; says which, and where in it.
    """
    _filter("wall.filter", config.wall.filter)
    for view in (*config.view, *config.choice.view):
        _filter(f"the filter of the view {view.name}", view.filter)


def arrangement_of(config: Config) -> Arrangement:
    """How the wall starts, where no view says otherwise.

    Raises:
        BadConfig: The filter cannot be read.
    """
    wall = config.wall
    wanted = _filter("wall.filter", wall.filter)
    listed = config.choice.extensions
    return Arrangement(Sort(wall.sort), wall.reverse, wanted, group=Group(wall.group), listed=listed)


def views_of(config: Config) -> Views:
    """The views by name."""
    return Views(tuple(map(_view, config.view)), tuple(map(_view, config.choice.view)))


def rules_of(config: Config) -> AlertRules:
    """When a state is a warning, and an alarm."""
    alerts = config.alerts
    default = _thresholds(Thresholds(), alerts)
    return AlertRules(default, {name: _thresholds(default, one) for name, one in alerts.department.items()})


def saved_view(view: SavedView) -> ViewConfig:
    """A view as it is saved."""
    return ViewConfig(
        name=view.name,
        filter=view.filter,
        department=view.department,
        free_only=view.free_only,
        sort=UNSET if view.sort is None else view.sort.value,
        reverse=UNSET if view.reverse is None else view.reverse,
        group=UNSET if view.group is None else view.group.value,
        density=view.density or UNSET,
        theme=view.theme or UNSET,
        pins=UNSET if view.pins is None else view.pins,
    )


def _view(view: ViewConfig) -> SavedView:
    return SavedView(
        name=view.name,
        filter=view.filter,
        department=view.department,
        free_only=view.free_only,
        sort=None if view.sort is UNSET else Sort(view.sort),
        reverse=None if view.reverse is UNSET else view.reverse,
        group=None if view.group is UNSET else Group(view.group),
        density="" if view.density is UNSET else view.density,
        theme="" if view.theme is UNSET else view.theme,
        pins=None if view.pins is UNSET else view.pins,
    )


def _thresholds(default: Thresholds, alerts: AlertsConfig | DepartmentAlerts) -> Thresholds:
    return Thresholds(
        ringing=default.ringing if alerts.ringing is UNSET else alerts.ringing,
        hold=default.hold if alerts.hold is UNSET else alerts.hold,
        talk=default.talk if alerts.talk is UNSET else alerts.talk,
        dnd=default.dnd if alerts.dnd is UNSET else alerts.dnd,
        offline=default.offline if alerts.offline is UNSET else alerts.offline,
        age=default.age if alerts.age is UNSET else alerts.age,
    )


def _filter(where: str, text: str) -> Filter:
    try:
        return parse(text) if text else EVERYTHING
    except FilterError as error:
        raise BadConfig(f"{where} {error.with_place}", "The README explains the language of filters.") from error
