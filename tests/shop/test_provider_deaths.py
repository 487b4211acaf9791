"""The worker killed at each step of a payment: what it does next time ends where it would have ended."""

import pytest

from core import outbox
from core.db import db
from shop.orders import commands as order_commands
from shop.providers import calling
from shop.providers.kinds.fake import FakeProvider
from shop.providers.models import Payment
from tests import make
from tests.shop import money, paying


class Killed(BaseException):
    """As SIGKILL: nothing may catch it."""


@pytest.fixture
def dies(monkeypatch):
    """`dies(place, name, "before" or "after")`: killed there once, the first time."""

    def arrange(place, name, when):
        real, left = getattr(place, name), [1]

        def deadly(*given, **named):
            if left and when == "before":
                left.pop()
                raise Killed
            answer = real(*given, **named)
            if left:
                left.pop()
                raise Killed
            return answer

        monkeypatch.setattr(place, name, deadly)
        return left

    return arrange


def live_on(left):
    """Work until killed, then begin again as a new worker does: its poller looks, too."""
    for _life in range(3):
        try:
            paying.work()
            paying.poll(seconds=30)
        except Killed:
            db.session.remove()
    assert left == [], "nobody was killed"


STEPS = {
    "before the provider is asked": (FakeProvider, "_seen", "before"),
    "after the provider was asked": (FakeProvider, "_seen", "after"),
    "before it is booked": (calling.commands, "apply", "before"),
    "after it was booked": (calling.commands, "apply", "after"),
    "before the news is forgotten": (outbox, "_take", "before"),
    "after the news was forgotten": (outbox, "_take", "after"),
}


@pytest.fixture
def offer(app):
    return make.offer(by=make.member(), price=2000, stock=3, shipping=500)


@pytest.mark.parametrize("step", STEPS)
def test_killed_while_a_payment_begins(provider, dies, offer, step):
    buyer = make.member()
    left = dies(*STEPS[step])
    try:
        payment = paying.check_out(offer, buyer)
    except Killed:
        db.session.rollback()
        payment = db.session.scalars(db.select(Payment)).one()
    live_on(left)
    assert paying.now(payment).state == "pending"

    provider.do("pay", payment)
    paying.work()

    [order] = paying.orders_of(buyer)
    assert (order.payment, money.balance(buyer)) == ("escrow", 0)
    assert paying.books() == []


@pytest.mark.parametrize("step", STEPS)
def test_killed_while_a_payment_arrives(provider, dies, offer, step):
    buyer = make.member()
    payment = paying.check_out(offer, buyer)
    provider.do("pay", payment)
    left = dies(*STEPS[step])

    live_on(left)

    [order] = paying.orders_of(buyer)
    assert (order.payment, paying.now(payment).state, money.balance(buyer)) == ("escrow", "succeeded", 0)
    assert paying.books() == []


GOING_BACK = {
    "before the provider is asked to send": (FakeProvider, "refund", "before"),
    "after the provider has sent": (FakeProvider, "refund", "after"),
    "before that is booked": (calling.commands, "decide_pay_back", "before"),
    "after that was booked": (calling.commands, "decide_pay_back", "after"),
    "before the news is forgotten": (outbox, "_take", "before"),
}


@pytest.mark.parametrize("step", GOING_BACK)
def test_killed_while_money_goes_back(provider, dies, offer, step):
    buyer = make.member()
    payment = paying.check_out(offer, buyer)
    provider.faults("wrong amount")
    provider.do("pay", payment)
    left = dies(*GOING_BACK[step])

    live_on(left)

    assert paying.now(payment).state == "returned"
    assert list(provider.knows(payment)["refunds"].values()) == [2501]
    assert money.balance(buyer) == 0
    assert paying.books() == []


@pytest.mark.parametrize("step", ["before it is booked", "after it was booked", "before the news is forgotten"])
def test_killed_while_a_charge_back_is_booked(provider, dies, offer, step):
    buyer = make.member()
    payment = paying.check_out(offer, buyer)
    provider.do("pay", payment)
    paying.work()
    provider.do("charge back", payment)
    left = dies(*STEPS[step])

    live_on(left)
    paying.poll(days=1, minutes=1)

    [order] = paying.orders_of(buyer)
    assert (order.state, paying.now(payment).state, money.balance(buyer)) == ("cancelled", "charged_back", 0)
    assert paying.books() == []


def test_killed_between_the_money_and_the_order_there_is_neither(provider, dies, offer):
    """They are one transaction."""
    buyer = make.member()
    payment = paying.check_out(offer, buyer)
    provider.do("pay", payment)
    left = dies(order_commands.paying, "place", "after")
    with pytest.raises(Killed):
        paying.work()
    assert paying.now(payment).state == "pending"
    assert paying.orders_of(buyer) == []
    assert money.balance(buyer) == 0

    live_on(left)

    assert len(paying.orders_of(buyer)) == 1
    assert paying.books() == []
