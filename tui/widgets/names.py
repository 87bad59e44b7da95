"""Names written in few cells, so that no two people look alike. Pure.

"Alexandra Petersen" and "Alexandra Petrova" are both "Alexandra P." in twelve cells, and with them a wall tells nobody
apart. Whoever would be cut like somebody else is written otherwise: by initial and surname, and where that does not
help by the beginning and the end of the name.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from tui.cells import CUT, cut, fit, printable, width
from tui.presence.extension import Extension
from tui.widgets.geometry import Density
from tui.widgets.tile_lines import name_cells

_Person = tuple[str, int]
"""A name, and the cells that there are for it."""


def told_apart(names: Sequence[str], cells: Sequence[int]) -> list[str]:
    """How each name is written.

    A name that fits is never changed, and one that is cut like no other is cut as usual. Of several people with the
    very same name nobody can be told apart.

    Args:
        names: The names.
        cells: How many cells each has.

    Returns:
        The names as they are written, none of them longer than its cells.
    """
    people = [(printable(name), room) for name, room in zip(names, cells, strict=True)]
    better = _otherwise(people)
    return [better.get(one) or _as_usual(*one) for one in people]


def _as_usual(name: str, cells: int) -> str:
    return fit(name, cells).rstrip()


def _otherwise(everybody: Iterable[_Person]) -> dict[_Person, str]:
    """Those who are not written as usual, and how they are."""
    alike: dict[str, dict[_Person, None]] = {}
    for person in everybody:
        alike.setdefault(_as_usual(*person), {})[person] = None
    taken = Counter(text for text, people in alike.items() for _ in people)
    better: dict[_Person, str] = {}
    for text, people in alike.items():
        if len({name for name, _ in people}) > 1:
            cut_ones = [(name, room) for name, room in people if name != text]
            better |= _apart(cut_ones, taken)
    return better


def _apart(people: Sequence[_Person], taken: Counter[str]) -> dict[_Person, str]:
    """Those of these that can be told apart, each in the first way of writing that makes a text like no other."""
    found: dict[_Person, str] = {}
    for way in _WAYS:
        texts = {person: way(*person) for person in people if person not in found}
        counts = Counter(texts.values())
        new = {person: text for person, text in texts.items() if counts[text] == 1 and not taken[text]}
        taken.update(new.values())
        found |= new
    return found


def _initial_and_surname(name: str, cells: int) -> str:
    """As many of the first words shortened to their initials as it takes: `M. van der Berg`, then `M. v. d. Berg`."""
    words = name.split()
    text = name
    for shortened in range(1, len(words)):
        text = " ".join([*(word[:1] + CUT for word in words[:shortened]), *words[shortened:]])
        if width(text) <= cells:
            return text
    return fit(text, cells).rstrip()


def _beginning_and_end(share: float) -> Callable[[str, int], str]:
    def written(name: str, cells: int) -> str:
        """The name without its middle, where a dot stands."""
        begin = cut(name, round((cells - 1) * share)).rstrip()
        end = name
        while end and width(begin) + width(CUT) + width(end) > cells:
            end = printable(end[1:])
        return fit(begin + CUT + end.lstrip(), cells).rstrip()

    return written


_WAYS: tuple[Callable[[str, int], str], ...] = (
    _initial_and_surname,
    _beginning_and_end(0.5),
    _beginning_and_end(0.25),
    _beginning_and_end(0.75),
)


class Names:
    """The names of everybody as they are written on a wall.

    They are computed for all together, and anew only for another density, or when somebody comes up who is new or has
    another name.

    Args:
        everybody: Gives all who are on the wall.
    """

    def __init__(self, everybody: Callable[[], Iterable[Extension]]) -> None:
        self._everybody = everybody
        self._density: Density | None = None
        # Most are written as usual, which is done when it is asked for: 1.2 MB with ten thousand extensions.
        self._known: dict[str, Extension] = {}
        self._otherwise: dict[_Person, str] = {}

    def written(self, extension: Extension, density: Density) -> str:
        """How somebody's name is written."""
        if self._known.get(extension.id) != extension or density is not self._density:
            self._density = density
            self._known = {one.id: one for one in self._everybody()} | {extension.id: extension}
            self._otherwise = _otherwise(_person(one, density) for one in self._known.values())
        person = _person(extension, density)
        return self._otherwise.get(person) or _as_usual(*person)


def _person(extension: Extension, density: Density) -> _Person:
    return printable(extension.name), name_cells(extension.number, density)
