"""Work that is due again and again: sweeping, releasing, tidying. Each job is a plain function that may run twice."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from core.clock import now
from core.db import db

log = structlog.get_logger()


@dataclass
class Job:
    name: str
    run: Callable[[], object]
    interval: timedelta
    due_at: datetime | None = None

    def is_due(self, moment: datetime) -> bool:
        """Also when it is due later than a full interval from now: then the clock was set back."""
        return self.due_at is None or not moment < self.due_at <= moment + self.interval


_jobs: dict[str, Job] = {}


def every(**interval: float) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Register a job: `@every(minutes=1)`. It runs at the worker's start too."""

    def register(run: Callable[[], object]) -> Callable[[], object]:
        name = f"{run.__module__}.{run.__name__}"
        _jobs[name] = Job(name, run, timedelta(**interval))
        return run

    return register


def run_due() -> None:
    """Run every job whose time has come. One that fails is logged and tried at its next turn."""
    for job in _jobs.values():
        if job.is_due(now()):
            job.due_at = now() + job.interval
            try:
                job.run()
            except Exception:
                log.exception("job.failed", job=job.name)
            finally:
                db.session.remove()


def run_all() -> None:
    """Run every job once, whatever the hour. For tests."""
    for job in _jobs.values():
        job.run()
