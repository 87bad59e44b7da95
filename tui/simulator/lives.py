"""The life of one call, from a plan: who rings, who answers, what happens to it, how it ends."""

from collections.abc import Sequence
from dataclasses import dataclass

from tui.simulator.account import Extension
from tui.simulator.agenda import Life
from tui.simulator.lines import Call, Line, Party, TelephonyStatus
from tui.simulator.telephony import Exchange

PARKED_FOR = 30.0
"""How long a parked call waits before somebody takes it."""

TAKE_UP_AFTER = 1.5
"""How soon after a call its people go back to one that they had set aside."""

RUNG_AT_ONCE = 5
"""A queue rings so many of its free members for one call."""

VOICEMAIL_TAKES = 8.0
"""How long a caller speaks to the box before the message is there."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to become of a call; durations in seconds.

    Attributes:
        from_: A number outside, one of our extensions, or `anonymous` for a number that is withheld.
        to: One of our extensions (a queue's number rings its members), or a number outside.
        hold: Pairs of how long after the answer it is held, and for how long.
        queue: The queue it comes through, by number or name; `to` is then the agent who answers, unless it is empty.
        end: answered, missed, voicemail, rejected, parked, or `transferred:<number>`.
        park: How long it stays parked.
    """

    to: str
    from_: str
    from_name: str = ""
    ring: float = 5
    talk: float = 60
    hold: tuple[tuple[float, float], ...] = ()
    queue: str | None = None
    end: str = "answered"
    park: float = PARKED_FOR


class ImpossiblePlan(ValueError):
    """A plan that names an extension which does not exist, or an end that no call has."""


def place(exchange: Exchange, plan: Plan) -> tuple[Call, Life]:
    """Dial a planned call; the life that is given back goes on from there.

    Raises:
        ImpossiblePlan: It cannot happen on this account.
    """
    account = exchange.account
    word, _, target = plan.end.partition(":")
    if word not in ("answered", "missed", "voicemail", "rejected", "parked", "transferred"):
        raise ImpossiblePlan(f"no call ends as {plan.end!r}")
    if word == "transferred" and account.find(target) is None:
        raise ImpossiblePlan(f"there is no extension {target!r} to transfer to")
    called = account.find(plan.to)
    queue = account.find(plan.queue) if plan.queue else None
    if plan.queue and (queue is None or queue.type != "Department"):
        raise ImpossiblePlan(f"there is no queue {plan.queue!r}")
    if called and called.type == "Department":
        queue, called = called, None
    if queue is None and called is None and account.find(plan.from_) is None:
        raise ImpossiblePlan(f"neither {plan.from_!r} nor {plan.to!r} is one of ours")
    call = exchange.dial(plan.from_, plan.from_name, queue or called, plan.to)
    return call, _life(exchange, call, plan, called)


def _life(exchange: Exchange, call: Call, plan: Plan, called: Extension | None) -> Life:
    rung = [exchange.ring(call, line) for line in _phones(exchange, call, called)]
    yield plan.ring
    if plan.end in ("missed", "voicemail", "rejected") or not (rung or call.outbound):
        yield from _unanswered(exchange, call, plan, called)
        return
    answering = _answering(rung, called)
    exchange.answer(call, answering)
    subject = answering or call.parties[0]
    yield from _talk(exchange, subject, plan)
    word, _, target = plan.end.partition(":")
    if word == "parked":
        exchange.put(subject, TelephonyStatus.PARKED)
        yield plan.park
    elif word == "transferred" and (extension := exchange.account.find(target)):
        exchange.leave(subject, "transferred")
        second = exchange.ring(call, exchange.lines[extension.id])
        yield plan.ring
        exchange.answer(call, second)
        yield plan.talk
    lines = [exchange.lines[party.extension_id] for party in call.parties if party.ended is None]
    exchange.end(call, word)
    yield TAKE_UP_AFTER
    for line in lines:
        exchange.take_up(line)


def _unanswered(exchange: Exchange, call: Call, plan: Plan, called: Extension | None) -> Life:
    exchange.end(call, plan.end if plan.end in ("voicemail", "rejected") else "missed")
    box = called or call.queue
    if plan.end == "voicemail" and box:
        yield VOICEMAIL_TAKES
        exchange.leave_voicemail(box)


def _phones(exchange: Exchange, call: Call, called: Extension | None) -> Sequence[Line]:
    """The lines that ring: of a queue some free members, another five for each call, and whoever is to answer."""
    if call.queue is None:
        return [exchange.lines[called.id]] if called else []
    members = [exchange.lines[member] for member in call.queue.members]
    turn = call.number * RUNG_AT_ONCE % max(1, len(members))
    free = [line for line in members[turn:] + members[:turn] if line.takes_queue_calls and line.extension is not called]
    return ([exchange.lines[called.id]] if called else []) + free[: RUNG_AT_ONCE - (called is not None)]


def _answering(rung: Sequence[Party], called: Extension | None) -> Party | None:
    for party in rung:
        if called is None or party.extension_id == called.id:
            return party
    return None


def _talk(exchange: Exchange, party: Party, plan: Plan) -> Life:
    talked = 0.0
    for at, length in plan.hold:
        yield max(0.0, at - talked)
        exchange.put(party, TelephonyStatus.ON_HOLD)
        yield length
        exchange.put(party, TelephonyStatus.CONNECTED)
        talked = max(talked, at) + length
    yield max(0.0, plan.talk - talked)
