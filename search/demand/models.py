"""Searches that found nothing or little, by day and question."""

from datetime import date

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Model


class MissedSearch(Model):
    """How often a question was asked on a day (UTC), each asker once: so many different people asked it that day.

    Of who they were nothing is kept.
    """

    __tablename__ = "missed_search"
    __table_args__ = (CheckConstraint("found_none >= 0 and found_few >= 0", name="counts"),)

    day: Mapped[date] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)  # its words in alphabetical order
    words: Mapped[str]  # in the order of who asked first that day
    found_none: Mapped[int] = mapped_column(default=0)
    found_few: Mapped[int] = mapped_column(default=0)


class MissedKey(Model):
    """With what the day's marks are made: drawn by chance, thrown away with the day."""

    __tablename__ = "missed_key"

    day: Mapped[date] = mapped_column(primary_key=True)
    key: Mapped[str]


class MissedAsker(Model):
    """That somebody asked this today already: a hash made with the day's key, gone when the day is over."""

    __tablename__ = "missed_asker"
    __table_args__ = (Index("ix_missed_asker_day", "day"),)

    mark: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date]
