"""The fake provider misbehaves in thirteen ways; each ends in the right state without a hand, and the books foot."""

import pytest
from sqlalchemy import select

from core.db import db
from shop.orders import commands as order_commands
from shop.orders.rules import Choice
from shop.providers.models import Callback
from shop.shipments import commands as shipments
from tests import make
from tests.conftest import reload
from tests.shop import money, paying
from tests.shop.buying import buy, stock_of


@pytest.fixture
def seller(app):
    return make.member()


@pytest.fixture
def buyer(app):
    return make.member()


@pytest.fixture
def offer(seller):
    return make.offer(by=seller, price=2000, stock=3, shipping=500)


def is_ordered(buyer, payment, total=2500):
    """One order, paid, and nothing left over."""
    [order] = paying.orders_of(buyer)
    assert (order.payment, order.total) == ("escrow", total)
    assert paying.now(payment).state == "succeeded"
    assert money.balance(buyer) == 0
    assert paying.books() == []
    return order


def has_all_back(buyer, payment, state="returned"):
    """No order, nothing kept, and the provider has sent everything back."""
    assert paying.now(payment).state == state
    assert [order for order in paying.orders_of(buyer) if order.payment == "escrow"] == []
    assert money.balance(buyer) == 0
    assert paying.books() == []


def test_what_is_paid_is_ordered(provider, buyer, offer):
    payment = paying.check_out(offer, buyer)
    assert payment.state == "pending"
    assert payment.address.startswith(provider.address)
    assert stock_of(offer) == (3, 1, 0)

    assert provider.do("pay", payment) == [200]
    paying.work()

    order = is_ordered(buyer, payment)
    assert paying.now(payment).result == f"/orders/{order.number}"
    assert stock_of(offer) == (3, 0, 1)


def test_a_duplicate_callback_pays_once(provider, buyer, offer):
    payment = paying.check_out(offer, buyer)
    provider.faults("duplicate")

    assert provider.do("pay", payment) == [200, 200, 200]
    paying.work()

    is_ordered(buyer, payment)


def test_callbacks_in_the_wrong_order_end_where_the_provider_is(provider, buyer, offer):
    payment = paying.check_out(offer, buyer)
    provider.faults("extra step", "late", "late")
    provider.do("pay", payment)
    provider.do("finish", payment)

    assert provider.do("release", payment) == [200, 200]
    paying.work()

    is_ordered(buyer, payment)


def test_a_lost_callback_is_found_by_the_poller(provider, buyer, offer):
    payment = paying.check_out(offer, buyer)
    provider.faults("lost")
    assert provider.do("pay", payment) == []

    paying.poll()

    is_ordered(buyer, payment)


def test_a_callback_before_the_answer_to_our_own_question_is_not_lost(provider, buyer, offer):
    provider.faults("early")

    payment = paying.check_out(offer, buyer)

    is_ordered(buyer, payment)


def test_a_replayed_callback_changes_nothing(provider, buyer, offer):
    payment = paying.check_out(offer, buyer)
    provider.do("pay", payment)
    paying.work()

    assert provider.do("replay", payment) == [200]
    paying.work()

    is_ordered(buyer, payment)
    states = db.session.scalars(select(Callback.state).order_by(Callback.id))
    assert list(states) == ["taken", "repeated"]


def test_a_time_out_after_success_begins_one_payment(provider, buyer, offer):
    provider.faults("time-out after success")
    payment = paying.check_out(offer, buyer)
    assert payment.state == "started"

    paying.poll()
    assert paying.now(payment).state == "pending"
    provider.do("pay", payment)
    paying.work()

    is_ordered(buyer, payment)


def test_a_declined_payment_orders_nothing(provider, buyer, offer):
    payment = paying.check_out(offer, buyer)
    provider.faults("decline")

    provider.do("pay", payment)
    paying.work()

    has_all_back(buyer, payment, "declined")
    assert paying.now(payment).reason == "insufficient_funds"


def test_an_extra_step_is_shown_and_then_paid(provider, buyer, offer):
    payment = paying.check_out(offer, buyer)
    provider.faults("extra step")
    provider.do("pay", payment)
    paying.work()
    assert paying.now(payment).is_extra

    provider.do("pay", payment)
    paying.work()

    is_ordered(buyer, payment)


def test_what_is_only_promised_is_captured(provider, buyer, offer):
    payment = paying.check_out(offer, buyer)
    provider.faults("authorise")

    provider.do("pay", payment)
    paying.work()

    is_ordered(buyer, payment)


def test_a_partial_capture_goes_back_whole(provider, buyer, offer):
    payment = paying.check_out(offer, buyer)
    provider.faults("authorise", "partial capture")

    provider.do("pay", payment)
    paying.work()

    has_all_back(buyer, payment)
    assert sum(provider.knows(payment)["refunds"].values()) == 1500


def test_a_wrong_amount_goes_back_whole(provider, buyer, offer):
    payment = paying.check_out(offer, buyer)
    provider.faults("wrong amount")

    provider.do("pay", payment)
    paying.work()

    has_all_back(buyer, payment)
    assert sum(provider.knows(payment)["refunds"].values()) == 2501


def test_a_wrong_currency_goes_back_in_that_currency(provider, buyer, offer):
    payment = paying.check_out(offer, buyer)
    provider.faults("wrong currency")

    provider.do("pay", payment)
    paying.work()

    has_all_back(buyer, payment)
    assert paying.now(payment).seen_currency == "EUR"


