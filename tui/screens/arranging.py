"""What the keys and commands do that arrange the tiles. Pure: they change the picture, and give what is to be said."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tui.presence.view import Group, Sort
from tui.screens.commands import NoCommand, chosen
from tui.screens.picture import Picture


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


def _view(picture: Picture, asked: Asked) -> None:
    """Show a view, by its name or by its place among the names."""
    names = picture.view_names
    name = asked.argument
    if name.isdecimal() and name not in names:
        if not 1 <= int(name) <= len(names):
            raise NoCommand(_no_view(name, len(names)))
        name = names[int(name) - 1]
    picture.show_view(chosen(name, names, "view"))


def _no_view(place: str, departments: int) -> str:
    some = f"has {departments} departments" if departments > 1 else "is of one department"
    return f"There is no view {place}: the choice {some if departments else 'has no departments'}"


def _all(picture: Picture, asked: Asked) -> None:
    picture.show_all()


def _pin(picture: Picture, asked: Asked) -> str:
    if not asked.selected:
        return ""
    return "Pinned to the front; again: no more" if picture.pin(asked.selected) else "No longer pinned"


def _follow(picture: Picture, asked: Asked) -> str:
    picture.following = "" if picture.following else asked.selected
    return "The cursor stays on its tile until it is moved" if picture.following else ""


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
    "view": _view,
    "all": _all,
    "pin": _pin,
    "follow": _follow,
    "freeze": _freeze,
    "acknowledge": _acknowledge,
    "seen": _seen,
}
"""By the name of the command. Each may raise `NoCommand`."""
