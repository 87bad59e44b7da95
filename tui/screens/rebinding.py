"""`[keys]` of the configuration: people's own keys in place of those of the table. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

from msgspec.structs import replace
from textual.keys import Keys

from tui.errors import BadConfig
from tui.screens.keys import LABELS, Key, On, Table, keys_on, label

Wanted = Mapping[str, Sequence[str] | Mapping[str, Sequence[str]]]
"""Names with their keys, for every screen that has the name; or a screen, with the names that are bound there only."""
ALWAYS = ("ctrl+c", "escape")
"""Keys that stay where they are: there is always a way back and a way out."""
_NAMES = {name.casefold(): key for key, name in LABELS.items()}
_KNOWN = {key.value for key in Keys} | LABELS.keys()
_HINT = "Write keys and names as ? on the wall shows them: sort = ['s', 'Ctrl-T']; no keys at all: sort = []"


def rebound(wanted: Wanted) -> Table:
    """The table with people's own keys.

    Args:
        wanted: The table `[keys]`.

    Raises:
        BadConfig: There is no such name or key, or one key means two things on one screen; it names both.
    """
    rows = {screen: keys_on(screen) for screen in On}
    for screens, name, keys in _parts(wanted):
        there = [one for one in screens if any(row.name == name for row in rows[one])]
        if not there or not name:
            raise BadConfig(_no_name(name, [row.name for one in screens for row in rows[one]]), _HINT)
        found = tuple(dict.fromkeys(_key(key, name) for key in keys))
        for one in there:
            rows[one] = [_with(row, found) if row.name == name else row for row in rows[one]]
    return [
        replace(row, on=frozenset({screen})) for screen, its_rows in rows.items() for row in _checked(its_rows, screen)
    ]


def _parts(wanted: Wanted) -> Iterator[tuple[Sequence[On], str, Sequence[str]]]:
    """Each name with the screens that it may be on, and its keys."""
    for name, keys in wanted.items():
        if not isinstance(keys, Mapping):
            yield list(On), name, keys
        elif name in list(On):
            yield from (([On(name)], its_name, its_keys) for its_name, its_keys in keys.items())
        else:
            raise BadConfig(f"[keys.{name}]: there is no such screen", f"There are {', '.join(On)}.")


def _no_name(name: str, names: Sequence[str]) -> str:
    near = get_close_matches(name, [one for one in names if one], 1)
    return f"[keys]: there is nothing called {name!r}{f'; {near[0]}?' if near else ''}"


def _key(written: str, name: str) -> str:
    """The key as the table has it.

    Raises:
        BadConfig: There is no such key.
    """
    if len(written) == 1 and written.isprintable() and written != " ":
        return written
    key = written.casefold().replace("ctrl-", "ctrl+").replace("shift-", "shift+")
    *held, last = key.split("+")
    key = "+".join([*held, _NAMES.get(last, last)]) if key != " " else "space"
    if key not in _KNOWN:
        raise BadConfig(f"[keys] {name}: there is no key {written!r}", _HINT)
    return key


def _with(row: Key, keys: tuple[str, ...]) -> Key:
    kept = tuple(key for key in row.keys if key in ALWAYS and key not in keys)
    return replace(row, keys=keys + kept)


def _checked(rows: Sequence[Key], screen: On) -> Iterator[Key]:
    """The rows, of which those that do nothing give way to all others.

    Raises:
        BadConfig: A key means two things.
    """
    taken: dict[str, str] = {}
    for row in rows:
        for key in row.keys if row.name else ():
            if key in taken:
                raise BadConfig(
                    f"[keys]: {label(key)} is both {taken[key]} and {row.name} on the screen {screen}",
                    f"Give one of them another key, or none: {row.name} = []",
                )
            taken[key] = row.name
    for row in rows:
        yield row if row.name else replace(row, keys=tuple(key for key in row.keys if key not in taken))
