"""The database session and the one place that commits.

Reads and writes use connections of their own. Reads run on a connection that cannot write (SQLite `query_only`,
PostgreSQL READ ONLY), so a GET that writes fails at once instead of passing unseen. Writes run on SQLite's single
writer connection and begin with BEGIN IMMEDIATE: the driver's lazy default lost updates under load.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import CursorResult, DateTime, Delete, Dialect, Engine, MetaData, Update, event
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
READER = "reader"
LOST_RACES = ("40001", "40P01")  # PostgreSQL: serialization failure, deadlock
P = ParamSpec("P")
T = TypeVar("T")


class UTCDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime on both databases; SQLite keeps none of the zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class Model(DeclarativeBase):
    """Base of all tables; declared here, so that types are known to checkers (`db.Model` is made at run time)."""

    registry = registry(metadata=MetaData(naming_convention=NAMING), type_annotation_map={datetime: UTCDateTime})


class RoutingSession(FlaskSession):
    """Sends statements to the writer inside a command and to the reader everywhere else."""

    def get_bind(self, mapper: Any = None, clause: Any = None, bind: Any = None, **kwargs: Any) -> Any:
        if bind is not None:
            return bind
        return db.engines[None if self.info.get("writing") else READER]


db = SQLAlchemy(
    model_class=Model,
    disable_autonaming=True,
    session_options={"expire_on_commit": False, "class_": RoutingSession, "autoflush": True},
)


def init_app(app: Flask, url: str) -> None:
    """Two engines on one database: the writer and the reader."""
    writer: dict[str, Any] = {"pool_size": 1, "max_overflow": 0}
    reader: dict[str, Any] = {"pool_size": 16, "max_overflow": 16}
    if not url.startswith("sqlite"):
        writer, reader = {"pool_size": 8, "max_overflow": 24}, {"pool_size": 8, "max_overflow": 24}
        reader["execution_options"] = {"postgresql_readonly": True}
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    both = {"pool_timeout": 15, "hide_parameters": True}  # problems are logged; what people typed is not
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = writer | both
    app.config["SQLALCHEMY_BINDS"] = {READER: reader | both | {"url": url}}
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            _prepare_sqlite(db.engines[None], "BEGIN IMMEDIATE", query_only=False)
            _prepare_sqlite(db.engines[READER], "BEGIN", query_only=True)


def _prepare_sqlite(engine: Engine, begin: str, *, query_only: bool) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("busy_timeout = 10000", "journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("PRAGMA cache_size = -4000")
        connection.execute(f"PRAGMA query_only = {'ON' if query_only else 'OFF'}")

    @event.listens_for(engine, "begin")
    def start(connection: Any) -> None:
        connection.exec_driver_sql(begin)


@contextmanager
def writing() -> Iterator[None]:
    """One write transaction. Inside another one it joins that one."""
    session = db.session()
    if session.info.get("writing"):
        yield
        return
    _leave_reading(session)
    session.info["writing"] = True
    try:
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop("writing")


def _leave_reading(session: Any) -> None:
    """End the read transaction, so that the writer sees the newest state and no snapshot is upgraded."""
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("Rows were changed outside a command.")
    session.commit()


def command(write: Callable[P, T]) -> Callable[P, T]:
    """Make a write function one transaction; called inside another command, it joins that one.

    Losing a race (a unique row, a deadlock) is tried again twice: the next run finds the winner's row.
    """

    @wraps(write)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        if db.session().info.get("writing"):
            return write(*args, **kwargs)
        for _attempt in range(2):
            try:
                with writing():
                    return write(*args, **kwargs)
            except DBAPIError as problem:
                if not _is_lost_race(problem):
                    raise
        with writing():
            return write(*args, **kwargs)

    return run


def _is_lost_race(problem: DBAPIError) -> bool:
    if isinstance(problem, IntegrityError):
        return True
    return isinstance(problem, OperationalError) and getattr(problem.orig, "sqlstate", None) in LOST_RACES


@contextmanager
def savepoint() -> Iterator[None]:
    """Inside a command: what is undone by itself when it raises, while the command may go on."""
    with db.session.begin_nested():
        yield


def rehearsed(work: Callable[[], T]) -> T:
    """Inside a command: what `work` would give now, or raise; then all that it wrote is undone."""
    nested = db.session.begin_nested()
    try:
        return work()
    finally:
        nested.rollback()


def fresh(row: T) -> T:
    """Re-read a row under the write lock, so that a rule judges the present and not what a page once showed."""
    db.session.flush()  # a refresh forgets changes that wait; those of an outer command are part of the present
    # `of`: not what it was loaded with, PostgreSQL refuses that. `key_share`: new rows that point to it need not wait.
    db.session.refresh(row, with_for_update={"of": type(row), "key_share": True})
    return row


def rows_changed(statement: Update | Delete) -> int:
    """Run it inside a command; how many rows it found. What was guarded by its WHERE and lost a race is 0."""
    return cast(CursorResult[Any], db.session.execute(statement)).rowcount
