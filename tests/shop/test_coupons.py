"""Coupons at the checkout: what they take off, when they are refused, and that caps hold in a rush."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from core.clock import now
from core.db import db
from core.errors import Refused
from shop.coupons.models import Coupon, CouponMember
from shop.orders import commands
from shop.orders.models import Order
from shop.orders.rules import Choice
from tests import make
from tests.shop.buying import again, buy, money, rich
from tests.shop.money import at_once, problems
from tests.shop.test_checkout import filled, put


def coupon(seller=None, **given):
    fields = {"code": "SAVE", "kind": "percent", "value": 25, "currency": "USD", "cap_member": 1, **given}
    return make.saved(Coupon(seller_id=seller.id if seller else None, **fields))


def used(row):
    db.session.rollback()
    return db.session.scalar(select(Coupon.used).where(Coupon.id == row.id))


def test_a_code_typed_at_the_checkout_is_shown_with_its_discount_and_charged_so(as_member, seller, buyer, offer):
    coupon(seller)
    browser = as_member(buyer)
    put(browser, offer)
    page = browser.post("/checkout/prices", data=filled(browser, codes="save"))

    assert page.status_code == 200
    assert "−$5.00" in page.text
    assert "$20.00" in page.text
    placed = browser.post("/checkout", data=filled(browser, codes="save", seen=seen(page)))

    assert placed.status_code == 303
    order = db.session.scalars(select(Order)).one()
    assert (order.goods, order.shipping, money(buyer)) == (1500, 500, 8000)
    assert "SAVE" in browser.get(placed.location).text


def seen(page):
    return page.text.partition('name="seen"')[2].partition('value="')[2].partition('"')[0]


def test_a_coupon_that_the_page_did_not_show_is_not_taken_unseen(as_member, seller, buyer, offer):
    coupon(seller)
    browser = as_member(buyer)
    put(browser, offer)

    answer = browser.post("/checkout", data=filled(browser, codes="SAVE"))

    assert answer.status_code == 409
    assert 'data-code="price_changed"' in answer.text
    assert money(buyer) == 10_000


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"is_open": False}, "There is no coupon"),
        ({"ends_at": now() - timedelta(hours=1)}, "no longer valid"),
        ({"starts_at": now() + timedelta(hours=1)}, "not valid yet"),
        ({"minimum": 2001}, "needs goods for $20.01"),
        ({"cap_total": 3, "used": 3}, "used up"),
        ({"currency": "EUR"}, "for other things"),
        ({"code": "OTHER"}, "There is no coupon"),
    ],
)
def test_what_does_not_apply_is_said_at_the_field_and_nothing_is_ordered(as_member, seller, buyer, offer, given, code):
    coupon(seller, **given)
    browser = as_member(buyer)
    put(browser, offer)

    answer = browser.post("/checkout", data=filled(browser, codes="SAVE", seen=""))

    assert answer.status_code == 422
    assert code in answer.text
    assert db.session.scalar(select(Order.id)) is None


def test_codes_are_not_found_by_trying(as_member, buyer, seller, offer):
    browser = as_member(buyer)
    put(browser, offer)
    form = filled(browser, codes="GUESS")

    answers = [browser.post("/checkout/prices", data=form).status_code for _number in range(41)]

    assert (set(answers[:40]), answers[40]) == ({200}, 429)


def test_another_sellers_coupon_and_the_sites_without_taking_part_are_for_other_things(seller, offer):
    coupon(make.member(), code="THEIRS")
    coupon(code="SITE")

    for code in ("THEIRS", "SITE"):
        with pytest.raises(Refused, match="other things"):
            buy(offer, codes=(code,))


def test_coupons_stand_together_only_where_all_allow_it(seller, offer):
    coupon(seller, code="ONE", stacks=True, value=50)
    coupon(seller, code="TWO", stacks=True, kind="amount", value=300)
    coupon(seller, code="THREE")

    assert buy(offer, codes=("TWO", "ONE")).goods == 700  # per cent first, whatever was typed first
    with pytest.raises(Refused, match="cannot be combined"):
        buy(offer, codes=("ONE", "THREE"))


def test_free_postage_and_everything_off_leave_an_order_of_nothing_that_can_be_completed(seller, offer):
    coupon(seller, code="ALL", value=100, stacks=True)
    coupon(seller, code="POST", kind="delivery", value=0, stacks=True)
    buyer = rich(0 + 1)

    order = buy(offer, buyer, codes=("ALL", "POST"))
    commands.receive(again(order), actor=buyer)

    assert (order.total, again(order).state, money(buyer)) == (0, "completed", 1)
    assert problems() == []


def test_a_member_uses_it_as_often_as_it_says(seller, offer):
    coupon(seller, cap_member=2)
    buyer = rich()
    buy(offer, buyer, codes=("SAVE",))
    buy(offer, buyer, codes=("SAVE",))

    with pytest.raises(Refused, match="as often as one may"):
        buy(offer, buyer, codes=("SAVE",))


def test_a_purchase_called_off_gives_its_coupon_back_once(seller, buyer, offer):
    row = coupon(seller, cap_total=1)
    order = buy(offer, buyer, codes=("SAVE",))
    assert used(row) == 1

    commands.cancel(again(order), actor=buyer)

    assert used(row) == 0
    assert db.session.scalars(select(CouponMember.used)).all() == [0]
    buy(offer, buyer, codes=("SAVE",))


def test_of_two_hundred_at_once_a_cap_of_ten_lets_ten_through(app, seller):
    row = coupon(seller, cap_total=10)
    offer = make.offer(by=seller, price=1000, stock=500)
    buyers = [rich(2000) for _number in range(200)]

    for number, buyer in enumerate(buyers):
        commands.start(buyer, key=f"rush-{number}", offer_id=offer.id)

    def use(number):
        choice = Choice(key=f"rush-{number}", method="wallet", address="1 Pier Road", codes=("SAVE",))
        return commands.place(choice, buyer=buyers[number], fee_percent=Decimal(5))[0].goods

    answers = at_once(app, use, range(200), threads=8)

    assert sorted(map(str, answers)) == ["750"] * 10 + ["coupon_used_up"] * 190
    assert used(row) == 10
    assert problems() == []


def test_a_seller_makes_and_closes_coupons_on_a_page(as_member, seller):
    browser = as_member(seller)
    form = {"code": "spring-25", "kind": "percent", "value": "25 %", "cap_total": "10", "cap_member": ""}

    assert browser.post("/shop/coupons", data=form).status_code == 303
    row = db.session.scalars(select(Coupon)).one()
    assert (row.code, row.value, row.cap_total, row.cap_member, row.seller_id) == ("SPRING-25", 25, 10, None, seller.id)
    assert "SPRING-25" in browser.get("/shop/coupons").text
    assert as_member(make.member()).post(f"/shop/coupons/{row.id}/close").status_code == 404
    browser.post(f"/shop/coupons/{row.id}/close")
    db.session.rollback()
    assert not db.session.scalar(select(Coupon.is_open))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"code": "x"}, "Three to thirty"),
        ({"value": "0"}, "Write per cent"),
        ({"value": "101"}, "Write per cent"),
        ({"kind": "amount", "value": "-3"}, "negative"),
        ({"kind": "gift"}, "Choose one of these"),
        ({"product": "999999"}, "Choose one of these"),
        ({"ends": "tomorrow"}, "Write a date"),
        ({"starts": "2026-02-02", "ends": "2026-01-01"}, "before it begins"),
    ],
)
def test_a_coupon_that_makes_no_sense_is_refused_in_words(as_member, wrong, said):
    form = {"code": "GOOD", "kind": "percent", "value": "5", **wrong}
    answer = as_member(make.member()).post("/shop/coupons", data=form)

    assert answer.status_code == 422
    assert said in answer.text
