"""How a wall looks and is asked."""

from dataclasses import dataclass, field

from tui.screens.configured import arrangement_of, rules_of, views_of
from tui.screens.keys import KEYS, Table
from tui.screens.picture import Start
from tui.screens.ports import CallRecord
from tui.screens.privacy import Privacy
from tui.settings import Config
from tui.widgets.geometry import Density
from tui.widgets.palette import Palette


@dataclass(frozen=True, slots=True)
class Looks:
    """How the wall starts.

    Attributes:
        is_demo: Whether the account is a simulator's.
        start: What it shows first.
        view: The name of the view that it shows first; empty for all.
        secret_file: The file that the login's secret comes from, as a person writes it; empty where it was typed in.
        privacy: Whether callers are masked.
        table: The keys as they are bound.
        unattended: Whether nobody sits before it, whom it could tell what to press.
        record: The record of calls; None before there is an account.
    """

    palette: Palette
    is_demo: bool = False
    start: Start = field(default_factory=Start)
    view: str = ""
    secret_file: str = ""
    privacy: Privacy = field(default_factory=lambda: Privacy(masked=False))
    table: Table = KEYS
    unattended: bool = False
    record: CallRecord | None = None


def start_of(config: Config) -> Start:
    """What the configuration says that the wall shows first.

    Raises:
        BadConfig: The filter cannot be read.
    """
    wall = config.wall
    return Start(
        arrangement_of(config), wall.filter, Density(wall.density), config.theme, rules_of(config), views_of(config)
    )
