"""Uploaded pictures: re-encoded, in two sizes, served through the gate of the board where they hang."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import Model


class Picture(Model):
    """A post (`board_id`, `post_id`) or a message takes the picture; until then only its owner sees it.

    Sizes in pixels.
    """

    __tablename__ = "picture"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)  # random; its address is /pictures/<key>
    owner_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    board_id: Mapped[int | None] = mapped_column(ForeignKey("board.id"), index=True)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"), index=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"), index=True)
    width: Mapped[int]
    height: Mapped[int]
    bytes: Mapped[int]
    is_portrait: Mapped[bool] = mapped_column(default=False)  # a member's own picture: public
    uploaded_at: Mapped[datetime] = mapped_column(default=now)

    @property
    def address(self) -> str:
        return f"/pictures/{self.key}"


def storage_key(key: str, size: str) -> str:
    """Where a size (large, thumb, portrait) of a picture lies in the store."""
    return f"pictures/{key}/{size}.webp"
