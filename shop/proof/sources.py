"""What each row counts as, said once: for counting one row, and for recounting everything.

Every query gives: row id, member, other, product, units, returned, reviews, stars, disputes, lost, deals.
"""

from typing import Any

from sqlalchemy import Integer, Select, and_, case, cast, exists, literal, null, or_, select

from shop.disputes.models import AWARDED, WITHDRAWN, Dispute, Verdict
from shop.feedback.models import BUYER, CONFIRMED, Feedback, Trade
from shop.orders.models import Order, OrderLine
from shop.products.models import Offer
from shop.proof.models import DISPUTE, FEEDBACK, LINE, TRADE

NOTHING = literal(0)
NOBODY = cast(null(), Integer)


def _columns(ids: tuple[Any, ...], **counts: Any) -> list[Any]:
    names = ("row_id", "member_id", "other_id", "product_id")
    named = [column.label(name) for name, column in zip(names, ids, strict=True)]
    all_counts = ("units", "returned", "reviews", "stars", "disputes", "lost", "deals")
    return named + [counts.get(name, NOTHING).label(name) for name in all_counts]


def lines() -> Select[Any]:
    """Sold: the order was completed, or all of it was given back after it was sent, which is a return."""
    undone = and_(Order.payment == "refunded", Order.shipment != "none")
    returned = case((Order.payment == "refunded", OrderLine.quantity), else_=0)
    counts = {
        "units": OrderLine.quantity,
        "returned": returned,
        "deals": case((Order.payment == "refunded", 0), else_=1),
    }
    ids = (OrderLine.id, Order.seller_id, Order.buyer_id, Offer.product_id)
    query = select(*_columns(ids, **counts)).join(Order, Order.id == OrderLine.order_id)
    query = query.join(Offer, Offer.id == OrderLine.offer_id)
    return query.where(or_(Order.state == "completed", undone))


def feedback() -> Select[Any]:
    """Verified reviews: a buyer's, of a delivered line, shown and not removed."""
    ids = (Feedback.id, Feedback.about_id, NOBODY, Feedback.product_id)
    query = select(*_columns(ids, reviews=literal(1), stars=Feedback.stars)).where(Feedback.side == BUYER)
    return query.where(Feedback.shown_at.is_not(None), Feedback.removed_at.is_(None))


def disputes() -> Select[Any]:
    """All that were not taken back; lost are those whose last decision gave the buyer something."""
    last = and_(Verdict.dispute_id == Dispute.id, Verdict.instance == Dispute.instance, Verdict.award > 0)
    lost = case((and_(Dispute.outcome == AWARDED, exists().where(last)), 1), else_=0)
    ids = (Dispute.id, Order.seller_id, NOBODY, NOBODY)
    query = select(*_columns(ids, disputes=literal(1), lost=lost)).join(Order, Order.id == Dispute.order_id)
    return query.where(or_(Dispute.outcome.is_(None), Dispute.outcome != WITHDRAWN))


def trades() -> Select[Any]:
    ids = (Trade.id, Trade.proposer_id, Trade.other_id, NOBODY)
    return select(*_columns(ids, deals=literal(1))).where(Trade.state == CONFIRMED)


SOURCES: dict[str, tuple[Any, Any]] = {
    LINE: (lines, OrderLine.id),
    FEEDBACK: (feedback, Feedback.id),
    DISPUTE: (disputes, Dispute.id),
    TRADE: (trades, Trade.id),
}


def source(kind: str, row_id: int | None = None) -> Select[Any]:
    """All rows of a kind that count for something, or the one of this id."""
    query, column = SOURCES[kind]
    made: Select[Any] = query()
    return made if row_id is None else made.where(column == row_id)
