"""Orders under pressure: buyer, seller and clock at the same order at once, and who waits for whom."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest

from core.db import db, fresh, writing
from shop.cart import commands as carts
from shop.ledger.queries import sums
from shop.orders import commands, jobs
from shop.orders.models import Order
from shop.orders.rules import Choice
from shop.shipments import commands as parcels
from shop.stock.commands import hold
from tests import make
from tests.shop import buying
from tests.shop.buying import again, buy, house, rich, stock_of
from tests.shop.money import at_once, problems

FIVE = Decimal(5)


@pytest.fixture
def steps(offer, seller, buyer):
    """An order and its steps by name, each on the row as its own thread reads it."""
    order = buy(offer, buyer)

    def on(command, actor, **given):
        return lambda: command(db.session.get(Order, order.id), actor=actor, **given)

    return order, {
        "cancel": on(commands.cancel, buyer),
        "receive": on(commands.receive, buyer),
        "refuse": on(commands.refuse, seller, reason="Gone"),
        "ship": on(parcels.send_rest, seller),
        "refund": on(commands.refund, seller, amount=700, reason="", key="one"),
        "refund all": on(commands.refund, seller, amount=None, reason="", key="all"),
        "settle": jobs.settle_due,
    }


@pytest.mark.parametrize(
    "names",
    [
        ("cancel", "ship"),
        ("cancel", "refuse", "receive"),
        ("refund", "receive", "settle"),
        ("refund all", "refund", "cancel", "ship"),
        ("receive", "refund all", "refuse", "settle"),
    ],
)
def test_whoever_comes_first_decides_and_the_books_foot(app, steps, offer, names):
    order, acts = steps

    at_once(app, lambda number: acts[names[number % len(names)]](), range(4 * len(names)), threads=8)

    found, goods = again(order), stock_of(offer)
    wallets = sum(sums("USD")[kind] for kind in ("wallet", "escrow")) + house()[1]
    assert wallets == 10_000
    assert goods[2] == (0 if found.state in ("cancelled", "refused") and found.shipment == "none" else 1)
    assert problems() == []


def test_a_due_order_is_paid_once_or_confirmed_once(app, offer, seller, buyer):
    order = buy(offer, buyer, method="transfer")

    def act(number):
        row = db.session.get(Order, order.id)
        return commands.pay(row, actor=buyer) if number % 2 else commands.confirm_payment(row, actor=seller)

    at_once(app, act, range(16), threads=8)

    assert (again(order).payment, buying.money(buyer)) in (("escrow", 7500), ("outside", 10_000))
    assert problems() == []


def test_buying_and_cancelling_at_once_neither_hang_nor_lose(app):
    offers = [make.offer(price=100, stock=40), make.offer(price=100, stock=40)]
    buyers = [rich(10_000) for _number in range(32)]

    def buy_and_cancel(number):
        buyer = buyers[number]
        order = buy(offers[number % 2], buyer)
        return commands.cancel(order, actor=buyer).state

    answers = at_once(app, buy_and_cancel, range(32), threads=8)

    assert set(answers) == {"cancelled"}
    assert [stock_of(offer) for offer in offers] == [(40, 0, 0)] * 2
    assert [buying.money(buyer) for buyer in buyers] == [10_000] * 32
    assert problems() == []


@pytest.mark.parametrize("end", ["cancel", "refuse", "refund all"])
def test_goods_go_back_before_the_money_so_that_no_buyer_waits_crosswise(steps, count_queries, end):
    """A purchase takes stock, then accounts; taking them the other way round deadlocks on PostgreSQL."""
    _order, acts = steps
    act = acts[end]

    with count_queries() as sent:
        act()

    takes_stock = next(place for place, said in enumerate(sent) if said.startswith("UPDATE stock"))
    takes_accounts = next(place for place, said in enumerate(sent) if "FROM account" in said)
    assert takes_stock < takes_accounts


def test_an_order_that_cannot_be_settled_does_not_hold_up_the_others(offer, seller, clock, monkeypatch):
    orders = [buy(offer) for _number in range(3)]
    for order in orders:
        parcels.send_rest(order, actor=seller)
    clock.travel(days=11)
    settle = commands.complete

    def stuck(order, **given):
        if order.id == orders[0].id:
            raise RuntimeError("stuck")
        return settle(order, **given)

    monkeypatch.setattr(jobs.commands, "complete", stuck)
    jobs.settle_due()

    assert [again(order).state for order in orders] == ["open", "completed", "completed"]


def test_the_ten_days_are_counted_from_sending(app, offer, seller, buyer, clock):
    order = buy(offer, buyer)
    parcels.send_rest(order, actor=seller)
    clock.travel(days=10, minutes=-1)
    jobs.settle_due()
    assert again(order).state == "open"

    clock.travel(minutes=1)
    jobs.settle_due()

    assert again(order).state == "completed"
    assert clock.now() - again(order).shipped_at >= timedelta(days=10)


@pytest.mark.only_on("postgresql")  # SQLite has one writer at a time
def test_a_seller_who_edits_an_offer_does_not_stop_its_buyers(app, offer):
    """The row is locked against other edits, not against rows that point to it (FOR NO KEY UPDATE)."""
    buyer_id = make.member().id

    def set_aside():
        with app.app_context():
            return hold(offer.id, buyer_id, 1).quantity

    with ThreadPoolExecutor(1) as pool, writing():
        fresh(offer)
        assert pool.submit(set_aside).result(timeout=5) == 1


def test_carts_with_the_same_things_in_another_order_wait_for_each_other(app):
    """Each thread starts, is pushed aside by the same buyer's next checkout, places, and cancels or receives."""
    offers = [make.offer(price=100, stock=60).id for _number in range(3)]
    buyers = [rich(100_000) for _number in range(10)]

    def shop(number):
        buyer, first, key = buyers[number % 10], number % 3, f"race-{number}"
        wanted = (offers[first:] + offers[:first])[: 1 + number % 3]
        for offer_id in wanted:
            carts.put(offer_id, member=buyer, quantity=1)
        commands.start(buyer, key=key)
        if number % 5 == 0:
            return "left"
        orders = commands.place(Choice(key=key, method="wallet", address="1 Pier Road"), buyer=buyer, fee_percent=FIVE)
        for order in orders:
            (commands.cancel if number % 2 else commands.receive)(order, actor=buyer)
        return "bought"

    answers = at_once(app, shop, range(50), threads=10)

    assert set(answers) <= {"left", "bought", "cart_empty"}
    assert answers.count("bought") > 10
    assert problems() == []
