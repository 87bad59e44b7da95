"""The states of the link and the moves between them, as one table. Pure.

The Feed is to presence what an informer is to Kubernetes: list and watch, and a cache that is either true or says that
it is not.

    authorising   making sure of the login
    subscribing   asking the platform to tell of the chosen extensions
    syncing       events arrive; what was there before them is being read
    live          the board is in step with the platform, and the link proves again and again that it works
    doubtful      something may have been missed: the board keeps its picture, nothing is proven until all is read again
    waiting       the link is down; it is tried again after a while
    refused       the platform does not accept the login; it is tried again after a long while (`ringcentral.trouble`)
    closed        left

What is subscribed first and read afterwards misses nothing: an event either arrives, or happened before the read. So
`live` is reached only from `syncing` and `doubtful`, by a read that was sent while the link stood.

A pair that is not in the table is no move: the input says nothing in that state.
"""

import random
from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum

from tui.feed.link import Link, LinkState


class Input(StrEnum):
    """What happens to the link."""

    AUTHORISED = "authorised"
    OPENED = "opened"
    SYNCED = "synced"
    DOUBTED = "doubted"
    LOST = "lost"
    REFUSED = "refused"
    RETRIED = "retried"
    LEFT = "left"


MOVES: dict[tuple[Link, Input], Link] = {
    (Link.AUTHORISING, Input.AUTHORISED): Link.SUBSCRIBING,
    (Link.AUTHORISING, Input.LOST): Link.WAITING,
    (Link.AUTHORISING, Input.REFUSED): Link.REFUSED,
    (Link.SUBSCRIBING, Input.OPENED): Link.SYNCING,
    (Link.SUBSCRIBING, Input.LOST): Link.WAITING,
    (Link.SUBSCRIBING, Input.REFUSED): Link.REFUSED,
    (Link.SYNCING, Input.SYNCED): Link.LIVE,
    (Link.SYNCING, Input.DOUBTED): Link.DOUBTFUL,
    (Link.SYNCING, Input.LOST): Link.WAITING,
    (Link.SYNCING, Input.REFUSED): Link.REFUSED,
    (Link.LIVE, Input.DOUBTED): Link.DOUBTFUL,
    (Link.LIVE, Input.LOST): Link.WAITING,
    (Link.LIVE, Input.REFUSED): Link.REFUSED,
    (Link.DOUBTFUL, Input.SYNCED): Link.LIVE,
    (Link.DOUBTFUL, Input.DOUBTED): Link.DOUBTFUL,
    (Link.DOUBTFUL, Input.LOST): Link.WAITING,
    (Link.DOUBTFUL, Input.REFUSED): Link.REFUSED,
    (Link.WAITING, Input.RETRIED): Link.AUTHORISING,
    (Link.REFUSED, Input.RETRIED): Link.AUTHORISING,
    **{(link, Input.LEFT): Link.CLOSED for link in Link if link is not Link.CLOSED},
}

LISTENING = frozenset({Link.SYNCING, Link.LIVE, Link.DOUBTFUL})
"""The states in which a subscription stands, and reading makes sense."""

TRYING = frozenset({Link.AUTHORISING, Link.SUBSCRIBING, Link.SYNCING})
"""The states on the way to a link that is live: why it was lost before is still the reason."""


def delays(chance: random.Random, first: float = 1.0, cap: float = 60.0) -> Iterator[float]:
    """Seconds to wait before each try: doubling up to a cap, each between half of that and all of it."""
    ceiling = first
    while True:
        yield chance.uniform(ceiling / 2, ceiling)
        ceiling = min(cap, ceiling * 2)


def moved(
    old: LinkState, happened: Input, now: float, *, reason: str = "", retry_at: float | None = None, transport: str = ""
) -> LinkState | None:
    """The link after something has happened to it; None where that is no move, or says nothing new.

    Args:
        old: The link before.
        happened: What has happened.
        now: Server time.
        reason: Why, in words for a person.
        retry_at: When it is tried again, in server time.
        transport: What it stands on from now on.
    """
    link = MOVES.get((old.link, happened))
    if link is None:
        return None
    lost_since = None if link is Link.LIVE else old.lost_since
    if old.link is Link.LIVE and link is not Link.LIVE:
        lost_since = now if old.proof_at is None else old.proof_at
    new = replace(
        old,
        link=link,
        at=now,
        reason=old.reason if link in TRYING else reason,
        retry_at=retry_at,
        lost_since=lost_since,
        transport=transport or old.transport,
    )
    return None if replace(new, at=old.at) == old else new
