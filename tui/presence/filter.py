"""The filter language of the wall, of views, of the configuration and of the choice; `LANGUAGE` is all of it.

Upper and lower case are the same. What is not known (how long a stale tile's state has lasted) matches nothing.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import lru_cache

from tui.presence.alerts import NEVER, Level
from tui.presence.board import Entry
from tui.presence.extension import Extension
from tui.presence.presence import Call
from tui.presence.status import LOOKS, RINGING, Reason, Status

LANGUAGE = {
    "ana": "the number, the name, the department, the site or the other party holds it",
    '"ana m"': "the same with a blank in it",
    "state:ringing": "the state, by its word, its id or their beginning; `ringing` means both ways",
    "offline": "a state's word alone means the state as well; in quotes it is text",
    "department:sales": "the department holds it; so do `number:`, `name:`, `site:`, `queue:` and `type:`",
    "alert:alarm": "wants attention: `warning`, `alarm`, or `any`",
    "time>5m": "in its state for that long; `time<30s`: not yet; `s`, `m` or `h`",
    "!offline": "not",
    "ana | ben": "either",
    "sales !offline": "both: what stands side by side must all match",
}
"""An example of each thing that a filter can say, and what it means."""


class FilterError(ValueError):
    """A filter that cannot be read.

    Attributes:
        position: Where in the text what is wrong begins, counted from 0.
    """

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position

    @property
    def with_place(self) -> str:
        """What is wrong and where, counted as people count."""
        return f"at character {self.position + 1}: {self}"


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a filter.

    Attributes:
        key: What it asks for; empty for a bare word, `time>` and `time<` for how long.
        value: What stands behind the key, with case folded.
        negated: Whether it means not.
        seconds: What the value of `time` is in seconds.
    """

    key: str
    value: str
    negated: bool
    seconds: float = 0.0


_TOKEN = re.compile(
    r"\s*(?P<bar>\|)|\s*(?P<not>!?)(?:(?P<key>[a-zA-Z]+):|(?P<time>[tT][iI][mM][eE][<>]))?"
    r'(?P<value>"(?P<quoted>[^"]*)"?|(?P<word>[^\s|"]*))'
)
_DURATION = re.compile(r"(?P<count>\d+(?:\.\d*)?)(?P<unit>[smh]?)", re.ASCII)
_UNITS = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0}
_STATE_WORDS = {look.word.casefold().replace(" ", "_"): {status} for status, look in LOOKS.items()}
_STATES: dict[str, frozenset[Status] | set[Status]] = {
    **_STATE_WORDS,
    **{status.value: {status} for status in Status},
    "ringing": RINGING,
    "talking": {Status.ON_CALL},
}
_LEVELS = {
    "warning": frozenset({Level.WARNING}),
    "alarm": frozenset({Level.ALARM}),
    "any": frozenset({Level.WARNING, Level.ALARM}),
}
_FIELDS: dict[str, Callable[[Extension], str]] = {
    "number": lambda extension: extension.number,
    "name": lambda extension: extension.name,
    "department": lambda extension: extension.department,
    "site": lambda extension: extension.site,
    "type": lambda extension: f"{extension.type} {extension.type_word}",
}
KEYS = ("state", "alert", "queue", *_FIELDS)
"""Every key that may stand before a colon."""
TIMES = ("time>", "time<")
"""What asks for how long a state has lasted."""
_MOMENTARY = frozenset({"state", "alert", *TIMES})
"""What asks for how an extension is just now."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a filter may ask of one kind of thing.

    Attributes:
        keys: What may stand before a colon.
        states: The words of states. They may stand alone; behind `state:` their beginning is enough.
    """

    keys: tuple[str, ...]
    states: Collection[str]

    def meant(self, word: str) -> list[str]:
        """The states that a word names, by its beginning: while somebody types, `off` already means offline."""
        word = word.replace(" ", "_")
        return [word] if word in self.states else [state for state in self.states if state.startswith(word)]


EXTENSIONS = Vocabulary(KEYS, _STATES)
"""What may be asked of an extension."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter that has been read: all of its groups must match, and of each group any term."""

    groups: tuple[tuple[Term, ...], ...] = ()

    def matches(
        self, extension: Extension, entry: Entry | None = None, at: float = 0.0, level: Level = Level.NONE
    ) -> bool:
        """Whether an extension passes.

        Args:
            extension: What the directory says of it.
            entry: What is known of it; without one (in the choice) states, alerts, times and calls match nothing.
            at: The moment, in server time.
            level: How much attention it wants at that moment.
        """
        for group in self.groups:
            for term in group:
                if _ASKS[term.key](term, extension, entry, at, level) != term.negated:
                    break
            else:
                return False
        return True

    @property
    def times(self) -> tuple[float, ...]:
        """The seconds of its `time` terms."""
        return tuple(term.seconds for group in self.groups for term in group if term.key in TIMES)

    @property
    def depends_on_time(self) -> bool:
        """Whether what passes may change while nothing happens."""
        return any(term.key in TIMES or term.key == "alert" for group in self.groups for term in group)

    def next_match_at(self, entry: Entry, at: float) -> float:
        """The first moment after `at` at which a `time` term changes its mind of an entry; infinity for never."""
        since, next_at = _known_since(entry), NEVER
        if since is not None:
            for group in self.groups:
                for term in group:
                    if term.key in TIMES and at < since + term.seconds < next_at:
                        next_at = since + term.seconds
        return next_at

    def without_states(self) -> "Filter":
        """The same filter less every group that asks for how somebody is just now: what the counts are over."""
        return Filter(tuple(group for group in self.groups if not any(term.key in _MOMENTARY for term in group)))

    def only_states(self) -> "Filter":
        """What `without_states` leaves out; both together are the filter."""
        return Filter(tuple(group for group in self.groups if any(term.key in _MOMENTARY for term in group)))


