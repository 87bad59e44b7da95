"""What people type behind `:`: which command it is, and how it may go on. Pure."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from tui.screens.keys import ALIASES, Key, On, Table, keys_on
from tui.screens.picture import Picture


class NoCommand(ValueError):
    """What was typed is no command, in words that say what is."""


def commands(table: Table) -> dict[str, Key]:
    """All commands, by name."""
    return {key.name: key for key in keys_on(On.WALL, table) if key.name}


def read(text: str, table: Table) -> tuple[Key, str]:
    """The command that a text names, and what stands behind it.

    Raises:
        NoCommand: There is none of that name, or something is missing behind it, or too much.
    """
    known = commands(table)
    words = text.lstrip(": ").split()
    for count in range(min(2, len(words)), 0, -1):
        name = " ".join(words[:count])
        key = known.get(ALIASES.get(name, name))
        if key is not None:
            argument = " ".join(words[count:])
            if argument and key.takes is None:
                raise NoCommand(f":{key.name} takes nothing behind it")
            if not argument and key.takes is not None and not key.takes.what.startswith("["):
                raise NoCommand(f":{key.name} wants a {key.takes.what} behind it")
            return key, argument
    first = words[0] if words else ""
    near = get_close_matches(first, known, 3)
    raise NoCommand(f"There is no command {first}; {f'perhaps {or_(near)}' if near else 'Tab behind : shows all'}")


def endings(text: str, table: Table, picture: Picture) -> list[str]:
    """Every way in which the text may go on, whole."""
    known = commands(table)
    found = sorted(name for name in known if name.startswith(text))
    for name, key in known.items():
        if key.takes is not None and text.startswith(f"{name} "):
            found += [f"{name} {one}" for one in key.takes.among(picture)]
    return [one for one in found if one.casefold().startswith(text.casefold()) and one != text]


def or_(words: Iterable[str]) -> str:
    """`a, b or c`."""
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last


def chosen(word: str, among: Sequence[str], what: str) -> str:
    """The one of some words that somebody typed, in capitals or not; by its beginning where that names only one.

    Raises:
        NoCommand: None is meant, or several are.
    """
    if word in among:
        return word
    begun = [one for one in among if one.casefold().startswith(word.casefold())]
    meant = [one for one in begun if one.casefold() == word.casefold()] or begun
    if len(meant) != 1:
        known = meant or among
        raise NoCommand(f"There is no {what} {word}; there {'is' if len(known) == 1 else 'are'} {', '.join(known)}")
    return meant[0]
