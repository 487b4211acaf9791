"""Variants where one price stands for them all, and where exactly one is meant."""

import pytest
from sqlalchemy import select

from core.clock import now
from core.db import db
from core.errors import Invalid, Refused
from search import documents
from search.saved.queries import price_at
from search.schema import Kind
from shop.alerts.models import SavedProduct
from shop.answers import commands as answers
from shop.private_offers import commands as private
from shop.products.models import Offer, Product
from shop.variants import commands
from shop.variants.rules import Row
from tests import make
from tests.shop.offering import accept, asked, on_sale, talk

pytestmark = pytest.mark.usefixtures("unlimited")


@pytest.fixture
def seller(app):
    return make.member()


@pytest.fixture
def shirt(seller):
    """Small at 15.00, large at 20.00, two of each."""
    product = db.session.get_one(Product, on_sale(seller, product={"title": "Shirt"}).product_id)
    commands.set_axes(product, [("Size", ["S", "L"])], seller=seller, price=None, each=2)
    change(product, seller, L={"price": 2000})
    return product


def offer_of(product, name):
    query = select(Offer).where(Offer.product_id == product.id, Offer.variant == name)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def change(product, seller, **terms):
    commands.edit(product, [Row(offer_of(product, name).id, **each) for name, each in terms.items()], seller=seller)


def test_a_private_offer_is_of_one_variant_and_the_order_names_it(as_member, shirt, seller):
    buyer = make.member()
    where = {"conversation_id": talk(buyer, seller), "product_id": shirt.id}

    with pytest.raises(Invalid) as refused:
        private.make(asked(), seller=seller, buyer=buyer, **where)
    assert refused.value.field == "offer"

    made = private.make(asked(offer_id=offer_of(shirt, "L").id), seller=seller, buyer=buyer, **where)
    order = accept(made, buyer, method="transfer")

    assert made.title == "Shirt · L"
    page = as_member(buyer).get(f"/orders/{order.number}").text
    assert "Shirt · L" in page


def test_the_form_of_a_private_offer_asks_which_one(as_member, shirt, seller):
    number = talk(make.member(), seller)
    browser = as_member(seller)

    page = browser.get(f"/messages/{number}/offers/new?product={shirt.id}").text
    assert 'name="offer"' in page
    assert "L · $20.00" in page

    form = {"product": shirt.id, "price": "12", "quantity": "1", "hours": "24", "delivery": "ship", "key": "k" * 16}
    assert browser.post(f"/messages/{number}/offers", data=form).status_code == 422
    assert browser.post(f"/messages/{number}/offers", data={**form, "offer": 999}).status_code == 422
    made = browser.post(f"/messages/{number}/offers", data={**form, "offer": offer_of(shirt, "S").id})
    assert made.status_code == 303


def test_a_private_offer_of_a_removed_variant_is_not_bought(shirt, seller):
    buyer = make.member()
    where = {"conversation_id": talk(buyer, seller), "product_id": shirt.id}
    made = private.make(asked(offer_id=offer_of(shirt, "L").id), seller=seller, buyer=buyer, **where)

    change(shirt, seller, L={"is_removed": True})

    with pytest.raises(Refused) as refused:
        accept(made, buyer, method="transfer")
    assert refused.value.code == "offer_closed"


def test_savers_hear_of_the_lowest_price_and_of_any_variant_that_returns(as_member, worker, shirt, seller):
    saver = make.member()
    browser = as_member(saver)
    browser.post(f"/p/{shirt.id}/save")

    change(shirt, seller, L={"price": 1900})
    worker()
    assert "costs" not in browser.get("/notices").text
    change(shirt, seller, L={"price": 900})
    worker()
    assert "costs $9.00 now instead of $15.00" in browser.get("/notices").text

    change(shirt, seller, S={"stock": 0}, L={"stock": 0})
    worker()
    assert db.session.scalars(select(SavedProduct.is_out).execution_options(populate_existing=True)).one()
    change(shirt, seller, S={"stock": 1})
    worker()
    assert "can be bought again" in browser.get("/notices").text


def test_the_index_has_one_document_at_the_lowest_price_of_what_can_be_bought(shirt, seller):
    def indexed():
        return [(document.title, document.price) for document in documents.every([Kind.PRODUCT])]

    assert indexed() == [("Shirt", 1500)]
    change(shirt, seller, S={"stock": 0})
    assert indexed() == [("Shirt", 2000)]
    change(shirt, seller, L={"stock": 0})
    assert indexed() == [("Shirt", 1500)]


def test_a_saved_search_compares_with_the_lowest_price_of_then(clock, shirt, seller):
    clock.travel(hours=1)
    then = now()
    assert price_at(shirt.id, then) is None
    clock.travel(hours=1)
    change(shirt, seller, L={"price": 1000})

    assert price_at(shirt.id, then) == 1500


def test_a_message_about_it_shows_it_once_with_its_lowest_price(as_member, shirt, seller):
    buyer = make.member()
    number = talk(buyer, seller, about=f"product:{shirt.id}")

    page = as_member(buyer).get(f"/messages/{number}").text

    assert page.count("about--product") == 1
    assert "$15.00" in page
    assert "4 left" in page


def test_an_answer_kept_for_later_names_the_product_and_the_price_that_stands_for_it(as_member, shirt, seller):
    said = answers.add(seller, "Price", "The {product} is {price}.")
    where = talk(make.member(), seller, about=f"product:{shirt.id}")

    assert as_member(seller).get(f"/shop/answers/{said.id}/text?in={where}").text == "The Shirt is $15.00."
