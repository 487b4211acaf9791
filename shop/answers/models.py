"""Canned answers: what a seller says often."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import Model


class CannedAnswer(Model):
    """`body` is Markdown with {name}, {product} and {price} in it. A title is unique among its owner's."""

    __tablename__ = "canned_answer"
    __table_args__ = (UniqueConstraint("member_id", "title"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    title: Mapped[str]
    body: Mapped[str]
    written_at: Mapped[datetime] = mapped_column(default=now)
