"""The filter language of the wall and of the choice.

Terms beside each other must all match; `|` between two terms means either; `!` before a term means not.

    ana                 the number, name, department, site or other party holds "ana"
    "ana m"             the same with a blank in it
    state:ringing       the state, by its id, its word, or `ringing` for both ways
    department:sales    the department holds "sales"; so do site:, queue: and type:
    !offline            nobody who is offline (a bare state word counts as a state)

Upper and lower case are the same.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from tui.presence.board import Entry
from tui.presence.extension import Extension
from tui.presence.presence import Call
from tui.presence.status import LOOKS, RINGING, Status


class FilterError(ValueError):
    """A filter that cannot be read.

    Attributes:
        position: Where in the text, counted from 0.
    """

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a filter: its key (empty for a bare word), its value with case folded, and whether it means not."""

    key: str
    value: str
    negated: bool


_TOKEN = re.compile(
    r'\s*(?P<bar>\|)|\s*(?P<not>!?)(?:(?P<key>[a-z]+):)?(?:"(?P<quoted>[^"]*)"?|(?P<word>[^\s|"]*))', re.IGNORECASE
)
_STATE_WORDS = {look.word.casefold().replace(" ", "_"): {status} for status, look in LOOKS.items()}
_STATES: dict[str, frozenset[Status] | set[Status]] = {
    **_STATE_WORDS,
    **{status.value: {status} for status in Status},
    "ringing": RINGING,
    "talking": {Status.ON_CALL},
}
_FIELDS: dict[str, Callable[[Extension], str]] = {
    "number": lambda extension: extension.number,
    "name": lambda extension: extension.name,
    "department": lambda extension: extension.department,
    "site": lambda extension: extension.site,
    "type": lambda extension: f"{extension.type} {extension.type_word}",
}
KEYS = ("state", "queue", *_FIELDS)
"""Every key that may stand before a colon."""
_BARE = ("number", "name", "department", "site")


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter that has been read: all of its groups must match, and of each group any term."""

    groups: tuple[tuple[Term, ...], ...] = ()

    def matches(self, extension: Extension, entry: Entry | None = None) -> bool:
        """Whether an extension passes; without an entry (in the choice) states and calls match nothing."""
        return all(
            any(_term_matches(term, extension, entry) != term.negated for term in group) for group in self.groups
        )

    def without_states(self) -> "Filter":
        """The same filter less every group that asks for a state: what the counts are over."""
        return Filter(tuple(group for group in self.groups if not any(term.key == "state" for term in group)))


EVERYTHING = Filter()


def parse(text: str) -> Filter:
    """Read a filter.

    Raises:
        FilterError: An unknown key or state, with the place in the text.
    """
    groups: list[tuple[Term, ...]] = []
    joins, position = False, 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or match.end() == position:
            break
        position = match.end()
        if match["bar"]:
            joins = bool(groups)
            continue
        term = _term(match)
        if term is None:
            continue
        if joins:
            groups[-1] = (*groups[-1], term)
        else:
            groups.append((term,))
        joins = False
    return Filter(tuple(groups))


def _term(match: re.Match[str]) -> Term | None:
    start = match.start("not")
    key = (match["key"] or "").casefold()
    value = (match["quoted"] if match["quoted"] is not None else match["word"] or "").casefold()
    if key and key not in KEYS:
        raise FilterError(f"no such key: {key}: (known: {', '.join(KEYS)})", start)
    if not value:
        return None
    if not key and match["quoted"] is None and value.replace(" ", "_") in _STATES:
        key = "state"
    if key == "state" and not _states(value):
        raise FilterError(f"no such state: {value}", start)
    return Term(key, value, bool(match["not"]))


def _states(value: str) -> frozenset[Status]:
    """The states that a word names, by its beginning: while somebody types, `off` already means offline."""
    word = value.replace(" ", "_")
    if word in _STATES:
        return frozenset(_STATES[word])
    return frozenset().union(*(states for name, states in _STATES.items() if name.startswith(word)))


def _term_matches(term: Term, extension: Extension, entry: Entry | None) -> bool:
    if term.key == "state":
        return entry is not None and entry.shown_status in _states(term.value)
    if term.key == "queue":
        return any(term.value in call.queue.casefold() for call in _calls(entry))
    if term.key:
        return term.value in _FIELDS[term.key](extension).casefold()
    if any(term.value in _FIELDS[name](extension).casefold() for name in _BARE):
        return True
    return any(term.value in f"{call.other_number} {call.other_name} {call.queue}".casefold() for call in _calls(entry))


def _calls(entry: Entry | None) -> tuple[Call, ...]:
    return (entry.presence.calls if entry and entry.presence else None) or ()
