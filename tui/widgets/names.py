"""Names written in few cells, so that no two people look alike. Pure.

"Alexandra Petersen" and "Alexandra Petrova" are both "Alexandra P." in twelve cells, and with them a wall tells nobody
apart. Whoever would be cut like somebody else is written otherwise: by initial and surname, and where that does not
help by the beginning and the end of the name.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from tui.cells import CUT, cut, fit, printable, width
from tui.presence.extension import Extension
from tui.widgets.geometry import Density
from tui.widgets.tile_lines import name_cells


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
    shown = [printable(name) for name in names]
    written = [fit(name, room).rstrip() for name, room in zip(shown, cells, strict=True)]
    alike: dict[str, dict[tuple[str, int], None]] = {}
    for name, room, text in zip(shown, cells, written, strict=True):
        alike.setdefault(text, {})[name, room] = None
    taken = Counter(text for text, people in alike.items() for _ in people)
    better: dict[tuple[str, int], str] = {}
    for text, people in alike.items():
        if len({name for name, _ in people}) > 1:
            cut_ones = [(name, room) for name, room in people if name != text]
            better |= _apart(cut_ones, taken)
    return [better.get((name, room), text) for name, room, text in zip(shown, cells, written, strict=True)]


def _apart(people: Sequence[tuple[str, int]], taken: Counter[str]) -> dict[tuple[str, int], str]:
    """Those of these that can be told apart, each in the first way of writing that makes a text like no other."""
    found: dict[tuple[str, int], str] = {}
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
        self._written: dict[str, tuple[Extension, str]] = {}

    def written(self, extension: Extension, density: Density) -> str:
        """How somebody's name is written."""
        known = self._written.get(extension.id)
        if known is None or known[0] != extension or density is not self._density:
            everybody = {one.id: one for one in self._everybody()} | {extension.id: extension}
            known = self._compute(everybody, density)[extension.id]
        return known[1]

    def _compute(self, everybody: Mapping[str, Extension], density: Density) -> dict[str, tuple[Extension, str]]:
        people = everybody.values()
        written = told_apart([one.name for one in people], [name_cells(one.number, density) for one in people])
        self._density = density
        self._written = {one.id: (one, text) for one, text in zip(people, written, strict=True)}
        return self._written
