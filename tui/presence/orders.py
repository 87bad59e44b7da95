"""The orders and the groups of tiles: each a key that depends on an entry and on nothing that is around it. Pure.

Every order ends with the number and the id, so that it is total: no two tiles are equal in it, and none changes places
with another for no reason.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import lru_cache

from tui.presence.alerts import NEVER, Level
from tui.presence.board import Entry
from tui.presence.status import LOOKS, PRECEDENCE

BeforeNumber = tuple[float | str, ...]
"""What comes before the number in an order."""
GroupKey = tuple[int, str, str]
"""The place of a group among the others, and its name, which may be empty."""
UNGROUPED: GroupKey = (0, "", "")


class Sort(StrEnum):
    """The orders that `s` goes through; the value is the word in the header."""

    NUMBER = "number"
    NAME = "name"
    STATE = "state"
    ATTENTION = "attention"
    LONGEST = "longest"
    CHANGED = "changed"
    CONFIG = "config"


class Group(StrEnum):
    """What `o` groups by."""

    NONE = "none"
    DEPARTMENT = "department"
    SITE = "site"
    QUEUE = "queue"
    STATE = "state"


def before_number(
    sort: Sort, level: Callable[[str], Level], places: Mapping[str, int]
) -> Callable[[Entry], BeforeNumber]:
    """What an order looks at before the number.

    Args:
        sort: The order.
        level: How much attention an extension wants, by its id.
        places: The place of each id in the choice; what has none comes last.
    """
    match sort:
        case Sort.NUMBER:
            return lambda entry: ()
        case Sort.NAME:
            return lambda entry: (entry.extension.name.casefold(),)
        case Sort.STATE:
            return lambda entry: (PRECEDENCE[entry.shown_status], _since(entry))
        case Sort.ATTENTION:
            return lambda entry: (
                PRECEDENCE[entry.shown_status] - len(PRECEDENCE) * level(entry.extension.id),
                _since(entry),
            )
        case Sort.LONGEST:
            return lambda entry: (_since(entry),)
        case Sort.CHANGED:
            return lambda entry: (-_changed_at(entry),)
        case Sort.CONFIG:
            return lambda entry: (places.get(entry.extension.id, len(places)),)


def _since(entry: Entry) -> float:
    return NEVER if entry.since is None else entry.since


def _changed_at(entry: Entry) -> float:
    return entry.changed_at if entry.changed_at is not None else -NEVER if entry.since is None else entry.since


@lru_cache(maxsize=4096)
def _named(name: str) -> GroupKey:
    """By name, in capitals or not; what has none comes last."""
    return (0 if name else 1, name.casefold(), name)


def _queue_of(entry: Entry) -> str:
    calls = (entry.presence.calls if entry.presence else None) or ()
    return next((call.queue for call in calls if call.queue), "")


GROUP_OF: dict[Group, Callable[[Entry], GroupKey]] = {
    Group.NONE: lambda entry: UNGROUPED,
    Group.DEPARTMENT: lambda entry: _named(entry.extension.department),
    Group.SITE: lambda entry: _named(entry.extension.site),
    Group.QUEUE: lambda entry: _named(_queue_of(entry)),
    Group.STATE: lambda entry: (PRECEDENCE[entry.shown_status], "", LOOKS[entry.shown_status].word),
}
"""The group that an entry belongs to."""


def title(key: GroupKey, group: Group) -> str:
    """What stands above a group; empty where nothing is grouped."""
    return "" if group is Group.NONE else key[-1] or f"no {group}"
