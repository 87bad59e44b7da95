"""What a wall shows of the board, and what people have asked of it. Pure; nothing here knows of an app."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import TypeVar

from tui.presence.alerts import USUAL, Alert, AlertRules, Level
from tui.presence.board import Change, Entry
from tui.presence.damping import Damping
from tui.presence.filter import parse
from tui.presence.notification import MessageNews
from tui.presence.status import Status
from tui.presence.view import Arrangement, Group, GroupOfTiles, Sort, View
from tui.presence.views import EVERYBODY, SavedView, Views, find, view_of
from tui.screens.history import History
from tui.widgets.geometry import Density
from tui.widgets.themes import THEMES

_One = TypeVar("_One")


@dataclass(frozen=True, slots=True)
class Start:
    """What a wall shows first.

    Attributes:
        arrangement: The order and the filter.
        filter_text: The filter as it was written.
        density: How large the tiles are.
        theme: How they are coloured.
        rules: When a state is a warning, and an alarm.
        views: The views by name.
    """

    arrangement: Arrangement = field(default_factory=Arrangement)
    filter_text: str = ""
    density: Density = Density.NORMAL
    theme: str = next(iter(THEMES))
    rules: AlertRules = USUAL
    views: Views = field(default_factory=Views)


class Picture:
    """The entries as they may be shown, which of them and in which order, and what was acknowledged.

    Args:
        start: What is shown first.

    Attributes:
        views: The views by name.
        shown_view: The one that is shown.
        density: How large the tiles are.
        theme: How they are coloured.
        entries: What is shown of each extension, by id; the end of ringing comes a moment late.
        dirty: The ids of the tiles that may look different since this was last emptied.
        reordered: Whether other tiles are to be shown, or in another order, since this was last reset.
        history: The last changes of each extension.
        frozen_at: Since when the order is frozen, in server time; None where it is not.
        following: The id of the tile that the cursor stays on; empty where it stays in its place.
    """

    def __init__(self, start: Start) -> None:
        self.entries: dict[str, Entry] = {}
        self.filter_text = start.filter_text
        self.density = start.density
        self.theme = start.theme
        self.views = start.views
        self.shown_view = EVERYBODY
        self.dirty: set[str] = set()
        self.reordered = False
        self.history = History()
        self.frozen_at: float | None = None
        self.following = ""
        self._view = View(start.arrangement, start.rules)
        self._before = self._looks()
        self._damping = Damping()
        self._messages = {"voicemail": 0, "sms": 0, "fax": 0}

    # What happens

    def begin(
        self, entries: Iterable[Entry], at: float, confirmed_at: Callable[[Entry], float | None] | None = None
    ) -> None:
        """Show these entries. Of one that was never read stays, as stale, what was shown of it before.

        Args:
            entries: What is known.
            at: The moment, in server time.
            confirmed_at: When an entry was last known to be true.
        """
        before, self.entries = self.entries, {}
        for entry in entries:
            old = before.get(entry.id)
            if old is not None and entry.presence is None:
                entry = replace(old, extension=entry.extension, stale=True, doubted_at=old.confirmed_at)
            self.entries[entry.id] = entry
        self._damping = Damping()
        self._view.begin(self.entries.values(), at, confirmed_at)
        self.reordered = False

    def take(self, change: Change) -> bool:
        """Show a change of the board; False where it is held back for a moment."""
        shown = self._damping.take(change)
        if shown is not None:
            self._show(shown)
        return shown is not None

    def take_due(self, now: float) -> None:
        """Show what has been held back for long enough, and what time alone has changed."""
        for change in self._damping.due(now):
            self._show(change)
        ids, reordered = self._view.take_due(now)
        self.dirty |= ids
        self.reordered |= reordered

    @property
    def held_until(self) -> float | None:
        """The next moment, in server time, at which `take_due` shows what is held back; None where nothing is."""
        return self._damping.next_at

    def take_messages(self, news: MessageNews) -> None:
        """Count new messages, until they are seen."""
        for kind in self._messages:
            self._messages[kind] += getattr(news, kind)

    def _show(self, change: Change) -> None:
        self.history.take(change)
        if change.new is None:
            self.entries.pop(change.id, None)
        else:
            self.entries[change.id] = change.new
        self.reordered |= self._view.update(change)
        self.dirty.add(change.id)

    # What is shown

    @property
    def ids(self) -> list[str]:
        """The tiles, in order."""
        return self._view.ids

    @property
    def is_grouped(self) -> bool:
        """Whether the tiles are in groups that have lines."""
        return self._view.arrangement.group is not Group.NONE

    @property
    def groups(self) -> Sequence[GroupOfTiles]:
        """The tiles, in order, by their groups; one without a title where nothing is grouped."""
        return self._view.groups

    @property
    def counts(self) -> dict[Status, int]:
        """How many are in each state, whatever states the filter asks for."""
        return self._view.counts

    @property
    def view_name(self) -> str:
        """The name of the view that is shown."""
        return self.shown_view.name

    @property
    def order_words(self) -> str:
        """The order and the filter, as the first row says them."""
        arrangement = self._view.arrangement
        sort = Sort.LONGEST if arrangement.free_only else arrangement.sort
        is_reversed = arrangement.reverse and not arrangement.free_only
        words = [f"sort {sort}{' reversed' if is_reversed else ''}"]
        words += ["free only"] if arrangement.free_only else []
        words += [f"by {arrangement.group}"] if arrangement.group is not Group.NONE else []
        words += ["follow"] if self.following else []
        words += [f"/ {self.filter_text}"] if self.filter_text else []
        return "  ".join(words)

    @property
    def shown_of_all(self) -> tuple[int, int]:
        """How many tiles there are, and how many extensions are chosen."""
        return len(self._view), len(self.entries)

    @property
    def message_words(self) -> str:
        """The messages that nobody has seen: `voicemail 3`; empty where there are none."""
        return " ".join(f"{kind} {count}" for kind, count in self._messages.items() if count)

    @property
    def view_names(self) -> Sequence[str]:
        """The views that the digits show, in their order."""
        return [view.name for view in self._offered]

    @property
    def _offered(self) -> Sequence[SavedView]:
        return self.views.offered(self.departments)

    @property
    def departments(self) -> Sequence[str]:
        """The departments of the chosen extensions, by name."""
        return sorted({entry.extension.department for entry in self.entries.values()} - {""})

    def level(self, extension_id: str) -> Level:
        """How much attention a tile wants, less what was acknowledged."""
        return self._view.level(extension_id)

    def alerts(self, now: float) -> list[Alert]:
        """What wants attention and was not acknowledged, the worst first."""
        return self._view.alerts(now)

    # What people ask for

    def arrange(self, **changed: object) -> None:
        """Show the tiles by another arrangement, of which only these fields are changed."""
        self._view.arrange(replace(self._view.arrangement, **changed))  # type: ignore[arg-type]
        self.reordered = False

    def find(self, text: str) -> None:
        """Show only what passes a filter.

        Raises:
            FilterError: It cannot be read; all stays as it was.
        """
        self.arrange(filter=parse(text))
        self.filter_text = text.strip()

    def sort(self, order: Sort | None = None) -> None:
        """Take an order, or go on to the next one."""
        self.arrange(sort=order or _next(list(Sort), self._view.arrangement.sort))

    def group(self, group: Group | None = None) -> None:
        """Group by something, or go on to what is next."""
        self.arrange(group=group or _next(list(Group), self._view.arrangement.group))

    def next_density(self) -> None:
        """Go on to the next density."""
        self.density = _next(list(Density), self.density)

    def next_theme(self) -> None:
        """Go on to the next theme."""
        self.theme = _next(list(THEMES), self.theme)

    def pin(self, extension_id: str) -> bool:
        """Pin a tile to the front, behind those that are pinned already; again: no more. Gives whether it is pinned."""
        pins = self._view.arrangement.pins
        is_pinned = extension_id not in pins
        self.arrange(pins=(*pins, extension_id) if is_pinned else tuple(one for one in pins if one != extension_id))
        return is_pinned

    def reverse(self) -> None:
        """Turn the order round."""
        self.arrange(reverse=not self._view.arrangement.reverse)

    def show_view(self, name: str) -> bool:
        """Show a view; False where there is none of that name, in capitals or not."""
        view = find((EVERYBODY, *self._offered), name)
        if view is not None:
            self._take(view)
        return view is not None

    def save_view(self, name: str) -> None:
        """Keep what is shown, and how, as a view.

        Raises:
            ViewError: That is no name for one.
        """
        self.views = self.views.keep(self._looks(name))
        self.shown_view = self.views.saved_as(name)

    def rename_view(self, name: str) -> None:
        """Give the view that is shown another name.

        Raises:
            ViewError: It is none that was saved, or that is no name for one.
        """
        self.views = self.views.rename(self.shown_view.name, name)
        self.shown_view = self.views.saved_as(name)

    def delete_view(self, name: str) -> None:
        """Delete a saved view.

        Raises:
            ViewError: There is none of that name.
        """
        self.views = self.views.delete(name)
        if find((self.shown_view,), name):
            self._take(EVERYBODY)

    def _take(self, view: SavedView) -> None:
        """Show a view. Of how things looked, what the view before it had changed is as it was before that."""
        before = self._looks()
        said = [one.name for one in fields(SavedView) if getattr(self.shown_view, one.name) not in {None, ""}]
        self._before = before = replace(before, **{name: getattr(self._before, name) for name in said})
        self.shown_view = view
        self.filter_text = view.filter
        self.density = Density(view.density or before.density)
        self.theme = view.theme or before.theme
        self._view.arrange(view.arranged(before.arranged(self._view.arrangement)))
        self.reordered = False

    def _looks(self, name: str = "") -> SavedView:
        return view_of(name, self._view.arrangement, self.filter_text, self.density, self.theme)

    def free_only(self) -> None:
        """Show only who is free, the longest first; again: back."""
        self.arrange(free_only=not self._view.arrangement.free_only)

    def step_back(self) -> None:
        """Undo one thing that people asked for: "free only", the filter, a frozen order, following, the view."""
        if self._view.arrangement.free_only != self.shown_view.free_only:
            self.free_only()
        elif self.filter_text != self.shown_view.filter:
            self.find(self.shown_view.filter)
        elif self.frozen_at is not None:
            self.frozen_at = None
        elif self.following:
            self.following = ""
        elif self.shown_view is not EVERYBODY:
            self._take(EVERYBODY)

    def acknowledge(self) -> int:
        """Acknowledge all alarms and warnings, each until its state changes; gives how many they were."""
        ids, reordered = self._view.acknowledge()
        self.dirty |= ids
        self.reordered |= reordered
        return len(ids)

    def see_messages(self) -> None:
        """All messages have been seen."""
        self._messages = dict.fromkeys(self._messages, 0)


def _next(among: Sequence[_One], one: _One) -> _One:
    """The one behind another; behind the last comes the first."""
    return among[(among.index(one) + 1) % len(among)]
