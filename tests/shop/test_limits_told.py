"""Buyers read a seller's limits before they run into them, and where they ran into them."""

import re

import pytest

from core.db import db
from shop.products.models import Product
from shop.stock import commands
from shop.variants.commands import set_axes
from tests import make
from tests.shop.buying import buy, rich
from tests.shop.offering import on_sale
from tests.shop.test_checkout import filled, put
from tests.shop.test_variants_elsewhere import offer_of

pytestmark = pytest.mark.usefixtures("unlimited")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def offer(app):
    return make.offer(stock=9, product={"title": "Lamp"})


def at_quantity(page):
    return re.search(r'<p class="field__error" id="refused"[^>]*data-code="(\w+)"[^>]*>([^<]+)</p>', page).groups()


def test_the_offer_says_every_limit(guest, offer):
    commands.set_limit(offer.id, "member", 0, 5)
    commands.set_limit(offer.id, "member", 30, 2)
    commands.set_limit(offer.id, "address", 0, 4)
    commands.set_limit(offer.id, "address", 7, 3)

    for address in (f"/p/{offer.product_id}", f"/t/{db.session.get(Product, offer.product_id).thread_id}"):
        page = guest.get(address).text
        for sentence in ("5 for each member<", "2 for each member in 30 days", "4 to one address<"):
            assert sentence in page
        assert "3 to one address in 7 days" in page


def test_a_variant_has_limits_of_its_own(as_member, guest):
    seller = make.member()
    product = db.session.get_one(Product, on_sale(seller, stock=5).product_id)
    set_axes(product, [("Size", ["S", "L"])], seller=seller, price=None, each=5)
    commands.set_limit(offer_of(product, "S").id, "member", 30, 2)

    def page(name):
        return as_member(make.member()).get(f"/p/{product.id}?v={offer_of(product, name).id}").text

    assert "2 for each member in 30 days" in page("S")
    assert 'max="2"' in page("S")
    assert "for each member" not in page("L")
    assert "for each member" not in guest.get(f"/p/{product.id}").text


def test_buying_more_than_the_limit_is_refused_at_the_quantity(as_member, offer):
    commands.set_limit(offer.id, "member", 30, 2)
    browser = as_member(rich())

    answer = browser.post("/checkout/start", data={"offer": offer.id, "quantity": 3})

    assert answer.status_code == 422
    assert at_quantity(answer.text) == ("limit_reached", "At most 2 for each member in 30 days.")
    assert 'name="quantity"' in answer.text


def test_what_was_bought_before_counts_and_is_said_at_the_quantity(as_member, offer):
    commands.set_limit(offer.id, "member", 30, 2)
    buyer = rich()
    buy(offer, buyer)

    answer = as_member(buyer).post("/checkout/start", data={"offer": offer.id, "quantity": 2})

    assert answer.status_code == 409
    assert at_quantity(answer.text) == ("limit_reached", "You can take 1 more.")


def test_htmx_gets_the_sentence_alone_for_its_place(as_member, offer):
    answer = as_member(rich()).post("/cart/items", data={"offer": offer.id, "quantity": 10}, headers=HTMX)

    assert answer.status_code == 409
    assert answer.headers["HX-Retarget"] == "#refused"
    assert at_quantity(answer.text) == ("sold_out", "Only 9 are left.")
    assert "<html" not in answer.text


@pytest.mark.parametrize("quantity", ["-1", "0.5", "½", "99999999999"])
def test_odd_quantities_come_back_to_the_page_of_the_product(as_member, offer, quantity):
    answer = as_member(rich()).post("/checkout/start", data={"offer": offer.id, "quantity": quantity})

    assert answer.status_code == 422
    assert at_quantity(answer.text)[0] == "invalid"


@pytest.mark.parametrize("quantity", ["-1", "2"])
def test_nobody_learns_of_a_hidden_product_by_a_refused_quantity(as_member, quantity):
    hidden = make.offer(on=make.board("secret"), stock=1)

    for address in ("/checkout/start", "/cart/items"):
        answer = as_member(rich()).post(address, data={"offer": hidden.id, "quantity": quantity})
        assert answer.status_code == 404


def test_a_limit_is_told_at_its_line_of_the_cart(as_member, offer):
    other, buyer = make.offer(stock=9, product={"title": "Vase"}), rich()
    browser = as_member(buyer)
    put(browser, offer, 2)
    put(browser, other, 2)
    commands.set_limit(offer.id, "member", 0, 1)

    for headers in ({}, HTMX):
        answer = browser.post("/checkout/start", headers=headers)
        assert answer.status_code == 409
        [lamp, vase] = answer.text.split('class="cart-line"')[1:]
        assert "You can take 1 more." in lamp
        assert "more." not in vase


def test_more_than_the_limit_is_refused_at_the_line_that_was_changed(as_member, offer):
    browser = as_member(rich())
    put(browser, offer, 1)
    commands.set_limit(offer.id, "address", 7, 3)

    form = {"offer": offer.id, "quantity": 4, "in_cart": "1"}
    answer = browser.post("/cart/items", data=form, headers=HTMX)

    assert answer.status_code == 422
    assert "HX-Retarget" not in answer.headers
    assert "At most 3 to one address in 7 days." in answer.text
    assert 'value="1"' in answer.text


def test_a_limit_by_address_is_told_at_the_address(as_member, offer):
    commands.set_limit(offer.id, "address", 0, 2)
    buy(offer, quantity=2, address="1 Pier Road")
    browser = as_member(rich())
    put(browser, offer)
    put(browser, make.offer(product={"title": "Vase"}))

    answer = browser.post("/checkout", data=filled(browser, address="1 Pier Road"))

    assert answer.status_code == 422
    error = re.search(r'id="address-error">([^<]+)<', answer.text).group(1)
    assert error.startswith("“Lamp”: To one address go at most 2")
    assert 'aria-invalid="true"' in answer.text
    moved = browser.post("/checkout", data=filled(browser, address="2 Pier Road"))
    assert moved.status_code == 303
