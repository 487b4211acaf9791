"""Feedback as a viewer may read it: about products through the gate of the thread's board, blind ones by nobody else.

Nothing here writes.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from core.clock import now
from core.db import db
from core.errors import Missing
from forum.boards.queries import readable_board_ids
from forum.members.models import Member
from forum.messages.models import SAID, Conversation, Message
from forum.messages.queries import pair_of
from forum.threads.models import Thread
from shop.feedback.models import WAITING, Feedback, FeedbackCase, Trade
from shop.feedback.rules import WINDOW
from shop.orders.models import Order, OrderLine
from shop.orders.queries import order_for
from shop.products.models import Offer, Product

PAGE = 20
FEW = 3  # shown under a product


@dataclass(frozen=True)
class Deal:
    """An order line or a trade, with what the viewer wrote and whether the other side has written."""

    line: OrderLine | None
    trade: Trade | None
    own: Feedback | None
    theirs: Feedback | None  # only once it is shown
    other_wrote: bool

    @property
    def title(self) -> str:
        return self.line.title if self.line else self.trade.what if self.trade else ""


@dataclass(frozen=True)
class FeedbackList:
    rows: list[Feedback]
    older: int | None


@dataclass(frozen=True)
class Summary:
    """`count` pieces of feedback that count, and the sum of their stars."""

    count: int
    stars: int

    @property
    def average(self) -> float:
        return self.stars / self.count if self.count else 0.0


def shown(moment: Any = None) -> ColumnElement[bool]:
    return or_(Feedback.shown_at.is_not(None), Feedback.closes_at <= (now() if moment is None else moment))


def readable(viewer: Any) -> ColumnElement[bool]:
    """What is shown to everyone, if it is about a trade or about a product whose thread the viewer may read."""
    there = select(Product.id).join(Thread, Thread.id == Product.thread_id).where(Thread.deleted_at.is_(None))
    products = there.where(Thread.board_id.in_(readable_board_ids(viewer)))
    return and_(shown(), or_(Feedback.product_id.is_(None), Feedback.product_id.in_(products)))


def _whole() -> tuple[Any, ...]:
    product = joinedload(Feedback.product)
    return joinedload(Feedback.author), joinedload(Feedback.about), product


def feedback_for(viewer: Any, feedback_id: int) -> Feedback:
    """Readable, or the viewer's own; Missing otherwise. Operators judge what is shown wherever it is."""
    may = or_(readable(viewer), Feedback.author_id == (viewer.id or 0))
    if viewer.is_operator:
        may = or_(may, shown())
    elif viewer.id:
        may = or_(may, and_(shown(), Feedback.about_id == viewer.id))
    query = select(Feedback).where(Feedback.id == feedback_id, may).options(*_whole())
    if (found := db.session.scalar(query)) is None:
        raise Missing
    return found


def about_member(viewer: Any, member: Member, before: int | None = None) -> FeedbackList:
    """Newest first; `before` is the id to continue from. One statement."""
    query = select(Feedback).where(Feedback.about_id == member.id, readable(viewer)).options(*_whole())
    if before is not None:
        query = query.where(Feedback.id < before)
    rows = list(db.session.scalars(query.order_by(Feedback.id.desc()).limit(PAGE + 1)))
    return FeedbackList(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)


def reviews_by_post(thread: Thread) -> dict[int, Feedback]:
    """The reviews that are posts of this thread, by the post's id. One statement."""
    query = select(Feedback).join(Product, Product.id == Feedback.product_id)
    query = query.where(Product.thread_id == thread.id, Feedback.post_id.is_not(None))
    rows = db.session.scalars(query.order_by(Feedback.id.desc()).limit(1000))
    return {row.post_id: row for row in rows if row.post_id is not None}


def summary_of(member: Member) -> Summary:
    """Every shown, standing piece about the member, wherever it was: a number gives no words away."""
    query = select(func.count(), func.sum(Feedback.stars)).where(Feedback.about_id == member.id, shown())
    count, stars = db.session.execute(query.where(Feedback.removed_at.is_(None))).one()
    return Summary(int(count), int(stars or 0))


def by_post(post_id: int) -> Feedback | None:
    return db.session.scalar(select(Feedback).where(Feedback.post_id == post_id))


def thread_of(feedback: Feedback) -> Thread | None:
    """Of the product it is about, for the site's own work."""
    query = select(Thread).join(Product, Product.thread_id == Thread.id).where(Product.id == feedback.product_id)
    return db.session.scalar(query)


