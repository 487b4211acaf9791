"""Refunds by unit, by hand, as returns and in disputes: in any order of parts they end at what was paid."""

import pytest

from core.db import db
from core.errors import Invalid
from forum.members.models import Member
from shop.disputes import commands as disputes
from shop.disputes.commands import Claim
from shop.orders import commands as orders
from shop.returns import commands as returns
from shop.returns.rules import Request
from shop.shipments.commands import send_rest
from tests import make
from tests.shop.buying import again, buy, house, money, rich
from tests.shop.money import problems
from tests.shop.test_coupons import coupon
from tests.shop.test_units import line_of, taxed


@pytest.fixture
def order(seller):
    """Ten at 23.90 with 20 % tax in it and a quarter off: 179.25, sent."""
    taxed(seller)
    coupon(seller)
    offer, buyer = make.offer(by=seller, price=2390, stock=10), rich(20_000)
    made = buy(offer, buyer, quantity=10, codes=("SAVE",), country="DE")
    return send_rest(made, actor=seller)


def buyer_of(order):
    return db.session.get_one(Member, again(order).buyer_id)


def seller_of(order):
    return db.session.get_one(Member, again(order).seller_id)


def by_hand(order, units, number):
    orders.refund_units(again(order), units, actor=seller_of(order), reason="", key=f"hand-{number}")


def as_return(order, units, number):
    asked = Request(f"back-{number}", units, "damaged", "refund")
    found = returns.ask(again(order), asked, actor=buyer_of(order), days=14)
    returns.approve(found, actor=seller_of(order), send_to="Pier 1")
    returns.send(found, actor=buyer_of(order))
    returns.receive(found, actor=seller_of(order))
    returns.refund(found, actor=seller_of(order), restock={})


def in_dispute(order, units, number):
    claim = Claim("damaged", None, "Broken", f"claim-{number}", units)
    found = disputes.open_dispute(again(order), claim, buyer=buyer_of(order))
    disputes.offer(found.id, found.asked, seller=seller_of(order))
    disputes.agree(found.id, found.asked, buyer=buyer_of(order))


DOORS = {"hand": by_hand, "return": as_return, "dispute": in_dispute}


@pytest.mark.parametrize("parts", [
    [("hand", 10)], [("return", 10)], [("dispute", 10)],
    [("return", 1)] * 10, [("hand", 1)] * 10,
    [("return", 3), ("hand", 4), ("dispute", 3)], [("dispute", 3), ("return", 3), ("hand", 4)],
    [("hand", 1), ("dispute", 8), ("return", 1)], [("hand", 7), ("return", 2), ("dispute", 1)],
])  # fmt: skip
@pytest.mark.parametrize("is_settled", [False, True])
def test_ten_at_23_90_come_back_as_179_25_by_every_door(order, seller, parts, is_settled):
    if is_settled:
        orders.receive(again(order), actor=buyer_of(order))
    line = line_of(order)
    for number, (door, count) in enumerate(parts):
        DOORS[door](order, {line.id: count}, number)

    assert (again(order).refunded, again(order).payment) == (17_925, "refunded")
    assert (money(buyer_of(order)), money(seller), house()) == (20_000, 0, (0, 0))
    assert problems() == []


def test_units_that_were_refunded_are_not_refunded_again(order):
    line = line_of(order)
    by_hand(order, {line.id: 8}, 1)

    for wrong in ({line.id: 3}, {line.id: -1}, {line.id: 0}, {line.id + 1: 1}, {}):
        with pytest.raises(Invalid) as refusal:
            by_hand(order, wrong, 2)
        assert refusal.value.field == "units"
    as_return(order, {line.id: 10}, 3)
    assert again(order).refunded == 17_925


def test_a_refund_by_units_through_the_page_is_made_once(as_member, order, seller):
    line = line_of(order)
    said = {"key": "one", f"refund-{line.id}": "2"}
    page = as_member(seller)

    answers = [page.post(f"/orders/{order.number}/refund", data=said).status_code for _click in range(2)]
    wrong = page.post(f"/orders/{order.number}/refund", data={"key": "two", f"refund-{line.id}": "9"})

    assert (answers, wrong.status_code, again(order).refunded) == ([303, 303], 422, 3584)
    assert "There are not so many left to refund." in wrong.text


def test_an_award_that_is_not_what_the_units_are_worth_is_an_amount_alone(order):
    line = line_of(order)
    claim = Claim("damaged", 1000, "Scratched", "c", {line.id: 1})
    found = disputes.open_dispute(again(order), claim, buyer=buyer_of(order))
    disputes.offer(found.id, 500, seller=seller_of(order))
    disputes.agree(found.id, 500, buyer=buyer_of(order))
    as_return(order, {line.id: 10}, 1)

    assert again(order).refunded == 17_925


def test_postage_comes_back_with_the_last_unit(seller):
    order = send_rest(buy(make.offer(by=seller, price=1000, stock=3, shipping=401), quantity=3), actor=seller)
    line, sums = line_of(order), []
    for number in range(3):
        as_return(order, {line.id: 1}, number)
        sums.append(again(order).refunded)

    assert sums == [1000, 2000, 3401]
