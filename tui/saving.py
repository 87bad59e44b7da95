"""What Ringwall writes into config.toml itself, below a line that says so; what people wrote stays byte for byte."""

import re
import stat
import tomllib
from collections.abc import Sequence
from pathlib import Path

import msgspec
import tomli_w

from tui.config import parsed, read
from tui.errors import BadConfig
from tui.files import write_atomically
from tui.settings import ChoiceConfig, ViewConfig

MARKER = "# --- Ringwall writes below this line; what stands above it is yours and stays as it is ---"
"""From this line on the file is Ringwall's."""
_OURS = re.compile(rb"(?:\A|(?<=\n)|(?<=\A\xef\xbb\xbf))" + re.escape(MARKER.encode()))


def save_choice(path: Path, ids: Sequence[str]) -> None:
    """Write the choice below the marker line at the end of the file; all that stands above stays byte for byte.

    Raises:
        BadConfig: The file is not TOML, has a `[choice]` of its own, or something of people's own below the line.
        RingwallError: It cannot be written.
    """
    _save(path, extensions=list(ids))


def save_ascii(path: Path, *, only_ascii: bool) -> None:
    """Write that only ASCII characters come out right here, or that all do; as `save_choice` does.

    It stands in the same table, because a key of no table cannot stand below people's own.

    Raises:
        RingwallError: As `save_choice`.
    """
    _save(path, ascii=only_ascii)


def save_views(path: Path, views: Sequence[ViewConfig]) -> None:
    """Write the saved views, as `save_choice` does: those that people wrote themselves are not among them.

    Raises:
        RingwallError: As `save_choice`.
    """
    _save(path, view=[msgspec.to_builtins(view) for view in views])


_FIELDS = frozenset(ChoiceConfig.__struct_fields__)


def _save(path: Path, **changed: object) -> None:
    # A link stays one: the file that it leads to is replaced.
    path = path.resolve()
    text = read(path, must_exist=False)
    parsed(path, text)
    theirs = _above_marker(path, text.encode())
    if "choice" in parsed(path, theirs.decode()):
        raise BadConfig(
            f"{path} has a [choice] of its own, so the choice cannot be saved",
            "Delete it there; Ringwall writes its own at the end of the file.",
        )
    known = parsed(path, text).get("choice", {})
    if theirs and not theirs.endswith(b"\n"):
        theirs += b"\n"
    choice = {**(known if isinstance(known, dict) else {}), **changed}
    ours = f"{MARKER}\n{tomli_w.dumps({'choice': choice})}"
    mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o600
    write_atomically(path, theirs + ours.encode(), mode=mode)


def _above_marker(path: Path, content: bytes) -> bytes:
    for marker in reversed(list(_OURS.finditer(content))):
        try:
            below = tomllib.loads(content[marker.start() :].decode())
        except tomllib.TOMLDecodeError:
            continue  # It stands within somebody's text.
        choice = below.get("choice", {})
        if below.keys() - {"choice"} or not isinstance(choice, dict) or choice.keys() - _FIELDS:
            raise BadConfig(
                f"{path} has more than the choice below the line that Ringwall writes below",
                "Move what is yours above that line.",
            )
        return content[: marker.start()]
    return content
