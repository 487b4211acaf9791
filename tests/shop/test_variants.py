"""Products in sizes and colours: made, chosen, bought, changed and removed."""

import re

import pytest
from sqlalchemy import select

from core.clock import now
from core.db import db, writing
from core.errors import Invalid, Missing, NotAllowed, Refused
from forum.boards.models import Board, Membership
from forum.threads.models import Thread
from shop.cart.models import CartItem
from shop.products.models import Offer, PriceChange, Product
from shop.stock.models import Stock
from shop.variants import commands
from shop.variants.queries import desk
from shop.variants.rules import Row
from tests import make

pytestmark = pytest.mark.usefixtures("unlimited")
AXES = [("Size", ["S", "L"]), ("Colour", ["red", "blue"])]


@pytest.fixture
def seller(app):
    return make.member(of=make.board())


@pytest.fixture
def shirt(seller):
    """A shirt at 15.00 in four variants, three of each."""
    return shirt_of(seller)


def plain_of(seller, **given):
    home = select(Board).join(Membership, Membership.board_id == Board.id).where(Membership.member_id == seller.id)
    return make.offer(by=seller, on=db.session.scalars(home).one(), stock=9, **given)


def shirt_of(seller, axes=AXES, each=3, **given):
    plain = plain_of(seller, product={"title": "Shirt"}, **given)
    product = db.session.get_one(Product, plain.product_id)
    commands.set_axes(product, axes, seller=seller, price=None, each=each)
    return product


def offers(product):
    """By variant; only what is there."""
    its = select(Offer).where(Offer.product_id == product.id).order_by(Offer.place)
    rows = db.session.scalars(its.execution_options(populate_existing=True))
    return {row.variant: row for row in rows if row.removed_at is None}


def edit(product, seller, **given):
    """`L_red={"price": 1200}`"""
    there = offers(product)
    rows = [Row(there[name.replace("_", " · ")].id, **terms) for name, terms in given.items()]
    return commands.edit(product, rows, seller=seller)


def stock(offer):
    return db.session.get_one(Stock, offer.id, populate_existing=True)


def test_every_combination_becomes_a_variant_with_a_stock_of_its_own(shirt):
    there = offers(shirt)

    assert list(there) == ["S · red", "S · blue", "L · red", "L · blue"]
    assert {(row.price, stock(row).supplied) for row in there.values()} == {(1500, 3)}
    assert [name for name, row in there.items() if row.is_lead] == ["S · red"]


def test_the_page_lets_choose_and_shows_price_and_stock_of_the_choice(as_member, guest, shirt, seller):
    edit(shirt, seller, L_red={"price": 2300, "stock": 1}, S_blue={"stock": 0})
    red = offers(shirt)["L · red"]

    page = guest.get(f"/p/{shirt.id}").text
    assert ">from</span>" in page
    assert "$15.00" in page
    assert "Choose one first." not in as_member(seller).get(f"/p/{shirt.id}").text
    assert f'href="{shirt.address}?v={red.id}#offer"' in page

    chosen = as_member(make.member()).get(f"/p/{shirt.id}?v={red.id}").text
    assert "$23.00" in chosen
    assert "Only 1 left" in chosen
    assert f'name="offer" value="{red.id}"' in chosen
    assert chosen.count('aria-current="true"') == 2


def test_nothing_is_bought_before_one_is_chosen(as_member, shirt):
    page = as_member(make.member()).get(f"/t/{shirt.thread_id}").text

    assert "Choose one first." in page
    assert "/checkout/start" not in page
    assert f'hx-get="/p/{shirt.id}/box?v=' in page


def test_the_box_that_the_thread_swaps_in_has_the_chosen_one(as_member, shirt):
    blue = offers(shirt)["L · blue"]

    box = as_member(make.member()).get(f"/p/{shirt.id}/box?v={blue.id}", headers={"HX-Request": "true"}).text

    assert "<html" not in box
    assert f'name="offer" value="{blue.id}"' in box


