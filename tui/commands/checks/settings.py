"""What the configuration says of the wall, as far as it can be understood only by the rooms that do it."""

from collections.abc import Iterator

from tui.commands.checks.finding import Finding, State, failed
from tui.errors import BadConfig
from tui.screens.configured import check_filters
from tui.settings import Config

GROUP = "Configuration"


def check_settings(config: Config) -> Iterator[Finding]:
    """That every filter can be read, and that no key means two things."""
    # It knows Textual's names of keys: a quarter of a second to import.
    from tui.screens.rebinding import rebound

    views = len(config.view) + len(config.choice.view)
    for name, text, check in (
        ("Filters", f"can be read; views by name: {views}", lambda: check_filters(config)),
        ("Keys", f"no two are the same; your own: {len(config.keys)}", lambda: rebound(config.keys)),
    ):
        try:
            check()
        except BadConfig as error:
            yield failed(GROUP, name, error)
        else:
            yield Finding(GROUP, name, State.OK, text)
