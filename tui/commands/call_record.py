"""The record of calls as screens read it: in threads, for a disk may take its time."""

import asyncio
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tui.paths import shown
from tui.presence.extension import Extension
from tui.presence.filter import EVERYTHING, Filter
from tui.screens.ports import CallsPage

if TYPE_CHECKING:
    # SQLAlchemy takes a third of a second to import: not before somebody wants to see a call.
    from tui.calllog.outbox import SinkState
    from tui.calllog.rows import CallRow
    from tui.calllog.store import Store


class Record:
    """Reads the record of one account, as `tui.screens.ports.CallRecord` wants it.

    Args:
        path: The record; there may be none.
        account_id: Gives whose calls.
        extensions: Gives what the directory says of extensions, for filters by department and site.
        problem: Gives why calls are not recorded now; empty where they are, or are not to be.
        results_problem: Gives why the call log tells no results; empty where it does.
        is_wanted: Whether this process is to record calls.
    """

    def __init__(
        self,
        path: Path,
        account_id: Callable[[], str],
        extensions: Callable[[], Iterable[Extension]],
        problem: Callable[[], str],
        results_problem: Callable[[], str],
        *,
        is_wanted: bool,
    ) -> None:
        self.is_wanted = is_wanted
        self._path = path
        self._account_id = account_id
        self._extensions = extensions
        self._problem = problem
        self._results_problem = results_problem
        self._store: Store | None = None
        self._opening = threading.Lock()

    @property
    def problem(self) -> str:
        """Why calls are not recorded now."""
        return self._problem()

    @property
    def results_problem(self) -> str:
        """Why the call log tells no results now."""
        return self._results_problem()

    @property
    def place(self) -> str:
        """The file, as a person writes it."""
        return shown(self._path)

    async def page(self, asked: Filter, most: int, now: float, midnight: float) -> CallsPage | None:
        """The newest calls that pass a filter; see `CallRecord.page`."""
        return await asyncio.to_thread(self._page, asked, most, now, midnight)

    async def of_extension(self, extension_id: str, most: int) -> "Sequence[CallRow]":
        """The newest calls of an extension."""
        return await asyncio.to_thread(self._of_extension, extension_id, most)

    async def call(self, call_id: str) -> "CallRow | None":
        """A call as it is by now; None where it is no more."""
        return await asyncio.to_thread(self._call, call_id)

    async def sinks(self) -> "Sequence[SinkState]":
        """How far each is to whom the record is sent."""
        return await asyncio.to_thread(self._sinks)

    async def close(self) -> None:
        """Close the file."""
        if self._store is not None:
            await asyncio.to_thread(self._store.close)

    def _page(self, asked: Filter, most: int, now: float, midnight: float) -> CallsPage | None:
        from tui.calllog import reading
        from tui.calllog.finding import condition

        if (store := self._opened()) is None:
            return None
        with store.reading() as connection:
            account_id = self._account_id()
            known = {
                extension_id: Extension(extension_id, number, name)
                for extension_id, (number, name) in reading.extensions(connection).items()
            }
            known |= {one.id: one for one in self._extensions()}
            wanted = reading.Wanted(account_id=account_id, newest_first=True, most=most + 1)
            also = [] if asked == EVERYTHING else [condition(asked, known, now)]
            calls = [kept.call for kept in reading.calls(connection, wanted, *also)]
            has_more = len(calls) > most
            oldest = min(midnight, calls[-1].began or midnight) if has_more else None
            since, until = reading.recorded(connection, account_id)
            return CallsPage(
                calls=calls[:most],
                gaps=reading.gaps(connection, account_id, since=oldest),
                known=known,
                has_more=has_more,
                since=since,
                until=until,
                count=reading.count(connection, midnight, now, account_id),
                counts=reading.counts(connection, midnight, now, account_id),
            )

    def _of_extension(self, extension_id: str, most: int) -> "Sequence[CallRow]":
        from tui.calllog import reading

        if (store := self._opened()) is None:
            return ()
        wanted = reading.Wanted(
            account_id=self._account_id(), extensions=frozenset({extension_id}), newest_first=True, most=most
        )
        with store.reading() as connection:
            return [kept.call for kept in reading.calls(connection, wanted)]

    def _call(self, call_id: str) -> "CallRow | None":
        from tui.calllog import reading

        if (store := self._opened()) is None:
            return None
        wanted = reading.Wanted(account_id=self._account_id(), call_id=call_id)
        with store.reading() as connection:
            return next((kept.call for kept in reading.calls(connection, wanted)), None)

    def _sinks(self) -> "Sequence[SinkState]":
        from tui.calllog import outbox

        if (store := self._opened()) is None:
            return ()
        with store.reading() as connection:
            return outbox.sink_states(connection)

    def _opened(self) -> "Store | None":
        """The record; None where there is none.

        Raises:
            RingwallError: It cannot be opened.
        """
        with self._opening:
            if self._store is None and self._path.exists():
                from tui.calllog.store import Store

                self._store = Store(self._path)
            return self._store