def test_sold_out_ones_are_marked_in_words(guest, shirt, seller):
    edit(shirt, seller, S_red={"stock": 0}, S_blue={"stock": 0})

    page = guest.get(f"/p/{shirt.id}").text

    assert re.search(r'chip--out"[^>]*>S<span class="hidden-visually"> \(Sold out\)', page)
    assert not re.search(r'chip--out"[^>]*>L<', page)


def test_an_id_of_another_product_chooses_nothing(as_member, shirt, seller):
    other = offers(shirt_of(seller))["L · red"]

    page = as_member(make.member()).get(f"/p/{shirt.id}?v={other.id}").text

    assert "Choose one first." in page


def test_cart_and_order_name_the_variant(as_member, shirt):
    buyer = make.member()
    red = offers(shirt)["L · red"]
    browser = as_member(buyer)
    browser.post("/cart/items", data={"offer": red.id, "quantity": 2})

    cart = browser.get("/cart").text

    assert "Shirt · L · red" in cart
    assert f"?v={red.id}" in cart
    assert "$30.00" in cart


@pytest.mark.parametrize("quantity", ["-1", "0.5", "1e3", "99999999999", "½", "4"])
def test_odd_quantities_of_a_variant_put_nothing_into_the_cart(as_member, shirt, quantity):
    buyer, red = make.member(), offers(shirt)["L · red"]

    answer = as_member(buyer).post("/cart/items", data={"offer": red.id, "quantity": quantity})

    assert answer.status_code in (409, 422)
    assert db.session.scalars(select(CartItem)).all() == []


def test_a_variant_removed_while_in_a_cart_is_said_to_be_gone_and_is_not_bought(as_member, shirt, seller):
    buyer, there = make.member(), offers(shirt)
    browser = as_member(buyer)
    for name in ("L · red", "S · red"):
        browser.post("/cart/items", data={"offer": there[name].id, "quantity": 1})
    browser.post("/checkout/start")

    edit(shirt, seller, L_red={"is_removed": True})

    assert "No longer for sale" in browser.get("/cart").text
    assert browser.post("/cart/items", data={"offer": there["L · red"].id, "quantity": 1}).status_code == 409
    assert browser.post("/checkout/start", data={"offer": there["L · red"].id, "quantity": 1}).status_code == 409


def test_a_product_closed_while_in_a_cart_is_not_bought(as_member, shirt, seller):
    browser, red = as_member(make.member()), offers(shirt)["L · red"]
    browser.post("/cart/items", data={"offer": red.id, "quantity": 1})
    as_member(seller).post(f"/t/{shirt.thread_id}/sell/close")

    assert "No longer for sale" in browser.get("/cart").text
    assert browser.post("/checkout/start").status_code == 409


def test_who_had_the_plain_product_in_the_cart_is_not_given_some_size(as_member, seller):
    plain = plain_of(seller)
    browser = as_member(make.member())
    browser.post("/cart/items", data={"offer": plain.id, "quantity": 1})

    commands.set_axes(db.session.get_one(Product, plain.product_id), AXES, seller=seller, price=None, each=1)

    assert "No longer for sale" in browser.get("/cart").text


def test_without_axes_it_is_one_thing_again_with_its_old_address(guest, shirt, seller):
    commands.set_axes(shirt, [], seller=seller, price=None, each=4)

    [(name, plain)] = offers(shirt).items()
    assert (name, plain.is_lead, stock(plain).free) == ("", True, 4)
    assert "Choose" not in guest.get(f"/p/{shirt.id}").text


def test_what_stays_keeps_price_and_stock_when_values_come_and_go(shirt, seller):
    edit(shirt, seller, L_red={"price": 900, "stock": 7})
    before = offers(shirt)["L · red"].id

    commands.set_axes(shirt, [("Size", ["L", "XL"]), ("Colour", ["red"])], seller=seller, price=2000, each=1)

    there = offers(shirt)
    assert [(name, row.price, stock(row).free) for name, row in there.items()] == [
        ("L · red", 900, 7),
        ("XL · red", 2000, 1),
    ]
    assert there["L · red"].id == before


