"""Delivery by zones and tables, taxes by place: what is asked, what is refused in words, and what an order keeps."""

import pytest
from sqlalchemy import select

from core.db import db
from core.errors import Invalid, Refused
from shop.orders.models import Order
from shop.pricing.models import OrderTerms
from shop.terms.commands import Method, add_method
from shop.terms.models import DeliveryMethod, DeliveryRate, SellerTerms, TaxRate
from shop.terms.rules import Load, Place, charge, closeness
from shop.terms.table import parse, written
from tests import make
from tests.shop.buying import buy, money, rich
from tests.shop.money import problems
from tests.shop.test_checkout import filled, put
from tests.shop.test_coupons import coupon, seen
from tests.shop.test_units import taxed

TABLE = "DE, AT | 0: 4.90 | 2000: 9.90\nUS/Alaska | 0: 40\nUS | 0: 20\n* | 0: 30"


def method(seller, table=TABLE, basis="weight", **given):
    fields = {"name": "Parcel", "days_least": 2, "days_most": 4, "currency": "USD", "free_from": None, **given}
    return add_method(seller, Method(basis=basis, rates=parse(table, basis, "USD"), **fields))


def order_terms(order):
    return db.session.get(OrderTerms, order.id)


@pytest.mark.parametrize(
    ("place", "weight", "price"),
    [
        (Place("DE"), 0, 490),
        (Place("AT", "Tirol"), 1999, 490),
        (Place("DE"), 2000, 990),
        (Place("US", "alaska"), 5000, 4000),
        (Place("US", "Ohio"), 5000, 2000),
        (Place("JP"), 0, 3000),
    ],
)
def test_the_closest_zone_alone_decides(seller, place, weight, price):
    assert charge(method(seller), place, Load(1000, weight, 1)) == price


def test_without_everywhere_else_other_countries_get_nothing_and_light_things_may_be_below_the_table(seller):
    row = method(seller, "DE | 500: 5.00", free_from=10_000)

    assert charge(row, Place("FR"), Load(50_000, 600, 1)) is None
    assert charge(row, Place("DE"), Load(500, 100, 1)) is None
    assert (charge(row, Place("DE"), Load(500, 500, 1)), charge(row, Place("DE"), Load(10_000, 500, 1))) == (500, 0)
    assert closeness(DeliveryRate(country="DE", region="Bayern"), Place("DE", "Hessen")) == 0


