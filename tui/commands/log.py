"""`ringwall log`: the record of calls, its gaps, and whom it is sent to."""

import csv
import io
import json
import shutil
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import product

import click
import msgspec

from tui.calllog import outbox, reading, telling
from tui.calllog.forgetting import forget
from tui.calllog.outbox import DeadLetter, SinkState
from tui.calllog.payload import GapRow, Json, call_json, gap_json
from tui.calllog.privacy import is_of_extension
from tui.calllog.reading import Kept, Wanted
from tui.calllog.rows import CallRow
from tui.calllog.standing import word_of
from tui.calllog.store import Store
from tui.cells import width
from tui.clock import iso
from tui.commands.invocation import Invocation
from tui.commands.log_words import TIMES, extensions_meant, moment
from tui.commands.recording import numbers_kept
from tui.errors import UsageError
from tui.paths import shown
from tui.presence.words import masked, timer

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""What a cell may not begin with, for spreadsheets take it for a formula (OWASP on CSV injection)."""


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
@click.option("--since", default="", metavar="TIME", help=f"Calls that began then or later: {TIMES}.")
@click.option("--until", default="", metavar="TIME", help="Calls that began before.")
@click.option(
    "--extension", "who", multiple=True, metavar="LIST", help="Numbers, names or ids, with commas; may be repeated."
)
@click.option("--missed", is_flag=True, help="Only inbound calls that nobody took.")
@click.option("--json", "as_json", is_flag=True, help="JSON, one call a line.")
@click.option("--csv", "as_csv", is_flag=True, help="A table for spreadsheets.")
@click.pass_context
def command(
    ctx: click.Context, since: str, until: str, who: Sequence[str], missed: bool, as_json: bool, as_csv: bool
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
            extensions=extensions_meant(who, known),
            missed=missed,
        )
        mask = invocation.config.mask
        found = reading.calls(connection, wanted)
        if as_csv:
            _echo(_csv(_json(kept, mask=mask) for kept in found))
        elif as_json:
            _echo(json.dumps(_json(kept, mask=mask), ensure_ascii=False) for kept in found)
        elif not _echo(_sentence(kept.call, now, _wide(), mask=mask) for kept in found):
            click.echo("ringwall: no such calls are recorded", err=True)


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
        _echo([json.dumps(_sink_json(state, now))] if as_json else _sink_sentences(state, now))
    if not states and not as_json:
        click.echo("There are no sinks: [record] in the configuration names none.")
    for letter in letters if dead else ():
        words = (
            f"{_clock(letter.died_at)}  {letter.sink}  {letter.subject}, revision {letter.revision}: {letter.reason}"
        )
        said = _letter_json(letter, mask=invocation.config.mask)
        click.echo(json.dumps(said, ensure_ascii=False) if as_json else words)


def _sink_json(state: SinkState, now: float) -> Json:
    return {
        "sink": state.name,
        "waiting": state.waiting,
        "lag": _lag(state, now),
        "delivered_at": iso(state.delivered_at),
        "problem": state.problem or None,
        "failures": state.failures,
        "dead": state.dead,
    }


def _sink_sentences(state: SinkState, now: float) -> Iterator[str]:
    lag = _lag(state, now)
    waits = f"{state.waiting} waiting{'' if lag is None else f' for {timer(lag)}'}"
    last = "nothing taken yet" if state.delivered_at is None else f"last taken {_clock(state.delivered_at)}"
    yield f"{state.name:10}{waits}, {state.dead} refused, {last}"
    if state.problem:
        often = f", {state.failures} times in a row" if state.failures > 1 else ""
        yield f"{'':10}{state.problem}{often}"
    if state.dead:
        yield f"{'':10}--dead shows what was refused, --resend {state.name} sends it again"


def _lag(state: SinkState, now: float) -> float | None:
    return None if state.oldest_at is None else max(0.0, now - state.oldest_at)


def _letter_json(letter: DeadLetter, *, mask: bool) -> Json:
    payload = msgspec.json.decode(letter.payload, type=Json)
    return {
        "sink": letter.sink,
        "subject": letter.subject,
        "revision": letter.revision,
        "reason": letter.reason,
        "died_at": iso(letter.died_at),
        "payload": _without_people(payload) if mask else payload,
    }


@command.command("gaps")
@click.option("--json", "as_json", is_flag=True, help="JSON, one gap a line.")
@click.pass_obj
def gaps(invocation: Invocation, as_json: bool) -> None:
    """Print the times in which calls may have gone unseen."""
    with closing(store_of(invocation)) as store, store.reading() as connection:
        found = [
            (account_id, gap)
            for account_id in reading.accounts(connection)
            for gap in reading.gaps(connection, account_id)
        ]
    if as_json:
        _echo(json.dumps(gap_json(account_id, gap), ensure_ascii=False) for account_id, gap in found)
    elif not _echo(_gap_sentence(gap) for _, gap in found):
        click.echo("There are no gaps.")


def _gap_sentence(gap: GapRow) -> str:
    """A gap for people: when, how long, whether it is filled, whose calls, and why."""
    lasted = "goes on" if gap.ended_at is None else timer(gap.ended_at - gap.started_at)
    whose = f"{telling.extension(gap)[0]}: " if gap.extension_id else ""
    filled = "open" if gap.filled_at is None else "filled"
    return f"{_clock(gap.started_at)}  {lasted:>8}  {filled:6}  {whose}{gap.reason}"


@command.command("forget")
@click.argument("number")
@click.pass_obj
def forget_number(invocation: Invocation, number: str) -> None:
    """Remove a number, and the names it came with, from everything that is kept here."""
    numbers = numbers_kept(invocation)
    with closing(store_of(invocation)) as store:
        gone = forget(store, number, numbers)
    click.echo(f"Calls that it was removed from: {gone.calls}; messages to sinks: {gone.letters}.")
    if numbers.mode == "last4":
        click.echo(f"Only last digits are kept, so that was everybody whose number ends in {numbers.kept(number)}.")
    for sink in gone.sinks if gone.calls else ():
        click.echo(f"{sink} is sent these calls without it; what else it made of them (copies, backups), it keeps.")
    click.echo("RingCentral's own call log still has it, and so have other programs that got it.")
    click.echo("Pictures saved by :snapshot full, and what was printed, may still show it.")


def _json(kept: Kept, *, mask: bool) -> Json:
    said = call_json(kept.account_id, kept.call, kept.revision)
    return _without_people(said) if mask else said


def _without_people(said: Json) -> Json:
    """A call, or what else a sink is sent; numbers of people outside lose their middle, and they have no names."""
    hidden: Json = {}
    for number, name in (("from_number", "from_name"), ("to_number", "to_name")):
        text = str(said.get(number) or "")
        if number in said and not is_of_extension(text):
            hidden |= {number: masked(text) or None, name: None}
    return said | hidden


def _csv(found: Iterable[Json]) -> Iterator[str]:
    """A line of headings, and one for each call; cells that a spreadsheet would compute begin with an apostrophe."""
    headings = [name for name in call_json("", CallRow("", (), ()), 0) if name not in {"type", "parties"}]
    yield _line([*headings, "extensions"])
    for call in found:
        parties = msgspec.convert(call["parties"], list[Json])
        extensions = dict.fromkeys(str(party["extension_number"] or party["extension_id"]) for party in parties)
        yield _line(harmless(cell) for cell in (*(call[name] for name in headings), " ".join(extensions)))


def harmless(value: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def _line(cells: Iterable[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(cells)
    return text.getvalue()


def _wide() -> int | None:
    """The cells of a line on the terminal; None where nobody reads it there."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def _sentence(call: CallRow, now: float, wide: int | None, *, mask: bool) -> str:
    """A call for people: when, what came of it, how long it lasted, who called whom, and through which queue.

    Args:
        call: The call.
        now: In seconds since 1970.
        wide: Cells that it should fit into, with fewer words if need be; None where it may be as long as it is.
        mask: Whether people outside are masked.
    """
    callers, called = telling.caller(call, mask=mask), telling.called(call, mask=mask)
    through = f" through {call.queue}" if call.queue else ""
    line = ""
    for who, whom in product(callers, called):
        line = f"{_clock(call.began)}  {word_of(call):10} {telling.lasted(call, now):>7}  {who} -> {whom}{through}"
        if wide is None or width(line) <= wide:
            break
    return line


def _clock(at: float | None) -> str:
    return "?" if at is None else f"{telling.local(at):%Y-%m-%d %H:%M}"


def _echo(lines: Iterable[str]) -> bool:
    """Print lines; whether there was any."""
    is_any = False
    for line in lines:
        is_any = True
        click.echo(line)
    return is_any
