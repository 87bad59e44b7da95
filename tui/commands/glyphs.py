"""Whether the terminal's font has the glyphs: only a person can see that."""

import click

from tui.commands.checks.machine import abilities_of
from tui.commands.invocation import Invocation
from tui.errors import RingwallError
from tui.paths import shown
from tui.presence.status import LOOKS
from tui.saving import save_ascii

GLYPHS = [look.glyph for look in LOOKS.values() if not look.glyph.isascii()]
ROW = "".join(f"{glyph}|" for glyph in GLYPHS)
"""Each with a bar after it, which shows whether the terminal takes it for one column wide."""


def ask_about_glyphs(invocation: Invocation) -> None:
    """Show the glyphs, ask whether they look right, and remember the answer. Not where only ASCII can be shown."""
    abilities, config = abilities_of(invocation), invocation.config
    is_asked_for = config.ascii and not config.choice.ascii
    if abilities.no_screen or abilities.ascii or is_asked_for:
        return
    click.echo(f"\n    {ROW}\n")
    question = f"{len(GLYPHS)} different signs, each one column wide with a bar after it?"
    looks_wrong = not click.confirm(question, default=True)
    if looks_wrong == config.choice.ascii:
        return
    try:
        save_ascii(invocation.paths.config, only_ascii=looks_wrong)
        click.echo(f"Remembered in {shown(invocation.paths.config)}.")
    except RingwallError as error:
        click.echo(f"Not remembered: {error}")
    invocation.overrides = {**invocation.overrides, "ascii": looks_wrong}
    del invocation.config  # it is read anew
