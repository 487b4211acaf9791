"""What is asked of the things that a board sells."""

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Model

TEXT, NUMBER, CHOICE, YES_NO = "text", "number", "choice", "yes_no"


class BoardAttribute(Model):
    """The answers hang at the product (`Product.details`, by this id): a removed question leaves nothing to show."""

    __tablename__ = "board_attribute"
    __table_args__ = (
        CheckConstraint("kind in ('text', 'number', 'choice', 'yes_no')", name="kind"),
        UniqueConstraint("board_id", "name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("board.id"))
    name: Mapped[str]
    kind: Mapped[str]
    unit: Mapped[str] = mapped_column(default="")  # of a number: "cm"
    choices: Mapped[list[str]] = mapped_column(JSON, default=list)
    place: Mapped[int] = mapped_column(default=0)
