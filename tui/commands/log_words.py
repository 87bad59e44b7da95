"""What people write after `ringwall log`: moments, and whose calls they mean. Pure."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from tui.errors import UsageError

_AGO = re.compile(r"((?:\d+[smhdw])+)(?: ago)?")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
TIMES = "2026-11-25, today, yesterday 9:00, 14:00 or 2h (ago)"


def moment(text: str, now: float) -> float:
    """A moment that somebody wrote: `2026-11-25 14:00`, `today`, `yesterday 9:00`, `14:00` (today), `1h30m` (ago).

    Raises:
        UsageError: It is none.
    """
    words = text.strip().lower()
    if match := _AGO.fullmatch(words):
        return now - sum(int(count) * _UNITS[unit] for count, unit in re.findall(r"(\d+)([smhdw])", match[1]))
    today = datetime.fromtimestamp(now).astimezone()
    if words == "now":
        return now
    named = {"today": today, "yesterday": today - timedelta(days=1)}
    day, _, rest = words.partition(" ")
    if day in named:
        words = f"{named[day]:%Y-%m-%d} {rest}".strip()
    words = re.sub(r"(?<![\d:])(\d:\d\d)", r"0\1", words)
    for written in (words, f"{today:%Y-%m-%d} {words}"):
        try:
            found = datetime.fromisoformat(written.upper())
        except ValueError:
            continue
        return (found if found.tzinfo else found.astimezone()).timestamp()
    raise UsageError(f"{text!r} is no time", f"Write {TIMES}.")


def extensions_meant(wanted: Iterable[str], known: Mapping[str, tuple[str, str]]) -> frozenset[str] | None:
    """The ids of the extensions that somebody names; None for any.

    Args:
        wanted: Numbers, names, parts of a name or ids, with commas between.
        known: Number and name of each extension, by id.

    Raises:
        UsageError: A word means none, or several.
    """
    found: set[str] = set()
    for words in wanted:
        # A name may have a comma in it.
        for word in [words] if _meant(words, known) else filter(str.strip, words.split(",")):
            ids = _meant(word, known)
            if len(ids) != 1:
                several = ", ".join(" ".join(known[one]).strip() for one in sorted(ids)[:5])
                what = f"{word.strip()!r} may be {several}" if ids else f"No calls of {word.strip()!r} are recorded"
                raise UsageError(what, "Give numbers, names or ids, with commas between.")
            found |= ids
    return frozenset(found) or None


def _meant(word: str, known: Mapping[str, tuple[str, str]]) -> set[str]:
    """The ids of those whose id, number or name it is; else of those in whose name it is."""
    if not (folded := word.strip().casefold()):
        return set()
    exact = {one for one, (number, name) in known.items() if folded in (one, number, name.casefold())}
    return exact or {one for one, (_, name) in known.items() if folded in name.casefold()}
