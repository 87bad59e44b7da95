"""Views by name: what a key from 1 to 9 shows. Pure.

A view says which extensions it is of, and may say how they are arranged; what it leaves out stays as it is when it is
chosen. Those of the configuration come first, then those that were saved; with none of either the departments of the
choice stand in, each by its exact name.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from tui.errors import RingwallError
from tui.presence.filter import EVERYTHING, parse
from tui.presence.view import Arrangement, Group, Sort

ALL = "All"
"""The name of the view of everybody."""


@dataclass(frozen=True, slots=True)
class SavedView:
    """A view by its name. None (for density and theme: nothing) is what stays as it is.

    Attributes:
        filter: In the filter language.
        department: The department that is shown, by its exact name; empty for all.
        pins: Ids that come first.
    """

    name: str
    filter: str = ""
    department: str = ""
    free_only: bool = False
    sort: Sort | None = None
    reverse: bool | None = None
    group: Group | None = None
    density: str = ""
    theme: str = ""
    pins: tuple[str, ...] | None = None

    def arranged(self, before: Arrangement) -> Arrangement:
        """The arrangement once this view is chosen.

        Raises:
            FilterError: Its filter cannot be read.
        """
        return replace(
            before,
            filter=parse(self.filter) if self.filter else EVERYTHING,
            department=self.department,
            free_only=self.free_only,
            sort=before.sort if self.sort is None else self.sort,
            reverse=before.reverse if self.reverse is None else self.reverse,
            group=before.group if self.group is None else self.group,
            pins=before.pins if self.pins is None else self.pins,
        )


EVERYBODY = SavedView(ALL)
"""What 0 shows."""


def view_of(name: str, arrangement: Arrangement, filter_text: str, density: str, theme: str) -> SavedView:
    """The view that shows things as they are shown now.

    Args:
        name: What it is called.
        arrangement: What is asked of the wall.
        filter_text: Its filter, as it was written.
        density: How large the tiles are.
        theme: How they are coloured.
    """
    return SavedView(
        name,
        filter_text,
        arrangement.department,
        arrangement.free_only,
        arrangement.sort,
        arrangement.reverse,
        arrangement.group,
        density,
        theme,
        arrangement.pins,
    )


class ViewError(RingwallError):
    """A view that cannot be kept, renamed or deleted; the message says why."""


@dataclass(frozen=True, slots=True)
class Views:
    """All views by name.

    Attributes:
        own: Those that people wrote into the configuration, which only they change.
        saved: Those that Ringwall keeps.
    """

    own: tuple[SavedView, ...] = ()
    saved: tuple[SavedView, ...] = ()

    @property
    def all(self) -> tuple[SavedView, ...]:
        """In the order of their keys."""
        return self.own + self.saved

    def offered(self, departments: Iterable[str]) -> Sequence[SavedView]:
        """The views on the keys from 1 on: where there are none, those of these departments, by name."""
        return self.all or [SavedView(name, department=name) for name in sorted(departments, key=_folded) if name]

    def keep(self, view: SavedView) -> "Views":
        """The views with this one among them, in the place of a saved one of the same name.

        Raises:
            ViewError: The name is taken by one of the configuration, or is no name.
        """
        name = view.name.strip()
        self._check_name(name)
        view = replace(view, name=name)
        if find(self.saved, name) is None:
            return replace(self, saved=(*self.saved, view))
        return replace(self, saved=tuple(view if _is(one, name) else one for one in self.saved))

    def rename(self, name: str, to: str) -> "Views":
        """The views with a saved one by another name.

        Raises:
            ViewError: There is none of that name, or the other is taken or is no name.
        """
        old, to = self.saved_as(name), to.strip()
        self._check_name(to)
        other = find(self.saved, to)
        if other is not None and other is not old:
            raise ViewError(f"There is a view {other.name} already", "Choose another name, or delete that one first.")
        return replace(self, saved=tuple(replace(one, name=to) if one is old else one for one in self.saved))

    def delete(self, name: str) -> "Views":
        """The views without a saved one.

        Raises:
            ViewError: There is none of that name.
        """
        old = self.saved_as(name)
        return replace(self, saved=tuple(one for one in self.saved if one is not old))

    def saved_as(self, name: str) -> SavedView:
        """The saved view of a name.

        Raises:
            ViewError: There is none of that name.
        """
        if (view := find(self.saved, name)) is not None:
            return view
        if find(self.own, name) is not None:
            raise ViewError(f"{name} stands in config.toml, in your own part", "Change it there.")
        names = ", ".join(one.name for one in self.saved) or "none"
        raise ViewError(f"There is no saved view {name}; saved are: {names}")

    def _check_name(self, name: str) -> None:
        if not name or _is(EVERYBODY, name):
            raise ViewError(f"{name or 'Nothing'} is no name for a view", "Any other word will do.")
        if find(self.own, name) is not None:
            raise ViewError(f"{name} stands in config.toml, in your own part", "Choose another name.")


def find(views: Iterable[SavedView], name: str) -> SavedView | None:
    """The view of a name, in capitals or not; None where there is none."""
    return next((one for one in views if _is(one, name)), None)


def _is(view: SavedView, name: str) -> bool:
    return view.name.casefold() == name.strip().casefold()


def _folded(name: str) -> tuple[str, str]:
    return name.casefold(), name
