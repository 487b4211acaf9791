"""Shares of discount, tax, delivery and fee sum to the cent, however an order is taken apart."""

import itertools
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from core.db import db, writing
from core.errors import Refused
from core.money import spread
from shop.orders import commands
from shop.orders.models import OrderLine
from shop.orders.units import units_of, worth
from shop.pricing.models import OrderTerms, OrderUnit
from shop.pricing.units import runs
from shop.pricing.units import worth as worth_of
from shop.terms.models import SellerTerms, TaxRate
from tests import make
from tests.shop.buying import again, buy, money, rich
from tests.shop.money import problems
from tests.shop.test_coupons import coupon

AMOUNTS = st.integers(0, 10**9)


def taxed(seller, percent="20", *, is_included=True, tax_class="standard"):
    make.saved(SellerTerms(member_id=seller.id, country="DE", charges_tax=True, tax_number="DE123"))
    return make.saved(TaxRate(country="DE", name="VAT", percent=percent, is_included=is_included, tax_class=tax_class))


def line_of(order):
    return db.session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).one()


@given(AMOUNTS, st.lists(st.integers(0, 10**9), min_size=1, max_size=30))
def test_parts_sum_to_the_whole_and_none_is_off_by_one_unit(amount, weights):
    parts = spread(amount, weights)

    assert sum(parts) == amount
    if total := sum(weights):
        assert all(
            abs(part - Decimal(amount) * weight / total) < 1 for part, weight in zip(parts, weights, strict=True)
        )


@given(st.integers(1, 60), st.integers(1, 10**6), st.data())
def test_the_units_of_a_line_in_any_parts_and_order_sum_to_the_line(quantity, price, data):
    off = data.draw(st.integers(0, price * quantity))
    tax = data.draw(st.integers(0, 10**6))
    wholes = {"discount": off, "tax": tax, "added": data.draw(st.integers(0, tax))}
    wholes |= {"delivery": data.draw(AMOUNTS), "fee": data.draw(AMOUNTS)}
    found = runs(quantity, price, wholes)
    mixed = data.draw(st.permutations(range(1, quantity + 1)))
    cuts = sorted(data.draw(st.sets(st.integers(1, quantity), max_size=5)) | {0, quantity})
    parts = [worth_of(found, mixed[start:end]) for start, end in itertools.pairwise(cuts)]

    for name, whole in {**wholes, "price": price * quantity}.items():
        assert sum(getattr(part, name) for part in parts) == whole
    assert len(found) <= 6
    assert all(run.discount <= run.price for run in found)


@pytest.mark.parametrize("parts", [[10], [1] * 10, [3, 4, 3], [1, 9], [9, 1], [7, 2, 1]])
@pytest.mark.parametrize("backwards", [False, True])
def test_ten_at_23_90_with_tax_and_a_quarter_off_refund_179_25_in_any_parts(seller, parts, backwards):
    taxed(seller)
    coupon(seller)
    offer, buyer = make.offer(by=seller, price=2390, stock=10), rich(20_000)
    order = buy(offer, buyer, quantity=10, codes=("SAVE",), country="DE")
    line, units = line_of(order), list(range(1, 11))
    assert (order.total, db.session.get(OrderTerms, order.id).tax) == (17_925, 2988)

    if backwards:
        units.reverse()
    for number, count in enumerate(parts):
        taken, units = units[:count], units[count:]
        back = worth(line, taken).paid
        commands.refund(again(order), actor=seller, amount=back, reason="", key=f"part-{number}")

    assert (again(order).refunded, again(order).payment) == (17_925, "refunded")
    assert money(buyer) == 20_000
    assert problems() == []


def test_added_tax_postage_and_fee_are_shared_by_unit_and_foot_to_the_order(seller):
    taxed(seller, "7.5", is_included=False)
    coupon(seller, value=33)
    offer = make.offer(by=seller, price=999, stock=10, shipping=401)
    order = buy(offer, quantity=7, codes=("SAVE",), country="DE")
    whole = worth(line_of(order), range(1, 8))

    # 69.93 - 23.08 = 46.85; 7.5 % on it 3.51; 4.01 postage with 0.30 tax on it
    assert (whole.discount, whole.added, whole.delivery, whole.tax) == (2308, 351, 431, 381)
    assert (order.goods, order.shipping, whole.paid) == (5036, 431, order.total)
    assert whole.fee == 273  # 5 % of 54.67


def test_more_units_than_there_are_or_the_same_twice_is_refused(seller, offer):
    line = line_of(buy(offer, quantity=2))

    for wrong in ([3], [0], [1, 1], [-1], [1, 2, 3]):
        with pytest.raises(Refused) as refused:
            worth(line, wrong)
        assert refused.value.code == "no_such_unit"
    assert worth(line, []).paid == 0


def test_an_order_from_before_units_were_kept_is_cut_alike(seller, offer):
    order = buy(offer, quantity=3)
    line = line_of(order)
    kept = [vars(run).copy() for run in units_of(line)]
    with writing():
        db.session.query(OrderUnit).delete()
    old = units_of(line)

    assert db.session.scalar(select(func.count()).select_from(OrderUnit)) == 0
    names = ("first", "last", "price", "discount", "tax", "added", "delivery", "fee")
    assert [[getattr(run, name) for name in names] for run in old] == [[row[name] for name in names] for row in kept]


def test_later_rates_and_prices_change_nothing_of_an_order(seller, as_member):
    rate = taxed(seller)
    offer = make.offer(by=seller, price=1200, stock=2)
    buyer = rich()
    order = buy(offer, buyer, country="DE")
    with writing():
        db.session.get(TaxRate, rate.id).percent = "50"
        db.session.get(type(offer), offer.id).price = 5000

    page = as_member(buyer).get(f"/orders/{order.number}").text
    assert "20 % VAT included" in page
    assert "$2.00" in page
    assert "DE123" in page
    assert worth(line_of(order), [1]).tax == 200
