"""Saved searches, the terms they wait for, and what they found."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import Model
from forum.members.models import Member

AT_ONCE, DAILY, NOT = TELLS = ("now", "daily", "none")


class SavedSearch(Model):
    """`asked` are the arguments of the search's address; `key` is the same for all spellings of one question."""

    __tablename__ = "saved_search"
    __table_args__ = (
        UniqueConstraint("member_id", "key"),
        CheckConstraint("tell in ('now', 'daily', 'none')", name="tell"),
        Index("ix_saved_search_key", "key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    key: Mapped[str]
    name: Mapped[str]
    asked: Mapped[dict[str, str]] = mapped_column(JSON)
    tell: Mapped[str] = mapped_column(default=AT_ONCE)
    since: Mapped[datetime] = mapped_column(default=now)  # what is older is no news
    saved_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=0)  # of covers.py, when its terms were written
    feed_token: Mapped[str | None] = mapped_column(unique=True)

    member: Mapped[Member] = relationship(lazy="raise")


class SavedTerm(Model):
    """A document that holds none of a search's terms cannot answer it (see covers.py)."""

    __tablename__ = "saved_search_term"
    __table_args__ = (Index("ix_saved_search_term_search_id", "search_id"),)

    term: Mapped[str] = mapped_column(primary_key=True)
    search_id: Mapped[int] = mapped_column(ForeignKey("saved_search.id"), primary_key=True)


class SavedMatch(Model):
    """What a search found: each document once. `told_at` is empty while it waits for the digest."""

    __tablename__ = "saved_search_match"
    __table_args__ = (
        UniqueConstraint("search_id", "kind", "row_id"),
        Index("ix_saved_search_match_told_at_found_at", "told_at", "found_at"),
        Index("ix_saved_search_match_found_at", "found_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    search_id: Mapped[int] = mapped_column(ForeignKey("saved_search.id"))
    kind: Mapped[int]  # of search.schema.Kind
    row_id: Mapped[int]
    found_at: Mapped[datetime] = mapped_column(default=now)
    told_at: Mapped[datetime | None]

    search: Mapped[SavedSearch] = relationship(lazy="raise")
