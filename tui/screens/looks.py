"""How a wall looks and is asked."""

from dataclasses import dataclass, field

from tui.presence.view import Arrangement
from tui.screens.keys import KEYS, Table
from tui.screens.privacy import Privacy
from tui.widgets.palette import Palette

EVERYBODY = Arrangement()


@dataclass(frozen=True, slots=True)
class Looks:
    """How the wall starts.

    Attributes:
        is_demo: Whether the account is a simulator's.
        arrangement: The order and the filter.
        filter_text: The filter as it was written.
        secret_file: The file that the login's secret comes from, as a person writes it; empty where it was typed in.
        privacy: Whether callers are masked.
        table: The keys as they are bound.
    """

    palette: Palette
    is_demo: bool = False
    arrangement: Arrangement = EVERYBODY
    filter_text: str = ""
    secret_file: str = ""
    privacy: Privacy = field(default_factory=lambda: Privacy(masked=False))
    table: Table = KEYS
