"""The table of the link's moves, and the waits between tries."""

import random
from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from tui.feed.link import Link
from tui.feed.machine import MOVES, Input, delays


def walk(start: Link, inputs: list[Input]) -> list[Link]:
    links = [start]
    for happened in inputs:
        links.append(MOVES.get((links[-1], happened), links[-1]))
    return links


@given(st.lists(st.sampled_from(Input)))
def test_live_is_reached_only_by_a_read_while_a_subscription_stands(inputs: list[Input]) -> None:
    links = walk(Link.AUTHORISING, inputs)
    for before, happened, after in zip(links, inputs, links[1:], strict=False):
        if after is Link.LIVE and before is not Link.LIVE:
            assert happened is Input.SYNCED
            assert before in {Link.SYNCING, Link.DOUBTFUL}


@given(st.lists(st.sampled_from(Input)))
def test_nothing_leads_out_of_closed(inputs: list[Input]) -> None:
    links = walk(Link.AUTHORISING, inputs)
    if Link.CLOSED in links:
        assert set(links[links.index(Link.CLOSED) :]) == {Link.CLOSED}


def test_from_every_state_there_is_a_way_to_live_and_one_to_closed() -> None:
    for start in set(Link) - {Link.CLOSED}:
        reached = {start}
        for _ in Link:
            reached |= {after for (before, _), after in MOVES.items() if before in reached}
        assert {Link.LIVE, Link.CLOSED} <= reached


@given(st.integers())
def test_waits_double_up_to_a_cap_and_are_never_the_same_for_all(seed: int) -> None:
    waits = list(islice(delays(random.Random(seed), first=1, cap=20), 12))
    for number, wait in enumerate(waits):
        ceiling = min(20, 2**number)
        assert ceiling / 2 <= wait <= ceiling
