"""Disputes as their sides see them, and arbiters once they are called. Anyone else finds nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import joinedload, selectinload

from core.clock import now
from core.db import db
from core.errors import Missing
from forum.members.models import Member
from forum.messages.models import Message
from forum.messages.queries import conversation_between, conversation_for, messages_numbered
from shop.disputes import rules
from shop.disputes.models import (
    CLOSED,
    DECIDED,
    OPEN,
    Arbiter,
    Dispute,
    DisputeEvidence,
    Verdict,
)
from shop.orders.models import Order
from shop.orders.queries import order_for

PAGE = 50


@dataclass(frozen=True)
class DisputePage:
    """A dispute as the viewer sees it: `steps` are what they may do as a side, `judges` what as an arbiter."""

    dispute: Dispute
    order: Order
    evidence: list[DisputeEvidence]
    steps: set[str]
    judges: set[str]
    arbiter_name: str | None


def is_arbiter(viewer: Any) -> bool:
    if viewer.id is None or viewer.is_suspended:
        return False
    return viewer.is_operator or db.session.get(Arbiter, viewer.id) is not None


def called(moment: datetime) -> ColumnElement[bool]:
    """Arbiters see it: it was called, or is by the clock. What the two ended between them before that stays theirs."""
    by_clock = and_(Dispute.state == OPEN, Dispute.opened_at <= moment - rules.BY_ITSELF)
    return or_(Dispute.called_at.is_not(None), by_clock)


def visible(viewer: Any) -> ColumnElement[bool]:
    """The two sides; and arbiters, once they are called."""
    sides = or_(Order.buyer_id == (viewer.id or 0), Order.seller_id == (viewer.id or 0))
    if viewer.id is None:
        return sides
    appointed = exists().where(Arbiter.member_id == viewer.id)
    judges = called(now()) if viewer.is_operator else and_(appointed, called(now()))
    return or_(sides, judges)


def _whole() -> tuple[Any, ...]:
    order = joinedload(Dispute.order)
    people = (order.joinedload(Order.buyer), order.joinedload(Order.seller), order.selectinload(Order.lines))
    return (*people, joinedload(Dispute.arbiter), selectinload(Dispute.verdicts))


def dispute_for(viewer: Any, dispute_id: int) -> Dispute:
    query = select(Dispute).join(Order, Order.id == Dispute.order_id).where(Dispute.id == dispute_id, visible(viewer))
    if (found := db.session.scalar(query.options(*_whole()))) is None:
        raise Missing
    return found


def dispute_page(viewer: Any, dispute_id: int) -> DisputePage:
    dispute = dispute_for(viewer, dispute_id)
    order, moment = dispute.order, now()
    query = select(DisputeEvidence).where(DisputeEvidence.dispute_id == dispute.id).order_by(DisputeEvidence.id)
    evidence = list(db.session.scalars(query))
    steps = rules.party_steps(dispute, order, viewer.id, moment)
    judges = _judges(dispute, order, viewer, moment)
    name = dispute.arbiter.username if dispute.arbiter else None
    return DisputePage(dispute, order, evidence, steps, judges, name)


def _judges(dispute: Dispute, order: Order, viewer: Any, moment: datetime) -> set[str]:
    """What an arbiter who is neither side may do: take it, or decide what they took."""
    is_side = viewer.id in (order.buyer_id, order.seller_id)
    decided = any(verdict.arbiter_id == viewer.id for verdict in dispute.verdicts)
    if is_side or decided or dispute.state in (CLOSED, DECIDED):
        return set()
    mine = dispute.arbiter_id == viewer.id
    if not mine and not rules.is_taken(dispute, moment):
        return {"take"}
    return {"decide"} if mine and rules.is_heard(dispute, moment) else set()


def dispute_of(order: Order) -> Dispute | None:
    return db.session.scalar(select(Dispute).where(Dispute.order_id == order.id))


def order_in_dispute(viewer: Member, number: str) -> tuple[Order, Dispute | None]:
    order = order_for(viewer, number)
    return order, dispute_of(order)


def own_disputes(viewer: Member) -> list[Dispute]:
    sides = or_(Order.buyer_id == viewer.id, Order.seller_id == viewer.id)
    query = select(Dispute).join(Order, Order.id == Dispute.order_id).where(sides).options(*_whole())
    return list(db.session.scalars(query.order_by(Dispute.id.desc()).limit(PAGE)))


def to_judge(viewer: Member) -> list[Dispute]:
    """Called, not closed, and not the viewer's own; the oldest first. For arbiters."""
    other = and_(Order.buyer_id != viewer.id, Order.seller_id != viewer.id)
    query = select(Dispute).join(Order, Order.id == Dispute.order_id).where(other, called(now()))
    query = query.where(Dispute.state != CLOSED)
    return list(db.session.scalars(query.options(*_whole()).order_by(Dispute.id).limit(PAGE)))


def arbiter_ids() -> list[int]:
    """Operators and appointed ones, the suspended left out."""
    appointed = select(Arbiter.member_id)
    query = select(Member.id).where(~Member.is_suspended, or_(Member.role == "operator", Member.id.in_(appointed)))
    return list(db.session.scalars(query))


def arbiters() -> list[Arbiter]:
    query = select(Arbiter).join(Arbiter.member).options(joinedload(Arbiter.member)).order_by(Member.username_lower)
    return list(db.session.scalars(query))


def messages_to_show(viewer: Member, dispute: Dispute) -> list[Message]:
    """The newest messages of the two sides' own conversation that the viewer can see, oldest first."""
    opened = _conversation(viewer, dispute)
    if opened is None:
        return []
    last = opened.conversation.message_count
    return messages_numbered(opened, list(range(max(1, last - 99), last + 1)))


def chosen_messages(viewer: Member, dispute: Dispute, numbers: Iterable[int]) -> list[Message]:
    opened = _conversation(viewer, dispute)
    return messages_numbered(opened, sorted(set(numbers))) if opened is not None else []


def _conversation(viewer: Member, dispute: Dispute) -> Any:
    order = dispute.order
    found = conversation_between(order.buyer_id, order.seller_id)
    return conversation_for(viewer, found.id) if found is not None else None


def shown_before(dispute: Dispute) -> set[int]:
    query = select(DisputeEvidence.message_id).where(DisputeEvidence.dispute_id == dispute.id)
    return {number for number in db.session.scalars(query) if number is not None}


def due_to_call() -> list[int]:
    """Ids of open disputes that go to an arbiter by themselves."""
    query = select(Dispute.id).where(Dispute.state == OPEN, Dispute.opened_at <= now() - rules.BY_ITSELF)
    return list(db.session.scalars(query.order_by(Dispute.id).limit(100)))


def due_to_execute() -> list[int]:
    """Ids of decisions that are final and whose money has not moved yet."""
    accepted = and_(Dispute.buyer_done, Dispute.seller_done)
    query = select(Dispute.id).where(Dispute.state == DECIDED, or_(accepted, Dispute.final_at <= now()))
    return list(db.session.scalars(query.order_by(Dispute.id).limit(100)))


def verdicts_of(dispute_id: int) -> list[Verdict]:
    query = select(Verdict).where(Verdict.dispute_id == dispute_id).order_by(Verdict.instance)
    return list(db.session.scalars(query))
