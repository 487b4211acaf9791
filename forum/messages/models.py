"""Conversations between members, about a post, a product or an order."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import Model
from forum.members.models import Member

IN, REQUEST, DECLINED, LEFT = STATES = ("in", "request", "declined", "left")
HERE = (IN, REQUEST)  # who opens the conversation
SAID, ADDED, GONE, TITLED = KINDS = ("said", "added", "gone", "titled")
MOST_PEOPLE = 20  # in one conversation
UNREAD = "unread > 0"


class Conversation(Model):
    """`pair` ("3:17", ids ascending) makes two members' conversation one; a conversation of more has none.

    `source` says where it was started from ("search:helmet", "post:12", "product:3", "board:bikes", "profile"),
    for the seller's counts; it is never shown with a name.
    """

    __tablename__ = "conversation"

    id: Mapped[int] = mapped_column(primary_key=True)
    pair: Mapped[str | None] = mapped_column(unique=True)
    title: Mapped[str] = mapped_column(default="", server_default="")  # of a conversation of more than two
    started_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"), index=True)
    source: Mapped[str] = mapped_column(default="", server_default="")
    started_at: Mapped[datetime | None] = mapped_column(default=now)
    message_count: Mapped[int] = mapped_column(default=0)
    last_message_at: Mapped[datetime] = mapped_column(default=now)

    @property
    def is_group(self) -> bool:
        return self.pair is None


class Participant(Model):
    """One of a conversation's people. Who was brought in as a stranger has it as a request until they accept or answer.

    To the others someone who declined looks like someone who has not answered. Who comes later, or back, reads what is
    written from then on: `from_no` is the last number before. `is_cold`: had not written to `added_by` before.
    `mailed_no`: the last message that a mail told of; while it is not read, there is no other.
    """

    __tablename__ = "participant"
    __table_args__ = (
        UniqueConstraint("conversation_id", "member_id"),
        Index("ix_participant_member_recent", "member_id", "state", "last_message_at", "id"),
        Index("ix_participant_added_by_id", "added_by_id", "added_at"),
        Index("ix_participant_unread", "member_id", sqlite_where=text(UNREAD), postgresql_where=text(UNREAD)),
        CheckConstraint("state in ('in', 'request', 'declined', 'left')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    state: Mapped[str] = mapped_column(default=IN, server_default=IN)
    from_no: Mapped[int] = mapped_column(default=0, server_default="0")
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    added_at: Mapped[datetime | None] = mapped_column(default=now)
    is_cold: Mapped[bool] = mapped_column(default=False, server_default=false())
    answered_at: Mapped[datetime | None]  # their first message here
    last_message_at: Mapped[datetime] = mapped_column(default=now)
    read_no: Mapped[int] = mapped_column(default=0)
    mailed_no: Mapped[int] = mapped_column(default=0, server_default="0")
    unread: Mapped[int] = mapped_column(default=0)

    member: Mapped[Member] = relationship(lazy="raise", foreign_keys=[member_id])
    conversation: Mapped[Conversation] = relationship(lazy="raise")


class Message(Model):
    """`about` is "post:12", "product:3", "private-offer:5" or "order:A1B2"; what it shows is looked up anew.

    Other kinds than "said" are lines in between: who was added (`body` is the name) or has gone, the new title.
    `words` is the text as it is searched: plain and folded. A deleted message keeps its number and nothing else.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("conversation_id", "message_no"),
        UniqueConstraint("author_id", "key"),
        CheckConstraint("kind in ('said', 'added', 'gone', 'titled')", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    message_no: Mapped[int]
    author_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    kind: Mapped[str] = mapped_column(default=SAID, server_default=SAID)
    key: Mapped[str | None]
    body: Mapped[str]
    html: Mapped[str]
    words: Mapped[str] = mapped_column(default="", server_default="")
    about: Mapped[str | None]
    written_at: Mapped[datetime] = mapped_column(default=now)
    deleted_at: Mapped[datetime | None]

    author: Mapped[Member] = relationship(lazy="raise")

    @property
    def is_line(self) -> bool:
        return self.kind != SAID
