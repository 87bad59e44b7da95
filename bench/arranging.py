"""What a wall of ten thousand costs between a key, or a change, and the ids in order: CPU, without painting.

    python -m bench arranging

A frame of thirty a second is 33 ms; the goal leaves most of it to painting. All entries are made by chance, so that no
order comes as it is wanted. The worst of all orders, groups and filters stands for its kind; of each the median counts.
"""

import gc
import random
import statistics
import time
from collections.abc import Callable
from dataclasses import replace

from bench.figures import Figure
from tui.presence.board import By, Change, Entry
from tui.presence.extension import Extension
from tui.presence.filter import parse
from tui.presence.presence import Call, Presence
from tui.presence.status import TALKING, Status
from tui.presence.view import Arrangement, Group, Sort, View

ENTRIES = 10_000
NOW = 1_800_000_000.0
TURNS, CHANGES = 15, 1_000
GOAL, GOAL_OF_CHANGE = 33.0, 0.1
"""Milliseconds."""
FILTERS = ("a", "ana !offline", "weber", "state:free", "alert:any", "time>5m", "department:sales | queue:3")
_FIRST_NAMES = ("Ana", "Ben", "Carla", "David", "Eva", "Farid", "Grace", "Hugo")


def measure() -> list[Figure]:
    """A key that sorts, groups or filters anew, and one change, each until the ids are there; in milliseconds."""
    chance = random.Random(1)
    entries = [_entry(number, chance) for number in range(ENTRIES)]
    listed = tuple(chance.sample([entry.id for entry in entries], ENTRIES))
    view = View()
    view.begin(entries, NOW)
    # As the program does before its screens come: its own garbage is looked at, not what stays.
    gc.freeze()
    kinds = {
        "sort": [Arrangement(sort, listed=listed) for sort in Sort],
        "group": [Arrangement(group=group) for group in Group],
        "filter": [Arrangement(filter=parse(text)) for text in FILTERS],
    }
    figures = [
        _figure(f"{kind} {ENTRIES:,}, the worst of {len(asked)}", max(_arranged(view, one) for one in asked), GOAL)
        for kind, asked in kinds.items()
    ]
    view.arrange(Arrangement(Sort.ATTENTION, group=Group.DEPARTMENT, filter=parse("a time>1m")))
    return [*figures, _figure(f"a change among {ENTRIES:,}", _changed(view, entries, chance), GOAL_OF_CHANGE)]


def _figure(what: str, value: float, goal: float) -> Figure:
    return Figure("arranging", what, value, "ms", goal=goal)


def _arranged(view: View, arrangement: Arrangement) -> float:
    def ask() -> None:
        view.arrange(arrangement)
        assert view.groups

    costs = []
    for _ in range(TURNS):
        view.arrange(Arrangement(filter=parse("department:none")))
        costs.append(_cost(ask))
    return statistics.median(costs)


def _changed(view: View, entries: list[Entry], chance: random.Random) -> float:
    known = {entry.id: entry for entry in entries}

    def ask() -> None:
        for one in chance.choices(list(known), k=CHANGES):
            old = known[one]
            known[one] = replace(old, status=chance.choice(list(Status)), since=NOW, changed_at=NOW)
            view.update(Change(old, known[one], By.EVENT, NOW))

    return statistics.median(_cost(ask) for _ in range(TURNS)) / CHANGES


def _cost(do: Callable[[], None]) -> float:
    """Milliseconds of CPU."""
    begun = time.process_time()
    do()
    return (time.process_time() - begun) * 1000


def _entry(number: int, chance: random.Random) -> Entry:
    name = f"{chance.choice(_FIRST_NAMES)} {chance.choice('ABCDEFGH')}artins{number}"
    extension = Extension(
        str(40_000 + number), str(10_000 + number), name, department=f"Team {number % 60}", site=f"Site {number % 9}"
    )
    status, since = chance.choice(list(Status)), NOW - chance.random() * 7200
    call = Call("CallConnected", from_number="+4930123456", from_name="K. Weber", queue=f"Queue {number % 7}")
    presence = Presence(calls=(call,) if status in TALKING else ())
    return Entry(extension, presence, status, None, since, confirmed_at=NOW, changed_at=NOW - chance.random() * 100)
