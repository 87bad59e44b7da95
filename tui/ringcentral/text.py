"""Where all text from outside is cleaned: afterwards it is data that no terminal takes for a command."""

import re
import unicodedata

LONGEST = 500
"""Characters kept of any text; the platform's own longest are a few dozen."""
MARKS_KEPT = 2
"""Combining marks kept on one character: enough for every script, too few to paint over the next row."""

_REMOVED = {"Cc", "Cf", "Cs", "Co", "Cn"}
_VARIATION_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_BLANKS = re.compile(r"\s+")


def clean(text: str) -> str:
    """The text in one line, without anything that is not text.

    Taken out: control and escape characters, format characters (bidirectional marks, zero-width joiners), lone
    surrogates, private and unassigned code points, variation selectors, and combining marks beyond two in a row or on
    nothing.
    Line breaks and runs of blanks become one blank. What is left is composed (NFC), so that widths are well defined.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text[:LONGEST].split()) if "  " in text else text[:LONGEST].strip()
    text = _VARIATION_SELECTORS.sub("", _BLANKS.sub(" ", text[: 2 * LONGEST]))
    text = "".join(character for character in text if unicodedata.category(character) not in _REMOVED)
    return " ".join(_limited_marks(unicodedata.normalize("NFC", text)[:LONGEST]).split())


def _limited_marks(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.category(character) in {"Mn", "Me"} else 0
        if not marks or (marks <= MARKS_KEPT and kept and not kept[-1].isspace()):
            kept.append(character)
    return "".join(kept)
