"""Counting a seller's conversations: started, answered, offered, sold. The buyers' privacy is kept here, in SQL.

- No row says who. A person is only counted.
- Words that were searched for, and boards whose people were looked at, are told only when at least three different
  buyers came by them; fewer go into "other searches" and "other boards". What a conversation shows anyway (its post,
  its product) is told for one too.
- A post, board or product is named only while the seller may see it; what was deleted has no name any more.
- Suspended members, orders that were called off and money that went back are not counted.

A sale belongs to the last conversation that its buyer had begun before it, so none is counted twice.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    String,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    union,
)
from sqlalchemy.orm import aliased

from core.clock import now
from core.db import db
from forum.boards.models import Board
from forum.boards.queries import readable_board_ids
from forum.members.models import Member
from forum.messages.models import Conversation, Message, Participant
from shop.funnel.shares import shared_out
from shop.orders.models import Order, OrderLine
from shop.private_offers.models import PrivateOffer
from shop.products.models import Offer, Product

PAGE = 25
ENOUGH = 3  # different buyers, so that words and boards point at nobody
WINDOWS = (7, 30, 90)  # days
SEARCH, BOARD, POST, PRODUCT, PROFILE = "search:", "board:", "post:", "product:", "profile"
OWN, NOWHERE = "own", "none"  # begun by the seller; begun from nowhere in particular
PAID = ("escrow", "settled", "outside")


@dataclass(frozen=True)
class Count:
    """`amount` in minor units of the site's currency. `key` is "search:helmet", "post:12", "search:" for the rest, …"""

    key: str
    started: int
    answered: int
    offered: int
    sold: int
    amount: int


@dataclass(frozen=True)
class Funnel:
    rows: list[Count]
    total: Count
    older: str | None


def by_source(seller: Member, days: int, currency: str, after: str | None = None) -> Funnel:
    """A page of sources, the busiest first, and the sum of all. One statement."""
    talks = _talks(seller, now() - timedelta(days=days))
    sales = _sales(talks, seller, currency)
    sums = select(sales.c.talk_id, func.sum(sales.c.amount).label("amount")).group_by(sales.c.talk_id).subquery()
    each = select(_source_key(talks, seller).label("key"), talks.c.answered, talks.c.offered)
    each = each.add_columns(sums.c.talk_id.is_not(None).label("sold"), func.coalesce(sums.c.amount, 0).label("amount"))
    return _page(each.outerjoin_from(talks, sums, sums.c.talk_id == talks.c.id).subquery(), after)


def by_product(seller: Member, days: int, currency: str, after: str | None = None) -> Funnel:
    """The same by the seller's products that were talked about. One statement.

    A sale counts for each of its products, with that one's share of what is left of the order.
    """
    talks = _talks(seller, now() - timedelta(days=days))
    own = select(_product_key(Product.id)).where(Product.seller_id == seller.id)
    offered, sold = _offered(talks).cte(), _sold(_sales(talks, seller, currency)).cte()
    named = union(_mentions(talks), select(offered), select(sold.c.talk_id, sold.c.key)).subquery()
    each = select(named.c.key, talks.c.answered, offered.c.talk_id.is_not(None).label("offered"))
    each = each.add_columns(sold.c.talk_id.is_not(None).label("sold"), func.coalesce(sold.c.amount, 0).label("amount"))
    each = each.join_from(named, talks, talks.c.id == named.c.talk_id)
    for part in (offered, sold):
        each = each.outerjoin(part, and_(part.c.talk_id == named.c.talk_id, part.c.key == named.c.key))
    return _page(each.where(named.c.key.in_(own)).subquery(), after)


def _talks(seller: Member, since: datetime) -> Any:
    """The seller's conversations of the time, one row each, with whom and what came of it. Never shown by row."""
    mine, theirs = aliased(Participant), aliased(Participant)
    other = select(func.min(theirs.member_id)).where(
        theirs.conversation_id == Conversation.id, theirs.member_id != seller.id
    )
    is_own = Conversation.started_by_id == seller.id
    buyer_id = case((is_own, other.correlate(Conversation).scalar_subquery()), else_=Conversation.started_by_id)
    answered = exists().where(
        Message.conversation_id == Conversation.id, Message.author_id == case((is_own, Member.id), else_=seller.id)
    )
    offered = exists().where(
        PrivateOffer.conversation_id == Conversation.id,
        PrivateOffer.seller_id == seller.id,
        PrivateOffer.made_by_id == seller.id,
        PrivateOffer.buyer_id == Member.id,
    )
    query = select(Conversation.id, Conversation.source, Conversation.started_at, Member.id.label("buyer_id"))
    query = query.add_columns(is_own.label("is_own"), answered.label("answered"), offered.label("offered"))
    query = query.join(mine, mine.conversation_id == Conversation.id).join(Member, Member.id == buyer_id)
    query = query.where(mine.member_id == seller.id, Conversation.started_at >= since, ~Member.is_suspended)
    return query.cte("talks")