def test_a_new_axis_keeps_the_prices_there_were(seller):
    product = shirt_of(seller, axes=[("Size", ["S", "L"])])
    edit(product, seller, L={"price": 1800})

    commands.set_axes(product, AXES, seller=seller, price=None, each=1)

    assert {name: row.price for name, row in offers(product).items()} == {
        "S · red": 1500, "S · blue": 1500, "L · red": 1800, "L · blue": 1800,
    }  # fmt: skip


def test_a_value_that_comes_back_is_the_same_variant_as_before(shirt, seller):
    before = offers(shirt)["S · red"].id
    commands.set_axes(shirt, [("Size", ["L"]), ("Colour", ["red"])], seller=seller, price=None, each=0)
    commands.set_axes(shirt, AXES, seller=seller, price=None, each=2)

    again = offers(shirt)["S · red"]
    assert (again.id, stock(again).free) == (before, 2)


def test_the_cheapest_leads_and_lists_say_from(guest, shirt, seller):
    edit(shirt, seller, L_blue={"price": 700})

    assert [name for name, row in offers(shirt).items() if row.is_lead] == ["L · blue"]
    shelf = guest.get(f"/m/{seller.username}").text
    assert "$7.00" in shelf
    assert ">from</span>" in shelf
    assert "12 left" in shelf


def test_five_hundred_variants_are_made_and_one_more_is_refused(as_member, seller):
    plain = plain_of(seller)
    where = f"/p/{plain.product_id}/variants/axes"
    numbers = ", ".join(str(number) for number in range(50))
    browser = as_member(seller)

    refused = browser.post(
        where, data={"name_1": "No", "values_1": numbers + ",50", "name_2": "X", "values_2": "a b,c,d,e,f,g,h,i,j,k"}
    )
    assert refused.status_code == 422
    assert "more than 500" in refused.text
    made = browser.post(
        where, data={"name_1": "No", "values_1": numbers, "name_2": "X", "values_2": "a b,c,d,e,f,g,h,i,j,k"}
    )

    assert made.status_code == 303
    assert len(offers(db.session.get_one(Product, plain.product_id))) == 500
    assert browser.get(f"/p/{plain.product_id}").status_code == 200


@pytest.mark.parametrize(
    "typed",
    [
        {"name_1": "Size", "values_1": ""},
        {"name_1": "", "values_1": "S, M"},
        {"name_1": "Size", "values_1": "S", "name_2": "size", "values_2": "red"},
        {"name_1": "Size", "values_1": "S · M"},
        {"name_1": "Size", "values_1": "S\x00"},
        {"name_1": "Size", "values_1": "S", "each": "-1"},
        {"name_1": "Size", "values_1": "S", "each": "1.5"},
        {"name_1": "Size", "values_1": "S", "price": "-3"},
        {"name_1": "Size", "values_1": "S", "price": "1e9"},
        {"name_1": "x" * 41, "values_1": "S"},
    ],
)
def test_axes_that_make_no_sense_change_nothing(as_member, shirt, seller, typed):
    answer = as_member(seller).post(f"/p/{shirt.id}/variants/axes", data=typed)

    assert answer.status_code == 422
    assert len(offers(shirt)) == 4


def test_the_same_table_sent_twice_does_it_once_and_what_sold_meanwhile_stays_sold(as_member, shirt, seller):
    red = offers(shirt)["L · red"]
    form = {f"was-{red.id}": "1500:3:0", f"price-{red.id}": "20", f"stock-{red.id}": "5"}
    with_one_sold(red)

    for _time in range(2):
        assert as_member(seller).post(f"/p/{shirt.id}/variants", data=form).status_code == 303

    assert (stock(red).supplied, stock(red).free, offers(shirt)["L · red"].price) == (5, 4, 2000)
    assert len(db.session.scalars(select(PriceChange)).all()) == 1


def with_one_sold(offer):
    with writing():
        db.session.get_one(Stock, offer.id).sold = 1


def test_a_table_with_one_mistake_changes_nothing_and_keeps_what_was_typed(as_member, shirt, seller):
    there = offers(shirt)
    red, blue = there["L · red"], there["L · blue"]
    form = {f"price-{red.id}": "20", f"stock-{red.id}": "5", f"price-{blue.id}": "-4", f"stock-{blue.id}": "half"}

    answer = as_member(seller).post(f"/p/{shirt.id}/variants", data=form)

    assert answer.status_code == 422
    assert "This must not be negative." in answer.text
    assert 'value="half"' in answer.text
    assert offers(shirt)["L · red"].price == 1500


