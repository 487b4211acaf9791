"""Which variant stands for its product, and what its price is compared with."""

import re

import pytest
from sqlalchemy import select

from core.db import db
from forum.notices.models import Notice
from shop.products import commands as products
from shop.products.models import Offer, PriceChange, Product
from shop.stock import commands as stock
from shop.stock.jobs import sweep_holds
from shop.stock.models import Spot
from shop.variants import commands
from shop.variants.rules import Row
from tests import make
from tests.shop.offering import on_sale
from tests.shop.test_variants_elsewhere import change, offer_of

pytestmark = pytest.mark.usefixtures("unlimited")


@pytest.fixture
def seller(app):
    return make.member()


@pytest.fixture
def shirt(seller):
    """Small at 15.00, large at 20.00, extra large at 25.00, one of each."""
    return shirt_of(seller, each=1)


def shirt_of(seller, each):
    product = db.session.get_one(Product, on_sale(seller, product={"title": "Shirt"}).product_id)
    commands.set_axes(product, [("Size", ["S", "L", "XL"])], seller=seller, price=None, each=each)
    change(product, seller, L={"price": 2000}, XL={"price": 2500})
    return product


def lead(product):
    db.session.rollback()
    its = select(Offer.variant).where(Offer.product_id == product.id, Offer.is_lead)
    return db.session.scalars(its).one()


def cut(product, name):
    found = offer_of(product, name)
    return found.lowest_before, found.cut_at


def hold(product, name, **given):
    return stock.hold(offer_of(product, name).id, make.member().id, 1, **given)


def test_the_cheapest_that_is_left_stands_for_the_product(worker, guest, shirt):
    held = hold(shirt, "S")
    worker()
    assert lead(shirt) == "L"
    page = guest.get(f"/p/{shirt.id}").text
    assert "$20.00" in page
    assert "$15.00" not in page

    stock.release(held)
    worker()
    assert lead(shirt) == "S"


def test_with_nothing_left_the_cheapest_leads_again(worker, shirt):
    for name in ("S", "L", "XL"):
        stock.sell(hold(shirt, name))
    worker()

    assert lead(shirt) == "S"


def test_a_hold_that_ran_out_gives_the_lead_back(worker, clock, shirt):
    hold(shirt, "S")
    worker()
    clock.travel(minutes=20)
    sweep_holds()
    worker()

    assert lead(shirt) == "S"


def test_from_is_said_only_while_something_dearer_can_be_bought(worker, guest, shirt):
    assert ">from</span>" in guest.get(f"/p/{shirt.id}").text

    for name in ("S", "L"):
        stock.sell(hold(shirt, name))
    worker()

    assert lead(shirt) == "XL"
    page = guest.get(f"/p/{shirt.id}").text
    assert ">from</span>" not in page
    assert "$25.00" in page


def test_what_is_received_in_the_stockroom_may_lead(worker, seller):
    shirt = shirt_of(seller, each=0)
    assert lead(shirt) == "S"

    stock.receive(Spot(offer_of(shirt, "XL").id), 3)
    worker()

    assert lead(shirt) == "XL"


def test_a_removed_variant_never_leads(worker, shirt, seller):
    held = hold(shirt, "S")
    change(shirt, seller, S={"is_removed": True})
    stock.release(held)
    worker()

    assert lead(shirt) == "L"


def test_savers_are_not_told_of_a_cheaper_price_when_a_size_sells_out_and_returns(as_member, worker, shirt, seller):
    saver = make.member()
    worker()
    as_member(saver).post(f"/p/{shirt.id}/save")

    held = hold(shirt, "S")
    worker()
    stock.release(held)
    worker()

    kinds = db.session.scalars(select(Notice.kind).where(Notice.member_id == saver.id)).all()
    assert "price-drop" not in kinds


def test_a_price_lowered_before_there_was_any_is_no_cut(guest, clock, seller):
    shirt = shirt_of(seller, each=0)
    clock.travel(days=3)

    change(shirt, seller, L={"price": 900, "stock": 2})

    assert cut(shirt, "L") == (None, None)
    assert db.session.scalars(select(PriceChange)).all() == []
    page = guest.get(f"/p/{shirt.id}?v={offer_of(shirt, 'L').id}").text
    assert "$9.00" in page
    assert "lowest price" not in page
    assert "price--was" not in page


def test_a_price_put_right_in_its_first_day_is_no_cut(clock, shirt, seller):
    clock.travel(hours=23)
    change(shirt, seller, L={"price": 900})
    assert cut(shirt, "L") == (None, None)

    clock.travel(hours=2)
    change(shirt, seller, L={"price": 800})
    assert cut(shirt, "L")[0] == 900


def test_the_same_holds_for_a_product_without_variants(clock, seller):
    offer = on_sale(seller, stock=3)
    products.reprice(offer, 900)
    assert offer.cut_at is None

    clock.travel(days=2)
    products.reprice(offer, 800)
    assert offer.lowest_before == 900


def test_what_a_variant_cost_before_it_was_away_is_no_price_to_compare_with(clock, shirt, seller):
    clock.travel(days=2)
    commands.set_axes(shirt, [("Size", ["S", "L"])], seller=seller, price=None, each=0)
    clock.travel(days=2)
    commands.set_axes(shirt, [("Size", ["S", "L", "XL"])], seller=seller, price=1000, each=1)

    assert offer_of(shirt, "XL").price == 1000
    assert cut(shirt, "XL") == (None, None)


def test_the_stockroom_names_each_variant_in_the_order_of_the_seller(as_member, shirt, seller):
    other = on_sale(seller, product={"title": "Lamp"})

    page = as_member(seller).get("/shop/stock").text

    titles = re.findall(r'<a href="/shop/stock/\d+">([^<]+)</a>', page)
    assert titles == ["Lamp", "Shirt · S", "Shirt · L", "Shirt · XL", "Shirt"]  # what there was of it as one thing
    room = as_member(seller).get(f"/shop/stock/{offer_of(shirt, 'L').id}").text
    assert "<h1>Shirt · L</h1>" in room
    assert other.variant == ""


def test_a_long_list_goes_on_where_it_stopped(as_member, seller):
    product = db.session.get_one(Product, on_sale(seller, product={"title": "Bolt"}).product_id)
    sizes = [f"M{number}" for number in range(40)]
    commands.set_axes(product, [("Size", sizes)], seller=seller, price=None, each=1)
    browser, found, where = as_member(seller), [], "/shop/stock"

    while where:
        page = browser.get(where).text
        found += re.findall(r'<a href="/shop/stock/\d+">Bolt · (M\d+)</a>', page)
        older = re.search(r'href="(/shop/stock\?before=\d+)"', page)
        where = older.group(1) if older else None

    assert found == sizes


def test_a_notice_that_few_are_left_names_the_variant(as_member, worker, shirt, seller):
    large = offer_of(shirt, "L")
    stock.warn_at(Spot(large.id), 1)
    commands.edit(shirt, [Row(large.id, stock=2)], seller=seller)
    stock.sell(stock.hold(large.id, make.member().id, 1))
    worker()

    assert "“Shirt · L”" in as_member(seller).get("/notices").text
