"""What open wishes are found by."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Model


class WishTerm(Model):
    """A term of a wish's title or tags: a new product asks only for the wishes that share one of its own."""

    __tablename__ = "wish_term"
    __table_args__ = (Index("ix_wish_term_thread_id", "thread_id"),)

    term: Mapped[str] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"), primary_key=True)
