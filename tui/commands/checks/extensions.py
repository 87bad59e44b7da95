"""The list of extensions, and of each chosen one whether it can be watched, and why not."""

from collections.abc import AsyncIterator, Sequence

from tui.commands.account import Account
from tui.commands.checks.finding import Finding, State, failed
from tui.errors import RingwallError
from tui.presence.extension import Extension
from tui.presence.presence import Presence
from tui.presence.status import Reason, Status, status_of, unknown_value
from tui.ringcentral import snapshot
from tui.ringcentral.snapshot import PresenceReader

GROUP = "Extensions"
UNHIDE = "Only its user can let it be seen."
CHOOSE = "Choose anew in the wall, with the key e."


async def check_extensions(account: Account) -> AsyncIterator[Finding]:
    """The list; and of each chosen one its presence, read once. Those that are well are told to programs only."""
    directory, clock = account.directory, account.clock
    began = clock.running()
    try:
        await directory.read()
    except RingwallError as error:
        yield failed(GROUP, "List", error)
        return
    total, seconds = len(directory.extensions), clock.running() - began
    yield Finding(GROUP, "List", State.OK, f"{total:,} extensions, read in {seconds:.1f} s")
    if not account.chosen:
        yield Finding(GROUP, "Chosen", State.WARNING, "none is chosen", "Choose in the wall, then Enter.")
        return
    presences, refused, problem = await _read(account, [one.id for one in to_watch(account)])
    findings = _each(account, presences, refused)
    good = sum(finding.state is State.OK for finding in findings)
    state = State.OK if good == len(findings) else State.WARNING
    if problem:
        yield failed(GROUP, "Presence", problem)
    elif not good and all(finding.hint == UNHIDE for finding in findings):
        hint = "The wall waits until one of them is let seen by its user; or choose others, with its key e."
        yield Finding(GROUP, "Chosen", State.WARNING, "all who are chosen hide their presence", hint)
    elif not good:
        yield Finding(GROUP, "Chosen", State.NO, "none of the chosen can be watched", CHOOSE, 78)
    else:
        yield Finding(GROUP, "Chosen", state, f"{good:,} of {len(findings):,} can be watched")
    for finding in findings:
        yield finding


def to_watch(account: Account) -> list[Extension]:
    """The chosen extensions that have a presence to be watched."""
    by_id = {extension.id: extension for extension in account.directory.extensions}
    return [by_id[one] for one in account.chosen if one in by_id and by_id[one].watchable]


async def _read(
    account: Account, ids: Sequence[str]
) -> tuple[dict[str, Presence], dict[str, str], RingwallError | None]:
    """What the platform gives of these, why it refuses others, and what ended the reading."""
    reader = PresenceReader(account.session)
    presences: dict[str, Presence] = {}
    refused: dict[str, str] = {}
    for step in snapshot.plan(ids, account.directory.total):
        try:
            reading = await reader.read(step)
        except RingwallError as error:
            return presences, refused, error
        presences |= reading.presences
        refused |= reading.refused
    return presences, refused, None


def _each(account: Account, presences: dict[str, Presence], refused: dict[str, str]) -> list[Finding]:
    by_id = {extension.id: extension for extension in account.directory.extensions}
    return [_one(one, by_id.get(one), presences.get(one), refused.get(one, "")) for one in account.chosen]


def _one(extension_id: str, extension: Extension | None, presence: Presence | None, refused: str) -> Finding:
    if extension is None:
        return _amiss(f"id {extension_id}", "is no longer there", CHOOSE)
    name = extension.number or extension.name
    if why := extension.why_not_watchable:
        return _amiss(name, f"{extension.name}: {why}", CHOOSE)
    if refused:
        return _amiss(name, f"{extension.name}: RingCentral refuses its presence: {refused}", CHOOSE)
    if presence is None:
        return _amiss(name, f"{extension.name}: RingCentral did not give its presence", "Run it once more.")
    status, reason = status_of(presence)
    if reason is Reason.HIDDEN:
        return _amiss(name, f"{extension.name}: hides the presence", UNHIDE)
    if status is Status.UNKNOWN:
        said = unknown_value(presence) or "nothing"
        return _amiss(name, f"{extension.name}: RingCentral says {said}, which Ringwall does not know")
    return Finding(GROUP, name, State.OK, extension.name, is_detail=True)


def _amiss(name: str, text: str, hint: str = "") -> Finding:
    return Finding(GROUP, name, State.WARNING, text, hint)
