"""Searches that found nothing or little, by day and question."""

from datetime import date

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Model

SEATS = 8


class MissedSearch(Model):
    """How often a question was asked on a day (UTC), each asker once.

    `seats` has eight bits. An asker's keyed hash falls on one of them, the same on every day; when three are taken,
    at least three different people asked. That is all that is kept of who they were: an eighth of everybody.
    """

    __tablename__ = "missed_search"
    __table_args__ = (
        CheckConstraint("found_none >= 0 and found_few >= 0", name="counts"),
        CheckConstraint("seats >= 0 and seats < 256", name="seats"),
    )

    day: Mapped[date] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)  # its words in alphabetical order
    words: Mapped[str]  # in the order of who asked first that day
    found_none: Mapped[int] = mapped_column(default=0)
    found_few: Mapped[int] = mapped_column(default=0)
    seats: Mapped[int] = mapped_column(default=0)


class MissedAsker(Model):
    """That somebody asked this today already: a keyed hash, gone when the day is over."""

    __tablename__ = "missed_asker"
    __table_args__ = (Index("ix_missed_asker_day", "day"),)

    mark: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date]
