"""From the call for an arbiter to the money: taking, deciding, appealing, and doing what was decided."""

from sqlalchemy import or_, update

from core.clock import now
from core.db import command, db, fresh, rows_changed
from core.errors import Invalid, Missing, Refused
from core.i18n import _
from forum.members.models import Member
from shop.disputes import queries, rules
from shop.disputes.commands.shared import award, close, locked, tell
from shop.disputes.models import ARBITRATION, AWARDED, DECIDED, FIRST, OPEN, SECOND, Dispute, Verdict


@command
def call(dispute_id: int, *, member: Member) -> None:
    """One side asks for an arbiter. From now on both have three days to show what they have."""
    dispute, order = locked(dispute_id)
    if dispute.state == ARBITRATION and member.id in (order.buyer_id, order.seller_id):
        return
    rules.check_step(dispute, order, "call", member.id, now())
    _call(dispute, member.id)


@command
def call_due(dispute_id: int) -> bool:
    """The same by the clock, for a dispute that nobody ended."""
    dispute, _order = locked(dispute_id)
    if not rules.is_called(dispute, now()):
        return False
    _call(dispute, None)
    return True


def _call(dispute: Dispute, actor_id: int | None) -> None:
    dispute.state, dispute.called_at = ARBITRATION, now()
    dispute.evidence_until = now() + rules.FOR_EVIDENCE
    dispute.buyer_done = dispute.seller_done = False
    dispute.arbiter_id = None
    tell(dispute, "called", actor_id)


@command
def take(dispute_id: int, *, arbiter: Member) -> None:
    """Of two arbiters who press at once one gets it. What waited for the clock is called with it."""
    if not queries.is_arbiter(arbiter):
        raise Missing
    dispute, order = locked(dispute_id)
    rules.check_arbiter(dispute, order, arbiter.id, queries.verdicts_of(dispute.id))
    if rules.is_called(dispute, now()):
        _call(dispute, None)
    if dispute.arbiter_id == arbiter.id:
        return
    if dispute.state == OPEN:
        raise Missing
    stale = Dispute.taken_at <= now() - rules.TO_DECIDE
    free = (Dispute.id == dispute.id, Dispute.state == ARBITRATION, or_(Dispute.arbiter_id.is_(None), stale))
    db.session.flush()
    change = update(Dispute).where(*free).values(arbiter_id=arbiter.id, taken_at=now())
    if not rows_changed(change.execution_options(synchronize_session=False)):
        raise Refused("taken", _("Another arbiter has taken it already."))
    tell(fresh(dispute), "taken", arbiter.id)


@command
def decide(dispute_id: int, award: int, reason: str, *, arbiter: Member) -> None:
    """`award` to the buyer, the rest to the seller. Final at once on appeal, else when nobody appeals in three days."""
    if not queries.is_arbiter(arbiter):
        raise Missing
    dispute, order = locked(dispute_id)
    made = [verdict for verdict in queries.verdicts_of(dispute.id) if verdict.instance == dispute.instance]
    if made and (made[0].arbiter_id, made[0].award) == (arbiter.id, award):
        return
    rules.check_arbiter(dispute, order, arbiter.id, queries.verdicts_of(dispute.id))
    rules.check_decide(dispute, arbiter.id, now())
    rules.check_amount(order, award)
    if not reason:
        raise Invalid("reason", _("Write for both sides why you decide so."))
    verdict = Verdict(dispute_id=dispute.id, instance=dispute.instance, arbiter_id=arbiter.id, award=award)
    verdict.refunded, verdict.reason = order.refunded, reason
    db.session.add(verdict)
    dispute.state, dispute.buyer_done, dispute.seller_done = DECIDED, False, False
    dispute.final_at = now() + rules.TO_APPEAL if dispute.instance == FIRST else now()
    tell(dispute, "decided", arbiter.id)


@command
def accept(dispute_id: int, *, member: Member) -> None:
    """This side is content with the decision. When both are, it need not wait."""
    dispute, order = locked(dispute_id)
    is_buyer = member.id == order.buyer_id
    if dispute.state == DECIDED and rules.is_done(dispute, is_buyer=is_buyer):
        return
    rules.check_step(dispute, order, "accept", member.id, now())
    if is_buyer:
        dispute.buyer_done = True
    else:
        dispute.seller_done = True
    tell(dispute, "accepted", member.id)


@command
def appeal(dispute_id: int, reason: str, *, member: Member) -> None:
    """Once in a dispute, by either side, to an arbiter who did not decide it."""
    dispute, order = locked(dispute_id)
    if dispute.appealed_by_id == member.id:
        return
    rules.check_step(dispute, order, "appeal", member.id, now())
    dispute.instance, dispute.appealed_at, dispute.appealed_by_id = SECOND, now(), member.id
    dispute.appeal_reason = reason
    _call(dispute, None)
    tell(dispute, "appealed", member.id)


@command
def execute(dispute_id: int) -> bool:
    """Do what was decided, once it is final: the award goes back, the rest is settled. False if there is nothing to do.

    Refused `not_enough_money` when the order was settled before and the seller's wallet does not hold the award: then
    nothing changes, and it is tried again.
    """
    dispute, order = locked(dispute_id)
    if not rules.is_final(dispute, now()):
        return False
    verdict = queries.verdicts_of(dispute.id)[-1]
    close(dispute, AWARDED, None)
    award(dispute, order, rules.to_pay(verdict, order), actor_id=verdict.arbiter_id, reason=verdict.reason)
    return True
