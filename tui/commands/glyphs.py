"""Whether the terminal's font has the glyphs: only a person can see that."""

import click

from tui.commands.checks.machine import abilities_of
from tui.commands.invocation import Invocation
from tui.config import save_ascii
from tui.paths import shown
from tui.presence.status import LOOKS

GLYPHS = [look.glyph for look in LOOKS.values() if not look.glyph.isascii()]
ROW = "".join(f"{glyph}|" for glyph in GLYPHS)
"""Each with a bar after it, which shows whether the terminal takes it for one column wide."""


def ask_about_glyphs(invocation: Invocation) -> None:
    """Show the glyphs, ask whether they look right, and remember the answer. Not where only ASCII can be shown.

    Raises:
        RingwallError: The answer cannot be stored.
    """
    abilities, config = abilities_of(invocation), invocation.config
    is_asked_for = config.ascii and not config.choice.ascii
    if abilities.no_screen or abilities.ascii or is_asked_for:
        return
    click.echo(f"\n    {ROW}\n")
    looks_right = click.confirm(
        f"{len(GLYPHS)} different signs, each one column wide with a bar after it?", default=True
    )
    if looks_right == config.choice.ascii:
        save_ascii(invocation.paths.config, only_ascii=not looks_right)
        click.echo(f"Remembered in {shown(invocation.paths.config)}.")