EVERYTHING = Filter()


def parse(text: str, vocabulary: Vocabulary = EXTENSIONS) -> Filter:
    """Read a filter. What is not finished, as it is while somebody types, asks for nothing yet.

    Args:
        text: As somebody types it.
        vocabulary: What it may ask.

    Raises:
        FilterError: An unknown key, state, level or time, with its place in the text.
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
        term = _term(match, vocabulary)
        if term is None:
            continue
        if joins:
            groups[-1] = (*groups[-1], term)
        else:
            groups.append((term,))
        joins = False
    return Filter(tuple(groups))


def _term(match: re.Match[str], vocabulary: Vocabulary) -> Term | None:
    key = (match["key"] or match["time"] or "").casefold()
    value = (match["quoted"] if match["quoted"] is not None else match["word"] or "").casefold()
    place, negated = match.start("value"), bool(match["not"])
    if key == "time":
        raise FilterError("time takes > or <, as in time>5m", match.start("key"))
    if key and key not in {*vocabulary.keys, *TIMES}:
        raise FilterError(f"no such key: {key}: (known: {', '.join(vocabulary.keys)}, time>)", match.start("key"))
    if not value:
        return None
    if not key and match["quoted"] is None and value.replace(" ", "_") in vocabulary.states:
        key = "state"
    if key == "state" and not vocabulary.meant(value):
        raise FilterError(f"no such state: {value}", place)
    if key == "alert" and not _levels(value):
        raise FilterError(f"no such alert: {value} (known: {', '.join(_LEVELS)})", place)
    return Term(key, value, negated, _seconds(value, place) if key in TIMES else 0.0)


def _seconds(value: str, place: int) -> float:
    match = _DURATION.fullmatch(value)
    if match is None:
        raise FilterError(f"no such time: {value} (like 30s, 5m or 1h)", place)
    return float(match["count"]) * _UNITS[match["unit"]]


@lru_cache
def _states(value: str) -> frozenset[Status]:
    """The states that a word names."""
    return frozenset().union(*(_STATES[name] for name in EXTENSIONS.meant(value)))


@lru_cache
def _levels(value: str) -> frozenset[Level]:
    """The levels that a word names, by its beginning."""
    named = _LEVELS.get(value)
    return named or frozenset().union(*(levels for name, levels in _LEVELS.items() if name.startswith(value)))


_Ask = Callable[[Term, Extension, Entry | None, float, Level], bool]


def _asks_text(term: Term, extension: Extension, entry: Entry | None, at: float, level: Level) -> bool:
    if term.value in extension.search_text:
        return True
    return any(term.value in f"{call.other_number} {call.other_name} {call.queue}".casefold() for call in _calls(entry))


def _asks_field(term: Term, extension: Extension, entry: Entry | None, at: float, level: Level) -> bool:
    return term.value in _FIELDS[term.key](extension).casefold()


def _asks_queue(term: Term, extension: Extension, entry: Entry | None, at: float, level: Level) -> bool:
    return any(term.value in call.queue.casefold() for call in _calls(entry))


def _asks_state(term: Term, extension: Extension, entry: Entry | None, at: float, level: Level) -> bool:
    return entry is not None and entry.shown_status in _states(term.value)


def _asks_alert(term: Term, extension: Extension, entry: Entry | None, at: float, level: Level) -> bool:
    return level in _levels(term.value)


def _asks_time(term: Term, extension: Extension, entry: Entry | None, at: float, level: Level) -> bool:
    since = None if entry is None else _known_since(entry)
    return since is not None and (at >= since + term.seconds) == (term.key == "time>")


_ASKS: dict[str, _Ask] = {
    "": _asks_text,
    **dict.fromkeys(_FIELDS, _asks_field),
    "queue": _asks_queue,
    "state": _asks_state,
    "alert": _asks_alert,
    **dict.fromkeys(TIMES, _asks_time),
}
"""What each key asks of an extension."""


def _known_since(entry: Entry) -> float | None:
    """When the state began that is shown; None where no state is known."""
    is_unknown = entry.stale or entry.reason is Reason.NOT_READ or entry.status is Status.NO_PRESENCE
    return None if is_unknown else entry.since


def _calls(entry: Entry | None) -> tuple[Call, ...]:
    return () if entry is None or entry.presence is None else entry.presence.calls or ()
