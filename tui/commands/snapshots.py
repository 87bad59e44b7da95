"""What `:snapshot` saves: the wall as a picture and as text, side by side in a folder that only its owner can read."""

from datetime import datetime
from pathlib import Path

from tui.files import write_private
from tui.paths import shown

NAME = "wall-%Y-%m-%d-%H%M%S"


def save_snapshot(folder: Path, svg: str, text: str, at: float) -> str:
    """Save both; gives where, as a person writes it.

    Args:
        folder: The folder; made where there is none.
        svg: The picture.
        text: The text.
        at: When the wall looked like that, in seconds since 1970.

    Raises:
        RingwallError: They cannot be written.
    """
    stem, number = datetime.fromtimestamp(at).astimezone().strftime(NAME), 1
    name = stem
    while (path := folder / f"{name}.svg").exists():
        number += 1
        name = f"{stem}-{number}"
    write_private(path, svg.encode())
    write_private(path.with_suffix(".txt"), text.encode())
    return f"{shown(folder / name)}.svg, .txt"
