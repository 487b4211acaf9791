"""Refunds: partial, full, before and after the settlement; exact whatever the order they come in."""

from decimal import Decimal
from itertools import permutations

import pytest
from sqlalchemy import select

from core.db import db
from core.money import share
from shop.ledger.proof import books_foot
from shop.orders import commands
from shop.orders.models import OrderLine, Refund
from shop.products.models import Offer
from tests import make
from tests.shop.buying import again, buy, house, money, rich, stock_of


@pytest.fixture
def order(seller, buyer):
    return buy(make.offer(by=seller, price=1999, stock=3), buyer)


def refund(as_member, order, seller, **data):
    return as_member(seller).post(f"/orders/{order.number}/refund", data={"key": "k", "reason": "Scratched", **data})


def test_a_part_comes_back_from_escrow(as_member, order, seller, buyer):
    answer = refund(as_member, order, seller, amount="5.50")

    assert answer.status_code == 303
    assert (again(order).refunded, again(order).state, again(order).payment) == (550, "open", "escrow")
    assert (house(), money(buyer)) == ((1449, 0), 10_000 - 1449)
    assert "Scratched" in as_member(buyer).get(f"/orders/{order.number}").text


def test_the_same_form_refunds_once(as_member, order, seller, buyer):
    answers = [refund(as_member, order, seller, amount="1") for _ in range(2)]
    other = refund(as_member, order, seller, amount="2")

    assert [answer.status_code for answer in answers] == [303, 303]
    assert other.status_code == 409
    assert (again(order).refunded, money(buyer)) == (100, 10_000 - 1899)
    assert len(list(db.session.scalars(select(Refund)))) == 1


@pytest.mark.parametrize("amount", ["20", "0", "-1", "much", "0.001", "9" * 20])
def test_an_amount_that_cannot_be_is_refused_at_its_field(as_member, order, seller, amount):
    answer = refund(as_member, order, seller, amount=amount)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert again(order).refunded == 0


def test_a_form_without_its_key_is_refused(as_member, order, seller):
    assert refund(as_member, order, seller, key="", amount="1").status_code == 409


def test_all_of_it_cancels_an_open_order_and_returns_the_goods(as_member, order, seller, buyer):
    refund(as_member, order, seller, amount="")

    assert (again(order).state, again(order).payment) == ("cancelled", "refunded")
    assert (house(), money(buyer)) == ((0, 0), 10_000)
    assert stock_of(offer_of(order)) == (3, 0, 0)


def offer_of(order):
    return db.session.get_one(Offer, db.session.scalar(select(OrderLine.offer_id)))


def test_after_the_settlement_it_comes_from_seller_and_fee(as_member, order, seller, buyer):
    commands.receive(order, actor=buyer)
    fee = share(1999, Decimal(5))
    assert (house(), money(seller)) == ((0, fee), 1999 - fee)

    refund(as_member, order, seller, amount="10")

    left = share(999, Decimal(5))
    assert (house(), money(seller), money(buyer)) == ((0, left), 999 - left, 10_000 - 999)
    refund(as_member, order, seller, amount="", key="rest")
    assert (house(), money(seller), money(buyer)) == ((0, 0), 0, 10_000)
    assert (again(order).state, again(order).payment) == ("completed", "refunded")


def test_a_seller_who_spent_the_money_cannot_refund_it(as_member, order, seller, buyer):
    commands.receive(order, actor=buyer)
    buy(make.offer(price=1000), seller)

    assert refund(as_member, order, seller, amount="").status_code == 409
    assert again(order).refunded == 0
    assert books_foot()


@pytest.mark.parametrize("fee", ["5", "2.5", "33.333", "0", "50"])
def test_partial_refunds_end_at_the_same_cent_in_any_order(app, fee):
    ends = set()
    for parts in permutations((1, 333, 1667)):
        seller, buyer = make.member(), rich(2001)
        order = buy(make.offer(by=seller, price=2001), buyer, fee=fee)
        before = house()[1]
        commands.receive(order, actor=buyer)
        for number, part in enumerate(parts):
            commands.refund(order, actor=seller, amount=part, reason="", key=str(number))
        ends.add((money(seller), money(buyer), house()[1] - before))
        assert money(seller) + money(buyer) + house()[1] - before == 2001

    assert len(ends) == 1
    assert books_foot()


def test_money_that_went_outside_is_only_written_down(as_member, seller, buyer):
    order = buy(make.offer(by=seller, price=1000), buyer, method="transfer")
    assert refund(as_member, order, seller, amount="1").status_code == 409
    commands.confirm_payment(order, actor=seller)

    assert refund(as_member, order, seller, amount="4").status_code == 303
    assert (again(order).refunded, again(order).payment, house(), money(buyer)) == (400, "outside", (0, 0), 10_000)


def test_cancelling_after_a_partial_refund_returns_only_the_rest(as_member, order, seller, buyer):
    refund(as_member, order, seller, amount="5")
    commands.cancel(order, actor=buyer)

    assert (house(), money(buyer)) == ((0, 0), 10_000)
    assert books_foot()
