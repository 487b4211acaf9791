"""Reports from members about posts."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import Model
from forum.boards.models import Board
from forum.members.models import Member
from forum.threads.models import Post


class Report(Model):
    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("post_id", "reporter_id"),
        CheckConstraint("state in ('waiting', 'upheld', 'dismissed')", name="state"),
        Index("ix_report_board_id_state", "board_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    board_id: Mapped[int] = mapped_column(ForeignKey("board.id"))
    reporter_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    reason: Mapped[str]
    state: Mapped[str] = mapped_column(default="waiting")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    reported_at: Mapped[datetime] = mapped_column(default=now)
    decided_at: Mapped[datetime | None]

    post: Mapped[Post] = relationship(lazy="raise")
    reporter: Mapped[Member] = relationship(lazy="raise", foreign_keys=[reporter_id])
    board: Mapped[Board] = relationship(lazy="raise")
