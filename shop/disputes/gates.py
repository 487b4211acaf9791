"""Pictures in evidence: whoever sees the dispute sees them. And: an order in dispute stays open."""

from typing import Any

from sqlalchemy import ColumnElement, or_, select

from core.db import db
from core.errors import Refused
from core.i18n import _
from forum.members.leaving import guards_leaving
from forum.members.models import Member
from forum.pictures.models import Picture
from forum.pictures.queries import keeps_pictures, shows_pictures
from shop.disputes.models import CLOSED, Dispute, DisputeEvidence, EvidencePicture
from shop.disputes.queries import visible
from shop.orders.keeping import keeps_open
from shop.orders.models import Order


@shows_pictures
def in_disputes(viewer: Any) -> ColumnElement[bool]:
    """Those of the evidence itself, and those of messages that were shown."""
    seen = select(Dispute.id).join(Order, Order.id == Dispute.order_id).where(visible(viewer))
    shown = select(EvidencePicture.key).join(DisputeEvidence, DisputeEvidence.id == EvidencePicture.evidence_id)
    copied = select(DisputeEvidence.message_id).where(DisputeEvidence.message_id.is_not(None))
    return or_(
        Picture.key.in_(shown.where(DisputeEvidence.dispute_id.in_(seen))),
        Picture.message_id.in_(copied.where(DisputeEvidence.dispute_id.in_(seen))),
    )


@keeps_pictures
def hang_in_evidence() -> ColumnElement[bool]:
    return Picture.key.in_(select(EvidencePicture.key))


@keeps_open
def in_dispute() -> ColumnElement[bool]:
    return Order.id.in_(select(Dispute.order_id).where(Dispute.state != CLOSED))


@guards_leaving
def no_open_disputes(member: Member) -> None:
    sides = or_(Order.buyer_id == member.id, Order.seller_id == member.id)
    if db.session.scalar(select(Order.id).where(sides, in_dispute()).limit(1)) is not None:
        raise Refused("disputes_open", _("You are in a dispute. Wait until it is closed."))