def test_a_late_success_takes_a_fresh_hold(provider, buyer, offer):
    payment = paying.check_out(offer, buyer)
    paying.poll(minutes=16)
    assert paying.now(payment).state == "expired"
    assert stock_of(offer)[1:] == (1, 0)  # until the sweeper comes; it holds nobody up

    provider.do("pay", payment)
    paying.work()

    is_ordered(buyer, payment)
    assert stock_of(offer) == (3, 0, 1)


def test_a_late_success_for_what_is_gone_goes_back_and_the_buyer_is_told(provider, buyer, offer, as_member):
    payment = paying.check_out(offer, buyer, quantity=3)
    paying.poll(minutes=16)
    other = rich(make.member(), 10_000)
    order_commands.start(other, key="other", offer_id=offer.id, quantity=1)

    provider.do("pay", payment)
    paying.work()

    has_all_back(buyer, payment)
    notices = as_member(buyer).get("/notices").text
    assert "sold out" in notices
    assert "All of it goes back" in notices


def test_a_success_so_late_that_the_checkout_was_forgotten_buys_nothing_else(provider, buyer, offer, seller):
    payment = paying.check_out(offer, buyer)
    paying.poll(minutes=16)
    paying.poll(days=2)
    order_commands.forget(paying.clock.now())
    other = make.offer(by=seller, price=100, stock=5)
    order_commands.start(buyer, key="today", offer_id=other.id)

    provider.do("pay", payment)
    paying.work()

    has_all_back(buyer, payment)
    assert paying.orders_of(buyer) == []


def rich(member, amount):
    money.fill(member, amount)
    return member


def test_a_chargeback_calls_off_what_was_not_sent(provider, buyer, offer):
    payment = paying.check_out(offer, buyer)
    provider.do("pay", payment)
    paying.work()

    provider.do("charge back", payment)
    paying.work()

    [order] = paying.orders_of(buyer)
    assert (order.state, order.payment) == ("cancelled", "refunded")
    has_all_back(buyer, payment, "charged_back")
    assert reload(order).refunded == 2500
    assert stock_of(offer) == (3, 0, 0)


def test_a_chargeback_of_what_was_sent_stands_as_a_claim_until_the_buyer_has_money(provider, buyer, seller, offer):
    payment = paying.check_out(offer, buyer)
    provider.do("pay", payment)
    paying.work()
    [order] = paying.orders_of(buyer)
    shipments.send_rest(order, actor=seller)
    provider.faults("lost")
    provider.do("charge back", payment)

    paying.poll(days=1, minutes=1)
    assert paying.now(payment).state == "charged_back"
    assert paying.orders_of(buyer)[0].payment == "escrow"
    assert money.queries.sums("USD")["claims"] == -2500
    assert paying.books() == []

    money.fill(buyer, 4000)
    paying.poll(minutes=16)
    assert money.balance(buyer) == 1500
    assert money.queries.sums("USD")["claims"] == 0
    assert paying.books() == []


def test_a_provider_that_is_down_for_an_hour_is_asked_again_and_others_do_not_wait(provider, buyer, offer, clock):
    payment = paying.check_out(offer, buyer)
    provider.tell(down=True)
    before = provider.tell()["asked"]
    for _minute in range(60):
        paying.poll(minutes=1)
    assert paying.now(payment).state == "pending"
    assert provider.tell()["asked"] - before < 60

    provider.tell(down=False)
    provider.faults("lost")
    provider.do("pay", payment)
    paying.poll(minutes=61)

    is_ordered(buyer, payment)


def test_a_mixed_payment_takes_what_the_wallet_holds_and_the_rest_from_the_provider(provider, buyer, offer):
    money.fill(buyer, 700)
    payment = paying.check_out(offer, buyer, from_wallet=True)
    assert payment.amount == 1800

    provider.do("pay", payment)
    paying.work()

    is_ordered(buyer, payment)


def test_a_mixed_payment_whose_wallet_was_emptied_meanwhile_goes_back(provider, buyer, offer):
    money.fill(buyer, 700)
    payment = paying.check_out(offer, buyer, from_wallet=True)
    money.move(f"wallet:{buyer.id}:USD", "outside:USD", 700, kind="withdrawal")

    provider.do("pay", payment)
    paying.work()

    has_all_back(buyer, payment)


def test_two_payments_for_one_checkout_order_once_and_the_second_goes_back(provider, buyer, offer):
    first = paying.check_out(offer, buyer)
    money.fill(buyer, 2500)
    order_commands.place(Choice(**first.body["choice"]), buyer=buyer, fee_percent=5)

    provider.do("pay", first)
    paying.work()

    assert paying.now(first).state == "returned"
    assert len(paying.orders_of(buyer)) == 1
    assert money.balance(buyer) == 0
    assert paying.books() == []
    assert stock_of(offer) == (3, 0, 1)


def test_a_due_order_is_paid_through_a_provider(provider, buyer, offer):
    order = due_order(buyer, offer)
    payment = order_commands.pay_order_by(order, order_commands.How("fake"), buyer=buyer, key="k")
    paying.work()

    provider.do("pay", payment)
    paying.work()

    assert is_ordered(buyer, payment).id == order.id


def due_order(buyer, offer):
    return buy(offer, buyer, method="transfer")


def test_a_due_order_that_was_called_off_meanwhile_gives_the_money_back(provider, buyer, offer):
    order = due_order(buyer, offer)
    payment = order_commands.pay_order_by(order, order_commands.How("fake"), buyer=buyer, key="k")
    paying.work()
    order_commands.cancel(paying.orders_of(buyer)[0], actor=buyer)

    provider.do("pay", payment)
    paying.work()

    has_all_back(buyer, payment)
