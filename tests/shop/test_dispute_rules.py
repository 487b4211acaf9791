"""What a decision comes to, whatever the seller gave back before and after it."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as some

from core.clock import now
from shop.disputes import rules
from shop.disputes.models import STATES, Dispute, Verdict
from shop.orders.models import Order

amounts = some.integers(0, 10**12)


@given(amounts, amounts, amounts, amounts)
def test_award_and_refunds_since_make_what_was_decided(total, before, award, since):
    total, before = total + 1, min(before, total)
    award, since = min(award, total - before + 1), min(since, total - before)
    order = Order(goods=total, shipping=0, refunded=before + since)
    paid = rules.to_pay(Verdict(award=award, refunded=before), order)

    assert 0 <= paid <= rules.left_of(order)
    assert before + since + paid == min(max(before + award, before + since), total)


@given(some.sampled_from(STATES), some.sampled_from([1, 2]), some.booleans(), some.booleans(), some.integers(0, 40))
def test_nobody_but_the_two_sides_has_steps_and_a_closed_dispute_has_none(state, instance, one, other, days):
    order = Order(buyer_id=1, seller_id=2)
    opened = now() - timedelta(days=days)
    given = {"opened_at": opened, "evidence_until": opened + timedelta(days=3), "final_at": opened + timedelta(days=6)}
    dispute = Dispute(state=state, instance=instance, buyer_done=one, seller_done=other, **given)

    assert rules.party_steps(dispute, order, 3, now()) == set()
    assert rules.party_steps(dispute, order, None, now()) == set()
    for side in (1, 2):
        steps = rules.party_steps(dispute, order, side, now())
        assert state != "closed" or steps == set()
        assert instance == 1 or "appeal" not in steps
