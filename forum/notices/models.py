"""What a member is told inside the site."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import Model
from forum.boards.models import Board
from forum.members.models import Member
from forum.threads.models import Thread


class Notice(Model):
    """`key` makes telling idempotent. With a thread or a board it is shown only while its reader may read that one."""

    __tablename__ = "notice"
    __table_args__ = (UniqueConstraint("member_id", "key"), Index("ix_notice_member_id_id", "member_id", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    kind: Mapped[str]  # reply, mention, application, decision, message, order, …
    key: Mapped[str]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    board_id: Mapped[int | None] = mapped_column(ForeignKey("board.id"))
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("thread.id"))  # its board counts, also after a move
    address: Mapped[str]  # where it leads, a path of this site
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # what its sentence needs, e.g. the title
    told_at: Mapped[datetime] = mapped_column(default=now)
    read_at: Mapped[datetime | None]

    actor: Mapped[Member | None] = relationship(lazy="raise", foreign_keys=[actor_id])
    board: Mapped[Board | None] = relationship(lazy="raise")
    thread: Mapped[Thread | None] = relationship(lazy="raise")
