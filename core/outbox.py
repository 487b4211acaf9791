"""Events that must not be lost: rows written in the same transaction as the fact, consumed by the worker.

One row for each (event, consumer), so that a consumer that fails or lags holds up no other. Delivery is at least
once and in order of writing; consumers read the present state by id, so a late or repeated event does no harm.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby, islice
from typing import Any

import structlog
from sqlalchemy import JSON, ColumnElement, Index, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import Model, db, rows_changed, writing
from core.events import Event, restore

log = structlog.get_logger()
FIRST_RETRY = timedelta(seconds=2)
LONGEST_RETRY = timedelta(hours=1)
AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)  # when new events are due, wherever the clock is set meanwhile
ROWS, BATCH, OUTSIDE = "rows", "batch", "outside"
_by_event: dict[str, list[str]] = defaultdict(list)
_consumers: dict[str, "Consumer"] = {}


class OutboxRow(Model):
    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_consumer_due_at_id", "consumer", "due_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consumer: Mapped[str]
    event: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    due_at: Mapped[datetime] = mapped_column(default=AT_ONCE)
    attempts: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str | None]


@dataclass(frozen=True)
class Consumer:
    """`lane`: ROWS one event a transaction; BATCH a list, outside one; OUTSIDE one event, outside one (mail)."""

    name: str
    handle: Callable[[Any], None]
    lane: str
    limit: int


def consumer(name: str, *events: type[Event], batch: int = 0, outside: bool = False) -> Callable[[Any], Any]:
    """Register a consumer of these events. With `batch` it takes lists of up to that many events."""
    lane = BATCH if batch else OUTSIDE if outside else ROWS

    def register(handle: Any) -> Any:
        _consumers[name] = Consumer(name, handle, lane, batch or 100)
        for event in events:
            if name not in _by_event[event.__name__]:
                _by_event[event.__name__].append(name)
        return handle

    return register


def announce(*events: Event) -> None:
    """Write the events down for their consumers, in the command's own transaction."""
    db.session.add_all(
        OutboxRow(consumer=name, event=type(event).__name__, payload=event.payload())
        for event in events
        for name in _by_event[type(event).__name__]
    )


def drain(lane: str | None = None) -> int:
    """Consume what is due, in this lane or in all. Returns how many events were taken."""
    due = set(db.session.scalars(select(OutboxRow.consumer).where(_is_due()).distinct()))
    db.session.rollback()
    taken = 0
    for found in (_consumers[name] for name in sorted(due) if name in _consumers):
        if lane in (None, found.lane):
            taken += _consume(found)
    return taken


def drain_all() -> None:
    """Until nothing is due, events that consumers announce included. For tests and long commands."""
    while drain():
        pass


def _consume(found: Consumer) -> int:
    waiting = select(OutboxRow.id, OutboxRow.event, OutboxRow.payload, OutboxRow.attempts)
    waiting = waiting.where(OutboxRow.consumer == found.name, _is_due())
    rows = [tuple(row) for row in db.session.execute(waiting.order_by(OutboxRow.id).limit(found.limit))]
    db.session.rollback()
    for group in _groups(found, rows):
        _deliver(found, group)
    return len(rows)


def _is_due() -> ColumnElement[bool]:
    """Nothing is put off for longer than LONGEST_RETRY: what seems to be was, before the clock was set back."""
    return (OutboxRow.due_at <= now()) | (OutboxRow.due_at > now() + LONGEST_RETRY)


def _groups(found: Consumer, rows: list[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    """What is delivered together. A batch that failed comes back in ever smaller parts, until the event that makes it
    fail is alone and holds up no other."""
    for attempts, alike in groupby(rows, key=lambda row: row[3]):
        size = max(1, found.limit >> 2 * attempts) if found.lane == BATCH else 1
        while group := list(islice(alike, size)):
            yield group


def _deliver(found: Consumer, rows: list[tuple[Any, ...]]) -> None:
    ids = [row_id for row_id, *_ in rows]
    try:
        events = [restore(name, payload) for _, name, payload, _ in rows]
        if found.lane == ROWS:
            with writing():
                if _take(ids):
                    found.handle(events[0])
        else:
            found.handle(events if found.lane == BATCH else events[0])
            with writing():
                _take(ids)
    except Exception as problem:
        log.exception("outbox.failed", consumer=found.name, ids=ids[:5])
        _retry_later(ids, problem)
    finally:
        db.session.remove()


def _take(ids: list[int]) -> int:
    """Remove the rows; 0 when another worker was faster."""
    return rows_changed(delete(OutboxRow).where(OutboxRow.id.in_(ids)))


def _retry_later(ids: list[int], problem: Exception) -> None:
    db.session.rollback()
    with writing():
        for row in db.session.scalars(select(OutboxRow).where(OutboxRow.id.in_(ids))):
            row.due_at = now() + min(FIRST_RETRY * 2 ** min(row.attempts, 12), LONGEST_RETRY)
            row.attempts, row.problem = row.attempts + 1, repr(problem)[:500]