def order_deals(viewer: Member, number: str) -> tuple[Order, list[Deal]]:
    """The viewer's own order with what was said of each line. Missing for everyone else."""
    order = order_for(viewer, number)
    said = _said(viewer, Feedback.order_line_id.in_([line.id for line in order.lines]))
    return order, [_deal(viewer, said.get(line.id, []), line=line) for line in order.lines]


def _said(viewer: Member, which: ColumnElement[bool]) -> dict[int, list[Feedback]]:
    found: dict[int, list[Feedback]] = {}
    for row in db.session.scalars(select(Feedback).where(which).options(*_whole())):
        found.setdefault(row.order_line_id or row.trade_id or 0, []).append(row)
    return found


def _deal(viewer: Member, said: list[Feedback], **deal: Any) -> Deal:
    own = next((row for row in said if row.author_id == viewer.id), None)
    theirs = next((row for row in said if row.author_id != viewer.id), None)
    seen = theirs if theirs and (theirs.shown_at is not None or theirs.closes_at <= now()) else None
    return Deal(deal.get("line"), deal.get("trade"), own, seen, theirs is not None)


def twin_of(column: Any, deal_id: int, author_id: int) -> Feedback | None:
    """What the other side of the same line or trade wrote."""
    return db.session.scalar(select(Feedback).where(column == deal_id, Feedback.author_id != author_id))


def own_on(column: Any, deal_id: int, author_id: int) -> Feedback | None:
    return db.session.scalar(select(Feedback).where(column == deal_id, Feedback.author_id == author_id))


def product_id_of(line: OrderLine) -> int | None:
    return db.session.scalar(select(Offer.product_id).where(Offer.id == line.offer_id))


def due_to_show() -> list[int]:
    """Ids of what nobody answered in time and was not announced yet."""
    query = select(Feedback.id).where(Feedback.shown_at.is_(None), Feedback.closes_at <= now())
    return list(db.session.scalars(query.order_by(Feedback.id).limit(500)))


def trades_of(member: Member) -> list[Trade]:
    """The newest trades of this member, proposed by either."""
    mine = or_(Trade.proposer_id == member.id, Trade.other_id == member.id)
    recent = or_(Trade.state != WAITING, Trade.proposed_at > now() - WINDOW)
    query = select(Trade).where(mine, recent).options(joinedload(Trade.proposer), joinedload(Trade.other))
    return list(db.session.scalars(query.order_by(Trade.id.desc()).limit(50)))


def trade_for(viewer: Member, trade_id: int) -> Trade:
    mine = or_(Trade.proposer_id == viewer.id, Trade.other_id == viewer.id)
    query = select(Trade).where(Trade.id == trade_id, mine)
    query = query.options(joinedload(Trade.proposer), joinedload(Trade.other))
    if (found := db.session.scalar(query)) is None:
        raise Missing
    return found


def trade_deal(viewer: Member, trade_id: int) -> Deal:
    trade = trade_for(viewer, trade_id)
    said = _said(viewer, Feedback.trade_id == trade.id)
    return _deal(viewer, said.get(trade.id, []), trade=trade)


def know_each_other(one: int, other: int) -> bool:
    """Both wrote in the conversation of the two."""
    first, second = aliased(Message), aliased(Message)
    query = select(Conversation.id).where(Conversation.pair == pair_of(one, other))
    for said, author in ((first, one), (second, other)):
        wrote = select(said.id).where(said.conversation_id == Conversation.id, said.author_id == author)
        query = query.where(wrote.where(said.kind == SAID).exists())
    return db.session.scalar(query) is not None


def cases(states: Collection[str] = (WAITING,)) -> list[FeedbackCase]:
    """Reports and appeals, the oldest first, for operators."""
    whole = joinedload(FeedbackCase.feedback)
    people = (whole.joinedload(Feedback.author), whole.joinedload(Feedback.about), joinedload(FeedbackCase.member))
    query = (
        select(FeedbackCase).where(FeedbackCase.state.in_(states)).options(*people, whole.joinedload(Feedback.product))
    )
    return list(db.session.scalars(query.order_by(FeedbackCase.id).limit(100)))


def case_for(operator: Member, case_id: int) -> FeedbackCase:
    found = db.session.get(FeedbackCase, case_id) if operator.is_operator else None
    if found is None:
        raise Missing
    return found
