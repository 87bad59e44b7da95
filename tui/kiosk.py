"""The app of `--kiosk`: one wall, from the last picture on, that no key ends."""

from tui.config import Config
from tui.glass import ANY_TERMINAL, Glass
from tui.screens.keys import KEYS, Table
from tui.screens.looks import Looks, start_of
from tui.screens.ports import NOTHING_OUTSIDE, Outside, Start
from tui.screens.unattended import UnattendedScreen, pace_of
from tui.terminal.abilities import Abilities
from tui.terminal.guard import Guard


class KioskApp(Glass, inherit_bindings=False):
    """The wall that nobody sits before.

    Args:
        start: What it begins with, and the way on.
        config: What the user configured.
        abilities: What the terminal can show.
        guard: Sees to it that leaving comes to an end; says when signals or a lost terminal ask for it.
        table: The keys as they are bound.
        outside: What there is beside the glass.

    Attributes:
        begins_anew: Whether it has ended because there is another configuration, and is to be started again.
    """

    def __init__(
        self,
        start: Start,
        config: Config,
        *,
        abilities: Abilities = ANY_TERMINAL,
        guard: Guard | None = None,
        table: Table = KEYS,
        outside: Outside = NOTHING_OUTSIDE,
    ) -> None:
        super().__init__(config, start, abilities, guard, outside)
        self.begins_anew = False
        self._start = start
        looks = Looks(self.palette, start.is_demo, start_of(config), config.wall.view, start.secret_file, table=table)
        self._wall = UnattendedScreen(start, looks, pace_of(config.kiosk), is_alone=True)

    def on_mount(self) -> None:
        """Show the last picture, and go on to the next; Textual calls the base's method too."""
        self.run_worker(self._go_on(), name="kiosk")
        self.run_worker(self._begin_anew(), name="configuration")

    async def _go_on(self) -> None:
        await self.push_screen(self._wall)
        account = await self._start.account()
        known = {extension.id: extension for extension in account.directory.extensions}
        self._watching = account.watch([known[one] for one in account.chosen if one in known])
        self._keep(self._watching)
        self._wall.follow(self._watching, account.record, secret_file=self._start.secret_file)

    async def _begin_anew(self) -> None:
        await self._start.configured_anew()
        self.begins_anew = True
        self._leave()
