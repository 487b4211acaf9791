"""What two members say of each other after a delivered order line or a trade that both confirmed."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import Model
from forum.members.models import Member
from forum.threads.models import Post
from shop.products.models import Product

BUYER, SELLER, TRADER = SIDES = ("buyer", "seller", "trader")
WAITING, CONFIRMED, DECLINED = TRADE_STATES = ("waiting", "confirmed", "declined")
REPORT, APPEAL = CASE_KINDS = ("report", "appeal")
UPHELD, DISMISSED = "upheld", "dismissed"


class Trade(Model):
    """Two members say that they dealt with each other outside the shop: one proposes, the other confirms."""

    __tablename__ = "trade"
    __table_args__ = (
        CheckConstraint("proposer_id != other_id", name="two_people"),
        CheckConstraint("state in ('waiting', 'confirmed', 'declined')", name="state"),
        UniqueConstraint("proposer_id", "key"),
        Index("ix_trade_other_id_state", "other_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    proposer_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    what: Mapped[str]
    key: Mapped[str]
    state: Mapped[str] = mapped_column(default=WAITING)
    proposed_at: Mapped[datetime] = mapped_column(default=now)
    answered_at: Mapped[datetime | None]

    proposer: Mapped[Member] = relationship(lazy="raise", foreign_keys=[proposer_id])
    other: Mapped[Member] = relationship(lazy="raise", foreign_keys=[other_id])


class Feedback(Model):
    """Blind until the other side wrote (`shown_at`) or `closes_at` has passed; nobody writes after that.

    A buyer's feedback about an order line is a review: once shown it is a post of the product's thread (`post_id`),
    if its author may write there. What was removed keeps its place, with a reason for everyone.
    """

    __tablename__ = "feedback"
    __table_args__ = (
        CheckConstraint("(order_line_id is null) != (trade_id is null)", name="one_deal"),
        CheckConstraint("side in ('buyer', 'seller', 'trader')", name="side"),
        CheckConstraint("(side = 'trader') = (trade_id is not null)", name="side_of_deal"),
        CheckConstraint("stars between 1 and 5", name="stars"),
        CheckConstraint("author_id != about_id", name="two_people"),
        CheckConstraint("(removed_at is null) = (removed_by_id is null)", name="removed"),
        UniqueConstraint("order_line_id", "author_id"),
        UniqueConstraint("trade_id", "author_id"),
        UniqueConstraint("post_id"),
        Index("ix_feedback_about_id_id", "about_id", "id"),
        Index("ix_feedback_product_id_id", "product_id", "id"),
        Index("ix_feedback_shown_at_closes_at", "shown_at", "closes_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_line_id: Mapped[int | None] = mapped_column(ForeignKey("order_line.id"))
    trade_id: Mapped[int | None] = mapped_column(ForeignKey("trade.id"))
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    about_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    side: Mapped[str]  # what the author was
    stars: Mapped[int]
    body: Mapped[str]
    html: Mapped[str]
    written_at: Mapped[datetime] = mapped_column(default=now)
    closes_at: Mapped[datetime]
    shown_at: Mapped[datetime | None]
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))
    reply: Mapped[str] = mapped_column(default="")
    reply_html: Mapped[str] = mapped_column(default="")
    replied_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    removed_reason: Mapped[str] = mapped_column(default="")

    author: Mapped[Member] = relationship(lazy="raise", foreign_keys=[author_id])
    about: Mapped[Member] = relationship(lazy="raise", foreign_keys=[about_id])
    product: Mapped[Product | None] = relationship(lazy="raise")
    post: Mapped[Post | None] = relationship(lazy="raise")

    @property
    def address(self) -> str:
        return f"/feedback/{self.id}"

    @property
    def is_review(self) -> bool:
        return self.side == BUYER

    @property
    def is_taken_back(self) -> bool:
        """Removed by whoever wrote it."""
        return self.removed_at is not None and self.removed_by_id == self.author_id


class FeedbackPicture(Model):
    """A picture that a feedback shows, until a post takes it over: who may read the one sees the other."""

    __tablename__ = "feedback_picture"

    feedback_id: Mapped[int] = mapped_column(ForeignKey("feedback.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)


class FeedbackCase(Model):
    """A report by a reader, or an appeal (once) by the author against a removal. Decided by an operator.

    An appeal is never decided by whoever removed it.
    """

    __tablename__ = "feedback_case"
    __table_args__ = (
        CheckConstraint("kind in ('report', 'appeal')", name="kind"),
        CheckConstraint("state in ('waiting', 'upheld', 'dismissed')", name="state"),
        UniqueConstraint("feedback_id", "kind", "member_id"),
        Index("ix_feedback_case_state_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    feedback_id: Mapped[int] = mapped_column(ForeignKey("feedback.id"))
    kind: Mapped[str]
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    reason: Mapped[str]
    state: Mapped[str] = mapped_column(default=WAITING)
    made_at: Mapped[datetime] = mapped_column(default=now)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    decided_at: Mapped[datetime | None]

    member: Mapped[Member] = relationship(lazy="raise", foreign_keys=[member_id])
    feedback: Mapped[Feedback] = relationship(lazy="raise")
