"""Questions on the command line, one answer each: typed at a terminal, secrets unseen, or read from a pipe.

A terminal in its ordinary mode gives a program one line of at most 4,096 characters. A JWT may be longer, and pasting
may have broken it into lines; the rest of it would go to whatever reads next, in the end to the shell. So secrets are
read without that mode: a line break ends one only if nothing follows it.
"""

import asyncio
import os
import re
import select
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from tui.errors import UsageError
from tui.logins import cleaned_secret

SETTLED = 0.3
"""Seconds without another character after which a line break was the Enter key and not part of what was pasted."""
_KEY = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|O.)")
"""What arrows and function keys send."""


def is_answered_by_a_person() -> bool:
    """Whether somebody sits at a terminal, and can be asked again."""
    return sys.stdin.isatty()


def ask(question: str, where: str, known: str = "") -> str:
    """Ask for a line.

    Args:
        question: What is wanted.
        where: Where it is to be found.
        known: What Enter alone means; empty where there has to be an answer.

    Raises:
        UsageError: The input ended.
    """
    click.echo(f"\n{where}", err=True)
    answer = ""
    while not answer:
        if is_answered_by_a_person():
            answer = str(click.prompt(question, default=known or None, err=True)).strip()
        else:
            click.echo(f"{question}: ", err=True)
            answer = _line(question).strip() or known
    return answer


def ask_unseen(
    question: str, where: str, known: str = "", *, may_be_empty: bool = False, may_be_broken: bool = False
) -> str:
    """Ask for a secret: typed or pasted, it is not shown, and blanks and line breaks are taken out of it.

    Args:
        question: What is wanted.
        where: Where it is to be found.
        known: What Enter alone means.
        may_be_empty: Whether there need not be one.
        may_be_broken: Whether a pipe may give it in several lines, up to an empty one.

    Raises:
        UsageError: The input ended.
    """
    click.echo(f"\n{where}", err=True)
    prompt = f"{question} (not shown{'; Enter keeps it' if known else ''}): "
    while True:
        if is_answered_by_a_person():
            typed = _unseen(sys.stdin.fileno(), prompt)
        else:
            click.echo(prompt, err=True, nl=False)
            typed = _paragraph(question) if may_be_broken else _line(question)
        secret = as_edited(typed) or known
        click.echo(f"{len(secret)} characters" if secret else "none", err=True)
        if secret or may_be_empty:
            return secret


@contextmanager
def taking_unseen(take: Callable[[str], None]) -> Iterator[None]:
    """Hand on every secret that is typed or pasted at the terminal while other things go on in the running loop.

    Args:
        take: Is given each, without the blanks and line breaks in it.
    """
    loop, terminal = asyncio.get_running_loop(), sys.stdin.fileno()
    typed = bytearray()
    settling: list[asyncio.TimerHandle] = []

    def ended() -> None:
        secret = as_edited(typed.decode(errors="replace"))
        typed.clear()
        if secret:
            click.echo(f"{len(secret)} characters", err=True, nl=False)
            take(secret)

    def read() -> None:
        while settling:
            settling.pop().cancel()
        if not (new := os.read(terminal, 4096)):
            loop.remove_reader(terminal)
        typed.extend(new)
        if typed.endswith(b"\n"):
            settling.append(loop.call_later(SETTLED, ended))

    with _unshown(terminal):
        loop.add_reader(terminal, read)
        try:
            yield
        finally:
            loop.remove_reader(terminal)


def as_edited(typed: str) -> str:
    """What is left of keys that were pressed: Backspace takes one character back, Ctrl-U all."""
    kept: list[str] = []
    for character in _KEY.sub("", typed):
        if character in "\x7f\b":
            kept[-1:] = []
        elif character == "\x15":
            kept.clear()
        else:
            kept.append(character)
    return cleaned_secret("".join(kept))


def _unseen(terminal: int, prompt: str) -> str:
    typed = b""
    with _unshown(terminal):
        click.echo(prompt, err=True, nl=False)
        while not (typed.endswith(b"\n") and _is_settled(terminal)):
            read = os.read(terminal, 4096)
            if not read or read == b"\x04":
                raise click.Abort
            typed += read
    return typed.decode(errors="replace")


@contextmanager
def _unshown(terminal: int) -> Iterator[None]:
    """A terminal that gives each key at once and shows none."""
    before, unseen = termios.tcgetattr(terminal), termios.tcgetattr(terminal)
    unseen[3] &= ~(termios.ICANON | termios.ECHO)
    unseen[6][termios.VMIN], unseen[6][termios.VTIME] = 1, 0
    try:
        termios.tcsetattr(terminal, termios.TCSADRAIN, unseen)
        yield
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def _is_settled(terminal: int) -> bool:
    return not select.select([terminal], [], [], SETTLED)[0]


def _paragraph(question: str) -> str:
    lines = [_line(question)]
    while lines[-1].strip() and (line := sys.stdin.readline()):
        lines.append(line)
    return "".join(lines)


def _line(question: str) -> str:
    line = sys.stdin.readline()
    if not line:
        raise UsageError(f"The input ended where an answer was wanted: {question}", "Run it in a terminal.")
    return line
