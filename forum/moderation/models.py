"""Reports from members about posts, and about conversations with the messages that prove it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import Model
from forum.boards.models import Board
from forum.members.models import Member
from forum.messages.models import Conversation
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


class TalkReport(Model):
    """For the operators alone: it is none of the boards' business. `key` makes a double click one report."""

    __tablename__ = "talk_report"
    __table_args__ = (
        UniqueConstraint("reporter_id", "key"),
        CheckConstraint("state in ('waiting', 'closed')", name="state"),
        Index("ix_talk_report_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), index=True)
    reporter_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    key: Mapped[str]
    reason: Mapped[str]
    state: Mapped[str] = mapped_column(default="waiting")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    reported_at: Mapped[datetime] = mapped_column(default=now)
    decided_at: Mapped[datetime | None]

    reporter: Mapped[Member] = relationship(lazy="raise", foreign_keys=[reporter_id])
    conversation: Mapped[Conversation] = relationship(lazy="raise")
    evidence: Mapped[list["Evidence"]] = relationship(lazy="raise", order_by="Evidence.message_no")


class Evidence(Model):
    """A message as it was when it was reported. Nothing changes it: not its author, not the end of the message."""

    __tablename__ = "evidence"
    __table_args__ = (UniqueConstraint("talk_report_id", "message_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    talk_report_id: Mapped[int] = mapped_column(ForeignKey("talk_report.id"))
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), index=True)
    message_no: Mapped[int]
    author_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    body: Mapped[str]
    html: Mapped[str]
    about: Mapped[str | None]
    written_at: Mapped[datetime]

    author: Mapped[Member] = relationship(lazy="raise")
