"""A figure with what it is judged by: a floor or a peer, measured in the same run."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One measured value.

    Attributes:
        part: Which part of the bench measured it.
        what: What was measured.
        value: In `unit`.
        beside: What it is compared with: a floor or a peer of the same run; empty where it stands alone.
        floor: The value of that, in the same unit.
        goal: The most that the value may be: as a multiple of the floor, or where there is none, in the unit itself.
    """

    part: str
    what: str
    value: float
    unit: str
    beside: str = ""
    floor: float | None = None
    goal: float | None = None

    @property
    def ratio(self) -> float | None:
        """The value as a multiple of its floor."""
        return self.value / self.floor if self.floor else None

    @property
    def is_met(self) -> bool | None:
        """Whether the goal is reached; None where there is none."""
        if self.goal is None:
            return None
        return (self.value if self.floor is None else self.value / self.floor) <= self.goal

    def cells(self) -> tuple[str, ...]:
        """The figure as a row of a table."""
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}x"
        goal = "" if self.goal is None else f"{self.goal:g}{'x' if self.floor else ''}"
        floor = "" if self.floor is None else f"{_told(self.floor)} {self.beside}"
        verdict = {None: "", True: "ok", False: "MISSED"}[self.is_met]
        return (self.part, self.what, f"{_told(self.value)} {self.unit}", floor, ratio, goal, verdict)


def _told(value: float) -> str:
    return f"{value:,.0f}" if value >= 1_000 else f"{value:.4g}"


HEADING = ("part", "what", "value", "floor or peer", "ratio", "goal", "")


def table(figures: Iterable[Figure]) -> str:
    """All figures as a table of text."""
    rows = [HEADING, *(figure.cells() for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADING))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def write(figures: Iterable[Figure], path: Path) -> None:
    """All figures as JSON."""
    listed = [{**asdict(figure), "ratio": figure.ratio, "met": figure.is_met} for figure in figures]
    path.write_text(json.dumps(listed, indent=1) + "\n")
