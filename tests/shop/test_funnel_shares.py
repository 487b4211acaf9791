"""What is left of an order, shared out among its products: to the cent, in any order of refunds."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import BigInteger, Integer, cast, literal, select, union_all

from core.db import db
from shop.cart import commands as cart
from shop.funnel import queries
from shop.funnel.shares import shared_out
from shop.orders import commands as orders
from shop.orders.rules import Choice
from tests.shop.buying import rich
from tests.shop.offering import conversation, on_sale

_keys = count(1)
LARGEST = 10**12


def bought(buyer, *offers):
    """One order of all of them, by the cart."""
    for offer in offers:
        cart.put(offer.id, member=buyer, quantity=1)
    key = f"shares-{next(_keys)}"
    orders.start(buyer, key=key)
    choice = Choice(key=key, method="wallet", address="1 Pier Road")
    [order] = orders.place(choice, buyer=buyer, fee_percent=Decimal(5))
    return order


def sums(seller, by):
    db.session.rollback()
    found = by(seller, 30, "USD")
    return {row.key: row.amount for row in found.rows}, found.total.amount


@pytest.fixture
def three(seller):
    """Three products, for 1.00, 2.00 and 3.01, without postage, from one board."""
    return [on_sale(seller, price=price, shipping=0, stock=9) for price in (100, 200, 301)]


def test_a_refund_is_taken_off_each_product_by_its_share(seller, three):
    buyer = rich()
    conversation(seller, buyer, "profile")
    order = bought(buyer, *three)
    keys = [f"product:{offer.product_id}" for offer in three]
    assert sums(seller, queries.by_product) == (dict(zip(keys, (100, 200, 301), strict=True)), 601)

    orders.refund(order, actor=seller, amount=200, reason="", key="a")

    found, total = sums(seller, queries.by_product)
    assert (found, total) == (dict(zip(keys, (67, 133, 201), strict=True)), 401)
    assert sums(seller, queries.by_source) == ({"profile": 401}, 401)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=timedelta(seconds=2))
@given(st.lists(st.integers(1, LARGEST), min_size=1, max_size=6), st.integers(0, LARGEST), st.data())
def test_shares_add_up_and_none_is_a_cent_from_its_own(app, goods, shipping, data):
    whole = sum(goods)
    left = data.draw(st.integers(1, whole + shipping))
    shares = shared_out(union_all(*(part(number, price, whole, left) for number, price in enumerate(goods))).subquery())

    found = {product_id: share for product_id, share in db.session.execute(select(shares.c.product_id, shares.c.share))}
    db.session.rollback()

    assert sum(found.values()) == left
    for number, price in enumerate(goods):
        off = abs(found[number] - Fraction(left * price, whole))
        assert off < 1 if whole * left < 10**18 else off <= left // 10**6


def part(number, price, whole, left):
    named = {"product_id": number, "goods": price, "whole": whole, "amount": left}
    numbers = [cast(literal(value, BigInteger), BigInteger).label(name) for name, value in named.items()]
    return select(cast(literal(7), Integer).label("order_id"), *numbers)
