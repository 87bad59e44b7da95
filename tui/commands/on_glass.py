"""Running an app on the terminal, from the way the terminal was found to the exit code."""

import gc
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from tui.terminal.abilities import Abilities
from tui.terminal.found import Found, say_last
from tui.terminal.guard import Guard

if TYPE_CHECKING:
    # Textual takes a quarter of a second to import: not before there is a reason to.
    from tui.glass import Glass

A = TypeVar("A", bound="Glass")
FRAMES = "250"
"""Frames a second that Textual may paint. By its own measure a change would wait for the next sixtieth of a second; how
often we paint is a matter of `tui.screens.frames`, and keys are not to wait at all."""
NEVER = 1_000_000
"""Passes over young garbage before the collector looks at all of it by itself."""


def prepare_textual(abilities: Abilities) -> None:
    """Set what Textual reads from the environment, once, when it is imported.

    What others have set there is left out: its tools for developers would tell each key of a secret that is typed. Its
    protocol for keys would stay on in a terminal whose wall was killed.
    """
    for name in [name for name in os.environ if name.startswith("TEXTUAL_")]:
        del os.environ[name]
    os.environ.update(TEXTUAL_COLOR_SYSTEM=abilities.color_system, TEXTUAL_DISABLE_KITTY_KEY="1", TEXTUAL_FPS=FRAMES)


def run_on_glass(make: Callable[[Guard], A], abilities: Abilities, *, mouse: bool) -> tuple[A, int]:
    """Run an app until it ends; gives it, and the exit code.

    Args:
        make: Makes the app, once Textual may be imported.
        abilities: What the terminal can show.
        mouse: Whether the app takes the mouse.

    Raises:
        Exception: The fault that ended it.
    """
    prepare_textual(abilities)
    with Guard(Found()) as guard:
        app = make(guard)
        # The program itself stays for good: the collector need not look at it any more. A pass over all the rest takes
        # 60 to 90 ms with ten thousand extensions, so it comes by the glass's clock, not whenever somebody sorts.
        gc.freeze()
        gc.set_threshold(*gc.get_threshold()[:2], NEVER)
        app.run(mouse=mouse)
        guard.terminal_is_back()
        if guard.ending is not None and guard.ending.reason:
            say_last(guard.ending.reason)
            return app, guard.ending.code
        if app.fault is not None:
            raise app.fault
    return app, app.return_code or 0
