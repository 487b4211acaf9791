"""Wishes that came without news of them, and those that are too old."""

from core.jobs import every
from search.matching import commands, queries


@every(hours=1)
def note_wishes() -> int:
    """How many were written down."""
    found = queries.wishes_without_terms()
    for thread_id in found:
        commands.note_wish(thread_id)
    return len(found)


@every(hours=24)
def forget_wishes() -> None:
    commands.forget_wishes()
