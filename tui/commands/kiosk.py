"""`ringwall --kiosk`: the wall that nobody sits before."""

import os
import sys

from tui.commands.invocation import Invocation
from tui.commands.on_glass import prepare_textual, run_on_glass
from tui.commands.outside import outside_of
from tui.errors import UsageError
from tui.logs import log_to
from tui.terminal.abilities import Abilities
from tui.terminal.guard import Guard


def run_kiosk(invocation: Invocation, abilities: Abilities) -> int:
    """Show the wall until a signal ends it; gives the exit code.

    With another configuration the program begins anew, in the same process: nothing of the old one is left in it.

    Raises:
        UsageError: There is no screen to draw on.
    """
    if abilities.no_screen:
        raise UsageError(f"{abilities.no_screen}, and a kiosk needs one", "docs/kiosk.md says how to give it one.")
    # What it begins with reads the configuration by the tables of the screens, which import Textual.
    prepare_textual(abilities)
    from tui.commands.standby import Standby
    from tui.kiosk import KioskApp

    log_to(invocation.paths.log, "info")
    start = Standby(invocation)
    log_to(invocation.paths.log, start.config.log_level)

    def make(guard: Guard) -> KioskApp:
        outside = outside_of(invocation, start.config)
        return KioskApp(start, start.config, abilities=abilities, guard=guard, table=start.table, outside=outside)

    app, code = run_on_glass(make, abilities, mouse=False)
    if app.begins_anew:
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - our own command line, once more
    return code
