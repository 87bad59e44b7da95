"""What the configuration says of the wall and the record, as far as only the rooms that do it understand it."""

from collections.abc import Callable, Iterator

from tui.commands.checks.finding import Finding, State, failed
from tui.commands.invocation import Invocation
from tui.commands.recording import check_sinks
from tui.errors import BadConfig
from tui.screens.configured import check_filters

GROUP = "Configuration"


def check_settings(invocation: Invocation) -> Iterator[Finding]:
    """That every filter can be read, no key means two things, and the record can be sent where it is to go."""
    # It knows Textual's names of keys: a quarter of a second to import.
    from tui.screens.rebinding import rebound

    config, wishes = invocation.config, invocation.config.record
    sinks = " and ".join(what for what, to in (("PostgreSQL", wishes.postgres), ("a webhook", wishes.webhook)) if to)
    views = len(config.view) + len(config.choice.view)
    checks: list[tuple[str, str, Callable[[], object]]] = [
        ("Filters", f"can be read; views by name: {views}", lambda: check_filters(config)),
        ("Keys", f"no two are the same; your own: {len(config.keys)}", lambda: rebound(config.keys)),
    ]
    if wishes.enabled or sinks:
        checks.append(("Record", f"sent to {sinks}" if sinks else "kept here only", lambda: check_sinks(invocation)))
    for name, text, check in checks:
        try:
            check()
        except BadConfig as error:
            yield failed(GROUP, name, error)
        else:
            yield Finding(GROUP, name, State.OK, text)
