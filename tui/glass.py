"""What every app on the glass has in common: its terminal, its colours, the feeds beneath it, and how it ends."""

import asyncio
import contextlib
import gc
import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, Self

from rich.console import COLOR_SYSTEMS, RenderableType
from textual._compositor import CompositorUpdate
from textual.app import App
from textual.events import Event, Key, Resize
from textual.filter import LineFilter
from textual.screen import Screen
from textual.worker import WorkerFailed

from tui.cells import measure_for
from tui.config import Config
from tui.driver import PatientDriver
from tui.screens.ports import Outside, Watching
from tui.terminal.abilities import Abilities, Colors
from tui.terminal.guard import Ending, Guard
from tui.widgets.palette import Colorless, Depth, Palette

if TYPE_CHECKING:
    # Only names here: the login screen waits for none of these.
    from tui.screens.live import LiveScreen
    from tui.screens.unattended import UnattendedScreen

log = logging.getLogger(__name__)

DEPTHS = {
    Colors.NONE: Depth.NONE,
    Colors.SIXTEEN: Depth.SIXTEEN,
    Colors.MANY: Depth.MANY,
    Colors.TRUE: Depth.MANY,
}
ANY_TERMINAL = Abilities()
COLLECTS_EVERY = 60.0
"""Seconds between two passes over all garbage; see `tui.commands.on_glass`, which leaves them to us."""


class Closed(Protocol):
    """What is closed at the end."""

    async def close(self) -> None:
        """Close its connections."""


