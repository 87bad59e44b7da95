"""Every fault of the box alone, on every transport that can meet it, and how long it takes to become true again.

    python -m bench.fault_table
    python -m bench.fault_table --transport websocket --kind socket

Plays the scenes of `bench.single_faults` side by side and prints the table of `docs/reliability.md`: how many of each
kind ended as they have to, and the longest time from the fault to a board that is live, sure and equal to
`GET /simulator/truth`.
"""

import argparse
import asyncio
import logging
import sys
import traceback
from collections.abc import Iterable
from dataclasses import dataclass

from bench.scenes import scene
from bench.single_faults import KINDS

TRANSPORTS = ("pubnub", "websocket", "polling")
AT_A_TIME = 24
"""Scenes side by side: they mostly wait."""


@dataclass(frozen=True)
class Case:
    """One fault of a kind on a transport."""

    transport: str
    kind: str
    fault: str

    def __str__(self) -> str:
        return f"{self.transport}, {KINDS[self.kind].what}: {self.fault}"


@dataclass(frozen=True)
class Outcome:
    """What came of one: seconds from the fault to the truth, and what went wrong; empty where nothing did."""

    seconds: float
    problem: str = ""


def cases(transports: Iterable[str] = TRANSPORTS, kinds: Iterable[str] = tuple(KINDS)) -> list[Case]:
    """All that there are of some kinds on some transports."""
    return [
        Case(transport, kind, fault)
        for transport in transports
        for kind in kinds
        for fault in KINDS[kind].faults.get(transport, ())
    ]


async def played(wanted: Iterable[Case]) -> dict[Case, Outcome]:
    """Play some side by side."""
    turns = asyncio.Semaphore(AT_A_TIME)

    async def one(case: Case) -> tuple[Case, Outcome]:
        async with turns:
            return case, await _played(case)

    return dict(await asyncio.gather(*(one(case) for case in wanted)))


async def _played(case: Case) -> Outcome:
    kind = KINDS[case.kind]
    try:
        async with scene(case.transport, **kind.options_of(case.transport, case.fault)) as at:
            await kind.play(at, case.fault)
            return Outcome(at.seconds)
    except (Exception, BaseExceptionGroup) as error:
        return Outcome(0.0, "".join(traceback.format_exception(error)))


def table(outcomes: dict[Case, Outcome]) -> str:
    """The outcomes as a table of Markdown: a row a kind, a column a transport."""
    rows = ["| the fault strikes | PubNub | WebSocket | polling |", "|---|---|---|---|"]
    for name, kind in KINDS.items():
        cells = [_cell([one for case, one in outcomes.items() if (case.transport, case.kind) == (transport, name)])
                 for transport in TRANSPORTS]  # fmt: skip
        if any(cells):
            rows.append(f"| {kind.what} | {' | '.join(cells)} |")
    return "\n".join(rows)


def _cell(outcomes: list[Outcome]) -> str:
    if not outcomes:
        return ""
    good = sum(not one.problem for one in outcomes)
    return f"{good} of {len(outcomes)}, {max(one.seconds for one in outcomes):.1f} s"


def main() -> int:
    """Play them, print the table; 1 where one went wrong."""
    parser = argparse.ArgumentParser(description="Every fault alone, on every transport that can meet it.")
    parser.add_argument("--transport", choices=TRANSPORTS, action="append", help="only this one; may be repeated")
    parser.add_argument("--kind", choices=tuple(KINDS), action="append", help="only these faults; may be repeated")
    options = parser.parse_args()
    logging.getLogger().addHandler(logging.NullHandler())
    outcomes = asyncio.run(played(cases(options.transport or TRANSPORTS, options.kind or tuple(KINDS))))
    for case, outcome in outcomes.items():
        if outcome.problem:
            print(f"{case}\n{outcome.problem}")
    print(table(outcomes))
    return 1 if any(one.problem for one in outcomes.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
