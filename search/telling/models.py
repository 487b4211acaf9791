"""What a member wants to be told."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Model


class Telling(Model):
    """Without a row a member is told all of it."""

    __tablename__ = "telling"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True, autoincrement=False)
    digest_mail: Mapped[bool] = mapped_column(default=True)  # new finds of saved searches, each morning
    wishes: Mapped[bool] = mapped_column(default=True)  # to a seller: somebody wishes for what they sell
    products: Mapped[bool] = mapped_column(default=True)  # to who wishes: somebody sells it now
