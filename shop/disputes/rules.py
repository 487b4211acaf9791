"""When a dispute may be opened, who may do what in it now, and what a decision comes to. Pure.

All deadlines are predicates on what is stored; the sweeper only makes them known.
"""

from datetime import datetime, timedelta

from core.errors import Invalid, NotAllowed, Refused
from core.i18n import _
from core.money import Money
from shop.disputes.models import ARBITRATION, CLOSED, DECIDED, OPEN, REASONS, SECOND, Dispute, Verdict
from shop.orders.models import Order

AFTER_COMPLETION = timedelta(days=30)  # the window in which a dispute may be opened
TO_ANSWER = timedelta(days=3)  # for the seller; then the buyer may call an arbiter
BY_ITSELF = timedelta(days=14)  # after this an arbiter is called without anyone asking
FOR_EVIDENCE = timedelta(days=3)
TO_APPEAL = timedelta(days=3)
TO_DECIDE = timedelta(days=7)  # after taking it; then another arbiter may take it
MOST_MESSAGES = 20  # shown at once
MOST_PICTURES = 10

PARTY_STEPS = {
    OPEN: {"evidence", "offer", "agree", "withdraw", "call"},
    ARBITRATION: {"evidence", "offer", "agree", "withdraw", "done"},
    DECIDED: {"accept", "appeal"},
    CLOSED: set[str](),
}
BUYERS, SELLERS = {"withdraw", "agree"}, {"offer"}


def left_of(order: Order) -> int:
    return order.total - order.refunded


def check_open(order: Order, actor_id: int, moment: datetime) -> None:
    """Only the buyer, only what was paid and sent, only in its window. Each refusal says what there is instead."""
    if actor_id != order.buyer_id:
        raise NotAllowed("not_the_buyer", _("Only the buyer can do this."))
    if order.state in ("cancelled", "refused") or order.payment == "refunded":
        raise Refused("order_closed", _("This order is closed and its money went back: there is nothing to dispute."))
    if order.payment == "due":
        raise Refused("not_paid", _("Nothing was paid yet. You can still cancel the order."))
    if order.shipment == "none" and order.state == "open" and order.payment == "escrow":
        raise Refused("cancel_instead", _("It was not sent yet: cancel it, and all the money comes back at once."))
    if order.completed_at is not None and order.completed_at + AFTER_COMPLETION <= moment:
        raise Refused("too_late", _("This order was completed more than 30 days ago, so it is closed for disputes."))


def check_claim(order: Order, reason: str, asked: int) -> None:
    if reason not in REASONS:
        raise Invalid("reason", _("Choose what is wrong."))
    check_amount(order, asked, least=1)


def check_amount(order: Order, amount: int, *, least: int = 0) -> None:
    left = left_of(order)
    if not least <= amount <= left:
        said = {"least": Money(least, order.currency), "left": Money(left, order.currency)}
        raise Invalid("amount", _("Write an amount from %(least)s to %(left)s.", **said))


def is_called(dispute: Dispute, moment: datetime) -> bool:
    """An open dispute that nobody ended goes to an arbiter by itself."""
    return dispute.state == OPEN and dispute.opened_at + BY_ITSELF <= moment


def may_call(dispute: Dispute, actor_id: int, order: Order, moment: datetime) -> bool:
    """Either side once the seller has answered; the buyer also when the seller's time is over."""
    if dispute.answered_at is not None:
        return True
    return actor_id == order.buyer_id and dispute.opened_at + TO_ANSWER <= moment


def takes_evidence(dispute: Dispute, moment: datetime) -> bool:
    if dispute.state == OPEN:
        return True
    return dispute.state == ARBITRATION and not is_heard(dispute, moment)


def is_heard(dispute: Dispute, moment: datetime) -> bool:
    """Both said that this is all, or the time for evidence is over."""
    over = dispute.evidence_until is not None and dispute.evidence_until <= moment
    return over or (dispute.buyer_done and dispute.seller_done)


def is_final(dispute: Dispute, moment: datetime) -> bool:
    if dispute.state != DECIDED:
        return False
    accepted = dispute.buyer_done and dispute.seller_done
    return accepted or dispute.final_at is None or dispute.final_at <= moment


def party_steps(dispute: Dispute, order: Order, actor_id: int | None, moment: datetime) -> set[str]:
    """What this side may do now. Empty for anyone who is no side of it."""
    if actor_id not in (order.buyer_id, order.seller_id):
        return set()
    assert actor_id is not None
    is_buyer = actor_id == order.buyer_id
    no_longer = {
        "evidence": not takes_evidence(dispute, moment),
        "call": not may_call(dispute, actor_id, order, moment),
        "agree": dispute.offered is None,
        "done": is_done(dispute, is_buyer=is_buyer) or is_heard(dispute, moment),
        "accept": is_done(dispute, is_buyer=is_buyer) or is_final(dispute, moment),
        "appeal": dispute.instance == SECOND or is_done(dispute, is_buyer=is_buyer) or is_final(dispute, moment),
    }
    steps = PARTY_STEPS[dispute.state] - (SELLERS if is_buyer else BUYERS)
    return {step for step in steps if not no_longer.get(step)}


def is_done(dispute: Dispute, *, is_buyer: bool) -> bool:
    return dispute.buyer_done if is_buyer else dispute.seller_done


def check_step(dispute: Dispute, order: Order, step: str, actor_id: int, moment: datetime) -> None:
    if step not in party_steps(dispute, order, actor_id, moment):
        raise Refused("not_now", _("This cannot be done in the dispute now."))


def is_taken(dispute: Dispute, moment: datetime) -> bool:
    return dispute.arbiter_id is not None and dispute.taken_at is not None and dispute.taken_at + TO_DECIDE > moment


def check_arbiter(dispute: Dispute, order: Order, arbiter_id: int, verdicts: list[Verdict]) -> None:
    """Neither party, and on appeal not the one who decided first."""
    if arbiter_id in (order.buyer_id, order.seller_id):
        raise NotAllowed("a_party", _("You are one of the two sides, so somebody else has to decide."))
    if any(verdict.arbiter_id == arbiter_id for verdict in verdicts):
        raise NotAllowed("decided_before", _("You decided it before, so somebody else has to decide the appeal."))


def check_decide(dispute: Dispute, arbiter_id: int, moment: datetime) -> None:
    if dispute.state != ARBITRATION:
        raise Refused("not_now", _("This cannot be done in the dispute now."))
    if dispute.arbiter_id != arbiter_id:
        raise NotAllowed("not_taken", _("Take the dispute first; only its arbiter decides."))
    if not is_heard(dispute, moment):
        raise Refused("not_heard", _("Both sides may still show evidence. Decide when they are done."))


def to_pay(verdict: Verdict, order: Order) -> int:
    """What is still to go back: the award less what the seller gave back since, never more than is left."""
    since = order.refunded - verdict.refunded
    return min(max(verdict.award - since, 0), left_of(order))
