"""Conversations between members, about a post, a product or an order."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import Model
from forum.members.models import Member


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


class Participant(Model):
    __tablename__ = "participant"
    __table_args__ = (
        UniqueConstraint("conversation_id", "member_id"),
        Index("ix_participant_member_recent", "member_id", "last_message_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    last_message_at: Mapped[datetime] = mapped_column(default=now)
    read_no: Mapped[int] = mapped_column(default=0)
    unread: Mapped[int] = mapped_column(default=0)

    member: Mapped[Member] = relationship(lazy="raise")
    conversation: Mapped[Conversation] = relationship(lazy="raise")


class Message(Model):
    """`about` is "post:12", "product:3", "private-offer:5" or "order:A1B2".

    What it shows is looked up anew, through the gate.
    """

    __tablename__ = "message"
    __table_args__ = (UniqueConstraint("conversation_id", "message_no"), UniqueConstraint("author_id", "key"))

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    message_no: Mapped[int]
    author_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    key: Mapped[str | None]
    body: Mapped[str]
    html: Mapped[str]
    about: Mapped[str | None]
    written_at: Mapped[datetime] = mapped_column(default=now)

    author: Mapped[Member] = relationship(lazy="raise")
