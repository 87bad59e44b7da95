"""`ringwall log`: the record of calls, its gaps, and whom it is sent to."""

import csv
import io
import json
import re
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime

import click

from tui.calllog import outbox, reading
from tui.calllog.forgetting import forget
from tui.calllog.payload import call_json, gap_json
from tui.calllog.reading import Kept, Wanted
from tui.calllog.rows import CallRow
from tui.calllog.store import Store
from tui.commands.invocation import Invocation
from tui.commands.recording import numbers_kept
from tui.errors import UsageError
from tui.paths import shown
from tui.presence.words import masked, timer

_AGO = re.compile(r"(\d+)([mhd])")
_UNITS = {"m": 60, "h": 3600, "d": 86_400}
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""What a cell may not begin with, for spreadsheets take it for a formula (OWASP on CSV injection)."""


def moment(text: str, now: float) -> float:
    """A moment that somebody wrote: `2026-11-25`, `2026-11-25 14:00`, `14:00` today, or `2h` ago.

    Raises:
        UsageError: It is none.
    """
    if match := _AGO.fullmatch(text.strip()):
        return now - int(match[1]) * _UNITS[match[2]]
    today = datetime.fromtimestamp(now).astimezone()
    for words in (text, f"{today:%Y-%m-%d} {text}"):
        try:
            found = datetime.fromisoformat(words.strip())
        except ValueError:
            continue
        return (found if found.tzinfo else found.astimezone()).timestamp()
    raise UsageError(f"{text!r} is no time", "Write 2026-11-25, 2026-11-25T14:00, 14:00 or 2h (ago).")


def store_of(invocation: Invocation) -> Store:
    """The record that there is.

    Raises:
        UsageError: There is none yet.
        RingwallError: It cannot be read.
    """
    path = invocation.paths.record
    if not path.exists():
        raise UsageError(
            f"No calls are recorded: there is no {shown(path)}",
            "Run   ringwall watch --record   or set record.enabled = true for the wall.",
        )
    return Store(path)


@click.group("log", invoke_without_command=True)
@click.option("--since", default="", metavar="TIME", help="Calls that began then or later; 2026-11-25, 14:00, 2h.")
@click.option("--until", default="", metavar="TIME", help="Calls that began before.")
@click.option("--extension", "extension", default="", metavar="LIST", help="Numbers or ids with commas.")
@click.option("--missed", is_flag=True, help="Only inbound calls that nobody took.")
@click.option("--json", "as_json", is_flag=True, help="JSON, one call a line.")
@click.option("--csv", "as_csv", is_flag=True, help="A table for spreadsheets.")
@click.pass_context
def command(
    ctx: click.Context, since: str, until: str, extension: str, missed: bool, as_json: bool, as_csv: bool
) -> None:
    """Print the recorded calls, oldest first."""
    if ctx.invoked_subcommand is not None:
        return
    if as_json and as_csv:
        raise UsageError("--json and --csv are two ways to print", "Give one of them.")
    invocation = ctx.find_object(Invocation) or Invocation()
    now = time.time()
    with closing(store_of(invocation)) as store, store.reading() as connection:
        known = reading.extensions(connection)
        wanted = Wanted(
            since=moment(since, now) if since else None,
            until=moment(until, now) if until else None,
            extensions=_extensions(extension, known),
            missed=missed,
        )
        found = (_shown(kept, mask=invocation.config.mask) for kept in reading.calls(connection, wanted))
        if as_csv:
            _echo(_csv(found))
        elif as_json:
            _echo(json.dumps(_json(kept), ensure_ascii=False) for kept in found)
        else:
            _echo(_sentence(kept.call) for kept in found)


@command.command("sinks")
@click.option("--json", "as_json", is_flag=True, help="JSON, one sink a line.")
@click.option("--dead", is_flag=True, help="Print the messages that were refused for good, too.")
@click.option("--resend", default="", metavar="SINK", help="Send a sink its dead letters again.")
@click.pass_obj
def sinks(invocation: Invocation, as_json: bool, dead: bool, resend: str) -> None:
    """Print how far each sink is, and what it refused."""
    with closing(store_of(invocation)) as store:
        if resend:
            with store.writing() as connection:
                if resend not in {state.name for state in outbox.sink_states(connection)}:
                    raise UsageError(f"There is no sink {resend!r}", "ringwall log sinks   prints those there are.")
                sent, dropped = outbox.resend(connection, resend)
            click.echo(f"{resend}: {sent} to be sent again, {dropped} left out, for a later state is sent anyway")
            return
        with store.reading() as connection:
            states, letters = outbox.sink_states(connection), outbox.dead_letters(connection)
    now = time.time()
    for state in states:
        lag = None if state.oldest_at is None else max(0.0, now - state.oldest_at)
        if as_json:
            said = {"sink": state.name, "waiting": state.waiting, "lag": lag, "dead": state.dead}
            click.echo(json.dumps(said | {"problem": state.problem or None, "failures": state.failures}))
        else:
            waits = f"{state.waiting} waiting{'' if lag is None else f' for {timer(lag)}'}"
            problem = f"   {state.problem}" if state.problem else ""
            click.echo(f"{state.name:10}{waits}   {state.dead} refused{problem}")
    if not states and not as_json:
        click.echo("There are no sinks: [record] in the configuration names none.")
    for letter in letters if dead else ():
        said = {"sink": letter.sink, "subject": letter.subject, "revision": letter.revision, "reason": letter.reason}
        click.echo(json.dumps(said) if as_json else f"{letter.sink}  {letter.subject}  {letter.reason}")


@command.command("gaps")
@click.option("--json", "as_json", is_flag=True, help="JSON, one gap a line.")
@click.pass_obj
def gaps(invocation: Invocation, as_json: bool) -> None:
    """Print the times in which calls may have gone unseen."""
    with closing(store_of(invocation)) as store, store.reading() as connection:
        for gap in reading.gaps(connection):
            if as_json:
                click.echo(json.dumps(gap_json("", gap) | {"account_id": None}))
                continue
            until = "now" if gap.ended_at is None else _clock(gap.ended_at)
            whose = f"extension {gap.extension_id}" if gap.extension_id else "all"
            filled = "open" if gap.filled_at is None else "filled from the call log"
            click.echo(f"{_clock(gap.started_at)} to {until}   {whose}   {filled}   {gap.reason}")


@command.command("forget")
@click.argument("number")
@click.pass_obj
def forget_number(invocation: Invocation, number: str) -> None:
    """Remove a number, and the names it came with, from everything that is kept here."""
    with closing(store_of(invocation)) as store:
        gone = forget(store, number, numbers_kept(invocation))
    click.echo(f"Removed from {gone.calls} calls and {gone.letters} messages to sinks.")
    for sink in gone.sinks:
        click.echo(f"{sink} is sent the calls without it; what it keeps elsewhere (copies, backups) is its own affair.")
    click.echo("RingCentral's own call log and logs of other programs still have it.")


def _extensions(wanted: str, known: dict[str, tuple[str, str]]) -> frozenset[str] | None:
    words = [word.strip() for word in wanted.split(",") if word.strip()]
    by_name = {number: extension_id for extension_id, (number, _) in known.items() if number}
    by_name |= {extension_id: extension_id for extension_id in known}
    if unknown := [word for word in words if word not in by_name]:
        raise UsageError(f"No calls of {', '.join(unknown)} are recorded", "Give numbers or ids, with commas between.")
    return frozenset(by_name[word] for word in words) if words else None


def _shown(kept: Kept, *, mask: bool) -> Kept:
    """A call as it may be shown: masked, numbers of people outside lose their middle, and they have no names."""
    if not mask:
        return kept
    call = kept.call
    sides: dict[str, str] = {}
    for side, number in (("from", call.from_number), ("to", call.to_number)):
        if masked(number) != number or not number:
            sides |= {f"{side}_number": masked(number), f"{side}_name": ""}
    return replace(kept, call=replace(call, **sides))  # type: ignore[arg-type]  # names of fields of text


def _json(kept: Kept) -> dict[str, object]:
    return call_json(kept.account_id, kept.call, kept.revision)


def _csv(found: Iterable[Kept]) -> Iterator[str]:
    """A line of headings, and one for each call; cells that a spreadsheet would compute begin with an apostrophe."""
    for place, kept in enumerate(found):
        fields = {name: value for name, value in _json(kept).items() if name not in {"type", "parties"}}
        if place == 0:
            yield _line(fields)
        yield _line(harmless(value) for value in fields.values())


def harmless(value: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def _line(cells: Iterable[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(cells)
    return text.getvalue()


def _sentence(call: CallRow) -> str:
    """A call for people: when, who, whom, through which queue, what came of it, how long it was talked."""
    began = call.started_at if call.started_at is not None else call.first_seen
    who = _who(call.from_name, call.from_number) or ("withheld" if call.from_withheld else "unknown")
    whom = _who(call.to_name, call.to_number) or "unknown"
    through = f" through {call.queue}" if call.queue else ""
    talked = ""
    if call.answered_at is not None and call.ended_at is not None:
        talked = f"  {timer(call.ended_at - call.answered_at)}"
    result = (call.result or "goes on").replace("_", " ")
    return f"{_clock(began)}  {who} -> {whom}{through}  {result}{talked}"


def _who(name: str, number: str) -> str:
    return " ".join(part for part in (name, number) if part)


def _clock(at: float | None) -> str:
    if at is None:
        return "?"
    return f"{datetime.fromtimestamp(at).astimezone():%Y-%m-%d %H:%M:%S}"


def _echo(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)