def test_less_than_is_sold_cannot_be_supplied(shirt, seller):
    red = offers(shirt)["L · red"]
    with_one_sold(red)

    with pytest.raises(Invalid) as refused:
        edit(shirt, seller, S_red={"price": 100}, L_red={"stock": 0, "sold": 0})

    assert (refused.value.field, refused.value.code) == (f"stock-{red.id}", "below_taken")
    assert offers(shirt)["S · red"].price == 1500


def test_one_variant_must_stay(shirt, seller):
    gone = {name.replace(" · ", "_"): {"is_removed": True} for name in offers(shirt)}

    with pytest.raises(Refused) as refused:
        edit(shirt, seller, **gone)

    assert refused.value.code == "last_variant"
    assert len(offers(shirt)) == 4


def test_only_the_seller_changes_variants(as_member, shirt):
    stranger = make.member()

    assert as_member(stranger).get(f"/p/{shirt.id}/variants").status_code == 404
    assert (
        as_member(stranger).post(f"/p/{shirt.id}/variants/axes", data={"name_1": "A", "values_1": "b"}).status_code
        == 404
    )
    with pytest.raises(NotAllowed):
        commands.set_axes(shirt, [], seller=stranger, price=None, each=0)


def test_the_sell_form_leaves_prices_of_variants_alone(as_member, shirt, seller):
    edit(shirt, seller, L_red={"price": 900})
    form = {"title": "Better shirt", "condition": "new", "ships": "y", "shipping": "4", "delivery_shown": "yes"}

    assert 'name="price"' not in as_member(seller).get(f"/t/{shirt.thread_id}/sell").text
    assert as_member(seller).post(f"/t/{shirt.thread_id}/sell", data=form).status_code == 303

    there = offers(shirt)
    assert {row.shipping for row in there.values()} == {400}
    assert (there["L · red"].price, there["S · red"].price, stock(there["S · red"]).free) == (900, 1500, 3)


def test_a_cut_is_compared_with_the_lowest_price_of_thirty_days(guest, clock, seller):
    product = shirt_of(seller, axes=[("Size", ["S"])], price=2000)
    clock.travel(days=40)
    edit(product, seller, S={"price": 1800})
    clock.travel(days=10)
    edit(product, seller, S={"price": 3000})
    assert offers(product)["S"].cut_at is None
    clock.travel(days=5)

    edit(product, seller, S={"price": 1900})
    assert offers(product)["S"].lowest_before is None  # 1800 was asked ten days ago

    edit(product, seller, S={"price": 1700})
    assert offers(product)["S"].lowest_before == 1800
    page = guest.get(f"/p/{product.id}?v={offers(product)['S'].id}").text
    assert "$18.00 was the lowest price of the 30 days before" in page
    clock.travel(days=31)
    assert "lowest price" not in guest.get(f"/p/{product.id}").text


def test_pages_of_a_product_with_variants_keep_to_eight_statements(as_member, shirt, seller, count_queries):
    red = offers(shirt)["L · red"]
    buyer = make.member()
    as_member(buyer).post("/cart/items", data={"offer": red.id, "quantity": 1})
    for person in (buyer, seller):
        for address in (f"/t/{shirt.thread_id}", f"/p/{shirt.id}?v={red.id}", f"/p/{shirt.id}/box?v={red.id}"):
            browser = as_member(person)
            with count_queries() as sent:
                assert browser.get(address).status_code == 200
            assert len(sent) <= 8, (address, len(sent))
    with count_queries() as sent:
        as_member(seller).get(f"/p/{shirt.id}/variants")
    assert len(sent) <= 8


def test_the_desk_is_missing_once_the_thread_is_gone(shirt, seller):
    with writing():
        db.session.get_one(Thread, shirt.thread_id).deleted_at = now()

    with pytest.raises(Missing):
        desk(seller, shirt.id)
