"""What buyer and seller do in a dispute: open it, show evidence, settle it between them, take it back."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select

from core.clock import now
from core.db import command, db, fresh
from core.errors import Invalid, Refused
from core.i18n import _
from core.text import render_markdown
from forum.members.models import Member
from forum.members.rules import check_can_write
from forum.pictures.addresses import keys_in
from forum.pictures.models import Picture
from forum.threads.commands import render_body
from shop.disputes import queries, rules
from shop.disputes.commands.shared import award, close, locked, tell
from shop.disputes.models import AGREED, MESSAGE, SAID, SETTLED, TRACKING, WITHDRAWN, Dispute, DisputeEvidence
from shop.disputes.models import EvidencePicture as Shown
from shop.orders.models import Order
from shop.orders.rules import check_key
from shop.orders.units import check_units, due_for, lines_of


@dataclass(frozen=True)
class Claim:
    """Why, what the buyer wants back (minor units; None: what the units are worth), and their account of it.

    `units` by order line: what it is about, if that is not all.
    """

    reason: str
    asked: int | None
    body: str
    key: str
    units: Mapping[int, int] = field(default_factory=dict)


@command
def open_dispute(order: Order, claim: Claim, *, buyer: Member) -> Dispute:
    """One for each order: opened again while it lives, it is the same; after its end, refused."""
    order = fresh(order)
    check_key(claim.key)
    if (made := queries.dispute_of(order)) is not None and made.is_alive:
        return made
    rules.check_open(order, buyer.id, now())
    if made is not None:
        raise Refused("disputed_before", _("There was a dispute about this order already, and it is closed."))
    check_can_write(buyer)
    units, asked = _asked(order, claim)
    rules.check_claim(order, claim.reason, asked)
    dispute = Dispute(order_id=order.id, reason=claim.reason, asked=asked, units=units)
    db.session.add(dispute)
    db.session.flush()
    _add(dispute, buyer, claim.body, claim.key)
    if order.tracking:
        _copy_tracking(dispute, order)
    tell(dispute, "opened", buyer.id)
    return dispute


def _asked(order: Order, claim: Claim) -> tuple[dict[str, int], int]:
    """The units it is about, and what is wanted for them."""
    lines, units = lines_of(order), {line_id: count for line_id, count in claim.units.items() if count}
    if units:
        check_units(lines, units)
    asked = due_for(order, lines, units) if claim.asked is None else claim.asked
    return {str(line_id): count for line_id, count in units.items()}, asked


@command
def say(dispute_id: int, body: str, key: str, *, author: Member) -> None:
    """Words and pictures for the other side and the arbiter. The seller's first ones are the answer."""
    dispute, order = locked(dispute_id)
    check_key(key)
    if _said_before(dispute, author, key):
        return
    check_can_write(author)
    rules.check_step(dispute, order, "evidence", author.id, now())
    _add(dispute, author, body, key)
    _shown(dispute, order, author)


@command
def show_messages(dispute_id: int, numbers: Collection[int], *, author: Member, agrees: bool) -> None:
    """Copies of chosen messages of the two sides' own conversation; the rest of it nobody sees."""
    dispute, order = locked(dispute_id)
    check_can_write(author)
    rules.check_step(dispute, order, "evidence", author.id, now())
    if not agrees:
        raise Invalid("agrees", _("Say that the arbiter may read the messages that you chose."))
    if not 0 < len(numbers) <= rules.MOST_MESSAGES:
        raise Invalid("message", _("Choose one to %(most)s messages.", most=rules.MOST_MESSAGES))
    known = queries.shown_before(dispute)
    for message in queries.chosen_messages(author, queries.dispute_for(author, dispute.id), numbers):
        if message.id not in known:
            row = DisputeEvidence(dispute_id=dispute.id, author_id=author.id, kind=MESSAGE, key=f"message:{message.id}")
            row.html, row.message_id = message.html, message.id
            row.about_id, row.happened_at = message.author_id, message.written_at
            db.session.add(row)
    _shown(dispute, order, author)