class Glass(App[None], inherit_bindings=False):
    """An app that takes the whole terminal, and gives it back however it ends.

    Args:
        config: What the user configured.
        way_in: What has the connections, which are closed at the end.
        abilities: What the terminal can show.
        guard: Sees to it that leaving comes to an end; says when signals or a lost terminal ask for it.
        outside: What there is beside the glass.
    """

    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    CSS = """
    Screen { background: ansi_default; color: ansi_default; }
    """

    def __init__(
        self, config: Config, way_in: Closed, abilities: Abilities, guard: Guard | None, outside: Outside
    ) -> None:
        super().__init__(driver_class=PatientDriver, ansi_color=True)
        self.animation_level = "none"
        self.theme = "ansi-dark"
        self._way_in = way_in
        self._guard = guard
        self._outside = outside
        self._rings = config.alerts.bell
        self._titled = abilities.titled
        self._watching: Watching | None = None
        self._early_end: asyncio.Task[None] | None = None
        self._feeds: set[asyncio.Task[None]] = set()
        depth = DEPTHS[abilities.colors] if config.color else Depth.NONE
        measure_for(ambiguous=config.ambiguous_width)
        self.palette = Palette(config.theme, depth, config.ascii or abilities.ascii)
        self._plain_filters: Sequence[LineFilter] = [Colorless()] if depth is Depth.NONE else []
        self._line_filters = self._plain_filters

    async def on_event(self, event: Event) -> None:
        """Give way after each key: Textual takes the next one at once, and thousands may have arrived together.

        A terminal of another size may show anything.
        """
        if isinstance(event, Resize) and isinstance(self._driver, PatientDriver):
            self._driver.forget_glass()
        await super().on_event(event)
        if isinstance(event, Key):
            await asyncio.sleep(0)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Without colours none are written at all, not even the terminal's own; at night there is less light."""
        return self._line_filters

    def _display(self, screen: Screen[object], renderable: RenderableType | CompositorUpdate | None) -> None:
        """Let the driver write what an update changes: Textual writes all that it has painted."""
        if not isinstance(renderable, CompositorUpdate):
            super()._display(screen, renderable)
        elif isinstance(self._driver, PatientDriver) and not self._batch_count:
            colors = COLOR_SYSTEMS[self.console.color_system or "truecolor"]
            self._driver.paint(renderable, colors, synchronised=self._sync_available)

    def _set_pointer_shape(self, shape: str) -> None:
        """Leave the mouse's pointer alone: nobody would turn it back, and terminals without one print the sequence."""

    def refresh(self, *, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Paint everything anew, whatever something else has written on the terminal."""
        if isinstance(self._driver, PatientDriver):
            self._driver.forget_glass()
        return super().refresh(repaint=repaint, layout=layout, recompose=recompose)

    def on_mount(self) -> None:
        """Leave when the guard asks, and let Python look for garbage now and then."""
        self.set_interval(COLLECTS_EVERY, self._collect_garbage)
        if self._guard is not None:
            self._guard.tell(self._end)

    def on_live_screen_looked_out(self, event: "LiveScreen.LookedOut") -> None:
        """Tell those who do not look: by a bell, a program of theirs, and the title of the window."""
        if event.seen.alarms:
            if self._rings:
                self.bell()
            if self._outside.alarms is not None:
                self._outside.alarms.tell(event.seen.alarms)
        if self._titled and isinstance(self._driver, PatientDriver):
            self._driver.name_window(event.seen.title)

    def on_unattended_screen_dimmed(self, event: "UnattendedScreen.Dimmed") -> None:
        """Paint everything with less light, or as it is."""
        from tui.widgets.dimmed import Dimmed

        self._line_filters = [
            *self._plain_filters,
            *([Dimmed(sixteen=self.palette.depth is Depth.SIXTEEN)] if event.dim else []),
        ]
        for widget in self.screen.walk_children():
            widget.refresh()

    def _collect_garbage(self) -> None:
        """Find what a broken link leaves: clients and errors that hold each other. What is free goes to the system."""
        import ctypes

        gc.collect()
        # glibc keeps what was freed until it is asked: 2 of 60 MB once ten thousand extensions were read.
        with contextlib.suppress(AttributeError):
            ctypes.CDLL(None).malloc_trim(0)

    def _keep(self, watching: Watching) -> None:
        """Run a feed beside the screens: it outlives them by the time that it takes to delete its subscription."""
        task = asyncio.create_task(self._keep_watching(watching), name="feed")
        self._feeds.add(task)
        task.add_done_callback(self._feeds.discard)

    async def _keep_watching(self, watching: Watching) -> None:
        """Run the feed. A fault in it ends the app: a wall that nothing feeds must not stay on the glass."""
        try:
            await watching.run()
        except Exception as error:
            self._handle_exception(error)

    @property
    def fault(self) -> Exception | None:
        """What ended the screens, where people did not."""
        fault = self._exception
        if isinstance(fault, WorkerFailed) and isinstance(fault.error, Exception):
            return fault.error
        if fault is None and self.return_code is None:
            return RuntimeError("the screens ended by themselves")
        return fault

    def _print_error_renderables(self) -> None:
        """Print nothing: Textual's traceback shows local variables, secrets among them. `fault` goes into the log."""
        self._exit_renderables.clear()

    def _leave(self) -> None:
        if self._guard is not None:
            self._guard.end(0)
        self._close_early()
        self.exit()

    def _end(self, ending: Ending) -> None:
        """Leave because of a signal or a lost terminal."""
        if ending.reason:
            log.warning("%s", ending.reason)
        self._close_early()
        self.exit(return_code=ending.code)

    def _close_early(self) -> None:
        """Begin to close: a screen that is stuck would never come to it, and the terminal may take a second."""
        if self._early_end is None:
            self._early_end = asyncio.create_task(self._close_all_connections(), name="closing")

    async def on_unmount(self) -> None:
        """Delete the subscription and close the connections, whatever ended the screens; they are gone by now."""
        if self._guard is not None:
            self._guard.end(1)
        await (self._early_end or self._close_all_connections())

    async def _close_all_connections(self) -> None:
        if self._watching is not None:
            await self._watching.close()
        if self._outside.alarms is not None:
            await self._outside.alarms.close()
        await self._way_in.close()
