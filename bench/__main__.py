"""`python -m bench`: all parts, or those that are named; a table, and the same as JSON in a file."""

import argparse
import compileall
import importlib
from pathlib import Path

from bench.figures import Figure, table, write

PARTS = {
    "arranging": "sorting, grouping and filtering ten thousand",
    "decode": "CPU of a notification",
    "bytes": "bytes on the wire",
    "end_to_end": "from the platform to the glass",
    "recording": "what the record costs, and a database that is down",
    "many": "twenty walls on one machine",
    "scale": "a hundred, a thousand, ten thousand extensions",
    "slow": "slow links",
    "start": "milliseconds to begin",
}


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument(
        "parts", nargs="*", choices=[*PARTS, []], help="; ".join(f"{name}: {what}" for name, what in PARTS.items())
    )
    ask.add_argument("--json", type=Path, default=Path("bench.json"), help="where the figures go as JSON")
    words = ask.parse_args()
    # As an installation is: what was edited just now is not to be compiled by everything that is timed.
    compileall.compile_dir("tui", quiet=1)
    figures: list[Figure] = []
    for part in words.parts or PARTS:
        print(f"{part} ...", flush=True)
        figures += importlib.import_module(f"bench.{part}").measure()
    print(table(figures))
    write(figures, words.json)


if __name__ == "__main__":
    main()
