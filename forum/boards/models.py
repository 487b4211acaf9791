"""Boards (interest groups), who belongs to them, who asks to, who was invited, and what moderators did."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import Model
from forum.members.models import Member

PUBLIC, OPEN, APPLY, INVITE, SECRET = ACCESS = ("public", "open", "apply", "invite", "secret")

# Levels: what a viewer is on a board, and what reading, replying, starting and selling ask for.
# A banned member has the guest's level: reads what everyone reads and does nothing.
ANYONE, SIGNED_IN, MEMBER, MODERATOR, OWNER = LEVELS = (0, 1, 2, 3, 4)
ROLE_LEVELS = {"banned": ANYONE, "member": MEMBER, "moderator": MODERATOR, "owner": OWNER}

DEFAULT_LEVELS = {  # access -> read, reply, start, sell
    PUBLIC: (ANYONE, SIGNED_IN, SIGNED_IN, MEMBER),
    OPEN: (ANYONE, MEMBER, MEMBER, MEMBER),
    APPLY: (MEMBER, MEMBER, MEMBER, MEMBER),
    INVITE: (MEMBER, MEMBER, MEMBER, MEMBER),
    SECRET: (MEMBER, MEMBER, MEMBER, MEMBER),
}


class Board(Model):
    """`access` says how one becomes a member; the four levels say who may read, reply, start threads and sell."""

    __tablename__ = "board"
    __table_args__ = (
        CheckConstraint("access in ('public', 'open', 'apply', 'invite', 'secret')", name="access"),
        CheckConstraint("access != 'secret' or read_level >= 2", name="secret_is_closed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    about: Mapped[str] = mapped_column(default="")
    access: Mapped[str] = mapped_column(default=PUBLIC)
    read_level: Mapped[int] = mapped_column(default=ANYONE)
    reply_level: Mapped[int] = mapped_column(default=SIGNED_IN)
    start_level: Mapped[int] = mapped_column(default=SIGNED_IN)
    sell_level: Mapped[int] = mapped_column(default=MEMBER)
    rules: Mapped[str] = mapped_column(default="")
    rules_html: Mapped[str] = mapped_column(default="")
    rules_version: Mapped[int] = mapped_column(default=0)
    questions: Mapped[list[str]] = mapped_column(JSON, default=list)  # at most three
    member_count: Mapped[int] = mapped_column(default=0)
    thread_count: Mapped[int] = mapped_column(default=0)
    last_post_at: Mapped[datetime | None]
    imported_from: Mapped[str | None] = mapped_column(unique=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)

    @property
    def is_secret(self) -> bool:
        return self.access == SECRET


class Membership(Model):
    """`level` repeats the role as a number, so that the gate is one comparison in SQL."""

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("member_id", "board_id"),
        Index("ix_membership_board_id_level", "board_id", "level"),
        CheckConstraint(
            "(role = 'banned' and level = 0) or (role = 'member' and level = 2)"
            " or (role = 'moderator' and level = 3) or (role = 'owner' and level = 4)",
            name="level_of_role",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("board.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    role: Mapped[str] = mapped_column(default="member")
    level: Mapped[int] = mapped_column(default=MEMBER)
    accepted_rules: Mapped[int] = mapped_column(default=0)  # the version agreed to
    is_findable: Mapped[bool] = mapped_column(default=True, server_default=true())  # among people, by posts here
    read_until: Mapped[datetime | None]  # everything older counts as read
    takes_messages: Mapped[bool] = mapped_column(default=True, server_default=true())  # from people of this board
    joined_at: Mapped[datetime] = mapped_column(default=now)

    member: Mapped[Member] = relationship(lazy="raise")
    board: Mapped[Board] = relationship(lazy="raise")


class Application(Model):
    """A request to join. One waits at a time for each member and board (a partial unique index)."""

    __tablename__ = "application"
    __table_args__ = (
        CheckConstraint("state in ('waiting', 'accepted', 'refused', 'withdrawn')", name="state"),
        Index("ix_application_board_id_state", "board_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("board.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    answers: Mapped[list[list[str]]] = mapped_column(JSON, default=list)  # [question, answer] pairs as asked
    state: Mapped[str] = mapped_column(default="waiting")
    accepted_rules: Mapped[int] = mapped_column(default=0)  # the version agreed to when applying
    reason: Mapped[str] = mapped_column(default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    applied_at: Mapped[datetime] = mapped_column(default=now)
    decided_at: Mapped[datetime | None]

    member: Mapped[Member] = relationship(lazy="raise", foreign_keys=[member_id])
    board: Mapped[Board] = relationship(lazy="raise")


Index(
    "uq_application_waiting",
    Application.board_id,
    Application.member_id,
    unique=True,
    sqlite_where=Application.state == "waiting",
    postgresql_where=Application.state == "waiting",
)


class Invitation(Model):
    """A link that lets people in: `quota` uses, until `expires_at`. The constraint keeps uses within the quota."""

    __tablename__ = "invitation"
    __table_args__ = (CheckConstraint("uses >= 0 and uses <= quota", name="quota"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("board.id"), index=True)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    quota: Mapped[int] = mapped_column(default=1)
    uses: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

    board: Mapped[Board] = relationship(lazy="raise")
    created_by: Mapped[Member] = relationship(lazy="raise")


class ModerationRecord(Model):
    """Who did what to whom and why; never changed, shown to the board's moderators."""

    __tablename__ = "moderation_record"

    id: Mapped[int] = mapped_column(primary_key=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("board.id"), index=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    action: Mapped[str]
    about: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    done_at: Mapped[datetime] = mapped_column(default=now)

    actor: Mapped[Member] = relationship(lazy="raise")
