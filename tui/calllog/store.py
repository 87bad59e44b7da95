"""The file that the record is kept in: one SQLite database in the state folder, which only its owner can read.

Whoever queries it while it is written to sees it whole: it is in WAL mode, and every batch is one transaction that is
on the disk when it is over.
"""

import contextlib
import fcntl
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, ProgrammingError
from sqlalchemy.pool import ConnectionPoolEntry

from tui.calllog.schema import STEPS, bring_up_to_date, steps_taken
from tui.errors import RingwallError, TryAgain
from tui.files import ELSEWHERE, fault, make_folder
from tui.paths import shown

BUSY = 5.0
"""Seconds to wait for another writer of the file."""


class StoreFailed(TryAgain):
    """The record cannot be read or written now; it may work later."""


class Occupied(TryAgain):
    """Another process of ours keeps the record."""


class Store:
    """The database of the record; several threads and processes may use it at once.

    Args:
        path: The file; it is made where there is none.

    Raises:
        TryAgain: The disk is full, or the file is locked.
        RingwallError: It cannot be opened, or a later Ringwall has written it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        make_folder(path.parent)
        try:
            # Before SQLite makes it: its journals take over who may read it.
            os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
        except OSError as error:
            raise fault(error, f"{shown(path)} cannot be written", "The record is kept there.") from error
        self._engine = _engine(path)
        with self.reading() as connection:
            taken = steps_taken(connection)
        if taken > len(STEPS):
            raise RingwallError(
                f"{path} was written by a later Ringwall: it has taken step {taken}, and this one knows {len(STEPS)}",
                "Use that one, or another state folder.",
            )
        if taken < len(STEPS):
            with self.writing() as connection:
                bring_up_to_date(connection)

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def empty_journal(self) -> None:
        """Bring what the journal holds into the file, and empty it, unless somebody reads there."""
        with self._engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes, alone; all of it is on the disk afterwards, or nothing.

        Raises:
            StoreFailed: The disk is full, the file is locked, gone or damaged.
        """
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads, and sees the file as it is now.

        Raises:
            StoreFailed: The file is gone or damaged.
        """
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextlib.contextmanager
    def _transaction(self, begin: str) -> Iterator[Connection]:
        try:
            with self._engine.connect() as connection:
                connection.exec_driver_sql(begin)
                yield connection
                connection.exec_driver_sql("COMMIT")
        except (IntegrityError, ProgrammingError, InterfaceError):
            raise  # faults of ours
        except DBAPIError as error:
            raise StoreFailed(f"{self.path}: {_words(error)}", "What was kept before is still there.") from error


def _engine(path: Path) -> Engine:
    # Transactions are ours: the driver's own begin too late, after a read that a write then stands on.
    engine = create_engine(f"sqlite:///{path}", isolation_level="AUTOCOMMIT", connect_args={"timeout": BUSY})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "checkin", _end_transaction)
    return engine


def _prepare(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    # What was deleted is overwritten: people who asked to be forgotten are not to be found in the file's free pages.
    connection.execute("PRAGMA secure_delete = ON")
    # SQLite's own `lower` knows ASCII only.
    connection.create_function("fold", 1, str.casefold, deterministic=True)


def _end_transaction(connection: sqlite3.Connection | None, _: ConnectionPoolEntry) -> None:
    if connection is not None and connection.in_transaction:
        connection.rollback()


def _words(error: DBAPIError) -> str:
    said = str(error.orig)
    known = {
        "database or disk is full": "the disk is full",
        "database is locked": "another program keeps it locked",
        "unable to open database file": "it cannot be opened",
        "disk I/O error": "the disk does not work",
        "attempt to write a readonly database": "it is read-only",
    }
    return known.get(said, said)


class RecorderLock:
    """Held by the one recorder of a state folder, and gone with its process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def take(self) -> None:
        """Become the recorder.

        Raises:
            TryAgain: Another process is, or the disk is full.
            RingwallError: The lock's file cannot be made.
        """
        make_folder(self._path.parent)
        try:
            descriptor = os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise fault(error, f"{shown(self._path)} cannot be written", ELSEWHERE) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise Occupied("Another Ringwall of yours keeps the record", "One is enough.") from None
        self._descriptor = descriptor

    def release(self) -> None:
        """Be it no more."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
