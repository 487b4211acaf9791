"""Offers for one person, made in a conversation, and their counter-offers: a chain of rows."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import Model
from shop.orders.models import Order
from shop.products.models import Offer

OPEN, ACCEPTED, AGREED, COUNTERED, DECLINED, WITHDRAWN, EXPIRED = STATES = (
    "open",
    "accepted",
    "agreed",
    "countered",
    "declined",
    "withdrawn",
    "expired",
)
LONGEST_CHAIN = 10
SHIP, PICK_UP = DELIVERIES = ("ship", "pick_up")


class PrivateOffer(Model):
    """One link of a chain. Amounts in minor units of the product's own currency; the price is of one unit.

    The seller's open offer is paid by the buyer (`accepted`, with its order); the buyer's counter-offer is agreed to by
    the seller (`agreed`), which makes the seller's next offer. Nobody comes second after a link: `previous_id` is
    unique. Expiry is `valid_until`; the state follows when the sweeper comes by.
    """

    __tablename__ = "private_offer"
    __table_args__ = (
        CheckConstraint(
            "state in ('open', 'accepted', 'agreed', 'countered', 'declined', 'withdrawn', 'expired')", name="state"
        ),
        CheckConstraint("delivery in ('ship', 'pick_up')", name="delivery"),
        CheckConstraint("unit_price > 0 and quantity > 0 and shipping >= 0", name="amounts"),
        CheckConstraint("delivery = 'ship' or shipping = 0", name="postage"),
        CheckConstraint("link_no between 1 and 10", name="link_no"),
        CheckConstraint("seller_id != buyer_id", name="two_people"),
        CheckConstraint("made_by_id in (seller_id, buyer_id)", name="made_by"),
        CheckConstraint("(state = 'accepted') = (order_id is not null)", name="accepted_has_order"),
        UniqueConstraint("previous_id"),
        UniqueConstraint("order_id"),
        UniqueConstraint("made_by_id", "key"),
        Index("ix_private_offer_conversation_id_seller_id", "conversation_id", "seller_id"),
        Index("ix_private_offer_state_valid_until", "state", "valid_until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    message_no: Mapped[int | None]  # of the message that brought it into the conversation
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"), index=True)
    seller_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    buyer_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("private_offer.id"))
    first_id: Mapped[int | None] = mapped_column(ForeignKey("private_offer.id"), index=True)  # None for the first link
    link_no: Mapped[int] = mapped_column(default=1)
    key: Mapped[str]
    title: Mapped[str]  # the product's when it was offered
    state: Mapped[str] = mapped_column(default=OPEN)
    unit_price: Mapped[int] = mapped_column(BigInteger)
    quantity: Mapped[int]
    currency: Mapped[str]
    delivery: Mapped[str]
    shipping: Mapped[int] = mapped_column(BigInteger, default=0)
    note: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime] = mapped_column(default=now)
    valid_until: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    order_id: Mapped[int | None] = mapped_column(ForeignKey("order.id"))

    offer: Mapped[Offer] = relationship(lazy="raise")
    order: Mapped[Order | None] = relationship(lazy="raise")

    @property
    def about(self) -> str:
        """How a message names it."""
        return f"private-offer:{self.id}"

    @property
    def address(self) -> str:
        return f"/offers/{self.id}"

    @property
    def total(self) -> int:
        return self.unit_price * self.quantity + self.shipping

    @property
    def is_by_seller(self) -> bool:
        return self.made_by_id == self.seller_id