def test_a_table_is_written_as_it_is_read(seller):
    row = method(seller)
    again = written(row.rates, row.basis, "USD")

    assert again == "DE, AT | 0: 4.90 | 2000: 9.90\nUS/Alaska | 0: 40.00\nUS | 0: 20.00\n* | 0: 30.00"
    assert parse(again, "weight", "USD") == parse(TABLE, "weight", "USD")


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("", "at least one line"),
        ("DE", "after a bar"),
        ("DE | 4.90", "after a colon"),
        ("Germany | 0: 4.90", "two letters"),
        ("DE | 0: -4", "negative"),
        ("DE | -1: 4", "whole number"),
        ("DE | 0: 4\nDE | 0: 5", "Line 2"),
        ("DE | 99999999999999: 4", "whole number"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_with_its_line(table, said):
    with pytest.raises(Invalid, match=said) as refused:
        parse(table, "weight", "USD")
    assert refused.value.field == "rates"


def test_the_checkout_asks_for_the_country_shows_what_it_costs_there_and_charges_that(as_member, seller, buyer):
    offer = make.offer(by=seller, price=2000, stock=3, shipping=500, grams=1500)
    row = method(seller)
    browser = as_member(buyer)
    put(browser, offer, 2)
    without = browser.post("/checkout", data=filled(browser))
    shown = browser.post("/checkout/prices", data=filled(browser, country="DE"))
    placed = browser.post("/checkout", data=filled(browser, country="DE", seen=seen(shown)))

    assert without.status_code == 422
    assert "Choose the country" in without.text
    assert "$9.90" in shown.text
    assert "2 to 4 days" in shown.text
    assert placed.status_code == 303
    order = db.session.scalars(select(Order)).one()
    assert (order.shipping, order_terms(order).way, money(buyer)) == (990, row.name, 10_000 - 4990)


def test_the_cart_does_not_promise_a_postage_that_is_not_asked(as_member, seller, buyer):
    browser = as_member(buyer)
    put(browser, make.offer(by=seller, price=2000, shipping=777))
    assert "$27.77" in browser.get("/cart").text

    method(seller)

    page = browser.get("/cart").text
    assert "Postage is worked out when you check out" in page
    assert "$7.77" not in page


def test_an_address_in_a_country_without_a_rate_is_refused_at_the_field(as_member, seller, buyer, offer):
    method(seller, "DE | 0: 4.90")
    browser = as_member(buyer)
    put(browser, offer)

    form = filled(browser, country="JP", seen="", **{f"delivery-{seller.id}": "ship"})
    answer = browser.post("/checkout", data=form)

    assert answer.status_code == 422
    assert f"{seller.username} does not send to this address." in answer.text
    assert 'id="address-error"' in answer.text
    assert (db.session.scalar(select(Order.id)), money(buyer)) == (None, 10_000)
    picked = browser.post("/checkout", data=form | {f"delivery-{seller.id}": "pick_up"})
    assert picked.status_code == 303  # the pick-up needs no rate


def test_another_country_than_the_page_showed_is_not_charged_unseen(as_member, seller, buyer):
    method(seller)
    browser = as_member(buyer)
    put(browser, make.offer(by=seller, price=2000))
    shown = browser.post("/checkout/prices", data=filled(browser, country="DE"))

    answer = browser.post("/checkout", data=filled(browser, country="JP", seen=seen(shown)))

    assert answer.status_code == 409
    assert 'data-code="price_changed"' in answer.text
    assert "$30.00" in answer.text


def test_the_cheapest_way_is_taken_unless_another_is_chosen(seller):
    offer = make.offer(by=seller, price=2000, stock=9)
    express, parcel = method(seller, "DE | 0: 19", name="Express"), method(seller, "DE | 0: 5")

    assert buy(offer, country="DE").shipping == 500
    assert buy(offer, country="DE", deliveries={"": f"m{express.id}"}).shipping == 1900
    assert parcel.id
    with pytest.raises(Refused):
        buy(offer, country="DE", deliveries={"": "m999999"})


def test_free_from_counts_what_is_left_after_the_discount(seller):
    offer = make.offer(by=seller, price=2000, stock=9)
    method(seller, "DE | 0: 5", free_from=4000)
    coupon(seller, cap_member=None)

    assert buy(offer, quantity=2, country="DE").shipping == 0
    assert buy(offer, quantity=2, country="DE", codes=("SAVE",)).shipping == 500


def test_several_sellers_are_several_orders_paid_at_once_each_with_its_terms(as_member):
    one, two, buyer = make.member(), make.member(), rich(20_000)
    method(one, "DE | 0: 5")
    taxed(two, "20", is_included=False)
    coupon(one)
    browser = as_member(buyer)
    for owner in (one, two):
        put(browser, make.offer(by=owner, price=1000, shipping=100))
    shown = browser.post("/checkout/prices", data=filled(browser, country="DE", codes="SAVE"))
    placed = browser.post("/checkout", data=filled(browser, country="DE", codes="SAVE", seen=seen(shown)))

    assert (placed.status_code, placed.location) == (303, "/orders")
    first, second = db.session.scalars(select(Order).order_by(Order.id))
    assert (first.goods, first.shipping, second.goods, second.shipping) == (750, 500, 1200, 120)
    assert (order_terms(first).coupons, order_terms(second).coupons) == (["SAVE"], [])
    assert "$25.70" in shown.text
    assert money(buyer) == 20_000 - 2570
    assert problems() == []


def test_picked_up_goods_are_taxed_where_the_seller_is_and_a_seller_without_tax_charges_none(seller, offer):
    taxed(seller, "20")
    make.saved(TaxRate(country="FR", name="TVA", percent="10"))
    at_home = buy(offer, deliveries={"": "pick_up"}, country="FR")
    abroad = buy(offer, country="FR")
    private = buy(make.offer(price=1000), country="FR")

    assert [order_terms(order).taxes[0]["name"] for order in (at_home, abroad)] == ["VAT", "TVA"]
    assert order_terms(private).taxes == []


def test_a_reduced_class_and_the_states_rate_win_over_the_countrys(seller):
    taxed(seller, "20")
    make.saved(TaxRate(country="DE", tax_class="reduced", name="VAT", percent="7"))
    make.saved(TaxRate(country="DE", region="Büsingen", tax_class="reduced", name="None", percent="0"))
    book = make.offer(by=seller, price=1070, stock=9, tax_class="reduced")

    assert order_terms(buy(book, country="DE")).tax == 70
    assert order_terms(buy(book, country="DE", region="büsingen")).tax == 0


def test_a_seller_says_terms_methods_and_weights_on_pages(as_member, seller, offer):
    browser = as_member(seller)
    form = {"name": "Parcel", "days_least": 1, "days_most": 3, "basis": "weight", "rates": TABLE, "free_from": "50"}
    assert browser.post("/shop/delivery", data=form).status_code == 303
    row = db.session.scalars(select(DeliveryMethod)).one()
    assert "DE, AT | 0: 4.90" in browser.get(f"/shop/delivery/{row.id}").text
    assert browser.post(f"/shop/delivery/{row.id}", data={**form, "rates": "DE | 0: 1"}).status_code == 303
    assert browser.post(f"/shop/parcels/{offer.id}", data={"grams": 700, "tax_class": "reduced"}).status_code == 303
    assert browser.post("/shop/terms", data={"country": "DE", "charges_tax": "y"}).status_code == 303
    db.session.rollback()
    assert [(rate.country, rate.price) for rate in db.session.scalars(select(DeliveryRate))] == [("DE", 100)]
    assert db.session.get(type(offer), offer.id, populate_existing=True).grams == 700
    assert db.session.get(SellerTerms, seller.id).charges_tax
    assert as_member(make.member()).get(f"/shop/delivery/{row.id}").status_code == 404
    assert browser.post(f"/shop/delivery/{row.id}/close").status_code == 303
    assert "The postage of each offer counts" in browser.get("/shop/terms").text


@pytest.mark.parametrize(
    ("address", "wrong"),
    [
        ("/shop/terms", {"charges_tax": "y"}),
        ("/shop/terms", {"country": "XX"}),
        ("/shop/delivery", {"name": "P", "days_least": 5, "days_most": 1, "basis": "weight", "rates": "DE | 0: 1"}),
        ("/shop/delivery", {"name": "P", "days_least": 1, "days_most": 1, "basis": "luck", "rates": "DE | 0: 1"}),
    ],
)
def test_terms_that_make_no_sense_are_refused(as_member, seller, address, wrong):
    assert as_member(seller).post(address, data=wrong).status_code == 422


def test_the_operator_keeps_the_tax_table_and_nobody_else(as_member):
    form = {"country": "DE", "name": "VAT", "percent": "19,0 %", "tax_class": "standard", "is_included": "y"}
    desk = as_member(make.operator())
    assert desk.post("/admin/taxes", data=form).status_code == 303
    assert desk.post("/admin/taxes", data={**form, "percent": "20"}).status_code == 303
    assert desk.post("/admin/taxes", data={**form, "percent": "1000"}).status_code == 422
    row = db.session.scalars(select(TaxRate)).one()
    assert row.percent == "20"
    assert as_member(make.member()).get("/admin/taxes").status_code in (403, 404)
    desk.post(f"/admin/taxes/{row.id}/remove")
    db.session.rollback()
    assert db.session.scalar(select(TaxRate.id)) is None
