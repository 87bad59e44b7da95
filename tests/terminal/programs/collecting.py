"""`ringwall` that notes who lets Python's collector look at everything.

Its first words are the file for that, and seconds in place of the minute between two looks.
"""

import gc
import sys
from pathlib import Path

import tui.glass
from tui.cli import main


def _note(path: Path) -> None:
    def note(phase: str, info: dict[str, int]) -> None:
        if phase == "start" and info["generation"] == 2:
            with path.open("a") as file:
                file.write(f"{sys._getframe(1).f_code.co_name}\n")

    gc.callbacks.append(note)


if __name__ == "__main__":
    _note(Path(sys.argv.pop(1)))
    tui.glass.COLLECTS_EVERY = float(sys.argv.pop(1))
    main()
