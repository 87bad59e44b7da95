"""Scenes that mostly wait, played side by side, and what came of each."""

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Iterable
from functools import partial

AT_A_TIME = 24

Play = Callable[[], Awaitable[None]]


async def played(plays: Iterable[tuple[str, Play]]) -> dict[str, str]:
    """What went wrong, by name; a name may be played in several scenes."""
    turns = asyncio.Semaphore(AT_A_TIME)
    wrong: dict[str, str] = {}

    async def one(name: str, play: Play) -> None:
        async with turns:
            try:
                await play()
            except (Exception, BaseExceptionGroup) as error:
                wrong[name] = f"{wrong.get(name, '')}\n{''.join(traceback.format_exception(error))}"

    await asyncio.gather(*(one(name, play) for name, play in plays))
    return wrong


def each(play: Callable[[str], Awaitable[None]], names: Iterable[str]) -> list[tuple[str, Play]]:
    """A scene for each name."""
    return [(name, partial(play, name)) for name in names]
