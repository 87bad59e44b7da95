"""One round trip by each way of being told: subscribe to what is chosen, prove that the link works, and leave.

A wall does not ask for one that was refused lately, so that is told too.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

from tui.commands.account import Account
from tui.commands.checks.finding import Finding, State, failed
from tui.config import Config
from tui.errors import RingwallError, TryAgain
from tui.paths import shown
from tui.presence.extension import Extension
from tui.ringcentral.push.auto import REMEMBERED, TransportFile, denies, last_refusal
from tui.ringcentral.push.transport import Closed, Gap, ProofOfLife, Refused, Transport
from tui.ringcentral.refusals import ApiError

GROUP = "Transports"
PROOF_EVERY = 0.2
"""Seconds until the link is asked to prove itself."""
WITHIN = 30.0
"""Seconds for one round trip."""
DAY = 86400.0
NAMES = {"pubnub": "PubNub", "websocket": "WebSocket", "polling": "Polling"}
NOBODY = frozenset({"SUB-402", "SUB-403"})
"""The platform's codes for a subscription to nobody who may be watched (its documentation of error codes)."""
DONE = {
    "pubnub": "subscribed, PubNub tells its time, deleted again",
    "websocket": "connected, subscribed, pong, deleted again",
    "polling": "read once",
}


async def check_transports(account: Account, config: Config, extensions: Sequence[Extension]) -> AsyncIterator[Finding]:
    """A round trip by each; one that the wall can do without is only worth a word."""
    *others, last = account.transports(PROOF_EVERY)
    is_auto, path = config.transport == "auto", account.tokens.transport_path
    passed_over = TransportFile(path).refused(account.clock.now()) - {last.name} if is_auto else set()
    has_one = False
    for transport in (*others, last):
        name, wanted = NAMES[transport.name], config.transport == transport.name or (is_auto and not has_one)
        try:
            seconds, refused = await _round_trip(transport, [one.id for one in extensions], account)
        except RingwallError as error:
            is_replaced = wanted and is_auto and transport is not last and denies(error)
            if isinstance(error, ApiError) and error.code in NOBODY:
                text = "not tried, for nobody who is chosen may be watched"
                yield Finding(GROUP, name, State.WARNING, text)
            elif wanted and not is_replaced:
                yield failed(GROUP, name, last_refusal(transport.name, error) if denies(error) else error)
            else:
                why = "not granted, so the next one takes its place" if is_replaced else "not in use"
                yield Finding(GROUP, name, State.WARNING, f"{error} ({why})", error.hint)
        else:
            well = _went_well(transport.name, seconds, refused, extensions)
            has_one = has_one or transport.name not in passed_over
            yield _passed_over(well, path) if transport.name in passed_over and well.state is State.OK else well


async def _round_trip(transport: Transport, ids: Sequence[str], account: Account) -> tuple[float, Refused]:
    """Open until the link has proven itself; gives the seconds, and what is refused.

    Raises:
        RingwallError: It cannot be opened, or proves nothing.
    """
    # Those that push give the first proof as soon as they are open; the second one is an answer to a question.
    proofs = 1 if transport.name == "polling" else 2
    refused, began = Refused(), account.clock.running()
    try:
        async with asyncio.timeout(WITHIN), aclosing(transport.open(ids)) as stream:
            async for event in stream:
                match event:
                    case Refused():
                        refused = event
                    case Gap(reason=reason) | Closed(reason=reason):
                        raise TryAgain(reason)
                    case ProofOfLife():
                        proofs -= 1
                if not proofs:
                    break
    except TimeoutError as error:
        raise TryAgain(f"no proof that it works within {WITHIN:.0f} s", "Try it again.") from error
    return account.clock.running() - began, refused


def _passed_over(finding: Finding, path: Path) -> Finding:
    """The finding of a transport that works again, though a wall does not know it yet."""
    days = REMEMBERED / DAY
    text = f"{finding.text}; but a wall passes it over for {days:.0f} days after it was refused, and it was"
    hint = f"To have it asked for now, remove   {shown(path)}   and start the wall again."
    return replace(finding, state=State.WARNING, text=text, hint=hint)


def _went_well(name: str, seconds: float, refused: Refused, extensions: Sequence[Extension]) -> Finding:
    text = f"{DONE[name]}, in {seconds:.1f} s"
    if not refused.extensions:
        return Finding(GROUP, NAMES[name], State.OK, text)
    ids = [one.id for one in extensions]
    if lacking := refused.missing_permission(ids):
        hint = "Add it in the developer console or to the user's role, then log in anew."
        return Finding(GROUP, NAMES[name], State.NO, lacking, hint, 77)
    known = {one.id: f"{one.number} {one.name}".strip() for one in extensions}
    each = "; ".join(f"{known.get(one, one)}: {why}" for one, why in refused.extensions.items())
    return Finding(GROUP, NAMES[name], State.WARNING, f"{text}, but refused: {each}")
