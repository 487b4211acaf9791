"""What the worker does with disputes: money after a final decision, the end when all went back, notices."""

import structlog

from core.db import db
from core.errors import Refused
from core.outbox import consumer
from forum.notices.commands import tell
from shop.disputes import commands, queries, sentences
from shop.disputes.events import DisputeChanged
from shop.disputes.models import Dispute
from shop.orders.events import OrderChanged
from shop.orders.models import Order

log = structlog.get_logger()


@consumer("disputes.execute", DisputeChanged, outside=True)
def execute(event: DisputeChanged) -> None:
    """Outside a transaction: what is refused leaves nothing behind. The job tries that again."""
    if event.step not in ("decided", "accepted"):
        return
    try:
        commands.execute(event.dispute_id)
    except Refused as problem:
        log.warning("disputes.not_executed", dispute=event.dispute_id, code=problem.code)


@consumer("disputes.settled", OrderChanged)
def end_settled(event: OrderChanged) -> None:
    """The seller gave all of it back, or the order was undone."""
    if event.kind not in ("refunded", "cancelled", "refused"):
        return
    order = db.session.get(Order, event.order_id)
    dispute = queries.dispute_of(order) if order is not None else None
    if dispute is not None and dispute.is_alive:
        commands.end_settled(dispute.id)


@consumer("disputes.notices", DisputeChanged)
def tell_people(event: DisputeChanged) -> None:
    dispute = db.session.get(Dispute, event.dispute_id)
    if dispute is None:
        return
    order = db.session.get_one(Order, dispute.order_id)
    sides, count = {order.buyer_id, order.seller_id}, dispute.instance
    facts = {"step": event.step, "number": order.number, "outcome": dispute.outcome}
    key = f"dispute:{dispute.id}:{event.step}:{count}:{event.actor_id or 0}"
    told = {"kind": sentences.DISPUTE, "key": key, "address": dispute.address, "facts": facts}
    tell(sides - {event.actor_id or 0}, actor_id=event.actor_id, gathers=event.step == "answered", **told)
    if event.step == "called":
        facts = facts | {"step": "to_judge"}
        told |= {"key": f"{key}:arbiters", "facts": facts}
        decided = {verdict.arbiter_id for verdict in queries.verdicts_of(dispute.id)}
        tell(set(queries.arbiter_ids()) - sides - decided, **told)
