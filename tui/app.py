"""The app: which screen follows which, and the feed that runs beneath them.

The login is drawn first. The screens after it are imported when they are made: with all that they show they take as
long as a third of a bare Textual app.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual.screen import Screen

from tui.config import Config
from tui.errors import RingwallError
from tui.glass import ANY_TERMINAL, Glass
from tui.logs import last_entries
from tui.screens.keys import FULL, KEYS, LOG_IN, On, Table
from tui.screens.login import LoginScreen
from tui.screens.ports import NOTHING_OUTSIDE, Account, Door, Outside, Watching
from tui.screens.privacy import Privacy
from tui.terminal.abilities import Abilities
from tui.terminal.guard import Guard

if TYPE_CHECKING:
    from tui.presence.extension import Extension
    from tui.screens.choose import ChooseScreen
    from tui.screens.live import LiveScreen
    from tui.screens.looks import Looks
    from tui.screens.snapshot import Snapshot
    from tui.screens.wall import WallScreen

log = logging.getLogger(__name__)


class RingwallApp(Glass, inherit_bindings=False):
    """Login, choice and wall.

    Args:
        door: The way in.
        config: What the user configured.
        skip_login: Whether to log in at once and to go on to the wall with the saved choice.
        abilities: What the terminal can show.
        guard: Sees to it that leaving comes to an end; says when signals or a lost terminal ask for it.
        table: The keys as they are bound.
        outside: What there is beside the glass.
    """

    def __init__(
        self,
        door: Door,
        config: Config,
        *,
        skip_login: bool = False,
        abilities: Abilities = ANY_TERMINAL,
        guard: Guard | None = None,
        table: Table = KEYS,
        outside: Outside = NOTHING_OUTSIDE,
    ) -> None:
        super().__init__(config, door, abilities, guard, outside)
        self._door = door
        self._config = config
        self._skip_login = skip_login
        self._account: Account | None = None
        self._wall: WallScreen | None = None
        self._privacy = Privacy(masked=config.mask)
        self._table = table
        self._does: dict[str, Callable[[str], None]] = {
            "choose": self._choose,
            "calls": self._show_calls,
            "diagnostics": self._diagnose,
            "quit": lambda _: self._leave(),
            "snapshot": self._snapshot,
            "bell": self._turn_bell,
            "kiosk": self._leave_alone,
            LOG_IN: self._log_in_again,
        }

    def on_mount(self) -> None:
        """Show the login; Textual calls the base's method too."""
        self.push_screen(LoginScreen(self._door, self.palette, start_now=self._skip_login))

    def on_login_screen_logged_in(self, event: LoginScreen.LoggedIn) -> None:
        """Go on: to the choice, straight to the wall, or with the wall that there is."""
        if self._wall is not None and self._account is not None and self._watching is not None:
            self._go_on(event.account, self._wall, self._account, self._watching)
            return
        self._account = event.account
        chosen = self._chosen_extensions(event.account)
        if self._skip_login and chosen:
            self._to_wall(chosen)
        else:
            self._show(self._choice(event.account))

    def on_login_screen_left(self, event: LoginScreen.Left) -> None:
        """Back to the wall; before there is one, out."""
        self._back_or_out()

    def on_choose_screen_chosen(self, event: "ChooseScreen.Chosen") -> None:
        """Save the choice and watch it; a choice that cannot be saved is watched all the same."""
        if self._account is not None:
            problem = self._save_choice(self._account, event.ids)
            if self._wall is not None:
                self._wall.list_as(event.ids)
            self._to_wall(event.extensions, problem)

    def on_choose_screen_help_wanted(self, event: "ChooseScreen.HelpWanted") -> None:
        """The keys of the choice."""
        from tui.screens.help import HelpScreen

        self.push_screen(HelpScreen(On.CHOOSE, self._table, self.palette))

    def on_choose_screen_left(self, event: "ChooseScreen.Left") -> None:
        """Back to the wall; before there is one, out."""
        self._back_or_out()

    def on_wall_screen_asked(self, event: "WallScreen.Asked") -> None:
        """Do what the wall cannot do by itself."""
        self._does[event.what](event.argument)

    def on_live_screen_palette_changed(self, event: "LiveScreen.PaletteChanged") -> None:
        """Paint other screens as the wall is painted."""
        self.palette = event.palette

    def on_wall_screen_views_changed(self, event: "WallScreen.ViewsChanged") -> None:
        """Save the views; those that cannot be saved stay for as long as the wall does."""
        if self._account is None or self._wall is None:
            return
        try:
            self._account.save_views(event.saved)
        except RingwallError as error:
            log.warning("the views were not saved: %s", error)
            self._wall.say(f"The views were not saved: {error}")

    def _choose(self, _: str) -> None:
        """Choose again; the wall waits beneath."""
        if self._account is not None:
            self.push_screen(self._choice(self._account))

    def _choice(self, account: Account) -> "ChooseScreen":
        from tui.screens.choose import ChooseScreen

        return ChooseScreen(account.directory, account.chosen, self.palette, self._table)

    def _diagnose(self, _: str) -> None:
        """How well the wall is, above it."""
        from tui.screens.diagnostics import DiagnosticsScreen

        if self._account is not None:
            account = self._account
            self.push_screen(DiagnosticsScreen(account.health, account.record, last_entries, self._table, self.palette))

    def _show_calls(self, filter_text: str) -> None:
        """The recorded calls, above the wall."""
        from tui.screens.calls import CallsScreen

        if self._account is not None and self._watching is not None:
            record = self._account.record
            self.push_screen(CallsScreen(record, self._watching, self._privacy, self._table, self.palette, filter_text))

    def _snapshot(self, argument: str) -> None:
        """Save the wall as it looks now, masked unless it is wanted in full."""
        if self._wall is not None and self._watching is not None:
            taken = self._wall.snapshot(masked=argument != FULL)
            self.run_worker(self._save(taken, self._watching.clock.now(), self._wall), name="snapshot")

    async def _save(self, taken: "Snapshot", at: float, wall: "WallScreen") -> None:
        save = self._outside.save_snapshot
        if save is None:
            return
        try:
            wall.say(f"Saved {await asyncio.to_thread(save, taken.svg, taken.text, at)}")
        except RingwallError as error:
            log.warning("the snapshot was not saved: %s", error)
            wall.say(f"The snapshot was not saved: {error}")

    def _turn_bell(self, _: str) -> None:
        self._rings = not self._rings
        if self._wall is not None:
            self._wall.say("The bell rings at new alarms" if self._rings else "The bell is silent")

    def _leave_alone(self, _: str) -> None:
        """Nobody sits before the wall from now on, until Ctrl-C is pressed twice; it waits beneath."""
        from dataclasses import replace

        from tui.screens.unattended import UnattendedScreen, pace_of

        if self._account is not None and self._watching is not None:
            looks, pace = self._looks(self._account), pace_of(self._config.kiosk)
            view = self._config.kiosk.view or self._config.wall.view
            looks = replace(looks, palette=self.palette, view=view)
            self.push_screen(UnattendedScreen(self._watching, looks, pace, is_alone=False))

    def _log_in_again(self, _: str) -> None:
        """Log in again; the wall waits beneath, as it is."""
        if self._watching is not None:
            refusal = self._watching.link.reason or "The login was refused"
            self.push_screen(LoginScreen(self._door, self.palette, refusal=refusal))

    def _chosen_extensions(self, account: Account) -> "list[Extension]":
        known = {extension.id: extension for extension in account.directory.extensions}
        return [known[one] for one in account.chosen if one in known]

    def _to_wall(self, extensions: "list[Extension]", problem: str = "") -> None:
        from tui.screens.wall import WallScreen

        if self._account is None:
            return
        self._watching = self._account.watch(extensions)
        if self._wall is None:
            self._keep(self._watching)
            self._wall = WallScreen(self._watching, self._looks(self._account))
            self._show(self._wall)
        else:
            self.pop_screen()
        if problem:
            self._wall.call_after_refresh(self._wall.say, problem)

    def _go_on(self, account: Account, wall: "WallScreen", old: Account, watched: Watching) -> None:
        """After a new login the wall that there is shows the same extensions, by the new account's feed."""
        known = {extension.id: extension for extension in account.directory.extensions}
        extensions = [known.get(entry.id, entry.extension) for entry in watched.board]
        problem = self._save_choice(account, old.chosen)
        self.run_worker(self._close(watched, old), name="old feed")
        self._account, self._watching = account, account.watch(extensions)
        self._keep(self._watching)
        wall.follow(self._watching, account.record, secret_file=self._door.secret_file)
        self.pop_screen()
        if problem:
            wall.call_after_refresh(wall.say, problem)

    def _save_choice(self, account: Account, ids: Sequence[str]) -> str:
        """Save the choice; gives what speaks against that."""
        try:
            account.save_choice(ids)
        except RingwallError as error:
            log.warning("the choice was not saved: %s", error)
            return f"The choice was not saved: {error}"
        return ""

    async def _close(self, watching: Watching, account: Account) -> None:
        await watching.close()
        await account.close()

    def _looks(self, account: Account) -> "Looks":
        from tui.screens.looks import Looks, start_of

        start, view = start_of(self._config), self._config.wall.view
        return Looks(
            self.palette,
            account.is_demo,
            start,
            view,
            self._door.secret_file,
            self._privacy,
            self._table,
            record=account.record,
        )

    def _show(self, screen: Screen[None]) -> None:
        self.switch_screen(screen)

    def _back_or_out(self) -> None:
        if self._wall is None:
            self._leave()
        else:
            self.pop_screen()
