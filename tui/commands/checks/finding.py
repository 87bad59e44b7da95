"""A finding of `ringwall doctor`, and how findings are written: as rows for people, as JSON for programs. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from textwrap import wrap

from tui.commands.lines import Json
from tui.errors import RingwallError

NAME, MARK = 15, 4
"""Columns of a row after its indent of two: the name, and the mark."""
BY_WEIGHT = (78, 77, 69, 75)
"""Exit codes, the one that lasts longest without somebody's help first; any other comes after them."""


class State(StrEnum):
    """How it stands."""

    OK = "ok"
    WARNING = "warning"
    NO = "no"
    SKIPPED = "skipped"


MARKS = {State.OK: "ok", State.WARNING: " !", State.NO: "no", State.SKIPPED: " -"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the examination.

    Attributes:
        group: The heading it stands under.
        text: What was found.
        hint: What to do about it.
        code: The exit code that it asks for, where its state is NO.
        is_detail: Whether it is worth telling to programs only.
    """

    group: str
    name: str
    state: State
    text: str
    hint: str = ""
    code: int = 0
    is_detail: bool = False


def failed(group: str, name: str, error: RingwallError) -> Finding:
    """The finding that something went wrong with this error."""
    return Finding(group, name, State.NO, str(error), error.hint, error.exit_code)


def exit_code(findings: Iterable[Finding]) -> int:
    """The code of the worst; 0 where nothing says no."""
    codes = {finding.code for finding in findings if finding.state is State.NO}
    return next((code for code in BY_WEIGHT if code in codes), max(codes, default=0))


def rows(finding: Finding, columns: int) -> Iterator[tuple[str, str, str]]:
    """A finding as rows of name, mark and text, which together take so many columns at most."""
    room = max(20, columns - 2 - NAME - MARK)
    name, mark = finding.name, MARKS[finding.state]
    for paragraph in filter(None, (finding.text, finding.hint)):
        for line in wrap(paragraph, room):
            yield name, mark, line
            name = mark = ""


def as_json(finding: Finding) -> Json:
    """A finding as JSON; null for what does not apply."""
    return {
        "group": finding.group,
        "name": finding.name,
        "state": finding.state.value,
        "text": finding.text,
        "hint": finding.hint or None,
        "exit_code": finding.code or None,
    }
