"""One worker at a time: two by mistake must not both send mail and run jobs. The second waits for the first to end."""

import fcntl
import threading
from pathlib import Path
from types import TracebackType
from typing import IO

import structlog
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

log = structlog.get_logger()
LOOK = 0.5  # seconds between looks whether the other has ended
WORKER = 801_000  # the advisory lock on PostgreSQL; 801_001 and 801_002 are those of the search index


class OnlyOne:
    """The lock of a file, for one machine, and with PostgreSQL one of the database too, for several machines. Both die
    with their holder, however it ends. `stop` ends the waiting, and is set when the lock is lost to another."""

    def __init__(self, path: Path, database: Engine, stop: threading.Event):
        self.path, self.stop = path, stop
        self.database = database if database.dialect.name == "postgresql" else None
        self.file: IO[str] | None = None
        self.connection: Connection | None = None

    def __enter__(self) -> "OnlyOne":
        self.file = self.path.open("w")
        if not self._has_both():
            log.warning("worker.standing_by", reason="Another worker is at work. This one takes over when it ends.")
            while not self.stop.wait(LOOK) and not self._has_both():
                pass
        return self

    def __exit__(self, kind: type | None, problem: BaseException | None, trace: TracebackType | None) -> None:
        self._let_go()
        if self.file:
            self.file.close()

    def keep(self) -> None:
        """Until stopped. A lost connection is a lost lock: it is taken anew, unless another worker was faster."""
        while not self.stop.wait(LOOK):
            if not self._is_held() and self._taken_by_another():
                log.warning("worker.replaced", reason="Another worker took over while the database was away.")
                self.stop.set()

    def _has_both(self) -> bool:
        return self._has_file() and (self.database is None or self._has_database(self.database))

    def _has_file(self) -> bool:
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # type: ignore[arg-type]
        except BlockingIOError:
            return False
        return True

    def _has_database(self, database: Engine) -> bool:
        try:
            self.connection = database.connect().execution_options(isolation_level="AUTOCOMMIT")
            if self.connection.execute(text(f"SELECT pg_try_advisory_lock({WORKER})")).scalar():
                return True
        except SQLAlchemyError:
            log.warning("worker.no_database")
        self._let_go()
        return False

    def _is_held(self) -> bool:
        if self.connection is None:
            return self.database is None
        try:
            self.connection.execute(text("SELECT 1"))
        except SQLAlchemyError:
            self._let_go()
            return False
        return True

    def _taken_by_another(self) -> bool:
        """False also while the database is away, for then nobody works."""
        if self.database is None or self._has_database(self.database):
            return False
        try:
            with self.database.connect() as connection:
                query = "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = :lock)"
                return bool(connection.execute(text(query), {"lock": WORKER}).scalar())
        except SQLAlchemyError:
            return False

    def _let_go(self) -> None:
        if self.connection is not None:
            self.connection.invalidate()
            self.connection.close()
            self.connection = None
