"""What a terminal shows, as far as a bench has to read it: text and where it stands, without colours.

A program that writes only what differs does not write a number again of which one digit has changed, so what is looked
for is looked for on the screen.
"""

import re
from codecs import getincrementaldecoder

_PART = re.compile(
    r"""\x1b\[(?P<row>\d*);?(?P<column>\d*)H | \x1b\[(?P<across>\d+)G
    | (?P<clears>\x1b\[\?1049[hl] | \x1b\[2?J)
    | \x1b\[[0-?]*[ -/]*[@-~] | \x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\) | \x1b[ -/]*[0-~]
    | (?P<control>[\x00-\x1a\x1c-\x1f]) | (?P<text>[^\x00-\x1f]+)""",
    re.VERBOSE,
)
_UNFINISHED = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|[\]PX^_][^\x07\x1b]*\x1b?)?\Z")


class Screen:
    """The rows of a terminal that was written to."""

    def __init__(self, columns: int, rows: int) -> None:
        self._size = columns, rows
        self._decode = getincrementaldecoder("utf-8")("replace").decode
        self._held = ""
        self._clear()

    def _clear(self) -> None:
        columns, rows = self._size
        self._cells = [[" "] * columns for _ in range(rows)]
        self._x = self._y = 0

    def write(self, data: bytes) -> list[str]:
        """Take what a program wrote; gives the rows that have changed, as text."""
        text = self._held + self._decode(data)
        unfinished = _UNFINISHED.search(text)
        self._held = unfinished[0] if unfinished else ""
        changed: dict[int, None] = {}
        for part in _PART.finditer(text, 0, len(text) - len(self._held)):
            if part["text"]:
                self._put(part["text"])
                changed[self._y] = None
            elif part["across"]:
                self._x = int(part["across"]) - 1
            elif part["clears"]:
                self._clear()
            elif part["row"] is not None:
                self._y, self._x = int(part["row"] or 1) - 1, int(part["column"] or 1) - 1
            elif part["control"] in ("\r", "\n"):
                self._x, self._y = (0, self._y) if part["control"] == "\r" else (self._x, self._y + 1)
        return ["".join(self._cells[y]) for y in changed if y < len(self._cells)]

    def _put(self, text: str) -> None:
        if self._y < len(self._cells):
            row = self._cells[self._y]
            row[self._x : self._x + len(text)] = text
            del row[self._size[0] :]
        self._x += len(text)
