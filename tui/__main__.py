"""`python -m tui` is `ringwall`."""

from tui.cli import main

main()
