"""What the keys and commands do that arrange the tiles. Pure: they change the picture, and give what is to be said."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tui.presence.view import Group, Sort
from tui.presence.views import EVERYBODY
from tui.screens.commands import NoCommand, chosen
from tui.screens.picture import Picture
from tui.widgets.geometry import Density
from tui.widgets.themes import THEMES


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks for.

    Attributes:
        argument: What stands behind the command; empty where a key was pressed.
        selected: The id of the tile under the cursor; empty where there is none.
        at: When, in server time.
    """

    argument: str
    selected: str
    at: float


def _free(picture: Picture, asked: Asked) -> None:
    picture.free_only()


def _sort(picture: Picture, asked: Asked) -> None:
    picture.sort(Sort(chosen(asked.argument, list(Sort), "order")) if asked.argument else None)


def _reverse(picture: Picture, asked: Asked) -> None:
    picture.reverse()


def _group(picture: Picture, asked: Asked) -> None:
    picture.group(Group(chosen(asked.argument, list(Group), "group")) if asked.argument else None)


def _density(picture: Picture, asked: Asked) -> None:
    if asked.argument:
        picture.density = Density(chosen(asked.argument, list(Density), "density"))
    else:
        picture.next_density()


def _theme(picture: Picture, asked: Asked) -> None:
    if asked.argument:
        picture.theme = chosen(asked.argument, list(THEMES), "theme")
    else:
        picture.next_theme()


def _view(picture: Picture, asked: Asked) -> None:
    """Show a view, by its name or by its place among the names."""
    names = picture.view_names
    name = asked.argument
    if name.isdecimal() and name not in names:
        if not 1 <= int(name) <= len(names):
            raise NoCommand(_no_view(name, names, are_departments=not picture.views.all))
        name = names[int(name) - 1]
    picture.show_view(chosen(name, names, "view"))


def _no_view(place: str, names: Sequence[str], *, are_departments: bool) -> str:
    if not are_departments:
        return f"There is no view {place}; there {'are' if len(names) > 1 else 'is'} {len(names)}"
    some = f"has {len(names)} departments" if len(names) > 1 else "is of one department"
    return f"There is no view {place}: the choice {some if names else 'has no departments'}"


def _all(picture: Picture, asked: Asked) -> None:
    picture.show_view(EVERYBODY.name)


def _save_view(picture: Picture, asked: Asked) -> str:
    picture.save_view(asked.argument)
    place = picture.view_names.index(picture.view_name) + 1
    return f"Saved as {picture.view_name}{f', on {place}' if place < 10 else ''}"


def _rename_view(picture: Picture, asked: Asked) -> str:
    before = picture.view_name
    picture.rename_view(asked.argument)
    return f"{before} is called {picture.view_name} now"


def _delete_view(picture: Picture, asked: Asked) -> str:
    picture.delete_view(asked.argument)
    return f"Deleted: {asked.argument}"


def _pin(picture: Picture, asked: Asked) -> str:
    if not asked.selected:
        return ""
    return "Pinned to the front; again: no more" if picture.pin(asked.selected) else "No longer pinned"


def _follow(picture: Picture, asked: Asked) -> str:
    was_following = bool(picture.following)
    picture.following = "" if was_following else asked.selected
    if picture.following:
        return "The cursor stays on its tile until it is moved"
    return "No longer followed" if was_following else ""


def _freeze(picture: Picture, asked: Asked) -> None:
    picture.frozen_at = asked.at if picture.frozen_at is None else None


def _acknowledge(picture: Picture, asked: Asked) -> str:
    count = picture.acknowledge()
    return f"{count} acknowledged until their states change" if count else "There is nothing to acknowledge"


def _seen(picture: Picture, asked: Asked) -> None:
    picture.see_messages()


ARRANGING: Mapping[str, Callable[[Picture, Asked], str | None]] = {
    "free": _free,
    "sort": _sort,
    "reverse": _reverse,
    "group": _group,
    "density": _density,
    "theme": _theme,
    "view": _view,
    "view save": _save_view,
    "view rename": _rename_view,
    "view delete": _delete_view,
    "all": _all,
    "pin": _pin,
    "follow": _follow,
    "freeze": _freeze,
    "acknowledge": _acknowledge,
    "seen": _seen,
}
"""By the name of the command. Each may raise `NoCommand` or `ViewError`."""