def _sales(talks: Any, seller: Member, currency: str) -> Any:
    """Paid orders of these buyers after their conversation began, each with the last such conversation."""
    newest = func.row_number().over(partition_by=Order.id, order_by=(talks.c.started_at.desc(), talks.c.id.desc()))
    left = Order.goods + Order.shipping - Order.refunded
    amount = case((Order.currency == currency, left), else_=0)
    query = select(talks.c.id.label("talk_id"), Order.id.label("order_id"), amount.label("amount"), newest.label("nth"))
    query = query.join_from(talks, Order, and_(Order.buyer_id == talks.c.buyer_id, Order.seller_id == seller.id))
    query = query.where(Order.placed_at >= talks.c.started_at, Order.payment.in_(PAID), left > 0)
    every = query.where(Order.state.in_(("open", "completed"))).subquery()
    return select(every).where(every.c.nth == 1).subquery()


def _source_key(talks: Any, seller: Member) -> ColumnElement[str]:
    """What a conversation is counted under; what too few came by goes with the rest of its kind."""
    source = talks.c.source
    loud = select(source).where(~talks.c.is_own).group_by(source)
    loud = loud.having(func.count(talks.c.buyer_id.distinct()) >= ENOUGH)
    readable = select(literal(BOARD) + Board.slug).where(Board.id.in_(readable_board_ids(seller)))
    return case(
        (talks.c.is_own, OWN),
        (source.startswith(SEARCH), case((source.in_(loud), source), else_=SEARCH)),
        (source.startswith(BOARD), case((and_(source.in_(loud), source.in_(readable)), source), else_=BOARD)),
        (or_(source.startswith(POST), source.startswith(PRODUCT), source == PROFILE), source),
        else_=NOWHERE,
    )


def _mentions(talks: Any) -> Any:
    """Which products a conversation began with or spoke of."""
    begun = select(talks.c.id.label("talk_id"), talks.c.source.label("key")).where(talks.c.source.startswith(PRODUCT))
    spoken = select(talks.c.id, Message.about).join_from(talks, Message, Message.conversation_id == talks.c.id)
    return union(begun, spoken.where(Message.about.startswith(PRODUCT))).subquery().select()


def _offered(talks: Any) -> Any:
    query = select(talks.c.id.label("talk_id"), _product_key(Offer.product_id).label("key"))
    query = query.join_from(talks, PrivateOffer, PrivateOffer.conversation_id == talks.c.id)
    query = query.join(Offer, Offer.id == PrivateOffer.offer_id)
    is_one = and_(PrivateOffer.made_by_id == PrivateOffer.seller_id, PrivateOffer.buyer_id == talks.c.buyer_id)
    return query.where(is_one).distinct()


def _sold(sales: Any) -> Any:
    """By conversation and product: what is left of the orders, shared out among their products."""
    goods = cast(func.sum(OrderLine.unit_price * OrderLine.quantity), BigInteger).label("goods")
    of_order = (sales.c.talk_id, sales.c.order_id, sales.c.amount, Order.goods.label("whole"))
    query = select(*of_order, Offer.product_id, goods).join_from(sales, Order, Order.id == sales.c.order_id)
    query = query.join(OrderLine, OrderLine.order_id == Order.id).join(Offer, Offer.id == OrderLine.offer_id)
    query = query.group_by(sales.c.talk_id, sales.c.order_id, sales.c.amount, Order.goods, Offer.product_id)
    shares = shared_out(query.cte())
    key = _product_key(shares.c.product_id)
    amount = func.sum(shares.c.share).label("amount")
    return select(shares.c.talk_id, key.label("key"), amount).group_by(shares.c.talk_id, key)


def _product_key(product_id: Any) -> ColumnElement[str]:
    return literal(PRODUCT) + cast(product_id, String)


def _page(each: Any, after: str | None) -> Funnel:
    sums = [func.sum(cast(each.c[name], Integer)).label(name) for name in ("answered", "offered", "sold")]
    amount = func.sum(each.c.amount).label("amount")
    groups = select(each.c.key, func.count().label("started"), *sums, amount).group_by(each.c.key).subquery()
    names = ("started", "answered", "offered", "sold", "amount")
    totals = [func.sum(groups.c[name]).over().label(f"all_{name}") for name in names]
    every = select(groups, *totals).subquery()
    query = select(every).where(*_beyond(every, after)).order_by(every.c.started.desc(), every.c.key)
    found = [(row[0], *map(int, row[1:])) for row in db.session.execute(query.limit(PAGE + 1))]
    rows = [Count(*row[:6]) for row in found]
    total = Count("", *found[0][6:]) if found else Count("", 0, 0, 0, 0, 0)
    older = f"{rows[PAGE - 1].started}~{rows[PAGE - 1].key}" if len(rows) > PAGE else None
    return Funnel(rows[:PAGE], total, older)


def _beyond(every: Any, after: str | None) -> list[Any]:
    """Rows after a key; a key that nobody made means the first page."""
    typed, _mark, key = (after or "").partition("~")
    if not (typed.isascii() and typed.isdigit() and len(typed) < 10) or "\0" in key:
        return []
    started = int(typed)
    return [or_(every.c.started < started, and_(every.c.started == started, every.c.key > key))]
