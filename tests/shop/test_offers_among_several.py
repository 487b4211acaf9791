"""Private offers in a conversation of several: for one of them, in that conversation, and only while they are in it."""

import pytest

from core.db import db
from forum.members.models import Block
from forum.messages.commands import Letter, leave, send_to_several
from forum.messages.models import Message
from shop.private_offers.models import PrivateOffer
from tests import make
from tests.shop.offering import accept, counter, here, on_sale

SECRET = "only for the two of us"


@pytest.fixture
def third(app):
    return make.member(username="third")


@pytest.fixture
def where(seller, buyer, third):
    return send_to_several(buyer, [seller, third], Letter("Hello")).conversation_id


@pytest.fixture
def private(as_member, seller, buyer, where):
    product = on_sale(seller, stock=3, product={"title": "Lamp"}).product_id
    form = {"key": "k", "product": product, "price": "12.34", "quantity": 1, "delivery": "ship", "hours": 72}
    answer = as_member(seller).post(f"/messages/{where}/offers", data=form | {"to": buyer.id, "note": SECRET})
    assert answer.location == f"/messages/{where}#message-2"
    return db.session.query(PrivateOffer).one()


def test_one_says_for_whom_it_is(as_member, seller, buyer, third, where):
    browser, product = as_member(seller), on_sale(seller).product_id
    page = browser.get(f"/messages/{where}/offers/new").text
    form = {"key": "k", "product": product, "price": "1", "quantity": 1, "delivery": "ship", "hours": 72}

    assert buyer.username in page
    assert third.username in page
    assert "Choose for whom it is." in browser.post(f"/messages/{where}/offers", data=form).text
    assert browser.post(f"/messages/{where}/offers", data=form | {"to": make.member().id}).status_code == 422


def test_the_others_read_that_there_was_one_and_no_terms(as_member, buyer, third, private):
    counter(private, here(buyer), note=SECRET)

    page = as_member(third).get(f"/messages/{private.conversation_id}").text

    assert "I have made you an offer." in page
    assert not [word for word in (SECRET, "12.34", "Lamp", "/offers/") if word in page.replace("/offers/new", "")]
    assert SECRET in as_member(buyer).get(f"/messages/{private.conversation_id}").text


def test_its_order_is_told_where_it_was_made(worker, buyer, private):
    order = accept(private, buyer)
    worker()

    told = db.session.query(Message).order_by(Message.id.desc()).first()
    assert (told.conversation_id, told.about) == (private.conversation_id, f"order:{order.number}")


def test_who_has_left_finds_nothing(as_member, seller, buyer, private):
    leave(here(buyer), private.conversation_id)
    assert as_member(buyer).get(f"/offers/{private.id}").status_code == 404


def test_a_seller_who_has_left_cannot_be_bought_from(as_member, seller, buyer, private):
    leave(here(seller), private.conversation_id)

    answer = as_member(buyer).post(f"/offers/{private.id}/accept", data={"key": "k", "address": "x"})

    assert answer.status_code == 409
    assert "cannot be reached" in answer.text


def test_a_block_between_the_two_holds_among_several(as_member, seller, buyer, private):
    make.saved(Block(member_id=seller.id, blocked_id=buyer.id))

    answer = as_member(buyer).post(f"/offers/{private.id}/counter", data={"key": "k", "price": "1", "quantity": 1})

    assert answer.status_code == 403
    assert db.session.query(PrivateOffer).count() == 1