@command
def offer(dispute_id: int, amount: int, *, seller: Member) -> None:
    """What the seller would give back, so that the two end it themselves."""
    dispute, order = locked(dispute_id)
    if dispute.offered == amount and dispute.is_alive and seller.id == order.seller_id:
        return
    rules.check_step(dispute, order, "offer", seller.id, now())
    rules.check_amount(order, amount, least=1)
    dispute.offered = amount
    dispute.answered_at = dispute.answered_at or now()
    tell(dispute, "offered", seller.id)


@command
def agree(dispute_id: int, amount: int, *, buyer: Member) -> None:
    """The buyer takes what the seller offers: it goes back at once, and the rest is the seller's."""
    dispute, order = locked(dispute_id)
    if dispute.outcome == AGREED and buyer.id == order.buyer_id:
        return
    rules.check_step(dispute, order, "agree", buyer.id, now())
    if amount != dispute.offered:
        raise Refused("offer_changed", _("The seller offers something else now. Please look again."))
    rules.check_amount(order, amount, least=1)
    close(dispute, AGREED, buyer.id)
    award(dispute, order, amount, actor_id=order.seller_id)


@command
def withdraw(dispute_id: int, *, buyer: Member) -> None:
    """The buyer has nothing to complain of any more; the order goes on as if nothing had been."""
    dispute, order = locked(dispute_id)
    if dispute.outcome == WITHDRAWN and buyer.id == order.buyer_id:
        return
    rules.check_step(dispute, order, "withdraw", buyer.id, now())
    close(dispute, WITHDRAWN, buyer.id)


@command
def be_done(dispute_id: int, *, member: Member) -> None:
    """This side has shown all it wants to; when both have, the arbiter need not wait."""
    dispute, order = locked(dispute_id)
    is_buyer = member.id == order.buyer_id
    if dispute.state == "arbitration" and rules.is_done(dispute, is_buyer=is_buyer):
        return
    rules.check_step(dispute, order, "done", member.id, now())
    if is_buyer:
        dispute.buyer_done = True
    else:
        dispute.seller_done = True


@command
def end_settled(dispute_id: int) -> None:
    """All the money went back by other ways: there is nothing left to decide."""
    dispute, order = locked(dispute_id)
    if dispute.is_alive and (order.payment == "refunded" or order.refunded == order.total):
        close(dispute, SETTLED, None)


def _said_before(dispute: Dispute, author: Member, key: str) -> bool:
    same = select(DisputeEvidence.id).filter_by(dispute_id=dispute.id, author_id=author.id, key=key)
    return db.session.scalar(same) is not None


def _add(dispute: Dispute, author: Member, body: str, key: str) -> None:
    keys = keys_in(body)
    if len(keys) > rules.MOST_PICTURES:
        raise Invalid("body", _("At most %(most)s pictures at once.", most=rules.MOST_PICTURES))
    row = DisputeEvidence(dispute_id=dispute.id, author_id=author.id, kind=SAID, key=key)
    row.html = render_body(body, author.id)
    db.session.add(row)
    db.session.flush()
    own = select(Picture.key).where(Picture.key.in_(keys), Picture.owner_id == author.id)
    db.session.add_all(Shown(evidence_id=row.id, key=found) for found in db.session.scalars(own))


def _copy_tracking(dispute: Dispute, order: Order) -> None:
    row = DisputeEvidence(dispute_id=dispute.id, author_id=order.seller_id, kind=TRACKING, key="tracking")
    row.html, row.happened_at = render_markdown(order.tracking), order.shipped_at
    db.session.add(row)


def _shown(dispute: Dispute, order: Order, author: Member) -> None:
    if author.id == order.seller_id and dispute.answered_at is None:
        dispute.answered_at = now()
    tell(dispute, "answered", author.id)
